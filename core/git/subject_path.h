// Subjects and contexts, which may be any bytes, as names of files and directories
// that every file system and git takes.
#ifndef CORE_GIT_SUBJECT_PATH_H_
#define CORE_GIT_SUBJECT_PATH_H_

#include <string>

#include "absl/strings/string_view.h"

namespace sr {

// A name of at most 200 bytes for `text`: one or none of another text has it, whether
// or not a file system tells letters of either case apart. Small letters, digits, '-'
// and '.' stand for themselves, a large letter is '_' and the small one, '_' is "__",
// and everything else %XX; so is the first byte of what no file may be called
// (".", ".git", "CON", "aux.txt") and a dot at the end. What is longer than 200 bytes
// then is its first 100 and a SHA-256. Source: study/reliability.md §5. Any thread.
std::string PathNameOf(absl::string_view text);

}  // namespace sr

#endif  // CORE_GIT_SUBJECT_PATH_H_
