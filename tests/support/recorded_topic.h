// Topics that real registries wrote or were given, with what they answered
// (tests/data/README.md).
#ifndef TESTS_SUPPORT_RECORDED_TOPIC_H_
#define TESTS_SUPPORT_RECORDED_TOPIC_H_

#include <optional>
#include <string>
#include <vector>

#include "core/json/json.h"
#include "tests/support/vector_source.h"

namespace sr {

// The lines of a file, compressed by xz or not. A file that cannot be read, and a line
// that is not JSON, is a failure of the test.
std::vector<JsonValue> RecordedLines(const std::string& path);

// Of a string in base64, or null.
std::optional<std::string> RecordedBytes(const JsonValue& base64);

// Of [offset, timestamp, key, value], the last two in base64 or null.
TestRecord RecordedRecord(const JsonValue& line);

// Those of the member `records` of a case in tests/data/schemas.
std::vector<TestRecord> RecordedRecords(const JsonValue& recorded);

// Those of a recording beside the project: one a line, with key_base64 and
// value_base64.
std::vector<TestRecord> RecordsOfRecording(const std::string& path);

}  // namespace sr

#endif  // TESTS_SUPPORT_RECORDED_TOPIC_H_
