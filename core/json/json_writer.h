// Writes JSON, a call a token, straight into a string.
#ifndef CORE_JSON_JSON_WRITER_H_
#define CORE_JSON_JSON_WRITER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace sr {

// What is written is valid JSON and depends on the calls only: members stay in
// the order given, no locale, no addresses. Calls that do not nest into one
// JSON value are a bug of the caller and stop the program. Not thread-safe.
//
//   std::string out;
//   JsonWriter json(&out);
//   json.BeginObject().Key("offset").Int(5).EndObject();  // {"offset":5}
class JsonWriter {
 public:
  enum class Style {
    kCompact,   // No white space at all; one line.
    kIndented,  // One member or element a line, two spaces a level.
  };

  // Appends to `*out`, which must outlive this.
  explicit JsonWriter(std::string* out, Style style = Style::kCompact);

  JsonWriter(const JsonWriter&) = delete;
  JsonWriter& operator=(const JsonWriter&) = delete;

  JsonWriter& BeginObject();
  JsonWriter& EndObject();
  JsonWriter& BeginArray();
  JsonWriter& EndArray();

  // The name of the next value; within an object before each value. That no
  // name comes twice is the caller's business.
  JsonWriter& Key(absl::string_view name);

  // Quotes, backslashes and control characters are escaped. Bytes that are not
  // valid UTF-8 cannot be said in JSON: each becomes U+FFFD, so such a string
  // is for people; write Base64 where bytes matter.
  JsonWriter& String(absl::string_view text);
  JsonWriter& Int(int64_t value);
  JsonWriter& Uint(uint64_t value);
  JsonWriter& Bool(bool value);
  JsonWriter& Null();
  // The shortest text that reads back as `value`; null if it is not finite.
  JsonWriter& Double(double value);

  // Whether one whole value has been written.
  bool done() const { return open_.empty() && value_written_; }

 private:
  struct Level {
    bool is_object = false;
    bool has_values = false;
    bool key_written = false;
  };

  void BeforeValue();
  void Begin(bool is_object, char bracket);
  void End(bool is_object, char bracket);
  void NewLine();

  std::string* const out_;
  const Style style_;
  std::vector<Level> open_;
  bool value_written_ = false;
};

// `text` as one JSON string, quotes included; see JsonWriter::String.
void AppendJsonString(absl::string_view text, std::string* out);

}  // namespace sr

#endif  // CORE_JSON_JSON_WRITER_H_
