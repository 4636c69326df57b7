// Compares copies whose records keep their offsets: a topic and its archive,
// two archives, a topic and a restored log directory.
#ifndef CORE_COMPARE_COMPARE_BY_OFFSET_H_
#define CORE_COMPARE_COMPARE_BY_OFFSET_H_

#include "absl/status/statusor.h"
#include "core/compare/compare.h"

namespace sr {

// Reads both copies once, side by side, from the smaller start offset to their
// ends, and returns how `other` differs from `reference`:
//   - a record in one copy only: explained by compaction (compaction_rule.h) if
//     the copy that lacks it may be compacted; else RECORD_MISSING of `other`,
//     or RECORD_EXTRA of `other` if it is the reference that lacks it. Where
//     the reference may be compacted but that does not explain the absence, the
//     reference has lost the record: RECORD_MISSING of `reference`.
//   - below the start of a topic: one TOPIC_HEAD_TRUNCATED with their number
//   - at or above the end of `other`: one COPY_BEHIND with their number
//   - at or above the end of `reference`: RECORD_EXTRA of `other`; the
//     reference was truncated, or is another
//   - same offset, different: one of RECORD_KEY, RECORD_VALUE, RECORD_HEADER,
//     RECORD_TIMESTAMP for each part that differs, with the first byte
//
// Errors: those of the sources, but for their end, with the copy's name in the
// message and in FailedCopyOf; DeadlineExceeded if one brings nothing for
// `idle_timeout`; Cancelled by `stop`. A source that is caught up below its end
// offset has that as its end. Memory: a batch of each copy, and the rule's.
absl::StatusOr<CompareResult> CompareByOffset(const ComparedCopy& reference,
                                              const ComparedCopy& other,
                                              const CompareSettings& settings);

}  // namespace sr

#endif  // CORE_COMPARE_COMPARE_BY_OFFSET_H_
