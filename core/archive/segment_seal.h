// Seals: what a segment was, byte for byte, when its last commit was behind it.
// A seal stands in the manifest, and once more in SHA256SUMS, which a stock
// sha256sum reads:  cd DIR/gen-N && sha256sum -c SHA256SUMS
//
// The chain proves the records, against accident; a seal proves the files that
// hold them, and also against intent where the sums are kept in a second place.
// What the chain finds wrong is damage; what only a seal does is a file that
// somebody wrote anew.
#ifndef CORE_ARCHIVE_SEGMENT_SEAL_H_
#define CORE_ARCHIVE_SEGMENT_SEAL_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "core/archive/commit_entry.h"
#include "core/archive/layout.h"
#include "core/archive/log_digester.h"
#include "core/archive/manifest.h"
#include "core/archive/storage_damage.h"
#include "core/base/file_system.h"
#include "core/record/record.h"

namespace sr {

// What a seal says of a segment's records.
struct SegmentSummary {
  int64_t first_offset = -1;  // -1: there is no record yet.
  int64_t min_timestamp = 0;
  int64_t max_timestamp = 0;

  void Add(const Record& record);
};

// Gives `digester` the .log of a segment that an earlier writer left: `bytes` bytes,
// DataLoss if there are others. Should they not be those that were verified, the
// segment will not read back like them, and will not be sealed.
absl::Status DigestLog(FileSystem* file_system, const ArchiveLayout& layout,
                       int64_t base_offset, int64_t bytes, LogDigester* digester);

// Reads both files of the segment back and returns its seal. The segment ends
// with `last_commit`, and nobody writes to it any more; `written` is what its .log was
// meant to be, and what the seal says it is. Errors of FileSystem; DataLoss if the
// .log does not end where the commit does or reads back as something else.
absl::StatusOr<SealedSegment> SealSegment(FileSystem* file_system,
                                          const ArchiveLayout& layout,
                                          int64_t base_offset,
                                          const SegmentSummary& summary,
                                          const LogDigest& written,
                                          const CommitEntry& last_commit);

// Holds both files against the seal. Returns nullopt if they are what was
// sealed; kReadUnstable if only a second read, from the medium, said so. A
// Status if a file could not be read. `from_medium`: the first read as well.
absl::StatusOr<std::optional<StorageDamage>> HoldAgainstSeal(
    FileSystem* file_system, const ArchiveLayout& layout,
    const SealedSegment& sealed, bool from_medium);

// The text of SHA256SUMS for the first `count` seals of `manifest`; "" for none,
// then there is no such file.
std::string Sha256Sums(const Manifest& manifest, size_t count);

// Makes SHA256SUMS what the manifest says, durably; touches nothing if it is.
absl::Status WriteSha256Sums(FileSystem* file_system,
                             const ArchiveLayout& layout,
                             const Manifest& manifest);

// What is wrong with SHA256SUMS, nullopt if nothing. A writer that has not
// stopped cleanly may not have come to write the last seal into it. A file of
// this name beside a manifest of version 1 is somebody else's, and fine.
// Reads the manifest anew, for a writer may be adding seals.
absl::StatusOr<std::optional<StorageDamage>> JudgeSha256Sums(
    FileSystem* file_system, const ArchiveLayout& layout);

}  // namespace sr

#endif  // CORE_ARCHIVE_SEGMENT_SEAL_H_
