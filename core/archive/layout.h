// Where things are in an archive's directory:
//
//   DIR/LOCK                                  held while a writer runs
//   DIR/gen-N/MANIFEST.json                   whose history this is (manifest.h)
//   DIR/gen-N/SHA256SUMS                      the seals, for sha256sum
//   DIR/gen-N/<topic>-0/%020d.log             record batches, as a broker has them
//   DIR/gen-N/commits/%020d.commits           what of them is durable
//   DIR/gen-N/torn/                           what a crash left behind
//
// A segment is a .log and the .commits of the same number, the smallest offset
// the segment can hold. Names only; nothing here touches a disk.
#ifndef CORE_ARCHIVE_LAYOUT_H_
#define CORE_ARCHIVE_LAYOUT_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace sr {

inline constexpr char kLockName[] = "LOCK";
inline constexpr char kManifestName[] = "MANIFEST.json";
inline constexpr char kSumsName[] = "SHA256SUMS";
inline constexpr char kCommitsName[] = "commits";
inline constexpr char kTornName[] = "torn";
inline constexpr char kLogSuffix[] = ".log";
inline constexpr char kCommitsSuffix[] = ".commits";

// One generation of one archive.
class ArchiveLayout {
 public:
  ArchiveLayout(std::string directory, int64_t generation, std::string topic);

  std::string lock_path() const;
  const std::string& generation_directory() const {
    return generation_directory_;
  }
  std::string manifest_path() const;
  std::string sums_path() const;
  // The directory that a broker would have for the topic's only partition.
  std::string partition_directory() const;
  std::string commits_directory() const;
  std::string torn_directory() const;
  std::string log_path(int64_t base_offset) const;
  std::string commits_path(int64_t base_offset) const;

  // `path` as shown to people: without the archive's directory.
  std::string Relative(absl::string_view path) const;

 private:
  const std::string directory_;
  const std::string generation_directory_;
  const std::string topic_;
};

// "gen-7" for 7.
std::string GenerationName(int64_t generation);

// 7 for "gen-7"; nullopt for any other form ("gen-07", "gen-0").
std::optional<int64_t> GenerationOf(absl::string_view name);

// "00000000000000000042.log" for 42 and ".log".
std::string SegmentFileName(int64_t base_offset, absl::string_view suffix);

// 42 for "00000000000000000042.log" and ".log"; nullopt for any other form.
std::optional<int64_t> BaseOffsetOf(absl::string_view name,
                                    absl::string_view suffix);

}  // namespace sr

#endif  // CORE_ARCHIVE_LAYOUT_H_
