// JSON where it stands: values as pieces of their text, nothing copied and
// nothing unescaped, and what a lenient reader would let pass told apart from
// what it would not.
//
// ParseJson (json.h) is for what our tools wrote. This is for keys and values
// of a topic, where the question is not only what a text says but also how
// registries read it: Jackson, which Confluent uses, takes the first value of a
// text and the last of several members of one name. Hostile texts cost no more
// than their length: no recursion, no memory.
#ifndef CORE_JSON_JSON_SCANNER_H_
#define CORE_JSON_JSON_SCANNER_H_

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace sr {

enum class JsonKind { kNull, kFalse, kTrue, kNumber, kString, kObject, kArray };

// One value. Borrows from the text that was scanned.
struct JsonSpan {
  JsonKind kind = JsonKind::kNull;
  // As it stands; of a string what is between its quotes, still escaped.
  absl::string_view text;
  // Of a string: whether each character is written as Jackson writes it, so
  // that two texts are equal if and only if their escaped forms are. ASCII
  // controls by their short escapes or \u00XX, `"` and `\` by theirs, all other
  // characters of the basic plane raw, the rest as two \uXXXX in upper case.
  bool canonical_escapes = true;
  // Of a string: whether there is a backslash in it.
  bool has_escapes = false;

  bool is_string() const { return kind == JsonKind::kString; }
  bool is_null() const { return kind == JsonKind::kNull; }
  bool is_object() const { return kind == JsonKind::kObject; }
  bool is_bool() const {
    return kind == JsonKind::kTrue || kind == JsonKind::kFalse;
  }
};

struct JsonScan {
  JsonSpan value;             // The first of the text.
  bool has_bom = false;       // EF BB BF in front of it; skipped.
  bool has_space = false;     // White space anywhere outside of strings.
  bool has_trailing = false;  // Other bytes behind it; not looked at.
};

// As Jackson since 2.15 and orjson roughly; deeper is an error.
inline constexpr int kJsonScanDepthMax = 1000;

// Scans the first value of `text`. InvalidArgument, with the byte, if there is
// none or it is not JSON of RFC 8259 in UTF-8, or nests deeper than
// kJsonScanDepthMax. A lone surrogate escape is no error. Any thread.
absl::StatusOr<JsonScan> ScanJson(absl::string_view text);

// Reads the first value of a text and, if it is an object, its members one
// after the other: ScanJson and JsonMembers in one pass.
//
//   JsonTextReader reader(text);
//   if (reader.kind() == JsonKind::kObject) while (reader.NextMember()) { ... }
//   if (!reader.status().ok()) ...
class JsonTextReader {
 public:
  explicit JsonTextReader(absl::string_view text);

  // Of the value, as far as its first byte tells; valid if status() is OK.
  JsonKind kind() const { return kind_; }
  // Goes to the next member of an object. False behind the last and at what is
  // not JSON.
  bool NextMember();
  const JsonSpan& name() const { return name_; }
  const JsonSpan& value() const { return value_; }

  // As ScanJson: known when NextMember has returned false, or at once for a
  // value that is no object.
  const absl::Status& status() const { return status_; }
  bool has_bom() const { return has_bom_; }
  bool has_space() const { return has_space_; }
  bool has_trailing() const { return has_trailing_; }

 private:
  void Finish(size_t at);

  absl::string_view text_;
  size_t at_ = 0;
  JsonKind kind_ = JsonKind::kNull;
  bool is_first_ = true;
  bool is_done_ = false;
  bool has_bom_ = false;
  bool has_space_ = false;
  bool has_trailing_ = false;
  absl::Status status_;
  JsonSpan name_;
  JsonSpan value_;
};

// The members of an object, in order, duplicates included.
//
//   for (JsonMembers members(scan.value); members.Next();) { ... }
class JsonMembers {
 public:
  // `object` is of kind kObject and comes from ScanJson or from here.
  explicit JsonMembers(const JsonSpan& object);

  // Goes to the next member. False behind the last.
  bool Next();

  const JsonSpan& name() const { return name_; }
  const JsonSpan& value() const { return value_; }

 private:
  absl::string_view text_;
  size_t at_ = 1;
  JsonSpan name_;
  JsonSpan value_;
};

// The elements of an array, in order.
class JsonElements {
 public:
  explicit JsonElements(const JsonSpan& array);
  bool Next();
  const JsonSpan& value() const { return value_; }

 private:
  absl::string_view text_;
  size_t at_ = 1;
  JsonSpan value_;
};

// What the string says, in UTF-8. A surrogate without its other half, which
// UTF-8 has no bytes for, is written as the three bytes it would have (ED A0 80
// to ED BF BF): texts that differ stay different.
std::string Unescaped(const JsonSpan& string);
// Same, into *plain, whatever was in it, using its memory.
void Unescape(const JsonSpan& string, std::string* plain);

// `text` (as Unescaped returns) as Jackson writes it, without the quotes: the
// one escaped form that canonical_escapes speaks of.
std::string CanonicallyEscaped(absl::string_view text);

}  // namespace sr

#endif  // CORE_JSON_JSON_SCANNER_H_
