// JSON as readers other than Jackson take it.
#ifndef CORE_SCHEMAS_STRICT_JSON_H_
#define CORE_SCHEMAS_STRICT_JSON_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "core/json/json_scanner.h"

namespace sr {

// The one value that `text` is, by RFC 8259: white space around it, but no byte
// order mark, nothing behind it, and no surrogate without its other half.
// nullopt if it is not. Nested deeper than kJsonScanDepthMax is not JSON either
// (orjson: 1,024). Any thread.
std::optional<JsonSpan> StrictJson(absl::string_view text);

// How deep objects and arrays of `json` (valid JSON) are within each other; 0
// for a plain value. Any thread.
int JsonDepth(absl::string_view json);

// The members of an object by name, in the order of the first of each name, with
// the value of the last: a Python dict. Borrows from the text.
class LastMembers {
 public:
  // `object` is of kind kObject.
  explicit LastMembers(const JsonSpan& object);

  // Null if there is none.
  const JsonSpan* Find(absl::string_view name) const;

  // Unescaped.
  struct Member {
    std::string name;
    JsonSpan value;
  };
  const std::vector<Member>& members() const { return members_; }

 private:
  std::vector<Member> members_;
  absl::flat_hash_map<std::string, size_t> by_name_;  // To the index there.
};

// A number as it stands.
struct JsonNumber {
  // No fraction, no exponent, and it fits. nullopt: it is another number.
  std::optional<int64_t> integer;
};

// nullopt if `value` is no number. Any thread.
std::optional<JsonNumber> NumberOf(const JsonSpan& value);

}  // namespace sr

#endif  // CORE_SCHEMAS_STRICT_JSON_H_
