// Walks a damaged generation as if it were whole: what its files have lost comes
// from whoever has it, and is taken only where the chain of the commits proves that
// it is what was committed.
#ifndef CORE_ARCHIVE_PROVEN_WALK_H_
#define CORE_ARCHIVE_PROVEN_WALK_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/archive/commit_entry.h"
#include "core/archive/manifest.h"
#include "core/base/file_system.h"
#include "core/record/record.h"

namespace sr {

// Offsets, both inclusive, whose records came from the other copy.
struct SuppliedRange {
  int64_t first_offset = 0;
  int64_t last_offset = 0;
  int64_t records = 0;
  std::string why;  // What is wrong with the bytes that were there.
};

struct ProvenWalk {
  Manifest manifest;
  // The last commit that could be proven; its sequence is 0 if there is none.
  CommitEntry last_commit;
  // Rising; ranges that touch are one.
  std::vector<SuppliedRange> supplied;
};

// Replaces `*records` by those that the other copy has of the offsets, both
// inclusive. An error ends the walk.
using SupplyRecords = absl::FunctionRef<absl::Status(
    int64_t first_offset, int64_t last_offset, RecordBatch* records)>;

// Receives the records between two commits that can be read, in order; an error
// ends the walk.
using OnProven = absl::FunctionRef<absl::Status(const RecordBatch& records)>;

// Walks one generation of the archive in `directory`; takes no lock, writes nothing.
//
// Commit entries check themselves, and each carries the digest of everything up to
// it: any records whose digest continues the chain to the next entry are those that
// were committed. So it does not matter which of the files is damaged or gone, as
// long as entries are there behind the damage; the manifest of a clean stop has the
// last one as well. What was committed behind the last entry that is left is not
// known any more: last_commit tells where that is.
//
//   DataLoss   the manifest is damaged, or records are lost here and those supplied
//              are not they; the message names the offsets
//   NotFound   no such archive or generation
//   what reading, `supply` and `on_proven` give
absl::StatusOr<ProvenWalk> WalkProven(FileSystem* file_system,
                                      const std::string& directory,
                                      int64_t generation, SupplyRecords supply,
                                      OnProven on_proven);

}  // namespace sr

#endif  // CORE_ARCHIVE_PROVEN_WALK_H_
