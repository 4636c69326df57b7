#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "core/base/check.h"
#include "core/base/status_macros.h"
#include "core/base/text.h"
#include "core/json/json.h"

namespace sr {
namespace {

absl::Status WrongType(absl::string_view name, absl::string_view expected,
                       const JsonValue& found) {
  return absl::InvalidArgumentError(
      absl::StrCat("member \"", EscapeForTerminal(name), "\" must be ",
                   expected, ", not ", found.TypeName()));
}

// One function per type: returns a value's content or WrongType.
absl::StatusOr<std::string> AsString(absl::string_view name,
                                     const JsonValue& value) {
  if (!value.is_string()) return WrongType(name, "a string", value);
  return value.string_value();
}

absl::StatusOr<int64_t> AsInt64(absl::string_view name,
                                const JsonValue& value) {
  if (!value.is_int64()) {
    return WrongType(name, "an integer of 64 bits", value);
  }
  return value.int64_value();
}

absl::StatusOr<bool> AsBool(absl::string_view name, const JsonValue& value) {
  if (!value.is_bool()) return WrongType(name, "a boolean", value);
  return value.bool_value();
}

absl::StatusOr<const JsonValue*> AsObject(absl::string_view name,
                                          const JsonValue& value) {
  if (!value.is_object()) return WrongType(name, "an object", value);
  return &value;
}

absl::StatusOr<const JsonValue*> AsArray(absl::string_view name,
                                         const JsonValue& value) {
  if (!value.is_array()) return WrongType(name, "an array", value);
  return &value;
}

}  // namespace

JsonValue::JsonValue() = default;
JsonValue::JsonValue(bool value) : value_(value) {}
JsonValue::JsonValue(int64_t value) : value_(value) {}
JsonValue::JsonValue(uint64_t value) : value_(value) {}
JsonValue::JsonValue(double value) : value_(value) {}
JsonValue::JsonValue(std::string value) : value_(std::move(value)) {}
JsonValue::JsonValue(const char* value) : value_(std::string(value)) {}
JsonValue::JsonValue(Array value) : value_(std::move(value)) {}
JsonValue::JsonValue(Object value) : value_(std::move(value)) {}

JsonValue::~JsonValue() = default;
JsonValue::JsonValue(const JsonValue&) = default;
JsonValue& JsonValue::operator=(const JsonValue&) = default;
JsonValue::JsonValue(JsonValue&&) noexcept = default;
JsonValue& JsonValue::operator=(JsonValue&&) noexcept = default;

bool JsonValue::bool_value() const {
  SR_CHECK(is_bool());
  return *std::get_if<bool>(&value_);
}

int64_t JsonValue::int64_value() const {
  SR_CHECK(is_int64());
  return *std::get_if<int64_t>(&value_);
}

uint64_t JsonValue::uint64_value() const {
  SR_CHECK(is_uint64());
  return *std::get_if<uint64_t>(&value_);
}

double JsonValue::double_value() const {
  SR_CHECK(is_double());
  return *std::get_if<double>(&value_);
}

const std::string& JsonValue::string_value() const {
  SR_CHECK(is_string());
  return *std::get_if<std::string>(&value_);
}

const JsonValue::Array& JsonValue::array() const {
  SR_CHECK(is_array());
  return *std::get_if<Array>(&value_);
}

const JsonValue::Object& JsonValue::object() const {
  SR_CHECK(is_object());
  return *std::get_if<Object>(&value_);
}

absl::string_view JsonValue::TypeName() const {
  if (is_null()) return "null";
  if (is_bool()) return "a boolean";
  if (is_int64() || is_uint64()) return "an integer";
  if (is_double()) return "a number";
  if (is_string()) return "a string";
  return is_array() ? "an array" : "an object";
}

const JsonValue* JsonValue::Find(absl::string_view name) const {
  if (!is_object()) return nullptr;
  for (const JsonMember& member : object()) {
    if (member.name == name) return &member.value;
  }
  return nullptr;
}

absl::StatusOr<const JsonValue*> JsonValue::Optional(
    absl::string_view name) const {
  if (!is_object()) {
    return absl::InvalidArgumentError(
        absl::StrCat("expected an object with member \"",
                     EscapeForTerminal(name), "\", not ", TypeName()));
  }
  const JsonValue* value = Find(name);
  return value != nullptr && value->is_null() ? nullptr : value;
}

absl::StatusOr<const JsonValue*> JsonValue::Required(
    absl::string_view name) const {
  // Null counts as missing only for Optional; here it is a wrong type.
  ASSIGN_OR_RETURN(const JsonValue* const optional, Optional(name));
  const JsonValue* const value = optional != nullptr ? optional : Find(name);
  if (value == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat("member \"", EscapeForTerminal(name), "\" is missing"));
  }
  return value;
}

