// The fast way over what strings of JSON mostly consist of.
#ifndef CORE_JSON_PLAIN_TEXT_H_
#define CORE_JSON_PLAIN_TEXT_H_

#include <cstddef>

#include "absl/strings/string_view.h"

namespace sr {

// The short escapes that Jackson writes: the characters behind the backslash.
constexpr bool IsShortEscape(char c) {
  return c == '"' || c == '\\' || c == 'b' || c == 'f' || c == 'n' ||
         c == 'r' || c == 't';
}

// Goes from `at`, within a string, over printable ASCII and short escapes.
// Returns the place of the closing quote or of what needs a closer look: a
// control, a backslash (of another escape, or the last bytes of `text`), a byte
// that is not ASCII; or text.size(). Sets *has_escapes if it went over one, and
// perhaps if it stops at a backslash.
size_t SkipPlainText(absl::string_view text, size_t at, bool* has_escapes);

}  // namespace sr

#endif  // CORE_JSON_PLAIN_TEXT_H_
