// What is kept in memory of a record while two sequences are aligned.
#ifndef CORE_COMPARE_RECORD_SHAPE_H_
#define CORE_COMPARE_RECORD_SHAPE_H_

#include <cstdint>

#include "core/compare/compaction_rule.h"
#include "core/record/record.h"

namespace sr {

// 48 bytes. Digests are XXH3 64 bit: with ten million records the chance that
// any two different ones look alike is about 3 in a million.
struct RecordShape {
  int64_t offset = 0;
  int64_t timestamp = -1;
  uint64_t key = 0;
  uint64_t value = 0;
  uint64_t headers = 0;
  bool null_key = false;
  bool tombstone = false;
  bool log_append_time = false;
};

RecordShape ShapeOf(const Record& record);

// For the compaction rule, with `sequence` for an offset.
KeyedRecord KeyedRecordOf(const RecordShape& shape, int64_t sequence);

// Same key, value and headers.
inline bool SameContent(const RecordShape& a, const RecordShape& b) {
  return a.key == b.key && a.value == b.value && a.headers == b.headers;
}

// Same content and timestamp: the same record, wherever it stands. A timestamp
// of 0 in the reference matches any, since a producer cannot say it.
inline bool SameRecord(const RecordShape& reference,
                       const RecordShape& shadow) {
  return SameContent(reference, shadow) &&
         (reference.timestamp == shadow.timestamp || reference.timestamp == 0);
}

}  // namespace sr

#endif  // CORE_COMPARE_RECORD_SHAPE_H_
