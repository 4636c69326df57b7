#include "core/foreign/text_dump.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "core/base/status_macros.h"
#include "core/foreign/json_dump.h"
#include "core/json/json_scanner.h"

namespace sr {
namespace {

constexpr absl::string_view kNullWord = "null";

// The bytes of the JSON object at the beginning of `text`; 0 if there is none.
size_t ObjectBytes(absl::string_view text) {
  if (text.empty() || text.front() != '{') return 0;
  const absl::StatusOr<JsonScan> scan = ScanJson(text);
  if (!scan.ok() || !scan->value.is_object()) return 0;
  return scan->value.text.size();
}

// Lines of keys and values, with or without what else was printed.
class LineReader {
 public:
  absl::StatusOr<ForeignCopy> Read(absl::string_view text) {
    if (!text.empty() && text.back() == '\n') text.remove_suffix(1);
    for (const absl::string_view line : absl::StrSplit(text, '\n')) {
      ++number_;
      RETURN_IF_ERROR(ReadLine(absl::StripSuffix(line, "\r")));
    }
    Finish();
    return std::move(copy_);
  }

 private:
  absl::Status Malformed(absl::string_view why) const {
    return absl::DataLossError(absl::StrCat("line ", number_, ": ", why));
  }

  absl::Status ReadLine(absl::string_view line) {
    ForeignRecord record;
    std::optional<int64_t> offset;
    RETURN_IF_ERROR(ReadPrefix(&line, &record, &offset));
    const size_t key_bytes = ObjectBytes(line);
    if (key_bytes == 0) return Malformed("no JSON object as key");
    record.key = std::string(line.substr(0, key_bytes));
    line.remove_prefix(key_bytes);
    RETURN_IF_ERROR(TakeSeparator(&line));
    RETURN_IF_ERROR(ReadValue(line, &record));
    if (offset.has_value() != has_offsets_ && number_ > 1) {
      return Malformed("offsets in some lines only");
    }
    has_offsets_ = offset.has_value();
    record.offset = offset.value_or(number_ - 1);
    if (!copy_.records.empty() &&
        record.offset <= copy_.records.back().offset) {
      return Malformed("an offset that does not rise");
    }
    copy_.records.push_back(std::move(record));
    return absl::OkStatus();
  }

  // What console-consumer prints in front of a key if it is told to.
  absl::Status ReadPrefix(absl::string_view* line, ForeignRecord* record,
                          std::optional<int64_t>* offset) {
    while (!line->empty() && line->front() != '{') {
      const size_t tab = line->find('\t');
      if (tab == absl::string_view::npos) {
        return Malformed("no JSON object as key");
      }
      const absl::string_view field = line->substr(0, tab);
      line->remove_prefix(tab + 1);
      RETURN_IF_ERROR(ReadField(field, record, offset));
    }
    return absl::OkStatus();
  }

  absl::Status ReadField(absl::string_view field, ForeignRecord* record,
                         std::optional<int64_t>* offset) {
    const auto number = [this](absl::string_view text) {
      int64_t value = 0;
      return absl::SimpleAtoi(text, &value)
                 ? absl::StatusOr<int64_t>(value)
                 : Malformed("no number where one should be");
    };
    if (absl::ConsumePrefix(&field, "CreateTime:")) {
      ASSIGN_OR_RETURN(record->timestamp, number(field));
      has_times_ = true;
    } else if (absl::ConsumePrefix(&field, "LogAppendTime:")) {
      ASSIGN_OR_RETURN(record->timestamp, number(field));
      record->timestamp_type = TimestampType::kLogAppendTime;
      has_times_ = true;
    } else if (absl::ConsumePrefix(&field, "Partition:")) {
      if (field != "0") return Malformed("a partition other than 0");
    } else if (absl::ConsumePrefix(&field, "Offset:")) {
      ASSIGN_OR_RETURN(const int64_t value, number(field));
      if (value < 0) return Malformed("an offset below 0");
      *offset = value;
    } else if (absl::StartsWith(field, "Epoch:") ||
               absl::StartsWith(field, "Delivery:") ||
               field == "NO_TIMESTAMP" || field == "NoTimestampType:-1") {
    } else if (field == "NO_HEADERS") {
      has_headers_ = true;
    } else {
      RETURN_IF_ERROR(ReadHeaders(field, record));
    }
    return absl::OkStatus();
  }

