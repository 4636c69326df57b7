// MANIFEST.json: whose history a generation holds.
//
// It is replaced as a whole, atomically, and carries a digest of its own text;
// besides, only the exact text that EncodeManifest writes is accepted, so that
// no byte of it can change unnoticed.
#ifndef CORE_ARCHIVE_MANIFEST_H_
#define CORE_ARCHIVE_MANIFEST_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/archive/commit_entry.h"
#include "core/base/digests.h"

namespace sr {

// The version that is written. Version 1 has no seals.
inline constexpr int64_t kManifestFormatVersion = 2;
// A writer makes segments longer rather than a manifest larger.
inline constexpr int64_t kManifestBytesMax = 16 << 20;

// A commit and the segment whose .commits file holds it.
struct CommitPlace {
  int64_t segment = 0;  // Base offset.
  CommitEntry entry;
};

// A segment that no writer will ever change again, as it was read back from the
// disk when the one after it was about to begin.
struct SealedSegment {
  int64_t segment = 0;       // Base offset.
  int64_t first_offset = 0;  // Of its first record.
  // Over all of its records, as they say; ms since the epoch, -1 for none.
  int64_t min_timestamp = 0;
  int64_t max_timestamp = 0;
  // Its last commit, whose position is the size of the .log.
  CommitEntry last_commit;
  Digest256 log_sha256;
  int64_t commits_bytes = 0;
  Digest256 commits_sha256;
};

struct Manifest {
  int64_t format_version = kManifestFormatVersion;
  std::string store_id;  // 32 hex digits, random, the same for all generations.
  int64_t generation = 1;
  std::string cluster_id;  // Of the source; empty if it gives none.
  std::string topic;
  int64_t first_offset = 0;  // The source's log start when the archive began.
  // Topic configuration of the source as last seen; nullopt if it could not be
  // asked.
  std::optional<std::map<std::string, std::string>> topic_config;
  // Segments whose base offset is less are of a store that was begun in version
  // 1 and have no seal; every other one but the newest has, if it holds records.
  int64_t sealed_from = 0;
  std::vector<SealedSegment> sealed;  // Rising.
  // When the newest segment was begun, ms since the epoch; nullopt if unknown.
  std::optional<int64_t> segment_begun_ms;
  // False while a writer runs and after a crash: then what lies behind the
  // last commit is a tail. True after a clean stop: from then on nothing is
  // doubtful, and any changed byte of any file is corruption.
  bool closed = false;
  // The last commit when the manifest was written; nullopt if there was none.
  // Whatever happens later, this commit must be there.
  std::optional<CommitPlace> last_commit;
};

// The seal of the segment with this base offset; null if it has none. Valid as
// long as the manifest is unchanged.
const SealedSegment* FindSeal(const Manifest& manifest, int64_t segment);

std::string EncodeManifest(const Manifest& manifest);

// DataLoss if `text` is not exactly what EncodeManifest gives for some
// manifest; Unimplemented, with a hint, if its format version is newer.
absl::StatusOr<Manifest> DecodeManifest(absl::string_view text);

}  // namespace sr

#endif  // CORE_ARCHIVE_MANIFEST_H_
