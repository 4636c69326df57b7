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

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/archive/commit_entry.h"

namespace sr {

inline constexpr int64_t kManifestFormatVersion = 1;
inline constexpr int64_t kManifestBytesMax = 1 << 20;

// A commit and the segment whose .commits file holds it.
struct CommitPlace {
  int64_t segment = 0;  // Base offset.
  CommitEntry entry;
};

struct Manifest {
  std::string store_id;  // 32 hex digits, random, the same for all generations.
  int64_t generation = 1;
  std::string cluster_id;  // Of the source; empty if it gives none.
  std::string topic;
  int64_t first_offset = 0;  // The source's log start when the archive began.
  // Topic configuration of the source as last seen; nullopt if it could not be
  // asked.
  std::optional<std::map<std::string, std::string>> topic_config;
  // False while a writer runs and after a crash: then what lies behind the
  // last commit is a tail. True after a clean stop: from then on nothing is
  // doubtful, and any changed byte of any file is corruption.
  bool closed = false;
  // The last commit when the manifest was written; nullopt if there was none.
  // Whatever happens later, this commit must be there.
  std::optional<CommitPlace> last_commit;
};

std::string EncodeManifest(const Manifest& manifest);

// DataLoss if `text` is not exactly what EncodeManifest gives for some
// manifest; Unimplemented, with a hint, if its format version is newer.
absl::StatusOr<Manifest> DecodeManifest(absl::string_view text);

}  // namespace sr

#endif  // CORE_ARCHIVE_MANIFEST_H_