  // "name:value,name:value".
  absl::Status ReadHeaders(absl::string_view field, ForeignRecord* record) {
    has_headers_ = true;
    for (const absl::string_view header : absl::StrSplit(field, ',')) {
      const size_t colon = header.find(':');
      if (colon == absl::string_view::npos) {
        return Malformed("neither headers nor a key");
      }
      const absl::string_view value = header.substr(colon + 1);
      record->headers.emplace_back(
          std::string(header.substr(0, colon)),
          value == kNullWord ? std::optional<std::string>()
                             : std::optional<std::string>(value));
    }
    return absl::OkStatus();
  }

  // A tab, one other byte, or a run of spaces.
  absl::Status TakeSeparator(absl::string_view* line) {
    const size_t before = line->size();
    if (absl::ConsumePrefix(line, "\t")) return absl::OkStatus();
    while (absl::ConsumePrefix(line, " ")) {
    }
    if (line->size() < before) return absl::OkStatus();
    if (line->empty()) return Malformed("nothing behind the key");
    const char c = line->front();
    if (c != '{' && !absl::ascii_isalnum(static_cast<unsigned char>(c)) &&
        c != '"') {
      line->remove_prefix(1);
      return absl::OkStatus();
    }
    return Malformed("no separator behind the key");
  }

  absl::Status ReadValue(absl::string_view text, ForeignRecord* record) {
    if (text == kNullWord || text == "NULL") {
      has_null_word_ = true;
      return absl::OkStatus();
    }
    if (!text.empty() && ObjectBytes(text) != text.size()) {
      return Malformed("a value that is no JSON object, or cut");
    }
    record->value = std::string(text);
    return absl::OkStatus();
  }

  void Finish() {
    int64_t empty = 0;
    for (ForeignRecord& record : copy_.records) {
      if (record.value != "") continue;
      ++empty;
      if (!has_null_word_) record.value.reset();
    }
    if (!has_offsets_) {
      copy_.lost.push_back("offsets: they count the lines");
    }
    if (!has_times_) copy_.lost.push_back("the times of records");
    copy_.lost.push_back(
        has_headers_ ? "headers with commas, colons or tabs in them"
                     : "headers");
    if (has_null_word_) {
      copy_.lost.push_back(
          "whether a value was null, or the word null: null is taken");
    }
    if (empty > 0) {
      copy_.lost.push_back(
          has_null_word_
              ? "nothing of empty values: they are kept empty"
              : "whether a value was null or empty: null is taken");
    }
    copy_.lost.push_back("bytes that are not UTF-8, if there were any");
  }

  ForeignCopy copy_;
  int64_t number_ = 0;
  bool has_offsets_ = false;
  bool has_times_ = false;
  bool has_headers_ = false;
  bool has_null_word_ = false;
};

}  // namespace

absl::StatusOr<ForeignCopy> ParseTextDump(absl::string_view text) {
  if (absl::StripLeadingAsciiWhitespace(text).empty()) {
    return absl::DataLossError("the file is empty");
  }
  return IsJsonDump(text) ? ParseJsonDump(text) : LineReader().Read(text);
}

absl::StatusOr<ForeignCopy> ReadTextDump(FileSystem* file_system,
                                         const std::string& path) {
  ASSIGN_OR_RETURN(const std::string text,
                   ReadWholeFile(file_system, path, kForeignBytesMax));
  return ParseTextDump(text);
}

}  // namespace sr
