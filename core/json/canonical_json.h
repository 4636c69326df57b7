// One way to write each JSON value, for digests of what a text says rather than
// how it says it.
#ifndef CORE_JSON_CANONICAL_JSON_H_
#define CORE_JSON_CANONICAL_JSON_H_

#include <string>

#include "absl/strings/string_view.h"
#include "core/json/json_scanner.h"

namespace sr {

// Appends `text` (as Unescaped returns) with its quotes and as few escapes as
// JSON allows: those of RFC 8785, and \udXXX for half a surrogate pair.
void AppendCanonicalString(absl::string_view text, std::string* out);

// Appends `value`: no space; members sorted by the bytes of their names, of
// several with one name the last; arrays in their order; whole numbers as they
// stand, others as the shortest text that reads back as the same double, or as
// they stand if no double is near. Any thread.
void AppendCanonicalJson(const JsonSpan& value, std::string* out);

}  // namespace sr

#endif  // CORE_JSON_CANONICAL_JSON_H_
