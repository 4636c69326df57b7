#include "tests/support/recorded_topic.h"

#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_split.h"
#include "core/base/text.h"
#include "gtest/gtest.h"
#include "tests/support/program.h"

namespace sr {

std::vector<JsonValue> RecordedLines(const std::string& path) {
  const ProgramResult file = RunProgram({"xz", "-dcf", path});
  EXPECT_EQ(file.exit_code, 0) << file.err;
  std::vector<JsonValue> lines;
  for (const absl::string_view line :
       absl::StrSplit(file.out, '\n', absl::SkipEmpty())) {
    absl::StatusOr<JsonValue> value = ParseJson(line);
    EXPECT_TRUE(value.ok()) << value.status();
    if (value.ok()) lines.push_back(*std::move(value));
  }
  return lines;
}

std::optional<std::string> RecordedBytes(const JsonValue& base64) {
  if (base64.is_null()) return std::nullopt;
  return FromBase64(base64.string_value()).value();
}

std::vector<TestRecord> RecordedRecords(const JsonValue& recorded) {
  std::vector<TestRecord> records;
  for (const JsonValue& line : recorded.Find("records")->array()) {
    records.push_back(RecordedRecord(line));
  }
  return records;
}

TestRecord RecordedRecord(const JsonValue& line) {
  TestRecord record;
  record.offset = line.array()[0].int64_value();
  record.timestamp = line.array()[1].int64_value();
  record.key = RecordedBytes(line.array()[2]);
  record.value = RecordedBytes(line.array()[3]);
  return record;
}

std::vector<TestRecord> RecordsOfRecording(const std::string& path) {
  std::vector<TestRecord> records;
  for (const JsonValue& line : RecordedLines(path)) {
    TestRecord record;
    record.offset = line.Find("offset")->int64_value();
    record.timestamp = line.Find("timestamp")->int64_value();
    record.key = RecordedBytes(*line.Find("key_base64"));
    record.value = RecordedBytes(*line.Find("value_base64"));
    if (line.Find("timestampType")->string_value() == "LogAppendTime") {
      record.timestamp_type = TimestampType::kLogAppendTime;
    }
    for (const JsonValue& header : line.Find("headers")->array()) {
      record.headers.push_back({header.array()[0].string_value(),
                                RecordedBytes(header.array()[1])});
    }
    records.push_back(std::move(record));
  }
  return records;
}

}  // namespace sr
