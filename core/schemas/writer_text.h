// How the JSON libraries of the registries write a string.
#ifndef CORE_SCHEMAS_WRITER_TEXT_H_
#define CORE_SCHEMAS_WRITER_TEXT_H_

#include <string>

#include "absl/strings/string_view.h"

namespace sr {

enum class TextForm {
  kJackson,    // Confluent: characters beyond the basic plane as two \uXXXX.
  kOrjson,     // Karapace since 5.1: all raw, \u00xx in lower case.
  kUjson,      // Karapace before: ASCII only, lower case, `/` as `\/`.
  kRapidjson,  // Redpanda: all raw, \u00XX in upper case.
};

// Appends `text` (UTF-8, as Unescaped gives) as it stands between the quotes.
// All forms have short escapes for \b, \f, \n, \r and \t. Half a surrogate pair
// is written as its escape by all. Source: spec §2.1, §13. Any thread.
void AppendText(absl::string_view text, TextForm form, std::string* out);

}  // namespace sr

#endif  // CORE_SCHEMAS_WRITER_TEXT_H_
