// Keys and values that real registries wrote, read and written again: the same
// bytes.
#include "core/schemas/encode.h"

#include <algorithm>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/json/json.h"
#include "core/schemas/writer_text.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/recorded_topic.h"

namespace sr {
namespace {

struct Counts {
  int keys = 0;
  int values = 0;
};

std::optional<std::string> WrittenAgain(const DecodedKey& key,
                                        const std::string& bytes,
                                        const RecordWriter& writer) {
  const Bytes value = absl::string_view(bytes);
  switch (key.key.type) {
    case KeyType::kSchema: {
      const SchemaValue schema = DecodeSchemaValue(value);
      // What a leader writes when it takes an update back is never written anew.
      if (schema.offset.has_value()) return std::nullopt;
      return EncodeSchemaValue(schema, writer);
    }
    case KeyType::kConfig:
      return EncodeConfigValue(key.key.subject, DecodeConfigValue(value),
                               writer);
    case KeyType::kMode:
      return EncodeModeValue(key.key.subject,
                             DecodeModeValue(value).mode.value_or(""), writer);
    case KeyType::kDeleteSubject: {
      const SubjectValue subject = DecodeSubjectValue(value);
      return EncodeDeleteSubjectValue(*subject.subject,
                                      subject.version.value_or(0), writer);
    }
    case KeyType::kClearSubject:
      return EncodeClearSubjectValue(DecodeSubjectValue(value).subject,
                                     writer);
    case KeyType::kContext: {
      const ContextValue context = DecodeContextValue(value);
      return EncodeContextValue(*context.tenant, *context.context);
    }
    case KeyType::kNoop:
    case KeyType::kAssociation:
      return std::nullopt;
  }
  return std::nullopt;
}

// Holds what `writer` would write against each record of `records`.
Counts ExpectSameBytes(const std::vector<TestRecord>& records,
                       const RecordWriter& writer) {
  Counts counts;
  for (const TestRecord& record : records) {
    const DecodedKey key = DecodeKey(record.View().key);
    EXPECT_EQ(EncodeKey(key.key, writer), *record.key) << record.offset;
    ++counts.keys;
    if (record.value.value_or("").empty()) continue;
    const auto again = WrittenAgain(key, *record.value, writer);
    if (!again.has_value()) continue;
    EXPECT_EQ(*again, *record.value) << record.offset;
    ++counts.values;
  }
  return counts;
}

RecordWriter ConfluentWriter(int major, int minor, int patch) {
  RecordWriter writer;
  writer.confluent_version = {major, minor, patch};
  return writer;
}

RecordWriter KarapaceWriter(int major) {
  RecordWriter writer;
  writer.product = Product::kKarapace;
  writer.karapace_major = major;
  return writer;
}

TEST(EncodeTest, WritesWhatConfluentWrote) {
  int keys = 0;
  int values = 0;
  for (const JsonValue& topic :
       RecordedLines("tests/data/schemas/confluent_topics.jsonl.xz")) {
    const std::string name = topic.Find("case")->string_value();
    // Those without records of other writers.
    if (absl::StrContains(name, "old keys") ||
        absl::StrContains(name, "grade")) {
      continue;
    }
    SCOPED_TRACE(name);
    const RecordWriter writer = absl::StartsWith(name, "8.2.2")
                                    ? ConfluentWriter(8, 2, 2)
                                    : ConfluentWriter(7, 6, 13);
    const Counts counts = ExpectSameBytes(RecordedRecords(topic), writer);
    keys += counts.keys;
    values += counts.values;
  }
  EXPECT_GT(keys, 5000);
  EXPECT_GT(values, 5000);
}

TEST(EncodeTest, WritesWhatKarapaceWrote) {
  int cases = 0;
  for (const JsonValue& topic :
       RecordedLines("tests/data/schemas/karapace_topics.jsonl.xz")) {
    const std::string name = topic.Find("case")->string_value();
    if (!absl::StrContains(name, "life cycle")) continue;
    SCOPED_TRACE(name);
    const Counts counts =
        ExpectSameBytes(RecordedRecords(topic),
                        KarapaceWriter(absl::StartsWith(name, "6") ? 6 : 5));
    EXPECT_GT(counts.values, 50);
    ++cases;
  }
  EXPECT_EQ(cases, 4);
}

// The records of the reference that the writer of their numbers wrote.
TEST(EncodeTest, WritesTheLiteralRecordsOfEachWriter) {
  RecordWriter redpanda;
  redpanda.product = Product::kRedpanda;
  RecordWriter old_karapace = KarapaceWriter(5);
  old_karapace.karapace_old_keys = true;
  struct Era {
    RecordWriter writer;
    std::vector<int> numbers;
  };
  // Without 1, of a Confluent before 3.3, and 63, of a Redpanda with metadata.
  const std::vector<Era> eras = {
      {ConfluentWriter(5, 2, 0), {2, 3, 4, 5, 6, 7, 8, 9}},
      {ConfluentWriter(6, 0, 2),
       {10, 11, 12, 13, 14, 15, 16, 20, 21, 22, 23}},
      {ConfluentWriter(7, 9, 0),
       {17, 18, 19, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37}},
      {ConfluentWriter(8, 2, 2), {38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48}},
      {KarapaceWriter(5), {49, 51, 52, 53, 54, 55, 56, 58}},
      {old_karapace, {50, 57}},
      {redpanda, {59, 60, 61, 62, 64, 65, 66, 67, 68, 69}}};
  std::ifstream file("tests/data/schemas/literal_records.jsonl");
  int compared = 0;
  for (std::string line; std::getline(file, line);) {
    const JsonValue literal = ParseJson(line).value();
    const int number = static_cast<int>(literal.Find("number")->int64_value());
    for (const Era& era : eras) {
      if (std::find(era.numbers.begin(), era.numbers.end(), number) ==
          era.numbers.end()) {
        continue;
      }
      SCOPED_TRACE(number);
      TestRecord record;
      record.key = literal.Find("key")->string_value();
      const JsonValue* const value = literal.Find("value");
      if (!value->is_null()) record.value = value->string_value();
      compared += ExpectSameBytes({record}, era.writer).keys;
    }
  }
  EXPECT_EQ(compared, 67);
}

// Each written form of a key is read as the same key.
TEST(EncodeTest, KeysOfEachEra) {
  RegistryKey key;
  key.type = KeyType::kConfig;
  EXPECT_EQ(EncodeKey(key, ConfluentWriter(5, 2, 0)),
            R"({"subject":null,"magic":0,"keytype":"CONFIG"})");
  EXPECT_EQ(EncodeKey(key, ConfluentWriter(6, 0, 2)),
            R"({"keytype":"CONFIG","subject":null,"magic":0})");
  EXPECT_EQ(EncodeKey(key, ConfluentWriter(6, 0, 3)),
            R"({"keytype":"CONFIG","magic":0})");
  EXPECT_EQ(EncodeKey(key, ConfluentWriter(6, 1, 1)),
            R"({"keytype":"CONFIG","subject":null,"magic":0})");
  EXPECT_EQ(EncodeKey(key, ConfluentWriter(6, 1, 2)),
            R"({"keytype":"CONFIG","magic":0})");
  EXPECT_EQ(EncodeKey(key, KarapaceWriter(6)),
            R"({"keytype":"CONFIG","subject":null,"magic":0})");
  RecordWriter redpanda;
  redpanda.product = Product::kRedpanda;
  key.seq = 7;
  key.node = 2;
  EXPECT_EQ(EncodeKey(key, redpanda),
            R"({"keytype":"CONFIG","subject":null,"magic":0,"seq":7,"node":2})");
}

TEST(EncodeTest, TextOfEachLibrary) {
  const std::string text = "a/\xC3\xA9\xF0\x9F\x98\x80\x7F\x1F\n\"\\\xED\xA0\x80";
  const auto written = [&](TextForm form) {
    std::string out;
    AppendText(text, form, &out);
    return out;
  };
  EXPECT_EQ(written(TextForm::kJackson),
            "a/\xC3\xA9\\uD83D\\uDE00\x7F\\u001F\\n\\\"\\\\\\uD800");
  EXPECT_EQ(written(TextForm::kOrjson),
            "a/\xC3\xA9\xF0\x9F\x98\x80\x7F\\u001f\\n\\\"\\\\\\ud800");
  EXPECT_EQ(written(TextForm::kUjson),
            "a\\/\\u00e9\\ud83d\\ude00\x7F\\u001f\\n\\\"\\\\\\ud800");
  EXPECT_EQ(written(TextForm::kRapidjson),
            "a/\xC3\xA9\xF0\x9F\x98\x80\x7F\\u001F\\n\\\"\\\\\\uD800");
}

}  // namespace
}  // namespace sr
