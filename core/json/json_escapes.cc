#include <cstdint>
#include <string>

#include "core/json/json_scanner.h"

namespace sr {
namespace {

bool IsHighSurrogate(uint32_t unit) { return unit >= 0xD800 && unit < 0xDC00; }
bool IsLowSurrogate(uint32_t unit) { return unit >= 0xDC00 && unit < 0xE000; }

void AppendUtf8(uint32_t code, std::string* out) {
  const auto byte = [out](uint32_t value) {
    out->push_back(static_cast<char>(value));
  };
  if (code < 0x80) {
    byte(code);
  } else if (code < 0x800) {
    byte(0xC0 | code >> 6);
    byte(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    byte(0xE0 | code >> 12);
    byte(0x80 | (code >> 6 & 0x3F));
    byte(0x80 | (code & 0x3F));
  } else {
    byte(0xF0 | code >> 18);
    byte(0x80 | (code >> 12 & 0x3F));
    byte(0x80 | (code >> 6 & 0x3F));
    byte(0x80 | (code & 0x3F));
  }
}

// The unit that four hexadecimal digits at `at` say; they have been scanned.
uint32_t FourDigits(absl::string_view text, size_t at) {
  uint32_t unit = 0;
  for (size_t i = at; i < at + 4; ++i) {
    const char c = text[i];
    const int digit = c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
    unit = unit * 16 + static_cast<uint32_t>(digit);
  }
  return unit;
}

void AppendUnicodeEscape(uint32_t unit, std::string* out) {
  constexpr char kDigits[] = "0123456789ABCDEF";
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

}  // namespace

std::string Unescaped(const JsonSpan& string) {
  std::string plain;
  Unescape(string, &plain);
  return plain;
}

void Unescape(const JsonSpan& string, std::string* plain) {
  const absl::string_view text = string.text;
  if (!string.has_escapes) {
    plain->assign(text.data(), text.size());
    return;
  }
  plain->clear();
  plain->reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    const size_t escape = text.find('\\', at);
    const size_t end = escape == absl::string_view::npos ? text.size() : escape;
    plain->append(text.data() + at, end - at);
    if (end == text.size()) break;
    const char kind = text[end + 1];
    at = end + 2;
    switch (kind) {
      case 'b':
        *plain += '\b';
        break;
      case 'f':
        *plain += '\f';
        break;
      case 'n':
        *plain += '\n';
        break;
      case 'r':
        *plain += '\r';
        break;
      case 't':
        *plain += '\t';
        break;
      case 'u': {
        uint32_t code = FourDigits(text, at);
        at += 4;
        if (IsHighSurrogate(code) && text.substr(at, 2) == "\\u" &&
            IsLowSurrogate(FourDigits(text, at + 2))) {
          code = 0x10000 + ((code - 0xD800) << 10) +
                 (FourDigits(text, at + 2) - 0xDC00);
          at += 6;
        }
        AppendUtf8(code, plain);
        break;
      }
      default:
        *plain += kind;
    }
  }
}

std::string CanonicallyEscaped(absl::string_view text) {
  std::string escaped;
  escaped.reserve(text.size() + text.size() / 8);
  for (size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    const uint8_t byte = static_cast<uint8_t>(c);
    const auto low6 = [&text](size_t i) {
      return static_cast<uint32_t>(static_cast<uint8_t>(text[i]) & 0x3F);
    };
    if (const char letter = ShortEscape(c); letter != '\0') {
      escaped += '\\';
      escaped += letter;
    } else if (byte < 0x20) {
      AppendUnicodeEscape(byte, &escaped);
    } else if (byte >= 0xF0 && at + 3 < text.size()) {
      const uint32_t code = ((byte & 0x07u) << 18 | low6(at + 1) << 12 |
                             low6(at + 2) << 6 | low6(at + 3)) -
                            0x10000;
      AppendUnicodeEscape(0xD800 + (code >> 10), &escaped);
      AppendUnicodeEscape(0xDC00 + (code & 0x3FF), &escaped);
      at += 3;
    } else if (byte == 0xED && at + 2 < text.size() &&
               static_cast<uint8_t>(text[at + 1]) >= 0xA0) {
      AppendUnicodeEscape(0xD000 | low6(at + 1) << 6 | low6(at + 2), &escaped);
      at += 2;
    } else {
      escaped += c;
    }
  }
  return escaped;
}

}  // namespace sr
