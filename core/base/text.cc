#include "core/base/text.h"

#include <algorithm>
#include <array>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/time.h"

namespace sr {
namespace {

// Decodes one UTF-8 sequence at the start of `bytes`. Returns its length and
// sets `*code_point`, or returns 0 if the bytes are not well-formed UTF-8
// (overlong forms, surrogates and values above U+10FFFF are not).
size_t DecodeUtf8(absl::string_view bytes, uint32_t* code_point) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(bytes[i]); };
  const auto continues = [&](size_t i) {
    return i < bytes.size() && (byte(i) & 0xC0) == 0x80;
  };
  const uint8_t lead = byte(0);
  if (lead < 0x80) {
    *code_point = lead;
    return 1;
  }
  if (lead >= 0xC2 && lead <= 0xDF && continues(1)) {
    *code_point = (lead & 0x1Fu) << 6 | (byte(1) & 0x3Fu);
    return 2;
  }
  if (lead >= 0xE0 && lead <= 0xEF && continues(1) && continues(2)) {
    const uint32_t value =
        (lead & 0x0Fu) << 12 | (byte(1) & 0x3Fu) << 6 | (byte(2) & 0x3Fu);
    if (value < 0x800 || (value >= 0xD800 && value <= 0xDFFF)) return 0;
    *code_point = value;
    return 3;
  }
  if (lead >= 0xF0 && lead <= 0xF4 && continues(1) && continues(2) &&
      continues(3)) {
    const uint32_t value = (lead & 0x07u) << 18 | (byte(1) & 0x3Fu) << 12 |
                           (byte(2) & 0x3Fu) << 6 | (byte(3) & 0x3Fu);
    if (value < 0x10000 || value > 0x10FFFF) return 0;
    *code_point = value;
    return 4;
  }
  return 0;
}

// Characters that draw nothing themselves but change how others are drawn, or
// that end a line in some terminals.
bool IsInvisibleControl(uint32_t code_point) {
  struct Range {
    uint32_t first, last;
  };
  static constexpr std::array<Range, 10> kRanges = {{
      {0x00, 0x1F},        // C0
      {0x7F, 0x9F},        // DEL, C1
      {0xAD, 0xAD},        // soft hyphen
      {0x61C, 0x61C},      // Arabic letter mark
      {0x200B, 0x200F},    // zero width, direction marks
      {0x2028, 0x202E},    // line separators, embeddings and overrides
      {0x2060, 0x206F},    // invisible operators, isolates
      {0xFEFF, 0xFEFF},    // byte order mark
      {0xFFF9, 0xFFFB},    // annotation
      {0xE0000, 0xE0FFF},  // tags, variation selectors
  }};
  return std::any_of(kRanges.begin(), kRanges.end(), [&](const Range& range) {
    return code_point >= range.first && code_point <= range.last;
  });
}

void AppendEscapedCodePoint(uint32_t code_point, std::string* out) {
  switch (code_point) {
    case '\n':
      out->append("\\n");
      return;
    case '\r':
      out->append("\\r");
      return;
    case '\t':
      out->append("\\t");
      return;
    default:
      if (code_point < 0x80) {
        absl::StrAppendFormat(out, "\\x%02x", code_point);
      } else {
        absl::StrAppendFormat(out, "\\u{%x}", code_point);
      }
  }
}

}  // namespace

std::string EscapeForTerminal(absl::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  while (!bytes.empty()) {
    uint32_t code_point = 0;
    const size_t length = DecodeUtf8(bytes, &code_point);
    if (length == 0) {
      absl::StrAppendFormat(&out, "\\x%02x", static_cast<uint8_t>(bytes[0]));
      bytes.remove_prefix(1);
      continue;
    }
    if (code_point == '\\') {
      out.append("\\\\");
    } else if (IsInvisibleControl(code_point)) {
      AppendEscapedCodePoint(code_point, &out);
    } else {
      out.append(bytes.data(), length);
    }
    bytes.remove_prefix(length);
  }
  return out;
}

std::string Excerpt(absl::string_view bytes) {
  constexpr size_t kShownMax = 120;
  std::string text = EscapeForTerminal(bytes.substr(0, kShownMax));
  if (bytes.size() > kShownMax) text.append("...");
  return text;
}

std::string Base64(absl::string_view bytes) {
  return absl::Base64Escape(bytes);
}

absl::StatusOr<std::string> FromBase64(absl::string_view text) {
  std::string bytes;
  if (!absl::Base64Unescape(text, &bytes)) {
    return absl::InvalidArgumentError(
        absl::StrCat("not base64: ", EscapeForTerminal(text.substr(0, 40))));
  }
  return bytes;
}

std::string Hex(absl::string_view bytes) {
  return absl::BytesToHexString(bytes);
}

absl::StatusOr<std::string> FromHex(absl::string_view text) {
  const bool all_hex = std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') ||
           (c >= 'A' && c <= 'F');
  });
  if (!all_hex || text.size() % 2 != 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("not hex: ", EscapeForTerminal(text.substr(0, 40))));
  }
  const auto digit = [](char c) {
    return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
  };
  std::string bytes;
  bytes.reserve(text.size() / 2);
  for (size_t i = 0; i < text.size(); i += 2) {
    bytes += static_cast<char>(digit(text[i]) * 16 + digit(text[i + 1]));
  }
  return bytes;
}

std::string WithThousands(int64_t number) {
  std::string digits = absl::StrCat(number);
  const size_t first = digits[0] == '-' ? 1 : 0;
  for (size_t i = digits.size(); i > first + 3;) {
    i -= 3;
    digits.insert(i, 1, ',');
  }
  return digits;
}

std::string HumanBytes(int64_t bytes) {
  if (bytes < 1024) return absl::StrCat(bytes, " B");
  static constexpr std::array<const char*, 4> kUnits = {"KiB", "MiB", "GiB",
                                                        "TiB"};
  double value = static_cast<double>(bytes) / 1024;
  size_t unit = 0;
  while (value >= 1024 && unit + 1 < kUnits.size()) {
    value /= 1024;
    ++unit;
  }
  return absl::StrFormat("%.1f %s", value, kUnits[unit]);
}

std::string TimestampText(int64_t timestamp_ms) {
  if (timestamp_ms < 0) return absl::StrCat(timestamp_ms);
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ",
                          absl::FromUnixMillis(timestamp_ms),
                          absl::UTCTimeZone());
}

}  // namespace sr
