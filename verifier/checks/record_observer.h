// Sees the records of a copy while the storage level reads them, so that all
// levels take one reading.
#ifndef VERIFIER_CHECKS_RECORD_OBSERVER_H_
#define VERIFIER_CHECKS_RECORD_OBSERVER_H_

#include "core/record/record.h"

namespace sr {

// One thread.
class RecordObserver {
 public:
  virtual ~RecordObserver() = default;

  // A history begins: of a topic, or of one generation of an archive. Called
  // again before its end if the reading has to start anew.
  virtual void Begin() = 0;
  virtual void Add(const RecordBatch& batch) = 0;
  // It was read to its end.
  virtual void End() = 0;
};

}  // namespace sr

#endif  // VERIFIER_CHECKS_RECORD_OBSERVER_H_
