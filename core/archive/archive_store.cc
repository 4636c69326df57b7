#include "core/archive/archive_store.h"

#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "core/base/status_context.h"
#include "core/base/status_macros.h"
#include "core/base/text.h"

namespace sr {
namespace {

// Whether a writer makes something of this name in a generation's directory.
bool IsKnownName(const ArchiveLayout& layout, absl::string_view name) {
  if (absl::ConsumeSuffix(&name, kTemporarySuffix)) {
    return name == kManifestName || name == kSumsName;
  }
  return name == kManifestName || name == kSumsName || name == kCommitsName ||
         name == kTornName ||
         JoinPath(layout.generation_directory(), name) ==
             layout.partition_directory();
}

// For people who choose one: "2: 120 records of _schemas, up to offset 130, cluster
// XYZ, newest segment begun 2026-11-25T04:25:33.123Z". After an unclean stop there may
// be more than the manifest says.
std::string DescribeGeneration(FileSystem* file_system,
                               const std::string& directory,
                               int64_t generation) {
  const absl::StatusOr<Manifest> manifest =
      ReadManifest(file_system, directory, generation);
  if (!manifest.ok()) {
    return absl::StrCat(generation, ": its manifest cannot be read");
  }
  std::string text = absl::StrCat(generation, ": ");
  if (manifest->last_commit.has_value()) {
    const CommitEntry& last = manifest->last_commit->entry;
    absl::StrAppend(&text, last.records, " records of ",
                    manifest->topic, ", up to offset ",
                    last.last_offset, manifest->closed ? "" : " or later");
  } else {
    absl::StrAppend(&text, "of ", manifest->topic);
  }
  if (!manifest->cluster_id.empty()) {
    absl::StrAppend(&text, ", cluster ", manifest->cluster_id);
  }
  if (manifest->segment_begun_ms.has_value()) {
    absl::StrAppend(&text, ", newest segment begun ",
                    TimestampText(*manifest->segment_begun_ms));
  }
  return text;
}

std::string DescribeGenerations(FileSystem* file_system,
                                const std::string& directory,
                                const std::vector<int64_t>& generations) {
  return absl::StrJoin(generations, "; ",
                       [&](std::string* out, int64_t generation) {
                         absl::StrAppend(out, DescribeGeneration(
                                                  file_system, directory, generation));
                       });
}

constexpr char kNotAnArchiveHint[] =
    "name the directory that `schemas-replicator mirror` wrote, the one with "
    "gen-1 in it";

}  // namespace

absl::StatusOr<ArchiveDirectory> ListArchiveDirectory(
    FileSystem* file_system, const std::string& directory) {
  ASSIGN_OR_RETURN(const std::vector<std::string> names,
                   file_system->List(directory));
  ArchiveDirectory found;
  for (const std::string& name : names) {
    if (std::optional<int64_t> generation = GenerationOf(name)) {
      found.generations.push_back(*generation);
    } else if (name != kLockName && name != "lost+found") {
      found.foreign.push_back(name);
    }
  }
  std::sort(found.generations.begin(), found.generations.end());
  return found;
}

absl::StatusOr<int64_t> ChooseGeneration(FileSystem* file_system,
                                         const std::string& directory,
                                         std::optional<int64_t> wanted) {
  absl::StatusOr<ArchiveDirectory> found =
      ListArchiveDirectory(file_system, directory);
  if (!found.ok()) return WithHint(found.status(), kNotAnArchiveHint);
  const std::vector<int64_t>& generations = found->generations;
  if (generations.empty()) {
    return WithHint(
        absl::NotFoundError(absl::StrCat(directory, " holds no archive")),
        kNotAnArchiveHint);
  }
  if (wanted.has_value()) {
    if (std::find(generations.begin(), generations.end(), *wanted) ==
        generations.end()) {
      return WithHint(absl::NotFoundError(absl::StrCat(
                          directory, " has no generation ", *wanted)),
                      absl::StrCat("generations there: ",
                                   DescribeGenerations(file_system, directory,
                                                       generations)));
    }
    return *wanted;
  }
  if (generations.size() > 1) {
    return WithHint(
        absl::InvalidArgumentError(absl::StrCat(
            directory, " holds ", generations.size(), " generations")),
        absl::StrCat("choose one with ?gen=N; generations there: ",
                     DescribeGenerations(file_system, directory, generations)));
  }
  return generations.front();
}

absl::StatusOr<Manifest> ReadManifest(FileSystem* file_system,
                                      const std::string& directory,
                                      int64_t generation) {
  // The topic is not known yet, and not needed for this path.
  const std::string path =
      ArchiveLayout(directory, generation, "").manifest_path();
  ASSIGN_OR_RETURN(const std::string text,
                   ReadWholeFile(file_system, path, kManifestBytesMax));
  absl::StatusOr<Manifest> manifest = DecodeManifest(text);
  if (!manifest.ok()) return Annotate(manifest.status(), path);
  if (manifest->generation != generation) {
    return absl::DataLossError(
        absl::StrCat(path, ": it is the manifest of generation ",
                     manifest->generation));
  }
  return manifest;
}

absl::StatusOr<bool> IsBarelyBegun(FileSystem* file_system,
                                   const std::string& directory,
                                   int64_t generation) {
  const std::string path = JoinPath(directory, GenerationName(generation));
  ASSIGN_OR_RETURN(const std::vector<std::string> names,
                   file_system->List(path));
  for (const std::string& name : names) {
    if (name == absl::StrCat(kManifestName, kTemporarySuffix)) continue;
    const auto content = file_system->List(JoinPath(path, name));
    if (!content.ok() || !content->empty()) return false;
  }
  return true;
}

absl::StatusOr<SegmentList> ListSegments(FileSystem* file_system,
                                         const ArchiveLayout& layout) {
  std::map<int64_t, SegmentFiles> by_base;
  SegmentList list;
  ASSIGN_OR_RETURN(const std::vector<std::string> commits,
                   file_system->List(layout.commits_directory()));
  ASSIGN_OR_RETURN(const std::vector<std::string> logs,
                   file_system->List(layout.partition_directory()));
  for (const std::string& name : commits) {
    if (std::optional<int64_t> base = BaseOffsetOf(name, kCommitsSuffix)) {
      by_base[*base].has_commits = true;
    } else {
      list.unknown.push_back(
          layout.Relative(JoinPath(layout.commits_directory(), name)));
    }
  }
  for (const std::string& name : logs) {
    if (std::optional<int64_t> base = BaseOffsetOf(name, kLogSuffix)) {
      by_base[*base].has_log = true;
    } else {
      list.unknown.push_back(
          layout.Relative(JoinPath(layout.partition_directory(), name)));
    }
  }
  ASSIGN_OR_RETURN(const std::vector<std::string> names,
                   file_system->List(layout.generation_directory()));
  for (const std::string& name : names) {
    if (IsKnownName(layout, name)) continue;
    list.unknown.push_back(
        layout.Relative(JoinPath(layout.generation_directory(), name)));
  }
  for (const auto& [base, files] : by_base) {
    list.segments.push_back({base, files.has_log, files.has_commits});
  }
  return list;
}

}  // namespace sr
