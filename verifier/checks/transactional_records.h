// The topic level: records that one product applies and another does not, since
// they were written in transactions (spec §8.1 7). No registry writes any.
#ifndef VERIFIER_CHECKS_TRANSACTIONAL_RECORDS_H_
#define VERIFIER_CHECKS_TRANSACTIONAL_RECORDS_H_

#include "absl/status/status.h"
#include "core/findings/finding.h"
#include "core/location/location.h"
#include "core/sources/copy.h"

namespace sr {

// Reads the topic both ways, again if they differ, since a cleaner may be at work
// between two readings, and adds TRANSACTIONAL_BATCH if records of aborted
// transactions are there, or the topic ends with a transaction's marker. Not for
// shadows, whose writer uses transactions. Errors as TopicSource.
absl::Status CheckTransactionalRecords(const Location& location,
                                       const CopyOptions& options,
                                       FindingList* findings);

}  // namespace sr

#endif  // VERIFIER_CHECKS_TRANSACTIONAL_RECORDS_H_
