#include "core/archive/layout.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "core/base/file_system.h"

namespace sr {

ArchiveLayout::ArchiveLayout(std::string directory, int64_t generation,
                             std::string topic)
    : directory_(std::move(directory)),
      generation_directory_(JoinPath(directory_, GenerationName(generation))),
      topic_(std::move(topic)) {}

std::string ArchiveLayout::lock_path() const {
  return JoinPath(directory_, kLockName);
}

std::string ArchiveLayout::manifest_path() const {
  return JoinPath(generation_directory_, kManifestName);
}

std::string ArchiveLayout::sums_path() const {
  return JoinPath(generation_directory_, kSumsName);
}

std::string ArchiveLayout::partition_directory() const {
  return JoinPath(generation_directory_, absl::StrCat(topic_, "-0"));
}

std::string ArchiveLayout::commits_directory() const {
  return JoinPath(generation_directory_, kCommitsName);
}

std::string ArchiveLayout::torn_directory() const {
  return JoinPath(generation_directory_, kTornName);
}

std::string ArchiveLayout::log_path(int64_t base_offset) const {
  return JoinPath(partition_directory(),
                  SegmentFileName(base_offset, kLogSuffix));
}

std::string ArchiveLayout::commits_path(int64_t base_offset) const {
  return JoinPath(commits_directory(),
                  SegmentFileName(base_offset, kCommitsSuffix));
}

std::string ArchiveLayout::Relative(absl::string_view path) const {
  if (absl::ConsumePrefix(&path, directory_)) absl::ConsumePrefix(&path, "/");
  return std::string(path);
}

std::string GenerationName(int64_t generation) {
  return absl::StrCat("gen-", generation);
}

std::optional<int64_t> GenerationOf(absl::string_view name) {
  absl::string_view digits = name;
  int64_t generation = 0;
  if (!absl::ConsumePrefix(&digits, "gen-") ||
      !absl::SimpleAtoi(digits, &generation) || generation < 1 ||
      GenerationName(generation) != name) {
    return std::nullopt;
  }
  return generation;
}

std::string SegmentFileName(int64_t base_offset, absl::string_view suffix) {
  return absl::StrFormat("%020d%s", base_offset, suffix);
}

std::optional<int64_t> BaseOffsetOf(absl::string_view name,
                                    absl::string_view suffix) {
  absl::string_view digits = name;
  int64_t base_offset = 0;
  if (!absl::ConsumeSuffix(&digits, suffix) || digits.size() != 20 ||
      !absl::SimpleAtoi(digits, &base_offset) || base_offset < 0 ||
      SegmentFileName(base_offset, suffix) != name) {
    return std::nullopt;
  }
  return base_offset;
}

}  // namespace sr
