// Where a text stops being JSON. simdjson says that it does, not where; this
// slow and plain scanner runs only after a refusal, to tell people.
#ifndef CORE_JSON_JSON_POSITION_H_
#define CORE_JSON_JSON_POSITION_H_

#include <cstddef>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace sr {

struct JsonFlaw {
  size_t byte = 0;     // Where it shows, from 0; the text's size: at its end.
  std::string reason;  // "expected ',' or '}'"
};

// Returns the first flaw of `text`, nullopt if none is found. An integer beyond
// 64 bits and bytes that are not UTF-8 are flaws. At most `depth_max` objects
// and arrays may stand within each other.
std::optional<JsonFlaw> FindJsonFlaw(absl::string_view text, int depth_max);

// "line 3, column 7 (byte 41)": counted from 1, 1 and 0, columns in bytes.
std::string DescribeJsonPosition(absl::string_view text, size_t byte);

}  // namespace sr

#endif  // CORE_JSON_JSON_POSITION_H_
