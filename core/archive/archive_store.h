// What is in an archive's directory, found without a lock and without judging
// more than is needed to read on: generations, manifest, segments.
#ifndef CORE_ARCHIVE_ARCHIVE_STORE_H_
#define CORE_ARCHIVE_ARCHIVE_STORE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "core/archive/layout.h"
#include "core/archive/manifest.h"
#include "core/base/file_system.h"

namespace sr {

// A directory as found.
struct ArchiveDirectory {
  // Numbers of the gen-N directories, rising.
  std::vector<int64_t> generations;
  // Names that belong to no archive.
  std::vector<std::string> foreign;
};

// Lists `directory`. Errors as FileSystem::List.
absl::StatusOr<ArchiveDirectory> ListArchiveDirectory(
    FileSystem* file_system, const std::string& directory);

// Returns the generation that a reader of `directory` means: `wanted`, or the
// only one.
//   NotFound         no such directory, no archive in it, no such generation
//   InvalidArgument  more than one and none wanted; the hint lists them, with what
//                    their manifests say
absl::StatusOr<int64_t> ChooseGeneration(FileSystem* file_system,
                                         const std::string& directory,
                                         std::optional<int64_t> wanted);

// Reads MANIFEST.json of one generation. DataLoss if it is damaged.
absl::StatusOr<Manifest> ReadManifest(FileSystem* file_system,
                                      const std::string& directory,
                                      int64_t generation);

// Whether a generation without a manifest is one that a writer has just begun, or
// died on: nothing is in its directories. Its manifest comes before all else.
absl::StatusOr<bool> IsBarelyBegun(FileSystem* file_system,
                                   const std::string& directory,
                                   int64_t generation);

// The segments of one generation by what is there of each, rising.
struct SegmentFiles {
  int64_t base_offset = 0;
  bool has_log = false;
  bool has_commits = false;
};

struct SegmentList {
  std::vector<SegmentFiles> segments;
  // Files that no writer makes, relative to the archive's directory.
  std::vector<std::string> unknown;
};

// Lists the segments, and what is unknown in the generation. The commits are listed
// before the logs, so that of a segment being made the .log is seen at least.
absl::StatusOr<SegmentList> ListSegments(FileSystem* file_system,
                                         const ArchiveLayout& layout);

}  // namespace sr

#endif  // CORE_ARCHIVE_ARCHIVE_STORE_H_
