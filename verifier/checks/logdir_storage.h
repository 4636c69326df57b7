// The storage level of `check` for a broker's partition directory.
#ifndef VERIFIER_CHECKS_LOGDIR_STORAGE_H_
#define VERIFIER_CHECKS_LOGDIR_STORAGE_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "core/location/location.h"
#include "core/sources/copy.h"
#include "verifier/checks/record_observer.h"
#include "verifier/checks/storage.h"

namespace sr {

// Every batch of every segment that belongs to the log: CRC, format, the order of
// offsets, what the broker's checkpoints say of the end. Reads on behind damage:
// `observer` sees all records that are whole; null: nobody does. A Status only if
// the files could not be read, or a broker runs on them.
absl::StatusOr<StorageResult> CheckLogdirStorage(const Location& location,
                                                 const CopyOptions& options,
                                                 bool quiet,
                                                 int64_t findings_kept_per_code,
                                                 RecordObserver* observer);

}  // namespace sr

#endif  // VERIFIER_CHECKS_LOGDIR_STORAGE_H_
