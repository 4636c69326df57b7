#include "core/json/json_position.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "core/json/utf8.h"

namespace sr {
namespace {

// Recursive descent; each method returns false once a flaw is noted.
class Scanner {
 public:
  Scanner(absl::string_view text, int depth_max)
      : text_(text), depth_max_(depth_max) {}

  std::optional<JsonFlaw> Run() {
    if (Value(0)) {
      SkipSpace();
      if (at_ != text_.size()) Flaw("unexpected text behind the value");
    }
    return std::move(flaw_);
  }

 private:
  bool Flaw(absl::string_view reason) {
    flaw_ = JsonFlaw{at_, std::string(reason)};
    return false;
  }

  bool AtEnd() const { return at_ == text_.size(); }
  char Current() const { return AtEnd() ? '\0' : text_[at_]; }

  void SkipSpace() {
    while (!AtEnd() && (Current() == ' ' || Current() == '\n' ||
                        Current() == '\r' || Current() == '\t')) {
      ++at_;
    }
  }

  bool Value(int depth) {
    SkipSpace();
    if (AtEnd()) return Flaw("the text ends where a value should stand");
    switch (Current()) {
      case '{':
        return depth == depth_max_ ? TooDeep() : Object(depth + 1);
      case '[':
        return depth == depth_max_ ? TooDeep() : Array(depth + 1);
      case '"':
        return String();
      case 't':
        return Word("true");
      case 'f':
        return Word("false");
      case 'n':
        return Word("null");
      default:
        return Number();
    }
  }

  bool TooDeep() {
    return Flaw(absl::StrCat("nested deeper than ", depth_max_));
  }

  bool Object(int depth) {
    ++at_;
    SkipSpace();
    if (Current() == '}') return Take();
    while (true) {
      SkipSpace();
      if (Current() != '"') return Flaw("expected a member name");
      if (!String()) return false;
      SkipSpace();
      if (Current() != ':') return Flaw("expected ':'");
      ++at_;
      if (!Value(depth)) return false;
      SkipSpace();
      if (Current() == '}') return Take();
      if (Current() != ',') return Flaw("expected ',' or '}'");
      ++at_;
    }
  }

  bool Array(int depth) {
    ++at_;
    SkipSpace();
    if (Current() == ']') return Take();
    while (true) {
      if (!Value(depth)) return false;
      SkipSpace();
      if (Current() == ']') return Take();
      if (Current() != ',') return Flaw("expected ',' or ']'");
      ++at_;
    }
  }

  bool Take() {
    ++at_;
    return true;
  }

  bool Word(absl::string_view word) {
    if (!absl::StartsWith(text_.substr(at_), word)) {
      return Flaw("expected a value");
    }
    at_ += word.size();
    return true;
  }

  bool String() {
    ++at_;
    while (!AtEnd()) {
      const unsigned char c = static_cast<unsigned char>(Current());
      if (c == '"') return Take();
      if (c < 0x20) return Flaw("a control character in a string");
      if (c == '\\') {
        if (!Escape()) return false;
        continue;
      }
      const size_t length = Utf8Length(text_.substr(at_));
      if (length == 0) return Flaw("a byte that is not UTF-8");
      at_ += length;
    }
    return Flaw("the text ends within a string");
  }

  bool Escape() {
    const absl::string_view rest = text_.substr(at_ + 1);
    if (rest.empty()) return Flaw("the text ends within a string");
    if (rest[0] != 'u') {
      if (absl::string_view("\"\\/bfnrt").find(rest[0]) ==
          absl::string_view::npos) {
        return Flaw("an unknown escape in a string");
      }
      at_ += 2;
      return true;
    }
    const absl::string_view digits = rest.substr(1, 4);
    if (digits.size() < 4 ||
        !std::all_of(digits.begin(), digits.end(), absl::ascii_isxdigit)) {
      return Flaw("expected four hex digits after \\u");
    }
    at_ += 6;
    return true;
  }

  bool Digits() {
    const size_t begin = at_;
    while (absl::ascii_isdigit(static_cast<unsigned char>(Current()))) ++at_;
    return at_ > begin || Flaw("expected a digit");
  }

  bool Number() {
    const size_t begin = at_;
    if (Current() == '-') {
      ++at_;
    } else if (!absl::ascii_isdigit(static_cast<unsigned char>(Current()))) {
      return Flaw("expected a value");
    }
    const size_t first_digit = at_;
    if (!Digits()) return false;
    if (text_[first_digit] == '0' && at_ > first_digit + 1) {
      at_ = first_digit;
      return Flaw("a number with a leading zero");
    }
    bool is_integer = true;
    if (Current() == '.') {
      is_integer = false;
      ++at_;
      if (!Digits()) return false;
    }
    if (Current() == 'e' || Current() == 'E') {
      is_integer = false;
      ++at_;
      if (Current() == '+' || Current() == '-') ++at_;
      if (!Digits()) return false;
    }
    if (is_integer && !Fits64Bits(text_.substr(begin, at_ - begin))) {
      at_ = begin;
      return Flaw("an integer that does not fit in 64 bits");
    }
    return true;
  }

  static bool Fits64Bits(absl::string_view digits) {
    int64_t number = 0;
    uint64_t unsigned_number = 0;
    return absl::SimpleAtoi(digits, &number) ||
           absl::SimpleAtoi(digits, &unsigned_number);
  }

  const absl::string_view text_;
  const int depth_max_;
  size_t at_ = 0;
  std::optional<JsonFlaw> flaw_;
};

}  // namespace

std::optional<JsonFlaw> FindJsonFlaw(absl::string_view text, int depth_max) {
  return Scanner(text, depth_max).Run();
}

std::string DescribeJsonPosition(absl::string_view text, size_t byte) {
  const absl::string_view before = text.substr(0, byte);
  const int64_t line = std::count(before.begin(), before.end(), '\n') + 1;
  const size_t newline = before.rfind('\n');
  const size_t line_begin =
      newline == absl::string_view::npos ? 0 : newline + 1;
  return absl::StrCat("line ", line, ", column ",
                      before.size() - line_begin + 1, " (byte ", byte, ")");
}

}  // namespace sr
