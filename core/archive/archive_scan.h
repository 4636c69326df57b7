// Reads a whole generation and holds every byte of it against what was
// committed: the storage level of `check`, and the numbers of `describe`.
#ifndef CORE_ARCHIVE_ARCHIVE_SCAN_H_
#define CORE_ARCHIVE_ARCHIVE_SCAN_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "core/archive/chain_anchor.h"
#include "core/archive/manifest.h"
#include "core/archive/storage_damage.h"
#include "core/base/file_system.h"
#include "core/record/record.h"

namespace sr {

struct ArchiveScan {
  // Absent if the manifest itself is damaged; then nothing else was read.
  std::optional<Manifest> manifest;
  bool being_written = false;  // A writer held the lock during the scan.
  int64_t segments = 0;
  int64_t commits_last_sequence = 0;
  // Base offsets of those whose .log was read, if nothing of them is damaged.
  std::vector<int64_t> whole_segments;
  int64_t records = 0;      // In blocks that are whole.
  int64_t log_bytes = 0;    // Of all .log files, tails included.
  CommitEntry last_commit;  // Of the newest segment; all zero if none.
  std::vector<StorageDamage> damage;
  // Of the anchors asked for, in their order.
  std::vector<AnchorState> anchors;

  bool IsSound() const {
    for (const StorageDamage& d : damage) {
      if (IsDamage(d.kind)) return false;
    }
    return true;
  }
};

// What is to be held against what, of any generation.
struct ArchiveCheck {
  // Of the segments, counted from 0, those whose number leaves `slice` when it
  // is divided by `slices`; of the others only the commits are read.
  int64_t slice = 0;
  int64_t slices = 1;
  // Hold sealed segments against their SHA-256 too, of those whose .log is read.
  bool holds_seals = true;
  // In a thread beside the one that reads the records: SHA-256 takes longer than
  // all else. The file system must bear two threads.
  bool seals_in_second_thread = false;
  // Read from the disk what the system has in memory as well.
  bool from_medium = false;
  // To be found on the chain of one of the generations.
  std::vector<ChainAnchor> anchors;
};

struct ArchiveScanOptions {
  FileSystem* file_system = nullptr;
  std::string directory;
  int64_t generation = 1;
  ArchiveCheck check;
};

// Scans one generation, calling `on_records` for the records of each whole
// block, in order (again from the start if a writer that came or went meanwhile
// made a second look necessary; `on_restart` says so). Takes no lock and
// changes nothing; a writer may run.
//
// A Status only if something could not be read: NotFound (also of a generation
// that has only just been begun), PermissionDenied, Unavailable. Damage is in the result.
absl::StatusOr<ArchiveScan> ScanArchive(
    const ArchiveScanOptions& options,
    absl::FunctionRef<void(const RecordBatch&)> on_records,
    absl::FunctionRef<void()> on_restart);

}  // namespace sr

#endif  // CORE_ARCHIVE_ARCHIVE_SCAN_H_
