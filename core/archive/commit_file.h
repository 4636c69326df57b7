// A .commits file as it is read: 64-byte slots, each a valid entry or not.
#ifndef CORE_ARCHIVE_COMMIT_FILE_H_
#define CORE_ARCHIVE_COMMIT_FILE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "core/archive/commit_entry.h"
#include "core/base/file_system.h"

namespace sr {

struct CommitFile {
  // One for each whole slot of the file, in order; nullopt where the
  // self-check fails.
  std::vector<std::optional<CommitEntry>> slots;
  // Bytes after the last whole slot, fewer than 64.
  int64_t partial_bytes = 0;

  int64_t size_bytes() const {
    return static_cast<int64_t>(slots.size()) * kCommitEntryBytes +
           partial_bytes;
  }
  // Number of slots up to the last valid one: what a torn end leaves.
  size_t slots_to_last_valid() const;

  // Whether each valid entry has a higher sequence than those before it, as a
  // writer leaves them.
  bool IsInOrder() const;
  // Leaves the valid entries only, by sequence and once each.
  void PutInOrder();
};

// Reads the slots of `path` from byte `from`, a multiple of 64; `size_bytes`
// of the result counts from there.
absl::StatusOr<CommitFile> ReadCommitFile(FileSystem* file_system,
                                          const std::string& path,
                                          uint64_t seed, int64_t from = 0);

}  // namespace sr

#endif  // CORE_ARCHIVE_COMMIT_FILE_H_
