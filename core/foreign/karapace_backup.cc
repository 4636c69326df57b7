#include "core/foreign/karapace_backup.h"

#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/base/status_context.h"
#include "core/base/status_macros.h"
#include "core/foreign/karapace_text.h"
#include "core/foreign/karapace_v3.h"

namespace sr {
namespace {

constexpr char kMetadataSuffix[] = ".metadata";

// The one metadata file of a directory; nullopt if `path` is none.
absl::StatusOr<std::optional<std::string>> MetadataIn(FileSystem* file_system,
                                                      const std::string& path) {
  const auto names = file_system->List(path);
  if (!names.ok()) return std::optional<std::string>();
  std::vector<std::string> found;
  for (const std::string& name : *names) {
    if (absl::EndsWith(name, kMetadataSuffix)) found.push_back(name);
  }
  if (found.empty()) {
    return absl::NotFoundError(
        absl::StrCat(path, ": no TOPIC.metadata is in this directory"));
  }
  if (found.size() > 1) {
    return WithHint(absl::InvalidArgumentError(absl::StrCat(
                        path, ": more than one TOPIC.metadata")),
                    absl::StrCat("name one: karapace:", path, "/", found[0]));
  }
  return std::optional<std::string>(JoinPath(path, found[0]));
}

std::string DirectoryOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

absl::StatusOr<ForeignCopy> ReadV3(FileSystem* file_system,
                                   const std::string& path,
                                   const std::string& text) {
  ASSIGN_OR_RETURN(const KarapaceMetadata metadata,
                   ParseKarapaceMetadata(text));
  std::string data;
  if (metadata.data_file.has_value()) {
    ASSIGN_OR_RETURN(
        data, ReadWholeFile(file_system,
                            JoinPath(DirectoryOf(path),
                                     metadata.data_file->name),
                            kForeignBytesMax));
  }
  return ParseKarapaceV3(metadata, data);
}

}  // namespace

absl::StatusOr<ForeignCopy> ReadKarapaceBackup(FileSystem* file_system,
                                               const std::string& path) {
  ASSIGN_OR_RETURN(const std::optional<std::string> metadata,
                   MetadataIn(file_system, path));
  const std::string file = metadata.value_or(path);
  ASSIGN_OR_RETURN(const std::string text,
                   ReadWholeFile(file_system, file, kForeignBytesMax));
  if (absl::StartsWith(text, kKarapaceV3Marker)) {
    return ReadV3(file_system, file, text);
  }
  if (absl::StartsWith(text, kKarapaceV2Marker)) return ParseKarapaceV2(text);
  return ParseKarapaceV1(text);
}

}  // namespace sr
