// UTF-8 by the byte.
#ifndef CORE_JSON_UTF8_H_
#define CORE_JSON_UTF8_H_

#include <cstddef>

#include "absl/strings/string_view.h"

namespace sr {

// Returns the length, 1 to 4, of the well-formed UTF-8 sequence at the start of
// `bytes`, 0 if there is none: overlong forms, surrogates, values above
// U+10FFFF and sequences cut short are not well-formed.
size_t Utf8Length(absl::string_view bytes);

// Whether all of `bytes` is such sequences.
bool IsUtf8(absl::string_view bytes);

}  // namespace sr

#endif  // CORE_JSON_UTF8_H_
