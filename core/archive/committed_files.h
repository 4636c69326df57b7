// The .log files of one generation and how much of each is durable: what may be
// copied for somebody who reads Kafka's segments and not our commits.
#ifndef CORE_ARCHIVE_COMMITTED_FILES_H_
#define CORE_ARCHIVE_COMMITTED_FILES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "core/archive/layout.h"
#include "core/archive/manifest.h"
#include "core/base/file_system.h"

namespace sr {

struct CommittedFile {
  std::string path;
  std::string name;       // "00000000000000000042.log"
  int64_t bytes = 0;      // From the start, up to the last commit; at least 1.
  int64_t last_offset = 0;
};

// Rising. A segment without a commit is left out. Judges nothing: scan the
// archive first. Errors of FileSystem.
absl::StatusOr<std::vector<CommittedFile>> CommittedFiles(
    FileSystem* file_system, const ArchiveLayout& layout,
    const Manifest& manifest);

}  // namespace sr

#endif  // CORE_ARCHIVE_COMMITTED_FILES_H_
