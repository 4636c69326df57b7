#include "core/schemas/jackson.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"

namespace sr {
namespace {

bool IsWhole(absl::string_view number) {
  return std::none_of(number.begin(), number.end(), [](char c) {
    return c == '.' || c == 'e' || c == 'E';
  });
}

// A number of up to nine digits and nothing else: what nearly all are. -1: it
// is something else.
int32_t FewDigits(absl::string_view number) {
  if (number.empty() || number.size() > 9) return -1;
  int32_t value = 0;
  for (const char c : number) {
    if (c < '0' || c > '9') return -1;
    value = value * 10 + (c - '0');
  }
  return value;
}

// Keeps the memory of *result, if it has any.
void Assign(absl::string_view text, std::optional<std::string>* result) {
  if (!result->has_value()) result->emplace();
  (*result)->assign(text.data(), text.size());
}

template <typename Int>
bool JacksonInt(const JsonSpan& value, std::optional<Int>* result) {
  result->reset();
  absl::string_view text = value.text;
  std::string unescaped;
  switch (value.kind) {
    case JsonKind::kNull:
      return true;
    case JsonKind::kString:
      unescaped = Unescaped(value);
      text = absl::StripAsciiWhitespace(unescaped);
      // An empty string, and the word, are null to it.
      if (text.empty() || text == "null") return true;
      if (!IsWhole(text)) return false;
      break;
    case JsonKind::kNumber:
      if (const int32_t few = FewDigits(text); few >= 0) {
        *result = few;
        return true;
      }
      break;
    default:
      return false;
  }
  if (IsWhole(text)) {
    Int number = 0;
    if (!absl::SimpleAtoi(text, &number)) return false;
    *result = number;
    return true;
  }
  double number = 0;
  if (!absl::SimpleAtod(text, &number)) return false;
  number = std::trunc(number);
  // Both limits are exact as doubles, or the next above.
  if (!(number >= static_cast<double>(std::numeric_limits<Int>::min())) ||
      !(number < static_cast<double>(std::numeric_limits<Int>::max()) + 1.0)) {
    return false;
  }
  *result = static_cast<Int>(number);
  return true;
}

}  // namespace

bool JacksonString(const JsonSpan& value, std::optional<std::string>* result) {
  switch (value.kind) {
    case JsonKind::kString:
      if (value.has_escapes) {
        *result = Unescaped(value);
        return true;
      }
      [[fallthrough]];
    case JsonKind::kNumber:
    case JsonKind::kTrue:
    case JsonKind::kFalse:
      Assign(value.text, result);
      return true;
    default:
      result->reset();
      return value.kind == JsonKind::kNull;
  }
}

bool JacksonInt32(const JsonSpan& value, std::optional<int32_t>* result) {
  return JacksonInt(value, result);
}

bool JacksonInt64(const JsonSpan& value, std::optional<int64_t>* result) {
  return JacksonInt(value, result);
}

bool JacksonBool(const JsonSpan& value, std::optional<bool>* result) {
  result->reset();
  switch (value.kind) {
    case JsonKind::kNull:
      return true;
    case JsonKind::kTrue:
      *result = true;
      return true;
    case JsonKind::kFalse:
      *result = false;
      return true;
    case JsonKind::kNumber:
      if (!IsWhole(value.text)) return false;
      *result = value.text != "0" && value.text != "-0";
      return true;
    case JsonKind::kString: {
      const std::string text = Unescaped(value);
      const absl::string_view word = absl::StripAsciiWhitespace(text);
      if (word.empty()) return true;
      if (word == "true" || word == "True" || word == "TRUE") {
        *result = true;
      } else if (word == "false" || word == "False" || word == "FALSE") {
        *result = false;
      } else {
        return false;
      }
      return true;
    }
    default:
      return false;
  }
}

std::optional<std::string> JacksonEnum(
    const JsonSpan& value, absl::Span<const absl::string_view> known) {
  if (value.is_string()) {
    std::string text = Unescaped(value);
    if (std::find(known.begin(), known.end(), text) != known.end()) return text;
    return std::nullopt;
  }
  std::optional<int32_t> ordinal;
  if (value.kind == JsonKind::kNumber && IsWhole(value.text) &&
      JacksonInt32(value, &ordinal) && *ordinal >= 0 &&
      static_cast<size_t>(*ordinal) < known.size()) {
    return std::string(known[static_cast<size_t>(*ordinal)]);
  }
  return std::nullopt;
}

}  // namespace sr
