// The topic level: records that one product applies and another does not, since
// they were written in transactions (spec §8.1 7). No registry writes any.
#ifndef VERIFIER_CHECKS_TRANSACTIONAL_RECORDS_H_
#define VERIFIER_CHECKS_TRANSACTIONAL_RECORDS_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "core/findings/finding.h"
#include "core/location/location.h"
#include "core/sources/copy.h"

namespace sr {

// Offsets of `uncommitted`, below `stable_end`, that are not in `committed`: of
// records in aborted transactions. All rise. Any thread.
std::vector<int64_t> AbortedOffsets(absl::Span<const int64_t> uncommitted,
                                    absl::Span<const int64_t> committed,
                                    int64_t stable_end);

// Reads the topic both ways, again if they differ, since a cleaner may be at work
// between two readings, and adds TRANSACTIONAL_BATCH if records of aborted
// transactions are there, or the topic ends with a transaction's marker. Not for
// shadows, whose writer uses transactions. Errors as TopicSource.
absl::Status CheckTransactionalRecords(const Location& location,
                                       const CopyOptions& options,
                                       FindingList* findings);

}  // namespace sr

#endif  // VERIFIER_CHECKS_TRANSACTIONAL_RECORDS_H_
