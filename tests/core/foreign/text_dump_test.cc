// What people keep of a topic, line by line, and every line that is none.
#include "core/foreign/text_dump.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace sr {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kKey[] = R"({"keytype":"SCHEMA","subject":"s","version":1,"magic":1})";
constexpr char kValue[] = R"({"subject":"s","version":1,"id":1,"schema":"\"string\""})";

std::string Line(const std::string& separator, const std::string& value = kValue) {
  return kKey + separator + value + "\n";
}

TEST(TextDumpTest, KeysAndValuesWithAnySeparator) {
  for (const char* separator : {"\t", ":", "|", ",", "#", "  ", "        "}) {
    const auto copy = ParseTextDump(Line(separator) + Line(separator));
    ASSERT_TRUE(copy.ok()) << separator << copy.status();
    ASSERT_EQ(copy->records.size(), 2u);
    EXPECT_EQ(copy->records[0].key, kKey);
    EXPECT_EQ(copy->records[0].value, kValue);
    EXPECT_EQ(copy->records[0].timestamp, 0);
    EXPECT_EQ(copy->records[1].offset, 1);
    EXPECT_THAT(copy->lost, Contains("offsets: they count the lines"));
    EXPECT_THAT(copy->lost, Contains("the times of records"));
    EXPECT_THAT(copy->lost, Contains("headers"));
  }
}

TEST(TextDumpTest, WhatIsNoValue) {
  const auto words = ParseTextDump(Line("\t", "null") + Line("\t", ""));
  ASSERT_TRUE(words.ok()) << words.status();
  EXPECT_EQ(words->records[0].value, std::nullopt);
  EXPECT_EQ(words->records[1].value, "");
  EXPECT_THAT(words->lost, Contains(HasSubstr("the word null")));
  // As kcat writes it.
  const auto empty = ParseTextDump(Line("\t", "") + Line("\t"));
  ASSERT_TRUE(empty.ok());
  EXPECT_EQ(empty->records[0].value, std::nullopt);
  EXPECT_THAT(empty->lost, Contains(HasSubstr("whether a value was null or empty")));
  EXPECT_THAT(ParseTextDump(Line("\t"))->lost, Not(Contains(HasSubstr("null"))));
}

TEST(TextDumpTest, WithAllThatConsoleConsumerPrints) {
  const auto copy = ParseTextDump(
      std::string("CreateTime:1700000000000\tPartition:0\tOffset:5\tNO_HEADERS\t") +
      Line("\t") +
      "LogAppendTime:1700000000001\tPartition:0\tOffset:9\th:x,n:null\t" +
      Line("\t", "null"));
  ASSERT_TRUE(copy.ok()) << copy.status();
  EXPECT_EQ(copy->records[0].offset, 5);
  EXPECT_EQ(copy->records[0].timestamp, 1700000000000);
  EXPECT_EQ(copy->records[1].timestamp_type, TimestampType::kLogAppendTime);
  ASSERT_EQ(copy->records[1].headers.size(), 2u);
  EXPECT_EQ(copy->records[1].headers[0].second, "x");
  EXPECT_EQ(copy->records[1].headers[1].second, std::nullopt);
  EXPECT_EQ(copy->end_offset(), 10);
  EXPECT_THAT(copy->lost, Not(Contains(HasSubstr("offsets"))));
}

TEST(TextDumpTest, JsonOfKcat) {
  const auto copy = ParseTextDump(
      R"({"topic":"_schemas","partition":0,"offset":3,"tstype":"create","ts":17,)"
      R"("broker":0,"headers":["h","x","n",null],"key":"k\u00e9","payload":"{}"})"
      "\n"
      R"({"topic":"_schemas","partition":0,"offset":4,"tstype":"logappend","ts":18,)"
      R"("broker":0,"key":null,"payload":null})"
      "\n");
  ASSERT_TRUE(copy.ok()) << copy.status();
  ASSERT_EQ(copy->records.size(), 2u);
  EXPECT_EQ(copy->topic, "_schemas");
  EXPECT_EQ(copy->records[0].key, "ké");
  EXPECT_EQ(copy->records[0].value, "{}");
  ASSERT_EQ(copy->records[0].headers.size(), 2u);
  EXPECT_EQ(copy->records[0].headers[1].second, std::nullopt);
  EXPECT_EQ(copy->records[1].key, std::nullopt);
  EXPECT_EQ(copy->records[1].value, std::nullopt);
  EXPECT_EQ(copy->records[1].timestamp_type, TimestampType::kLogAppendTime);
  EXPECT_EQ(copy->lost.size(), 1u);
}

