// A commit entry: 64 bytes that say how much of a segment is durable and what
// is in it. Entries are appended to a .commits file, one for each commit, after
// the data they cover has been synced; the last valid one is the durable
// prefix, the acknowledgement itself.
//
//   at  size
//    0     4  "SRC" and format version 1
//    4     4  zero
//    8     8  sequence       1, 2, 3 ... through all segments of a generation
//   16     8  position       bytes of the segment that are durable
//   24     8  last offset    of the last record in those bytes
//   32     8  records        in the generation so far
//   40    16  chain          digest over them (canonical.h)
//   56     8  self-check     XXH3-64 of bytes 0..55, seeded by the identity of
//                            store, generation and segment
//
// Integers are little-endian. The seed makes an entry that was copied here
// from another store, generation or segment invalid.
#ifndef CORE_ARCHIVE_COMMIT_ENTRY_H_
#define CORE_ARCHIVE_COMMIT_ENTRY_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "core/base/digests.h"

namespace sr {

inline constexpr int64_t kCommitEntryBytes = 64;

struct CommitEntry {
  int64_t sequence = 0;
  int64_t position = 0;
  int64_t last_offset = -1;
  int64_t records = 0;
  Digest128 chain;

  friend bool operator==(const CommitEntry& a, const CommitEntry& b) {
    return a.sequence == b.sequence && a.position == b.position &&
           a.last_offset == b.last_offset && a.records == b.records &&
           a.chain == b.chain;
  }
};

// The seed of the self-checks of one segment.
uint64_t CommitSeed(absl::string_view store_id, int64_t generation,
                    int64_t base_offset);

// Appends the 64 bytes of `entry` to `*out`.
void EncodeCommitEntry(const CommitEntry& entry, uint64_t seed,
                       std::string* out);

// Whether the numbers of `entry` are in the range of any writer's: at least
// one record in at least one byte of at least one commit, and below 2^63-1, so
// that what follows them can be counted.
bool IsOneThatAWriterWrites(const CommitEntry& entry);

// Returns the entry that `bytes` hold, or nullopt unless they are exactly 64
// bytes that pass the self-check and are one that a writer writes.
std::optional<CommitEntry> DecodeCommitEntry(absl::string_view bytes,
                                             uint64_t seed);

// What is wrong with `next` directly after `previous`, which may stand in the
// segment before (`same_segment` false), or null: sequences count up by one,
// everything else grows.
const char* WhyNotSuccessor(const CommitEntry& previous,
                            const CommitEntry& next, bool same_segment);

}  // namespace sr

#endif  // CORE_ARCHIVE_COMMIT_ENTRY_H_
