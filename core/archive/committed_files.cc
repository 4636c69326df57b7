#include "core/archive/committed_files.h"

#include "core/archive/archive_store.h"
#include "core/archive/commit_file.h"
#include "core/base/status_macros.h"

namespace sr {

absl::StatusOr<std::vector<CommittedFile>> CommittedFiles(
    FileSystem* file_system, const ArchiveLayout& layout,
    const Manifest& manifest) {
  ASSIGN_OR_RETURN(const SegmentList list, ListSegments(file_system, layout));
  std::vector<CommittedFile> files;
  for (const SegmentFiles& segment : list.segments) {
    if (!segment.has_commits) continue;
    ASSIGN_OR_RETURN(
        const CommitFile commits,
        ReadCommitFile(file_system, layout.commits_path(segment.base_offset),
                       CommitSeed(manifest.store_id, manifest.generation,
                                  segment.base_offset)));
    const size_t valid = commits.slots_to_last_valid();
    if (valid == 0) continue;
    const CommitEntry& last = *commits.slots[valid - 1];
    files.push_back({layout.log_path(segment.base_offset),
                     SegmentFileName(segment.base_offset, kLogSuffix),
                     last.position, last.last_offset});
  }
  return files;
}

}  // namespace sr
