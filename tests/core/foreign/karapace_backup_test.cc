// Backups that Karapace made read as the topic was; whatever is changed in one with
// checksums is found.
#include "core/foreign/karapace_backup.h"

#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "core/base/digests.h"
#include "core/base/text.h"
#include "core/foreign/karapace_text.h"
#include "core/foreign/karapace_v3.h"
#include "core/json/json.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/program.h"

namespace sr {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

std::string FileText(const std::string& name) {
  std::ifstream file("tests/data/foreign/" + name, std::ios::binary);
  EXPECT_TRUE(file.is_open()) << name;
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

// The topic that the backups were taken from.
std::vector<ForeignRecord> Topic() {
  std::vector<ForeignRecord> records;
  const std::string text = FileText("karapace_5.0.3.records.jsonl");
  for (const absl::string_view line :
       absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    const JsonValue json = ParseJson(line).value();
    const auto bytes = [&json](const char* name) {
      const auto base64 = json.GetOptionalString(name).value();
      return base64.has_value()
                 ? std::optional<std::string>(FromBase64(*base64).value())
                 : std::nullopt;
    };
    ForeignRecord record;
    record.offset = json.GetInt64("offset").value();
    record.timestamp = json.GetInt64("timestamp").value();
    record.key = bytes("key_base64");
    record.value = bytes("value_base64");
    for (const JsonValue& header : json.Find("headers")->array()) {
      record.headers.emplace_back(
          header.array()[0].string_value(),
          FromBase64(header.array()[1].string_value()).value());
    }
    records.push_back(std::move(record));
  }
  EXPECT_EQ(records.size(), 81u);
  return records;
}

TEST(KarapaceBackupTest, V3IsTheTopic) {
  const auto metadata =
      ParseKarapaceMetadata(FileText("karapace_5.0.3.v3.metadata"));
  ASSERT_TRUE(metadata.ok()) << metadata.status();
  EXPECT_EQ(metadata->topic, "_schemas");
  EXPECT_EQ(metadata->tool_version, "5.0.3");
  EXPECT_EQ(metadata->data_file->name, "_schemas:0.data");
  EXPECT_FALSE(metadata->has_trailing);
  const auto copy =
      ParseKarapaceV3(*metadata, FileText("karapace_5.0.3.v3.data"));
  ASSERT_TRUE(copy.ok()) << copy.status();
  EXPECT_THAT(copy->topic_config, Contains(Pair("cleanup.policy", "compact")));
  const std::vector<ForeignRecord> topic = Topic();
  ASSERT_EQ(copy->records.size(), topic.size());
  for (size_t i = 0; i < topic.size(); ++i) {
    EXPECT_EQ(copy->records[i].View(), topic[i].View()) << i;
  }
}

TEST(KarapaceBackupTest, V2HasKeysAndValues) {
  const auto copy = ParseKarapaceV2(FileText("karapace_5.0.3.v2"));
  ASSERT_TRUE(copy.ok()) << copy.status();
  const std::vector<ForeignRecord> topic = Topic();
  ASSERT_EQ(copy->records.size(), topic.size());
  for (size_t i = 0; i < topic.size(); ++i) {
    EXPECT_EQ(copy->records[i].key, topic[i].key) << i;
    EXPECT_EQ(copy->records[i].value, topic[i].value) << i;
  }
  EXPECT_THAT(copy->lost, Contains(HasSubstr("offsets, times and headers")));
}

TEST(KarapaceBackupTest, V1HasWhatTheySay) {
  const auto copy = ParseKarapaceV1(FileText("karapace_5.0.3.v1"));
  ASSERT_TRUE(copy.ok()) << copy.status();
  const std::vector<ForeignRecord> topic = Topic();
  ASSERT_EQ(copy->records.size(), topic.size());
  size_t same = 0;
  for (size_t i = 0; i < topic.size(); ++i) {
    const auto said = [](const std::optional<std::string>& text) {
      return text.value_or("");
    };
    same += said(copy->records[i].key) == said(topic[i].key) &&
            said(copy->records[i].value) == said(topic[i].value);
    EXPECT_EQ(copy->records[i].value.has_value(), said(topic[i].value) != "");
  }
  // Characters that are not ASCII are escaped by Python, and were not in the topic.
  EXPECT_GE(same, 70u);
  EXPECT_THAT(copy->lost, Contains(HasSubstr("null stands for both")));
}

std::string FromHexText(const std::string& text) {
  std::string hex;
  for (const char c : text) {
    if (c != ' ' && c != '\n') hex.push_back(c);
  }
  return FromHex(hex).value();
}

// Worked by hand (study/peers.md §6.4).
std::string WorkedData() {
  return FromHexText(
      "00 00 00 11 00 04 6b 31 00 04 76 31 00 0a 80 a0 ab fe f9 62 02"
      "00 00 00 13 00 04 6b 32 02 02 02 68 02 78 00 0e 82 a0 ab fe f9 62 02");
}

std::string WorkedMetadata() {
  return FromHexText(
      "2f 56 33 0a 00 00 00 62 06 10 6b 61 72 61 70 61 63 65"
      "0a 35 2e 30 2e 33 80 a0 ab fe f9 62 80 a0 ab fe f9 62 04"
      "10 5f 73 63 68 65 6d 61 73 02 02 06"
      "02 1c 63 6c 65 61 6e 75 70 2e 70 6f 6c 69 63 79"
      "0e 63 6f 6d 70 61 63 74 00"
      "02 1e 5f 73 63 68 65 6d 61 73 3a 30 2e 64 61 74 61"
      "00 10 c7 22 9c 26 7f 87 ff 19 04 0a 0e 00 02");
}

absl::StatusOr<ForeignCopy> Read(const std::string& metadata,
                                 const std::string& data) {
  const auto parsed = ParseKarapaceMetadata(metadata);
  if (!parsed.ok()) return parsed.status();
  return ParseKarapaceV3(*parsed, data);
}

TEST(KarapaceV3Test, WorkedExample) {
  const auto copy = Read(WorkedMetadata(), WorkedData());
  ASSERT_TRUE(copy.ok()) << copy.status();
  ASSERT_EQ(copy->records.size(), 2u);
  EXPECT_EQ(copy->records[0].offset, 5);
  EXPECT_EQ(copy->records[0].key, "k1");
  EXPECT_EQ(copy->records[0].value, "v1");
  EXPECT_EQ(copy->records[0].timestamp, 1700000000000);
  EXPECT_EQ(copy->records[1].offset, 7);
  EXPECT_EQ(copy->records[1].value, std::nullopt);
  EXPECT_EQ(copy->records[1].headers.size(), 1u);
  EXPECT_EQ(copy->end_offset(), 8);
}

TEST(KarapaceV3Test, EveryBitAndTruncationOfTheData) {
  const auto metadata =
      ParseKarapaceMetadata(FileText("karapace_5.0.3.v3.metadata")).value();
  const std::string data = FileText("karapace_5.0.3.v3.data");
  for (size_t size = 0; size < data.size(); ++size) {
    ASSERT_TRUE(absl::IsDataLoss(
        ParseKarapaceV3(metadata, data.substr(0, size)).status()))
        << "cut at " << size;
  }
  EXPECT_TRUE(
      absl::IsDataLoss(ParseKarapaceV3(metadata, data + "x").status()));
  const std::string small = WorkedData();
  for (size_t bit = 0; bit < small.size() * 8; ++bit) {
    std::string damaged = small;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_TRUE(absl::IsDataLoss(Read(WorkedMetadata(), damaged).status()))
        << "bit " << bit;
  }
  // Of the larger one a bit of each byte: each byte has its turn in the digest.
  for (size_t at = 0; at < data.size(); at += 7) {
    std::string damaged = data;
    damaged[at] = static_cast<char>(damaged[at] ^ (1 << (at % 8)));
    ASSERT_TRUE(absl::IsDataLoss(ParseKarapaceV3(metadata, damaged).status()))
        << "byte " << at;
  }
}

// The metadata has no checksum: what a flipped bit leaves readable are other names,
// times and settings, never other records.
TEST(KarapaceV3Test, EveryBitOfTheMetadata) {
  const std::string metadata = WorkedMetadata();
  const auto good = Read(metadata, WorkedData()).value();
  for (size_t size = 0; size < metadata.size(); ++size) {
    EXPECT_TRUE(absl::IsDataLoss(
        ParseKarapaceMetadata(metadata.substr(0, size)).status()))
        << size;
  }
  int found = 0;
  for (size_t bit = 0; bit < metadata.size() * 8; ++bit) {
    std::string damaged = metadata;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
    const auto copy = Read(damaged, WorkedData());
    if (!copy.ok()) {
      ++found;
      continue;
    }
    ASSERT_EQ(copy->records.size(), good.records.size());
    for (size_t i = 0; i < good.records.size(); ++i) {
      EXPECT_EQ(copy->records[i].View(), good.records[i].View()) << bit;
    }
  }
  EXPECT_GT(found, 400);
}

TEST(KarapaceV3Test, WhatContradictsItself) {
  const auto with = [](size_t at, char byte) {
    std::string metadata = WorkedMetadata();
    metadata[at] = byte;
    return Read(metadata, WorkedData()).status();
  };
  const std::string metadata = WorkedMetadata();
  const size_t slash = metadata.find("_schemas:0");
  EXPECT_THAT(with(slash, '/').message(), HasSubstr("the name of the data file"));
  EXPECT_THAT(with(metadata.size() - 1, 0).message(),
              HasSubstr("an algorithm that is not known"));
  EXPECT_TRUE(absl::IsFailedPrecondition(with(metadata.size() - 1, 0)));
  EXPECT_THAT(with(8, 4).message(), HasSubstr("not of format 3"));
  // One record more.
  EXPECT_FALSE(with(metadata.size() - 5, 6).ok());
}

TEST(KarapaceV3Test, NullThatWasWrittenEmpty) {
  std::string metadata = WorkedMetadata();
  metadata.replace(metadata.find("5.0.3"), 5, "5.2.0");
  const auto copy = Read(metadata, WorkedData());
  ASSERT_TRUE(copy.ok());
  EXPECT_THAT(copy->lost, Contains(HasSubstr("whether a key or value was null")));
  const auto trailing = Read(WorkedMetadata() + "\n", WorkedData());
  ASSERT_TRUE(trailing.ok());
  EXPECT_THAT(trailing->lost, Contains(HasSubstr("bytes follow the metadata")));
}

TEST(KarapaceV2Test, EveryFormOfALine) {
  const auto read = [](const std::string& lines) {
    return ParseKarapaceV2("/V2\n" + lines);
  };
  const auto good = read("6B\t76\nnull\tnull\n\t\n6E756C6C\t\n");
  ASSERT_TRUE(good.ok()) << good.status();
  ASSERT_EQ(good->records.size(), 4u);
  EXPECT_EQ(good->records[0].key, "k");
  EXPECT_EQ(good->records[1].key, std::nullopt);
  EXPECT_EQ(good->records[1].value, std::nullopt);
  EXPECT_EQ(good->records[2].value, "");
  EXPECT_EQ(good->records[3].key, "null");
  EXPECT_EQ(good->records[3].offset, 3);
  EXPECT_TRUE(read("").ok());
  for (const auto& [bad, why] : std::vector<std::pair<std::string, std::string>>{
           {"6B\t76", "line 2: it has no end"},
           {"6B\t76\n6B76\n", "line 3: no tab"},
           {"6b\t76\n", "upper-case"},
           {"6\t76\n", "upper-case"},
           {"6B\t7G\n", "upper-case"},
           {"6B\t76\t\n", "upper-case"},
           {"6B\t76\r\n", "upper-case"}}) {
    EXPECT_THAT(read(bad).status().message(), HasSubstr(why)) << bad;
    EXPECT_TRUE(absl::IsDataLoss(read(bad).status()));
  }
}

TEST(KarapaceV1Test, EveryFormOfAPair) {
  const auto good = ParseKarapaceV1(
      R"([[{"keytype": "NOOP", "magic": 0}, null], ["text é", {"a" : "b\" c"}]])");
  ASSERT_TRUE(good.ok()) << good.status();
  ASSERT_EQ(good->records.size(), 2u);
  EXPECT_EQ(good->records[0].key, R"({"keytype":"NOOP","magic":0})");
  EXPECT_EQ(good->records[0].value, std::nullopt);
  EXPECT_EQ(good->records[1].key, "text é");
  EXPECT_EQ(good->records[1].value, R"({"a":"b\" c"})");
  for (const char* bad :
       {"", "{}", "[[1,2]]", R"([["a"]])", R"([["a","b","c"]])", R"(["a"])",
        R"([["a","b"]] [])", R"([["a","b"])", "[[[],null]]"}) {
    EXPECT_TRUE(absl::IsDataLoss(ParseKarapaceV1(bad).status())) << bad;
  }
}

