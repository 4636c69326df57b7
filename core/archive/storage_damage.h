// Damage of an archive as a value: what, where, which records.
#ifndef CORE_ARCHIVE_STORAGE_DAMAGE_H_
#define CORE_ARCHIVE_STORAGE_DAMAGE_H_

#include <cstdint>
#include <optional>
#include <string>

namespace sr {

enum class DamageKind {
  // Bytes that were acknowledged as durable fail their CRC or format.
  kBatchCorrupt,
  // They decode, but the records are not those that were committed.
  kChainMismatch,
  // A commit entry fails its self-check or contradicts its neighbours.
  kCommitCorrupt,
  // A file that must be there is not.
  kFileMissing,
  // A .log ends before its last commit does.
  kFileTruncated,
  // Bytes behind the last commit where there can be none.
  kExtraBytes,
  // The manifest is not what a writer wrote.
  kManifestCorrupt,
  // Commits that the manifest knows of are gone.
  kLastCommitLost,
  // Every record is what was committed, but the file is not the one that was
  // sealed: someone wrote it anew.
  kSealMismatch,
  // A segment must have a seal and has none: the manifest is an older one.
  kSealMissing,
  // SHA256SUMS is not what the manifest's seals give.
  kSumsCorrupt,
  // A file that no writer makes.
  kUnknownFile,
  // Not damage of the archive: read once more, the bytes were right.
  kReadUnstable,
  // Not damage: what a crash leaves at the end of the newest segment. The
  // records are in the source still, and the next writer fetches them again.
  kTornCommit,
  kUncommittedTail,
};

// Whether `kind` says that something is lost or changed.
inline bool IsDamage(DamageKind kind) {
  return kind != DamageKind::kReadUnstable &&
         kind != DamageKind::kTornCommit &&
         kind != DamageKind::kUncommittedTail;
}

struct StorageDamage {
  DamageKind kind = DamageKind::kBatchCorrupt;
  std::string file;   // Relative to the archive's directory.
  int64_t begin = 0;  // Bytes [begin, end) of the file.
  int64_t end = 0;
  // Offsets that the damage may touch, both inclusive; absent if none.
  std::optional<int64_t> first_offset;
  std::optional<int64_t> last_offset;
  std::string detail;  // What is wrong, one phrase.
};

}  // namespace sr

#endif  // CORE_ARCHIVE_STORAGE_DAMAGE_H_
