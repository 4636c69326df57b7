// Files below a directory that others may write to as well: no link leads out of it.
#ifndef CORE_GIT_WORK_TREE_H_
#define CORE_GIT_WORK_TREE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace sr {

// Writes `content` to `path`, parts of which are separated by '/', below `directory`,
// making directories as need be. FailedPrecondition: a part of it is a link, or no
// directory; others by errno. Source: study/reliability.md §5. Any thread.
absl::Status WriteBelow(const std::string& directory, const std::string& path,
                        absl::string_view content);

// Whether `path` is what a WriteBelow that was killed may have left.
bool IsTemporary(absl::string_view path);

// Removes the file, and the directories that are empty then. OK if it is not there.
absl::Status RemoveBelow(const std::string& directory, const std::string& path);

}  // namespace sr

#endif  // CORE_GIT_WORK_TREE_H_