// A directory, its metadata file, or one file.
TEST(KarapaceBackupTest, WhereItIs) {
  const TemporaryDirectory directory;
  const auto write = [&directory](const std::string& name,
                                  const std::string& text) {
    std::ofstream(directory.path() + "/" + name, std::ios::binary) << text;
  };
  const auto read = [&directory](const std::string& name) {
    return ReadKarapaceBackup(PosixFileSystem(), directory.path() + name);
  };
  EXPECT_TRUE(absl::IsNotFound(read("").status()));
  EXPECT_TRUE(absl::IsNotFound(read("/none").status()));
  write("_schemas.metadata", WorkedMetadata());
  EXPECT_TRUE(absl::IsNotFound(read("").status())) << "no data file";
  write("_schemas:0.data", WorkedData());
  EXPECT_EQ(read("")->records.size(), 2u);
  EXPECT_EQ(read("/_schemas.metadata")->records.size(), 2u);
  write("other.metadata", WorkedMetadata());
  EXPECT_TRUE(absl::IsInvalidArgument(read("").status()));
  write("two", "/V2\n6B\t76\n");
  EXPECT_EQ(read("/two")->records.size(), 1u);
  write("one", R"([["k","v"]])");
  EXPECT_EQ(read("/one")->records.size(), 1u);
}

}  // namespace
}  // namespace sr
