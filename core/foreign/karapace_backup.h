// A backup that Karapace made, in whichever format.
#ifndef CORE_FOREIGN_KARAPACE_BACKUP_H_
#define CORE_FOREIGN_KARAPACE_BACKUP_H_

#include <string>

#include "absl/status/statusor.h"
#include "core/base/file_system.h"
#include "core/foreign/foreign_copy.h"

namespace sr {

// Reads and verifies the whole backup. `path` is a file of V1 or V2, the metadata file
// of V3, or the directory with it. Errors of the parsers, and those of the files;
// NotFound: no metadata file in the directory; InvalidArgument: several of them;
// ResourceExhausted: larger than kForeignBytesMax.
absl::StatusOr<ForeignCopy> ReadKarapaceBackup(FileSystem* file_system,
                                               const std::string& path);

}  // namespace sr

#endif  // CORE_FOREIGN_KARAPACE_BACKUP_H_
