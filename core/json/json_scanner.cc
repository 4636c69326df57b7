#include "core/json/json_scanner.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/check.h"
#include "core/json/plain_text.h"

namespace sr {
namespace {

constexpr absl::string_view kBom = "\xEF\xBB\xBF";

bool IsSpace(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// 0 to 15, or -1.
int HexDigit(char c) {
  if (IsDigit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool IsHighSurrogate(uint32_t unit) { return unit >= 0xD800 && unit < 0xDC00; }
bool IsLowSurrogate(uint32_t unit) { return unit >= 0xDC00 && unit < 0xE000; }

// Walks over one text.
class Scanner {
 public:
  explicit Scanner(absl::string_view text, size_t at = 0)
      : text_(text), at_(at) {}

  absl::Status Value(JsonSpan* value);
  absl::Status String(JsonSpan* value);
  void Spaces() {
    while (at_ < text_.size() && IsSpace(text_[at_])) {
      ++at_;
      has_space_ = true;
    }
  }

  size_t at() const { return at_; }
  void Skip(size_t bytes) { at_ += bytes; }
  bool has_space() const { return has_space_; }
  bool AtEnd() const { return at_ == text_.size(); }
  char Peek() const { return AtEnd() ? '\0' : text_[at_]; }
  absl::Status Error(absl::string_view what) const {
    return absl::InvalidArgumentError(absl::StrCat(what, " at byte ", at_));
  }
  bool Take(char c) {
    if (AtEnd() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

 private:
  absl::Status Scalar(JsonSpan* value);
  absl::Status Literal(absl::string_view literal, JsonKind kind,
                       JsonSpan* value);
  absl::Status Number(JsonSpan* value);
  absl::Status Nested();
  absl::Status MemberName();
  absl::Status Escape(JsonSpan* value);
  absl::Status Utf8Sequence(JsonSpan* value);
  bool Continues(size_t ahead) const {
    return at_ + ahead < text_.size() &&
           (static_cast<uint8_t>(text_[at_ + ahead]) & 0xC0) == 0x80;
  }
  // The four digits behind "\u" at `at`; -1 if they are none.
  int32_t UnicodeEscape(size_t at) const;

  absl::string_view text_;
  size_t at_;
  bool has_space_ = false;
  std::vector<char> open_;  // '{' and '[' of what is not closed yet.
};

int32_t Scanner::UnicodeEscape(size_t at) const {
  if (at + 4 > text_.size()) return -1;
  int32_t unit = 0;
  for (size_t i = at; i < at + 4; ++i) {
    const int digit = HexDigit(text_[i]);
    if (digit < 0) return -1;
    unit = unit * 16 + digit;
  }
  return unit;
}

// At a backslash.
absl::Status Scanner::Escape(JsonSpan* value) {
  value->has_escapes = true;
  const char kind = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
  if (IsShortEscape(kind) || kind == '/') {
    if (kind == '/') value->canonical_escapes = false;
    at_ += 2;
    return absl::OkStatus();
  }
  if (kind != 'u') return Error("an escape that JSON does not have");
  const int32_t unit = UnicodeEscape(at_ + 2);
  if (unit < 0) return Error("\\u without four hexadecimal digits");
  size_t length = 6;
  bool pair = false;
  if (IsHighSurrogate(static_cast<uint32_t>(unit)) &&
      text_.substr(at_ + 6, 2) == "\\u") {
    const int32_t low = UnicodeEscape(at_ + 8);
    pair = low >= 0 && IsLowSurrogate(static_cast<uint32_t>(low));
    if (pair) length = 12;
  }
  // Jackson writes lone surrogates, pairs, and controls without a short escape
  // this way; digits in upper case.
  const bool lone = !pair && unit >= 0xD800 && unit < 0xE000;
  const bool control = unit < 0x20 && unit != '\b' && unit != '\f' &&
                       unit != '\n' && unit != '\r' && unit != '\t';
  if (!pair && !lone && !control) value->canonical_escapes = false;
  for (const char c : text_.substr(at_ + 1, length - 1)) {
    if (c >= 'a' && c <= 'f') value->canonical_escapes = false;
  }
  at_ += length;
  return absl::OkStatus();
}

// At a byte that is not ASCII.
absl::Status Scanner::Utf8Sequence(JsonSpan* value) {
  const auto byte = [this](size_t i) {
    return static_cast<uint8_t>(text_[at_ + i]);
  };
  const uint8_t first = byte(0);
  size_t length = 0;
  if (first >= 0xC2 && first <= 0xDF && Continues(1)) {
    length = 2;
  } else if (first >= 0xE0 && first <= 0xEF && Continues(1) && Continues(2) &&
             !(first == 0xE0 && byte(1) < 0xA0) &&
             !(first == 0xED && byte(1) >= 0xA0)) {
    length = 3;
  } else if (first >= 0xF0 && first <= 0xF4 && Continues(1) && Continues(2) &&
             Continues(3) && !(first == 0xF0 && byte(1) < 0x90) &&
             !(first == 0xF4 && byte(1) >= 0x90)) {
    length = 4;
    value->canonical_escapes = false;  // Jackson escapes these.
  }
  if (length == 0) return Error("not UTF-8");
  at_ += length;
  return absl::OkStatus();
}

// At an opening quote.
absl::Status Scanner::String(JsonSpan* value) {
  value->kind = JsonKind::kString;
  value->canonical_escapes = true;
  value->has_escapes = false;
  if (!Take('"')) return Error("no string where one is due");
  const size_t begin = at_;
  while (true) {
    at_ = SkipPlainText(text_, at_, &value->has_escapes);
    if (AtEnd()) return Error("a string that does not end");
    const char c = text_[at_];
    absl::Status status;
    if (c == '"') {
      value->text = text_.substr(begin, at_ - begin);
      ++at_;
      return status;
    }
    if (c == '\\') {
      status = Escape(value);
    } else if (static_cast<uint8_t>(c) >= 0x80) {
      status = Utf8Sequence(value);
    } else {
      return Error("a control character within a string");
    }
    if (!status.ok()) return status;
  }
}

absl::Status Scanner::Literal(absl::string_view literal, JsonKind kind,
                              JsonSpan* value) {
  if (text_.substr(at_, literal.size()) != literal) {
    return Error("no JSON value");
  }
  value->kind = kind;
  value->text = text_.substr(at_, literal.size());
  at_ += literal.size();
  return absl::OkStatus();
}

absl::Status Scanner::Number(JsonSpan* value) {
  const size_t begin = at_;
  const auto digits = [this] {
    const size_t from = at_;
    while (!AtEnd() && IsDigit(text_[at_])) ++at_;
    return at_ > from;
  };
  (void)Take('-');
  if (!Take('0') && !digits()) return Error("no JSON value");
  if (IsDigit(Peek())) return Error("a number that begins with 0");
  if (Take('.') && !digits()) return Error("a fraction without digits");
  if (Peek() == 'e' || Peek() == 'E') {
    ++at_;
    if (!Take('+')) (void)Take('-');
    if (!digits()) return Error("an exponent without digits");
  }
  value->kind = JsonKind::kNumber;
  value->text = text_.substr(begin, at_ - begin);
  return absl::OkStatus();
}

absl::Status Scanner::Scalar(JsonSpan* value) {
  switch (Peek()) {
    case '"':
      return String(value);
    case 'n':
      return Literal("null", JsonKind::kNull, value);
    case 't':
      return Literal("true", JsonKind::kTrue, value);
    case 'f':
      return Literal("false", JsonKind::kFalse, value);
    default:
      if (AtEnd()) return Error("no JSON value");
      return Number(value);
  }
}

// A name and its colon.
absl::Status Scanner::MemberName() {
  JsonSpan name;
  Spaces();
  absl::Status status = String(&name);
  if (!status.ok()) return status;
  Spaces();
  if (!Take(':')) return Error("no colon behind a member's name");
  return absl::OkStatus();
}

// From an opening bracket to behind its closing one.
absl::Status Scanner::Nested() {
  open_.clear();
  do {
    // A value is due.
    Spaces();
    absl::Status status;
    const char c = Peek();
    if (c == '{' || c == '[') {
      if (open_.size() == static_cast<size_t>(kJsonScanDepthMax)) {
        return Error(
            absl::StrCat("nested deeper than ", kJsonScanDepthMax, " levels"));
      }
      ++at_;
      open_.push_back(c);
      Spaces();
      if (Peek() != (c == '{' ? '}' : ']')) {
        if (c == '{') status = MemberName();
        if (!status.ok()) return status;
        continue;
      }
    } else {
      JsonSpan scalar;
      status = Scalar(&scalar);
      if (!status.ok()) return status;
    }
    // A value has ended, or an empty bracket is open.
    while (!open_.empty()) {
      Spaces();
      const bool is_object = open_.back() == '{';
      if (Take(is_object ? '}' : ']')) {
        open_.pop_back();
        continue;
      }
      if (!Take(',')) return Error("neither comma nor closing bracket");
      if (is_object) status = MemberName();
      if (!status.ok()) return status;
      break;
    }
  } while (!open_.empty());
  return absl::OkStatus();
}

absl::Status Scanner::Value(JsonSpan* value) {
  const char c = Peek();
  if (c != '{' && c != '[') return Scalar(value);
  const size_t begin = at_;
  absl::Status status = Nested();
  value->kind = c == '{' ? JsonKind::kObject : JsonKind::kArray;
  value->canonical_escapes = true;
  value->has_escapes = false;
  value->text = text_.substr(begin, at_ - begin);
  return status;
}

}  // namespace

absl::StatusOr<JsonScan> ScanJson(absl::string_view text) {
  JsonScan scan;
  Scanner scanner(text);
  if (text.substr(0, kBom.size()) == kBom) {
    scan.has_bom = true;
    scanner.Skip(kBom.size());
  }
  scanner.Spaces();
  absl::Status status = scanner.Value(&scan.value);
  if (!status.ok()) return status;
  scanner.Spaces();
  scan.has_trailing = !scanner.AtEnd();
  scan.has_space = scanner.has_space();
  return scan;
}

JsonTextReader::JsonTextReader(absl::string_view text) : text_(text) {
  Scanner scanner(text_);
  if (text_.substr(0, kBom.size()) == kBom) {
    has_bom_ = true;
    scanner.Skip(kBom.size());
  }
  scanner.Spaces();
  has_space_ = scanner.has_space();
  if (scanner.Take('{')) {
    kind_ = JsonKind::kObject;
    at_ = scanner.at();
    return;
  }
  status_ = scanner.Value(&value_);
  kind_ = value_.kind;
  has_space_ = scanner.has_space();
  Finish(scanner.at());
}

// The value ends at `at`.
void JsonTextReader::Finish(size_t at) {
  is_done_ = true;
  Scanner scanner(text_, at);
  scanner.Spaces();
  has_space_ = has_space_ || scanner.has_space();
  has_trailing_ = !scanner.AtEnd();
}

bool JsonTextReader::NextMember() {
  if (is_done_) return false;
  Scanner scanner(text_, at_);
  scanner.Spaces();
  if (scanner.Take('}')) {
    // Behind the last member, or in an empty object; never behind a comma.
    has_space_ = has_space_ || scanner.has_space();
    Finish(scanner.at());
    return false;
  }
  if (!is_first_) {
    if (!scanner.Take(',')) {
      status_ = scanner.Error("neither comma nor closing bracket");
    }
    scanner.Spaces();
  }
  is_first_ = false;
  if (status_.ok()) status_ = scanner.String(&name_);
  scanner.Spaces();
  if (status_.ok() && !scanner.Take(':')) {
    status_ = scanner.Error("no colon behind a member's name");
  }
  scanner.Spaces();
  if (status_.ok()) status_ = scanner.Value(&value_);
  has_space_ = has_space_ || scanner.has_space();
  is_done_ = !status_.ok();
  at_ = scanner.at();
  return status_.ok();
}

JsonMembers::JsonMembers(const JsonSpan& object) : text_(object.text) {
  SR_CHECK(object.kind == JsonKind::kObject);
}

bool JsonMembers::Next() {
  Scanner scanner(text_, at_);
  scanner.Spaces();
  if (scanner.Peek() == ',') {
    scanner.Skip(1);
    scanner.Spaces();
  }
  if (scanner.Peek() != '"') return false;
  SR_CHECK(scanner.String(&name_).ok());
  scanner.Spaces();
  scanner.Skip(1);  // The colon.
  scanner.Spaces();
  SR_CHECK(scanner.Value(&value_).ok());
  at_ = scanner.at();
  return true;
}

JsonElements::JsonElements(const JsonSpan& array) : text_(array.text) {
  SR_CHECK(array.kind == JsonKind::kArray);
}

bool JsonElements::Next() {
  Scanner scanner(text_, at_);
  scanner.Spaces();
  if (scanner.Peek() == ',') {
    scanner.Skip(1);
    scanner.Spaces();
  }
  if (scanner.Peek() == ']') return false;
  SR_CHECK(scanner.Value(&value_).ok());
  at_ = scanner.at();
  return true;
}

}  // namespace sr
