// JSON values as the Java classes of a Confluent registry take them: Jackson
// turns some types into others without a word, and refuses others.
// Executed on the real classes: spec/schemas-topic-format.md §2.3, §5.1, §5.2.
#ifndef CORE_SCHEMAS_JACKSON_H_
#define CORE_SCHEMAS_JACKSON_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "core/json/json_scanner.h"

namespace sr {

// Each returns false if the whole record cannot be read because of this value.
// JSON null gives nullopt (a primitive of Java is then 0 or false).

// A string, a number or a boolean, as text. Not an object or array.
bool JacksonString(const JsonSpan& value, std::optional<std::string>* result);

// A whole number of 32 bits; a fraction is cut off; a string that holds one.
bool JacksonInt32(const JsonSpan& value, std::optional<int32_t>* result);
// Same with 64 bits.
bool JacksonInt64(const JsonSpan& value, std::optional<int64_t>* result);

// A boolean, a whole number (0 is false), "true" or "false".
bool JacksonBool(const JsonSpan& value, std::optional<bool>* result);

// The name of an enum whose names are `known`, in their order: one of them, or
// the number of one. nullopt for anything else.
std::optional<std::string> JacksonEnum(
    const JsonSpan& value, absl::Span<const absl::string_view> known);

}  // namespace sr

#endif  // CORE_SCHEMAS_JACKSON_H_
