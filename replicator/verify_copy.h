// Before anything of a copy is used.
#ifndef REPLICATOR_VERIFY_COPY_H_
#define REPLICATOR_VERIFY_COPY_H_

#include "absl/status/status.h"
#include "core/location/location.h"
#include "core/sources/copy.h"

namespace sr {

// Reads every byte of an archive; other copies are checked as they are read, or when
// they are opened. FailedPrecondition, with a hint: it is damaged, or has several
// generations and none is named. Others as ScanArchive.
absl::Status VerifyCopy(const Location& location, const CopyOptions& options,
                        bool quiet);

}  // namespace sr

#endif  // REPLICATOR_VERIFY_COPY_H_
