#include "core/schemas/writer_text.h"

#include <algorithm>
#include <cstdint>

#include "core/json/json_scanner.h"

namespace sr {
namespace {

constexpr char kUpper[] = "0123456789ABCDEF";
constexpr char kLower[] = "0123456789abcdef";

class Writer {
 public:
  Writer(absl::string_view text, TextForm form, std::string* out)
      : text_(text),
        form_(form),
        digits_(form == TextForm::kRapidjson ? kUpper : kLower),
        out_(out) {}

  void Write() {
    while (at_ < text_.size()) {
      const auto byte = static_cast<uint8_t>(text_[at_]);
      if (byte < 0x80) {
        WriteAscii(text_[at_++]);
      } else {
        WriteSequence(byte);
      }
    }
  }

 private:
  void WriteAscii(char c) {
    constexpr absl::string_view kShort = "\b\f\n\r\t\"\\";
    constexpr absl::string_view kLetters = "bfnrt\"\\";
    if (const size_t place = kShort.find(c); place != absl::string_view::npos) {
      *out_ += '\\';
      *out_ += kLetters[place];
    } else if (static_cast<uint8_t>(c) < 0x20) {
      WriteUnit(static_cast<uint8_t>(c));
    } else {
      if (c == '/' && form_ == TextForm::kUjson) *out_ += '\\';
      *out_ += c;
    }
  }

  // A character of two bytes or more.
  void WriteSequence(uint8_t first) {
    size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    length = std::min(length, text_.size() - at_);
    const absl::string_view sequence = text_.substr(at_, length);
    at_ += length;
    uint32_t code = first & (0xFFu >> (length + 1));
    for (const char c : sequence.substr(1)) {
      code = code << 6 | (static_cast<uint8_t>(c) & 0x3Fu);
    }
    const bool is_half_pair = code >= 0xD800 && code < 0xE000;
    if (!is_half_pair && form_ != TextForm::kUjson) {
      out_->append(sequence.data(), sequence.size());
    } else if (code < 0x10000) {
      WriteUnit(code);
    } else {
      WriteUnit(0xD800 + ((code - 0x10000) >> 10));
      WriteUnit(0xDC00 + ((code - 0x10000) & 0x3FF));
    }
  }

  void WriteUnit(uint32_t unit) {
    out_->append("\\u");
    for (int shift = 12; shift >= 0; shift -= 4) {
      out_->push_back(digits_[unit >> shift & 0xF]);
    }
  }

  const absl::string_view text_;
  const TextForm form_;
  const char* const digits_;
  std::string* const out_;
  size_t at_ = 0;
};

}  // namespace

void AppendText(absl::string_view text, TextForm form, std::string* out) {
  if (form == TextForm::kJackson) {
    out->append(CanonicallyEscaped(text));
  } else {
    Writer(text, form, out).Write();
  }
}

}  // namespace sr
