// What a writer does first: find out how far the archive is, prove the end of
// it, and put aside what a crash left behind the last commit.
#ifndef CORE_ARCHIVE_ARCHIVE_RECOVERY_H_
#define CORE_ARCHIVE_ARCHIVE_RECOVERY_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/archive/commit_entry.h"
#include "core/archive/layout.h"
#include "core/archive/manifest.h"
#include "core/archive/segment_seal.h"
#include "core/archive/storage_damage.h"
#include "core/base/file_system.h"
#include "core/record/record_sink.h"

namespace sr {

struct RecoveredEnd {
  CommitEntry last_commit;  // All zero, last_offset first_offset-1, if none.
  int64_t last_commit_segment = 0;  // Base offset of the segment it is in.
  // The segment to go on in; has_segment false if there is none yet.
  bool has_segment = false;
  int64_t base_offset = 0;
  bool has_commits_file = false;
  bool is_sealed = false;  // Then the next record begins a new one.
  SegmentSummary summary;  // Of the committed records in it.
  int64_t log_bytes = 0;  // Equal to what is committed, after MoveTails.
  std::vector<RecordAnchor> anchors;
  // Tails found, not yet moved.
  std::vector<StorageDamage> tails;
};

// Verifies the newest segment (and the one before it, if the newest holds no
// commit yet) and returns where to go on. Writes nothing.
//   DataLoss   bytes at or below the last commit are damaged; the message names
//              file, bytes and offsets. Nothing is ever cut from those.
absl::StatusOr<RecoveredEnd> FindEnd(FileSystem* file_system,
                                     const ArchiveLayout& layout,
                                     const Manifest& manifest);

// Copies every tail of `end` to torn/, durably, and only then cuts it from its
// file. Interrupted anywhere, it can be done again.
absl::Status MoveTails(FileSystem* file_system, const ArchiveLayout& layout,
                       const RecoveredEnd& end);

}  // namespace sr

#endif  // CORE_ARCHIVE_ARCHIVE_RECOVERY_H_
