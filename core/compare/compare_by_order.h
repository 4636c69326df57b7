// Compares a history with a shadow topic of it: the same records in the same
// order under other offsets, with transaction markers in between.
#ifndef CORE_COMPARE_COMPARE_BY_ORDER_H_
#define CORE_COMPARE_COMPARE_BY_ORDER_H_

#include "absl/status/statusor.h"
#include "core/compare/compare.h"

namespace sr {

// Reads `shadow`, then `reference`, aligns the two sequences so that as many
// records as possible stand opposite an equal one in order, and returns how
// `shadow` differs. One record missing, added, changed or moved is one finding,
// whatever stands around it:
//   - opposite each other with a different part: RECORD_VALUE, RECORD_HEADER,
//     RECORD_KEY, RECORD_TIMESTAMP (offset: the shadow's; `expected` names the
//     reference's)
//   - there, but at another place: RECORD_ORDER (offset: the shadow's)
//   - in the reference only: explained if the shadow may be compacted and the
//     rule says so; else RECORD_MISSING (offset: the reference's); after the
//     last record that both have: one COPY_BEHIND with their number
//   - in the shadow only: explained if the reference may be compacted and the
//     rule says so; else RECORD_EXTRA (offset: the shadow's)
// Exceptions, counted: timestamp_type (LogAppendTime has become CreateTime),
// timestamp_zero (a timestamp of 0 has become another), null_key (a record with
// a null key is absent from a compacted shadow).
//
// Errors as CompareByOffset; ResourceExhausted above 2^32-2 records. Memory: 48
// bytes a record of each copy; where they differ, between the first and the
// last difference, up to some 130 more. Bytes of the first differing records
// are read again through Seek, for the finding's text; if that fails the
// finding says less. Time: n log n, 3 s for a million records that all differ.
absl::StatusOr<CompareResult> CompareByOrder(const ComparedCopy& reference,
                                             const ComparedCopy& shadow,
                                             const CompareSettings& settings);

}  // namespace sr

#endif  // CORE_COMPARE_COMPARE_BY_ORDER_H_
