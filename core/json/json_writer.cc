#include "core/json/json_writer.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>

#include "absl/strings/str_cat.h"
#include "core/base/check.h"
#include "core/json/utf8.h"

namespace sr {
namespace {

// Appends the escape of `c`, which is below 0x20, a quote or a backslash.
void AppendEscape(char c, std::string* out) {
  switch (c) {
    case '"':
      out->append("\\\"");
      return;
    case '\\':
      out->append("\\\\");
      return;
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
      absl::StrAppend(out, "\\u",
                      absl::Hex(static_cast<uint8_t>(c), absl::kZeroPad4));
  }
}

}  // namespace

void AppendJsonString(absl::string_view text, std::string* out) {
  out->push_back('"');
  size_t plain_begin = 0;  // Bytes from here to i go out as they are.
  size_t i = 0;
  while (i < text.size()) {
    const unsigned char c = static_cast<unsigned char>(text[i]);
    const bool escape = c < 0x20 || c == '"' || c == '\\';
    const size_t length = escape ? 1 : Utf8Length(text.substr(i));
    if (!escape && length != 0) {
      i += length;
      continue;
    }
    out->append(text.data() + plain_begin, i - plain_begin);
    if (escape) {
      AppendEscape(text[i], out);
    } else {
      out->append("\xEF\xBF\xBD");  // U+FFFD
    }
    plain_begin = ++i;
  }
  out->append(text.data() + plain_begin, text.size() - plain_begin);
  out->push_back('"');
}

JsonWriter::JsonWriter(std::string* out, Style style)
    : out_(out), style_(style) {}

JsonWriter& JsonWriter::BeginObject() {
  Begin(true, '{');
  return *this;
}

JsonWriter& JsonWriter::EndObject() {
  End(true, '}');
  return *this;
}

JsonWriter& JsonWriter::BeginArray() {
  Begin(false, '[');
  return *this;
}

JsonWriter& JsonWriter::EndArray() {
  End(false, ']');
  return *this;
}

JsonWriter& JsonWriter::Key(absl::string_view name) {
  SR_CHECK(!open_.empty() && open_.back().is_object);
  SR_CHECK(!open_.back().key_written);
  if (open_.back().has_values) out_->push_back(',');
  NewLine();
  AppendJsonString(name, out_);
  out_->append(style_ == Style::kIndented ? ": " : ":");
  open_.back().key_written = true;
  return *this;
}

JsonWriter& JsonWriter::String(absl::string_view text) {
  BeforeValue();
  AppendJsonString(text, out_);
  return *this;
}

JsonWriter& JsonWriter::Int(int64_t value) {
  BeforeValue();
  absl::StrAppend(out_, value);
  return *this;
}

JsonWriter& JsonWriter::Uint(uint64_t value) {
  BeforeValue();
  absl::StrAppend(out_, value);
  return *this;
}

JsonWriter& JsonWriter::Bool(bool value) {
  BeforeValue();
  out_->append(value ? "true" : "false");
  return *this;
}

JsonWriter& JsonWriter::Null() {
  BeforeValue();
  out_->append("null");
  return *this;
}

JsonWriter& JsonWriter::Double(double value) {
  if (!std::isfinite(value)) return Null();
  BeforeValue();
  std::array<char, 32> text;
  const std::to_chars_result result =
      std::to_chars(text.data(), text.data() + text.size(), value);
  out_->append(text.data(), static_cast<size_t>(result.ptr - text.data()));
  return *this;
}

void JsonWriter::BeforeValue() {
  if (open_.empty()) {
    SR_CHECK(!value_written_);
    value_written_ = true;
    return;
  }
  Level& level = open_.back();
  if (level.is_object) {
    SR_CHECK(level.key_written);
    level.key_written = false;
  } else {
    if (level.has_values) out_->push_back(',');
    NewLine();
  }
  level.has_values = true;
}

void JsonWriter::Begin(bool is_object, char bracket) {
  BeforeValue();
  out_->push_back(bracket);
  open_.push_back(Level{is_object});
}

void JsonWriter::End(bool is_object, char bracket) {
  SR_CHECK(!open_.empty() && open_.back().is_object == is_object);
  SR_CHECK(!open_.back().key_written);
  const bool had_values = open_.back().has_values;
  open_.pop_back();
  if (had_values) NewLine();
  out_->push_back(bracket);
}

void JsonWriter::NewLine() {
  if (style_ != Style::kIndented) return;
  out_->push_back('\n');
  out_->append(2 * open_.size(), ' ');
}

}  // namespace sr
