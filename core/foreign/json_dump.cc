#include "core/foreign/json_dump.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"
#include "core/base/text.h"
#include "core/json/json_scanner.h"

namespace sr {
namespace {

// The members of one object that matter; nullopt: absent or null.
struct Members {
  std::optional<JsonSpan> topic, partition, offset, timestamp, timestamp_type,
      key, value, headers;
  bool has_value = false;  // If only as null.
};

Members MembersOf(const JsonSpan& object) {
  Members members;
  for (JsonMembers each(object); each.Next();) {
    const std::string name = Unescaped(each.name());
    const auto take = [&](std::optional<JsonSpan>* into) {
      if (!each.value().is_null()) *into = each.value();
    };
    if (name == "topic") take(&members.topic);
    if (name == "partition") take(&members.partition);
    if (name == "offset") take(&members.offset);
    if (name == "ts" || name == "timestamp") take(&members.timestamp);
    if (name == "tstype" || name == "timestamp_type") {
      take(&members.timestamp_type);
    }
    if (name == "key") take(&members.key);
    if (name == "headers") take(&members.headers);
    if (name == "payload" || name == "value") {
      members.has_value = true;
      take(&members.value);
    }
  }
  return members;
}

class DumpReader {
 public:
  explicit DumpReader(absl::string_view text) : text_(text) {}

  absl::StatusOr<ForeignCopy> Read() {
    while (true) {
      SkipSpace();
      if (at_ == text_.size()) break;
      RETURN_IF_ERROR(ReadObject());
    }
    copy_.lost = {"bytes that are not UTF-8, if there were any"};
    if (values_left_out_ > 0) {
      copy_.lost.push_back(
          absl::StrCat("whether ", values_left_out_,
                       " values were null or empty: null is taken"));
    }
    if (times_left_out_ > 0) {
      copy_.lost.push_back(
          absl::StrCat("the times of ", times_left_out_, " records"));
    }
    return std::move(copy_);
  }

 private:
  absl::Status Malformed(absl::string_view why) const {
    const auto lines = std::count(text_.begin(),
                                  text_.begin() + static_cast<std::ptrdiff_t>(at_),
                                  '\n');
    return absl::DataLossError(absl::StrCat("line ", lines + 1, ": ", why));
  }

  void SkipSpace() {
    while (at_ < text_.size() &&
           absl::ascii_isspace(static_cast<unsigned char>(text_[at_]))) {
      ++at_;
    }
  }

  absl::StatusOr<int64_t> Number(const std::optional<JsonSpan>& span,
                                 absl::string_view name) const {
    int64_t number = 0;
    if (!span.has_value() || span->kind != JsonKind::kNumber ||
        !absl::SimpleAtoi(span->text, &number)) {
      return Malformed(absl::StrCat("no whole number as ", name));
    }
    return number;
  }

  absl::StatusOr<std::optional<std::string>> Text(
      const std::optional<JsonSpan>& span, absl::string_view name) const {
    if (!span.has_value()) return std::optional<std::string>();
    if (!span->is_string()) return Malformed(absl::StrCat("no text as ", name));
    return std::optional<std::string>(Unescaped(*span));
  }

  absl::Status ReadObject() {
    const absl::StatusOr<JsonScan> scan = ScanJson(text_.substr(at_));
    if (!scan.ok() || !scan->value.is_object()) {
      return Malformed("no JSON object, or cut");
    }
    const Members members = MembersOf(scan->value);
    ForeignRecord record;
    RETURN_IF_ERROR(ReadPlace(members, &record));
    ASSIGN_OR_RETURN(record.key, Text(members.key, "key"));
    ASSIGN_OR_RETURN(record.value, Text(members.value, "value"));
    if (!members.has_value) ++values_left_out_;
    if (members.headers.has_value()) {
      RETURN_IF_ERROR(ReadHeaders(*members.headers, &record));
    }
    copy_.records.push_back(std::move(record));
    at_ = static_cast<size_t>(scan->value.text.data() +
                              scan->value.text.size() - text_.data());
    return absl::OkStatus();
  }

  absl::Status ReadPlace(const Members& members, ForeignRecord* record) {
    ASSIGN_OR_RETURN(const std::optional<std::string> topic,
                     Text(members.topic, "topic"));
    if (!topic.has_value()) return Malformed("no topic");
    if (copy_.records.empty()) copy_.topic = *topic;
    if (*topic != copy_.topic) return Malformed("another topic");
    ASSIGN_OR_RETURN(const int64_t partition,
                     Number(members.partition, "partition"));
    if (partition != 0) return Malformed("a partition other than 0");
    ASSIGN_OR_RETURN(record->offset, Number(members.offset, "offset"));
    if (record->offset < 0 || (!copy_.records.empty() &&
                               record->offset <= copy_.records.back().offset)) {
      return Malformed("an offset that does not rise");
    }
    if (members.timestamp.has_value()) {
      ASSIGN_OR_RETURN(record->timestamp, Number(members.timestamp, "time"));
    } else {
      ++times_left_out_;
    }
    // kcat: "create", "logappend", "unknown".
    ASSIGN_OR_RETURN(const std::optional<std::string> type,
                     Text(members.timestamp_type, "type of time"));
    if (type == "logappend") {
      record->timestamp_type = TimestampType::kLogAppendTime;
    }
    return absl::OkStatus();
  }

  // kcat: ["name","value",...]; rpk: [{"key":"name","value":"value"},...].
  absl::Status ReadHeaders(const JsonSpan& headers, ForeignRecord* record) {
    if (headers.kind != JsonKind::kArray) return Malformed("no headers");
    std::optional<std::string> name;
    for (JsonElements elements(headers); elements.Next();) {
      const JsonSpan& element = elements.value();
      if (element.is_object()) {
        const Members members = MembersOf(element);
        ASSIGN_OR_RETURN(const auto key, Text(members.key, "header"));
        ASSIGN_OR_RETURN(auto value, Text(members.value, "header"));
        record->headers.emplace_back(key.value_or(""), std::move(value));
        continue;
      }
      if (!element.is_string() && !(name.has_value() && element.is_null())) {
        return Malformed("no header");
      }
      if (!name.has_value()) {
        name = Unescaped(element);
        continue;
      }
      record->headers.emplace_back(
          *std::exchange(name, std::nullopt),
          element.is_null() ? std::optional<std::string>()
                            : std::optional<std::string>(Unescaped(element)));
    }
    return name.has_value() ? Malformed("a header without a value")
                            : absl::OkStatus();
  }

  const absl::string_view text_;
  size_t at_ = 0;
  ForeignCopy copy_;
  int64_t values_left_out_ = 0;
  int64_t times_left_out_ = 0;
};

}  // namespace

bool IsJsonDump(absl::string_view text) {
  const absl::StatusOr<JsonScan> scan = ScanJson(text);
  return scan.ok() && scan->value.is_object() &&
         MembersOf(scan->value).topic.has_value();
}

absl::StatusOr<ForeignCopy> ParseJsonDump(absl::string_view text) {
  return DumpReader(text).Read();
}

}  // namespace sr