absl::StatusOr<std::string> JsonValue::GetString(absl::string_view name) const {
  ASSIGN_OR_RETURN(const JsonValue* const value, Required(name));
  return AsString(name, *value);
}

absl::StatusOr<int64_t> JsonValue::GetInt64(absl::string_view name) const {
  ASSIGN_OR_RETURN(const JsonValue* const value, Required(name));
  return AsInt64(name, *value);
}

absl::StatusOr<double> JsonValue::GetDouble(absl::string_view name) const {
  ASSIGN_OR_RETURN(const JsonValue* const value, Required(name));
  if (value->is_double()) return value->double_value();
  if (value->is_int64()) return static_cast<double>(value->int64_value());
  if (value->is_uint64()) return static_cast<double>(value->uint64_value());
  return WrongType(name, "a number", *value);
}

absl::StatusOr<bool> JsonValue::GetBool(absl::string_view name) const {
  ASSIGN_OR_RETURN(const JsonValue* const value, Required(name));
  return AsBool(name, *value);
}

absl::StatusOr<const JsonValue*> JsonValue::GetObject(
    absl::string_view name) const {
  ASSIGN_OR_RETURN(const JsonValue* const value, Required(name));
  return AsObject(name, *value);
}

absl::StatusOr<const JsonValue*> JsonValue::GetArray(
    absl::string_view name) const {
  ASSIGN_OR_RETURN(const JsonValue* const value, Required(name));
  return AsArray(name, *value);
}

absl::StatusOr<std::optional<std::string>> JsonValue::GetOptionalString(
    absl::string_view name) const {
  ASSIGN_OR_RETURN(const JsonValue* const value, Optional(name));
  if (value == nullptr) return std::optional<std::string>();
  ASSIGN_OR_RETURN(std::string text, AsString(name, *value));
  return std::optional<std::string>(std::move(text));
}

absl::StatusOr<std::optional<int64_t>> JsonValue::GetOptionalInt64(
    absl::string_view name) const {
  ASSIGN_OR_RETURN(const JsonValue* const value, Optional(name));
  if (value == nullptr) return std::optional<int64_t>();
  ASSIGN_OR_RETURN(const int64_t number, AsInt64(name, *value));
  return std::optional<int64_t>(number);
}

absl::StatusOr<std::optional<bool>> JsonValue::GetOptionalBool(
    absl::string_view name) const {
  ASSIGN_OR_RETURN(const JsonValue* const value, Optional(name));
  if (value == nullptr) return std::optional<bool>();
  ASSIGN_OR_RETURN(const bool flag, AsBool(name, *value));
  return std::optional<bool>(flag);
}

absl::StatusOr<const JsonValue*> JsonValue::GetOptionalObject(
    absl::string_view name) const {
  ASSIGN_OR_RETURN(const JsonValue* const value, Optional(name));
  if (value == nullptr) return value;
  return AsObject(name, *value);
}

absl::StatusOr<const JsonValue*> JsonValue::GetOptionalArray(
    absl::string_view name) const {
  ASSIGN_OR_RETURN(const JsonValue* const value, Optional(name));
  if (value == nullptr) return value;
  return AsArray(name, *value);
}

}  // namespace sr
