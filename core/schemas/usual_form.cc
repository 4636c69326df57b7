#include "core/schemas/usual_form.h"

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "core/json/plain_text.h"

namespace sr {
namespace {

// Goes over a text that should be what it is told.
class Form {
 public:
  explicit Form(absl::string_view text) : text_(text) {}

  // Whether `literal` comes next; goes behind it.
  template <size_t kSize>
  bool Take(const char (&literal)[kSize]) {
    constexpr size_t kLength = kSize - 1;
    if (text_.size() - at_ < kLength ||
        std::memcmp(text_.data() + at_, literal, kLength) != 0) {
      return false;
    }
    at_ += kLength;
    return true;
  }

  // The rest of a string, with its closing quote: printable ASCII and short
  // escapes.
  bool TakeText(absl::string_view* text, bool* has_escapes) {
    const size_t end = SkipPlainText(text_, at_, has_escapes);
    if (end == text_.size() || text_[end] != '"') return false;
    *text = text_.substr(at_, end - at_);
    at_ = end + 1;
    return true;
  }

  bool TakePlainText(absl::string_view* text) {
    bool has_escapes = false;
    return TakeText(text, &has_escapes) && !has_escapes;
  }

  // Up to nine digits, so that any number of them fits.
  bool TakeNumber(int32_t* number) {
    const size_t begin = at_;
    int32_t value = 0;
    while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') {
      if (at_ - begin == 9) return false;
      value = value * 10 + (text_[at_++] - '0');
    }
    *number = value;
    // JSON has no numbers that begin with 0.
    return at_ > begin && (text_[begin] != '0' || at_ == begin + 1);
  }

  bool AtEnd() const { return at_ == text_.size(); }

 private:
  const absl::string_view text_;
  size_t at_ = 0;
};

// Keeps the memory of *field, if it has any.
void Assign(absl::string_view text, std::optional<std::string>* field) {
  if (!field->has_value()) field->emplace();
  (*field)->assign(text.data(), text.size());
}

}  // namespace

bool ReadUsualKey(absl::string_view text, DecodedKey* decoded) {
  Form form(text);
  absl::string_view subject;
  int32_t version = 0;
  if (!form.Take(R"({"keytype":"SCHEMA","subject":")") ||
      !form.TakePlainText(&subject) || !form.Take(R"(,"version":)") ||
      !form.TakeNumber(&version) || !form.Take(R"(,"magic":1})") ||
      !form.AtEnd()) {
    return false;
  }
  decoded->key.type = KeyType::kSchema;
  Assign(subject, &decoded->key.subject);
  decoded->key.version = version;
  decoded->key.magic = 1;
  return true;
}

bool ReadUsualValue(absl::string_view text, SchemaValue* decoded) {
  Form form(text);
  absl::string_view subject;
  absl::string_view type;
  int32_t version = 0;
  int32_t id = 0;
  JsonSpan schema;
  schema.kind = JsonKind::kString;
  if (!form.Take(R"({"subject":")") || !form.TakePlainText(&subject) ||
      !form.Take(R"(,"version":)") || !form.TakeNumber(&version) ||
      !form.Take(R"(,"id":)") || !form.TakeNumber(&id)) {
    return false;
  }
  const bool has_type = form.Take(R"(,"schemaType":")");
  if (has_type && !form.TakePlainText(&type)) return false;
  if (!form.Take(R"(,"schema":")") ||
      !form.TakeText(&schema.text, &schema.has_escapes) ||
      !form.Take(R"(,"deleted":)")) {
    return false;
  }
  const bool deleted = form.Take("true");
  if ((!deleted && !form.Take("false")) || !form.Take("}") || !form.AtEnd()) {
    return false;
  }
  Assign(subject, &decoded->subject);
  decoded->version = version;
  decoded->id = id;
  if (has_type) Assign(type, &decoded->schema_type);
  decoded->schema = schema;
  decoded->deleted = deleted;
  return true;
}

}  // namespace sr
