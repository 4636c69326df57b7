// Walks the commits of one segment in order and verifies each block. Writer,
// reader and scan all go through here, so that there is one opinion of what a
// good segment is.
#ifndef CORE_ARCHIVE_SEGMENT_WALK_H_
#define CORE_ARCHIVE_SEGMENT_WALK_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/archive/archive_store.h"
#include "core/archive/commit_entry.h"
#include "core/archive/layout.h"
#include "core/archive/manifest.h"
#include "core/archive/storage_damage.h"
#include "core/base/file_system.h"
#include "core/record/record.h"

namespace sr {

// What surrounds the segment.
struct SegmentContext {
  FileSystem* file_system = nullptr;
  const ArchiveLayout* layout = nullptr;
  const Manifest* manifest = nullptr;
  SegmentFiles files;
  // Only the newest segment can have a tail: a writer rolls at a commit.
  bool is_newest = false;
  // A writer holds the lock, so what lies behind the last commit is being
  // written this moment.
  bool being_written = false;
  // The bytes of the .log are to come from the disk, not from memory.
  bool from_medium = false;
  // False: the commits are judged, and the .log is not read.
  bool reads_log = true;
};

// What a walk found at the segment's end.
struct SegmentEnd {
  // The last valid commit, or what came in as `before`.
  CommitEntry last_commit;
  bool has_commits = false;
  int64_t log_bytes = 0;          // Size of the .log.
  int64_t commits_bytes = 0;      // Size of the .commits.
  int64_t committed_bytes = 0;    // Of the .log, up to the last commit.
  int64_t valid_commits_bytes = 0;  // Of the .commits, to the last valid entry.
};

// Receives the records of each block that is whole, with its commit and the
// one before it.
using OnBlock =
    absl::FunctionRef<void(const CommitEntry& before, const CommitEntry& entry,
                           const RecordBatch& records)>;
using OnDamage = absl::FunctionRef<void(StorageDamage damage)>;

// Walks the segment after the commit `before` (all zero for the first one),
// calling `on_block` for whole blocks and `on_damage` for everything else, in
// the order of the file; goes on behind damage. A Status only if a file could
// not be read.
absl::StatusOr<SegmentEnd> WalkSegment(const SegmentContext& context,
                                       const CommitEntry& before,
                                       OnBlock on_block, OnDamage on_damage);

}  // namespace sr

#endif  // CORE_ARCHIVE_SEGMENT_WALK_H_
