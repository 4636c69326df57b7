#include "core/base/file_system.h"

#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"

namespace sr {

absl::StatusOr<std::string> ReadWholeFile(FileSystem* file_system,
                                          const std::string& path,
                                          int64_t max_bytes) {
  ASSIGN_OR_RETURN(std::unique_ptr<ReadableFile> file,
                   file_system->OpenForRead(path));
  ASSIGN_OR_RETURN(const int64_t size, file->Size());
  if (size > max_bytes) {
    return absl::ResourceExhaustedError(absl::StrCat(
        path, " has ", size, " bytes, more than the ", max_bytes,
        " that such a file may have"));
  }
  std::string content;
  RETURN_IF_ERROR(file->Read(0, size, &content));
  return content;
}

absl::Status ReplaceFile(FileSystem* file_system, const std::string& path,
                         absl::string_view content) {
  const std::string temporary = absl::StrCat(path, kTemporarySuffix);
  ASSIGN_OR_RETURN(const bool left_over, file_system->Exists(temporary));
  if (left_over) RETURN_IF_ERROR(file_system->Remove(temporary));
  ASSIGN_OR_RETURN(std::unique_ptr<AppendableFile> file,
                   file_system->Create(temporary));
  RETURN_IF_ERROR(file->Append(content));
  RETURN_IF_ERROR(file->Sync());
  RETURN_IF_ERROR(file->Close());
  RETURN_IF_ERROR(file_system->Rename(temporary, path));
  // Until here a crash leaves the old content; from here on the new.
  const size_t slash = path.rfind('/');
  return file_system->SyncDirectory(
      slash == std::string::npos ? "." : path.substr(0, slash));
}

PathParts SplitPath(absl::string_view path) {
  while (path.size() > 1 && path.back() == '/') path.remove_suffix(1);
  const size_t slash = path.rfind('/');
  if (slash == absl::string_view::npos) return {".", std::string(path)};
  absl::string_view directory = path.substr(0, slash);
  while (directory.size() > 1 && directory.back() == '/') directory.remove_suffix(1);
  if (directory.empty()) directory = "/";
  return {std::string(directory), std::string(path.substr(slash + 1))};
}

std::string JoinPath(absl::string_view directory, absl::string_view name) {
  const bool slash = !directory.empty() && directory.back() == '/';
  return absl::StrCat(directory, slash ? "" : "/", name);
}

}  // namespace sr
