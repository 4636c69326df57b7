#include "verifier/record_text.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/vector_source.h"

namespace sr {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TestRecord Full() {
  return {.offset = 17,
          .timestamp = 1764044733123,
          .timestamp_type = TimestampType::kLogAppendTime,
          .key = "{\"keytype\":\"NOOP\"}",
          .value = std::string("a\xff\x1b[2J\n", 7),
          .headers = {{"h", "1"}, {"h", std::nullopt}, {"", ""}}};
}

TEST(RecordLine, ShowsAllOfARecordAndObeysNone) {
  EXPECT_EQ(RecordLine(Full().View(), /*raw=*/false),
            "17 2025-11-25T04:25:33.123Z LogAppendTime "
            "key={\"keytype\":\"NOOP\"} value=a\\xff\\x1b[2J\\n "
            "[h=1] [h=null] [\"\"=\"\"]\n");
  EXPECT_EQ(RecordLine(Full().View(), /*raw=*/true),
            "17 2025-11-25T04:25:33.123Z LogAppendTime "
            "key=\"eyJrZXl0eXBlIjoiTk9PUCJ9\" value=\"Yf8bWzJKCg==\" "
            "[\"aA==\"=\"MQ==\"] [\"aA==\"=null] [\"\"=\"\"]\n");
}

TEST(RecordLine, NullIsNotEmpty) {
  const TestRecord record = {.offset = 1, .timestamp = -1, .value = ""};
  EXPECT_EQ(RecordLine(record.View(), false),
            "1 -1 CreateTime key=null value=\"\"\n");
}

TEST(RecordJson, RawIsExact) {
  EXPECT_EQ(RecordJson(Full().View(), /*raw=*/true),
            "{\"offset\":17,\"timestamp\":1764044733123,"
            "\"timestamp_type\":\"LogAppendTime\","
            "\"key\":\"eyJrZXl0eXBlIjoiTk9PUCJ9\",\"value\":\"Yf8bWzJKCg==\","
            "\"headers\":[[\"aA==\",\"MQ==\"],[\"aA==\",null],[\"\",\"\"]]}");
}

TEST(RecordJson, AsTextReplacesWhatIsNoUtf8) {
  const std::string json = RecordJson(Full().View(), /*raw=*/false);
  EXPECT_THAT(json, HasSubstr("\"key\":\"{\\\"keytype\\\":\\\"NOOP\\\"}\""));
  EXPECT_THAT(json, HasSubstr("\"value\":\"a\uFFFD\\u001b[2J\\n\""));
  EXPECT_THAT(json, Not(HasSubstr("\n")));
  const TestRecord nulls = {.offset = 1, .timestamp = -1};
  EXPECT_EQ(RecordJson(nulls.View(), false),
            "{\"offset\":1,\"timestamp\":-1,\"timestamp_type\":\"CreateTime\","
            "\"key\":null,\"value\":null,\"headers\":[]}");
}

}  // namespace
}  // namespace sr
