// The record level: what is around key and value.
#ifndef VERIFIER_CHECKS_ENVELOPE_CHECKS_H_
#define VERIFIER_CHECKS_ENVELOPE_CHECKS_H_

#include <cstdint>

#include "verifier/checks/finding_sink.h"

namespace sr {

// One thread, the records of one history in order.
class EnvelopeChecks {
 public:
  // `now_ms`: later than a day after it is no time of a record.
  explicit EnvelopeChecks(int64_t now_ms) : now_ms_(now_ms) {}

  void SetNow(int64_t now_ms) { now_ms_ = now_ms; }

  // Any record.
  void Check(const CheckedRecord& checked, FindingSink* sink);

 private:
  int64_t now_ms_;
  int64_t latest_ms_ = -1;
};

}  // namespace sr

#endif  // VERIFIER_CHECKS_ENVELOPE_CHECKS_H_
