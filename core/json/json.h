// JSON as a value, for what the tools read whole: manifests, checkpoints,
// keys and values of `_schemas`, answers of a registry.
//
// Stricter than most parsers where leniency would hide damage: a member name
// given twice, an integer that does not fit in 64 bits, bytes behind the value
// and bytes that are not UTF-8 are errors. simdjson does the parsing and is
// included in json.cc only.
#ifndef CORE_JSON_JSON_H_
#define CORE_JSON_JSON_H_

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace sr {

struct JsonMember;

// Owns all it holds. Copies are deep. Thread-compatible.
class JsonValue {
 public:
  using Array = std::vector<JsonValue>;
  using Object = std::vector<JsonMember>;  // In the order of the text.

  // Null.
  JsonValue();
  explicit JsonValue(bool value);
  explicit JsonValue(int64_t value);
  explicit JsonValue(uint64_t value);
  explicit JsonValue(double value);
  explicit JsonValue(std::string value);
  // Or a literal would become a boolean.
  explicit JsonValue(const char* value);
  explicit JsonValue(Array value);
  explicit JsonValue(Object value);

  // Defined where JsonMember is complete: clang 14 insists.
  ~JsonValue();
  JsonValue(const JsonValue&);
  JsonValue& operator=(const JsonValue&);
  JsonValue(JsonValue&&) noexcept;
  JsonValue& operator=(JsonValue&&) noexcept;

  bool is_null() const { return Is<std::monostate>(); }
  bool is_bool() const { return Is<bool>(); }
  // A number without fraction and exponent that fits in int64_t.
  bool is_int64() const { return Is<int64_t>(); }
  // One that does not, but fits in uint64_t; small ones are int64.
  bool is_uint64() const { return Is<uint64_t>(); }
  // A number with a fraction or an exponent.
  bool is_double() const { return Is<double>(); }
  bool is_string() const { return Is<std::string>(); }
  bool is_array() const { return Is<Array>(); }
  bool is_object() const { return Is<Object>(); }

  // The content; each stops the program unless the value is of that type.
  bool bool_value() const;
  int64_t int64_value() const;
  uint64_t uint64_value() const;
  double double_value() const;
  const std::string& string_value() const;
  const Array& array() const;
  const Object& object() const;

  // "null", "a boolean", "an integer", "a number", "a string", "an array",
  // "an object": for messages.
  absl::string_view TypeName() const;

  // The member `name` of an object; null if there is none or this is no
  // object.
  const JsonValue* Find(absl::string_view name) const;

  // The member `name`, which must be there and of that type. InvalidArgument
  // otherwise, naming the member, what was expected and what was found.
  // Pointers live as long as this value. An integer is good for GetDouble.
  absl::StatusOr<std::string> GetString(absl::string_view name) const;
  absl::StatusOr<int64_t> GetInt64(absl::string_view name) const;
  absl::StatusOr<double> GetDouble(absl::string_view name) const;
  absl::StatusOr<bool> GetBool(absl::string_view name) const;
  absl::StatusOr<const JsonValue*> GetObject(absl::string_view name) const;
  absl::StatusOr<const JsonValue*> GetArray(absl::string_view name) const;

  // Same, but nullopt (or a null pointer) if the member is absent or null.
  absl::StatusOr<std::optional<std::string>> GetOptionalString(
      absl::string_view name) const;
  absl::StatusOr<std::optional<int64_t>> GetOptionalInt64(
      absl::string_view name) const;
  absl::StatusOr<std::optional<bool>> GetOptionalBool(
      absl::string_view name) const;
  absl::StatusOr<const JsonValue*> GetOptionalObject(
      absl::string_view name) const;
  absl::StatusOr<const JsonValue*> GetOptionalArray(
      absl::string_view name) const;

 private:
  template <typename T>
  bool Is() const {
    return std::holds_alternative<T>(value_);
  }
  // The member `name` or InvalidArgument "... is missing".
  absl::StatusOr<const JsonValue*> Required(absl::string_view name) const;
  // The member `name`, null if absent or null; InvalidArgument if this is no
  // object.
  absl::StatusOr<const JsonValue*> Optional(absl::string_view name) const;

  std::variant<std::monostate, bool, int64_t, uint64_t, double, std::string,
               Array, Object>
      value_;
};

struct JsonMember {
  std::string name;
  JsonValue value;
};

struct JsonLimits {
  // Objects and arrays within each other; 1 is a flat object.
  int depth_max = 64;
  int64_t size_bytes_max = int64_t{256} << 20;
};

// Returns the one value that `text` is. InvalidArgument, with line, column and
// byte, if `text` is not JSON, nests deeper than allowed or holds an integer
// that does not fit in 64 bits; InvalidArgument too if it is too large or an
// object names a member twice (compared after unescaping; the message names
// it).
// Doubles are the nearest that IEEE 754 has. Any thread.
absl::StatusOr<JsonValue> ParseJson(absl::string_view text,
                                    const JsonLimits& limits = JsonLimits());

}  // namespace sr

#endif  // CORE_JSON_JSON_H_
