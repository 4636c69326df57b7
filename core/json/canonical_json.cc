#include "core/json/canonical_json.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <map>

#include "absl/strings/numbers.h"

namespace sr {
namespace {

void AppendUnicodeEscape(uint32_t unit, std::string* out) {
  constexpr char kDigits[] = "0123456789abcdef";
  out->append("\\u");
  for (int shift = 12; shift >= 0; shift -= 4) {
    out->push_back(kDigits[unit >> shift & 0xF]);
  }
}

char ShortEscape(char c) {
  switch (c) {
    case '\b':
      return 'b';
    case '\f':
      return 'f';
    case '\n':
      return 'n';
    case '\r':
      return 'r';
    case '\t':
      return 't';
    case '"':
    case '\\':
      return c;
    default:
      return '\0';
  }
}

void AppendNumber(absl::string_view number, std::string* out) {
  const bool whole = number.find_first_of(".eE") == absl::string_view::npos;
  double value = 0;
  if (whole || !absl::SimpleAtod(number, &value) || !std::isfinite(value)) {
    out->append(number.data(), number.size());
    return;
  }
  std::array<char, 32> digits;  // No double needs more than 24.
  const auto end =
      std::to_chars(digits.data(), digits.data() + digits.size(), value);
  out->append(digits.data(), end.ptr);
}

void AppendObject(const JsonSpan& object, std::string* out) {
  std::map<std::string, JsonSpan> sorted;
  for (JsonMembers members(object); members.Next();) {
    sorted[Unescaped(members.name())] = members.value();
  }
  out->push_back('{');
  bool is_first = true;
  for (const auto& [name, value] : sorted) {
    if (!is_first) out->push_back(',');
    is_first = false;
    AppendCanonicalString(name, out);
    out->push_back(':');
    AppendCanonicalJson(value, out);
  }
  out->push_back('}');
}

void AppendArray(const JsonSpan& array, std::string* out) {
  out->push_back('[');
  bool is_first = true;
  for (JsonElements elements(array); elements.Next();) {
    if (!is_first) out->push_back(',');
    is_first = false;
    AppendCanonicalJson(elements.value(), out);
  }
  out->push_back(']');
}

}  // namespace

void AppendCanonicalString(absl::string_view text, std::string* out) {
  out->push_back('"');
  for (size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    const uint8_t byte = static_cast<uint8_t>(c);
    if (const char letter = ShortEscape(c); letter != '\0') {
      out->push_back('\\');
      out->push_back(letter);
    } else if (byte < 0x20) {
      AppendUnicodeEscape(byte, out);
    } else if (byte == 0xED && at + 2 < text.size() &&
               static_cast<uint8_t>(text[at + 1]) >= 0xA0) {
      AppendUnicodeEscape(
          0xD000 | (static_cast<uint32_t>(text[at + 1]) & 0x3F) << 6 |
              (static_cast<uint32_t>(text[at + 2]) & 0x3F),
          out);
      at += 2;
    } else {
      out->push_back(c);
    }
  }
  out->push_back('"');
}

// The depth of recursion is that of the scan: kJsonScanDepthMax at most.
void AppendCanonicalJson(const JsonSpan& value, std::string* out) {
  switch (value.kind) {
    case JsonKind::kNumber:
      return AppendNumber(value.text, out);
    case JsonKind::kString:
      return AppendCanonicalString(Unescaped(value), out);
    case JsonKind::kObject:
      return AppendObject(value, out);
    case JsonKind::kArray:
      return AppendArray(value, out);
    default:
      out->append(value.text.data(), value.text.size());
  }
}

}  // namespace sr