TEST(TextDumpTest, JsonOfRpk) {
  const auto copy = ParseTextDump(R"({
  "topic": "_schemas",
  "key": "k",
  "value": "v",
  "headers": [{"key": "h", "value": "x"}],
  "timestamp": 17,
  "partition": 0,
  "offset": 0
}
{
  "topic": "_schemas",
  "key": "k",
  "timestamp": 18,
  "partition": 0,
  "offset": 2
}
)");
  ASSERT_TRUE(copy.ok()) << copy.status();
  ASSERT_EQ(copy->records.size(), 2u);
  EXPECT_EQ(copy->records[0].headers[0].second, "x");
  EXPECT_EQ(copy->records[1].value, std::nullopt);
  EXPECT_THAT(copy->lost, Contains(HasSubstr("1 values were null or empty")));
}

TEST(TextDumpTest, LinesThatAreNone) {
  const std::string good = Line("\t");
  for (const auto& [bad, why] : std::vector<std::pair<std::string, std::string>>{
           {"", "the file is empty"},
           {"\n\n", "the file is empty"},
           {good + "\n", "line 2: no JSON object as key"},
           {good + "key\tvalue\n", "line 2: neither headers nor a key"},
           {good + "orders\t" + good, "line 2: neither headers nor a key"},
           {good + kKey + "\n", "line 2: nothing behind the key"},
           {std::string(kKey) + kValue + "\n", "line 1: no separator"},
           {good + Line("\t", "{\"a\":1"), "line 2: a value that is no JSON object"},
           {good + Line("\t", "{} x"), "line 2: a value that is no JSON object"},
           {good + Line("\t", "value"), "line 2: a value that is no JSON object"},
           {good.substr(0, good.size() - 5), "line 1: a value"},
           {"Offset:x\t" + good, "line 1: no number"},
           {"Offset:-1\t" + good, "line 1: an offset below 0"},
           {"Partition:1\t" + good, "line 1: a partition other than 0"},
           {"Offset:5\t" + good + "Offset:5\t" + good, "line 2: an offset that"},
           {"Offset:5\t" + good + good, "line 2: offsets in some lines only"}}) {
    const auto copy = ParseTextDump(bad);
    EXPECT_TRUE(absl::IsDataLoss(copy.status())) << bad;
    EXPECT_THAT(copy.status().message(), HasSubstr(why)) << bad;
  }
}

TEST(TextDumpTest, ObjectsThatAreNone) {
  const std::string good =
      R"({"topic":"t","partition":0,"offset":3,"ts":17,"key":"k","payload":"v"})"
      "\n";
  ASSERT_TRUE(ParseTextDump(good).ok());
  for (const auto& [bad, why] : std::vector<std::pair<std::string, std::string>>{
           {good + good, "line 2: an offset that does not rise"},
           {good + "x", "line 2: no JSON object"},
           {good + good.substr(0, 40), "line 2: no JSON object, or cut"},
           {good + R"({"partition":0,"offset":4})", "line 2: no topic"},
           {good + R"({"topic":"u","partition":0,"offset":4})", "another topic"},
           {good + R"({"topic":"t","partition":1,"offset":4})", "a partition"},
           {good + R"({"topic":"t","partition":0})", "no whole number as offset"},
           {good + R"({"topic":"t","partition":0,"offset":4.5})", "as offset"},
           {good + R"({"topic":"t","partition":0,"offset":4,"ts":"x"})", "as time"},
           {good + R"({"topic":"t","partition":0,"offset":4,"key":{}})", "as key"},
           {good + R"({"topic":"t","partition":0,"offset":4,"payload":1})",
            "as value"},
           {good + R"({"topic":"t","partition":0,"offset":4,"headers":["h"]})",
            "a header without a value"},
           {good + R"({"topic":"t","partition":0,"offset":4,"headers":{}})",
            "no headers"},
           {good + R"({"topic":"t","partition":0,"offset":4,"headers":[1]})",
            "no header"}}) {
    const auto copy = ParseTextDump(bad);
    EXPECT_TRUE(absl::IsDataLoss(copy.status())) << bad;
    EXPECT_THAT(copy.status().message(), HasSubstr(why)) << bad;
  }
}

// A dump that was cut anywhere is not taken for a shorter one, but at its lines.
TEST(TextDumpTest, EveryTruncation) {
  const std::string text = Line("\t") + Line("\t", "null") + Line("\t");
  for (size_t size = 1; size < text.size(); ++size) {
    const auto copy = ParseTextDump(text.substr(0, size));
    const bool at_line = text[size - 1] == '\n' || text[size] == '\n';
    // Behind the tab a value may be missing.
    const bool behind_tab = text[size - 1] == '\t';
    EXPECT_EQ(copy.ok(), at_line || behind_tab) << size;
  }
}

}  // namespace
}  // namespace sr
