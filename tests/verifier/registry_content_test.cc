#include "verifier/registry_content.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/json/json.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/record_generator.h"
#include "tests/support/vector_source.h"

namespace sr {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

std::vector<TestRecord> Records(
    const std::vector<std::pair<std::string, std::string>>& pairs) {
  std::vector<TestRecord> records;
  for (const auto& [key, value] : pairs) {
    TestRecord record;
    record.offset = static_cast<int64_t>(records.size());
    record.key = key;
    if (!value.empty()) record.value = value;
    records.push_back(std::move(record));
  }
  return records;
}

const std::vector<std::pair<std::string, std::string>>& Topic() {
  static const auto* const topic = new std::vector<
      std::pair<std::string, std::string>>{
      {R"({"keytype":"NOOP","magic":0})", ""},
      {R"({"keytype":"CONFIG","magic":0})", R"({"compatibilityLevel":"FULL"})"},
      {R"({"keytype":"SCHEMA","subject":"s","version":1,"magic":1})",
       R"({"subject":"s","version":1,"id":1,"schema":"\"int\"","deleted":true})"},
      {R"({"keytype":"SCHEMA","subject":"s","version":2,"magic":1})",
       R"({"subject":"s","version":2,"id":7,"schemaType":"JSON","schema":"{}","deleted":false})"},
      {R"({"keytype":"SCHEMA","subject":":.c:t","version":1,"magic":1})",
       R"({"subject":":.c:t","version":1,"id":3,"schema":"\"int\"","deleted":false})"}};
  return *topic;
}

TEST(RegistryContentTest, CountsWhatTheRegistryHolds) {
  RegistryContent content;
  content.Add(BatchOf(Records(Topic())));
  content.Finish();
  EXPECT_THAT(
      content.Lines(),
      ElementsAre(Pair("written by",
                       "confluent (1 of 5 records have keys that only "
                       "Confluent writes)"),
                  Pair("read as", "by Confluent 8.2.2"),
                  Pair("subjects", "2"), Pair("versions", "2 live, 1 deleted"),
                  Pair("schema types", "2 AVRO, 1 JSON"),
                  Pair("highest id", ". 7, .c 3"),
                  Pair("configs, modes", "1, 0"),
                  // People keep these and compare: never another for the same.
                  Pair("content hash",
                       "90ca4c0860c1cdfd2c8171004f370e91"
                       "ae4d6f5ec3dca2e88a1b04628493db13")));
}

TEST(RegistryContentTest, SaysWhereReplayStops) {
  std::vector<std::pair<std::string, std::string>> topic = Topic();
  topic.emplace_back(R"({"keytype":"FOO"})", "{}");
  RegistryContent content;
  content.Add(BatchOf(Records(topic)));
  content.Finish();
  EXPECT_THAT(content.Lines().back(),
              Pair("replay", "stops at offset 5: see `check`"));
  std::string out;
  JsonWriter json(&out);
  json.BeginObject();
  content.Write(&json);
  json.EndObject();
  const JsonValue value = ParseJson(out).value();
  EXPECT_EQ(value.Find("replay_stops_at")->int64_value(), 5);
  EXPECT_EQ(value.Find("live_versions")->int64_value(), 2);
  EXPECT_EQ(value.Find("content_hash")->Find("all")->string_value().size(),
            64u);
  EXPECT_EQ(value.Find("highest_ids")->Find(".c")->int64_value(), 3);
}

TEST(RegistryContentTest, CountsWhatRedpandaHolds) {
  RegistryContent content;
  content.Add(BatchOf(Records(
      {{R"({"keytype":"SCHEMA","subject":"s","version":1,"magic":1,"seq":0,"node":0})",
        R"({"subject":"s","version":1,"id":1,"schema":"\"int\"","deleted":false})"},
       {R"({"keytype":"SCHEMA","subject":"s","version":2,"magic":1,"seq":7,"node":0})",
        R"({"subject":"s","version":2,"id":2,"schema":"\"long\"","deleted":false})"}})));
  content.Finish();
  // No content hash: Redpanda prints texts anew.
  EXPECT_THAT(
      content.Lines(),
      ElementsAre(Pair("written by",
                       "redpanda (2 of 2 records have seq and node in the key)"),
                  Pair("read as", "by Redpanda"), Pair("subjects", "1"),
                  Pair("versions", "1 live, 0 deleted"),
                  Pair("schema types", "1 AVRO"), Pair("highest id", ". 1"),
                  Pair("configs, modes", "0, 0")));
}

TEST(RegistryContentTest, ReadsAsItIsTold) {
  ProductChoice choice;
  choice.product = Product::kKarapace;
  RegistryContent content(choice);
  content.Add(BatchOf(Records(Topic())));
  content.Finish();
  const auto lines = content.Lines();
  EXPECT_THAT(lines[0], Pair("written by",
                             "confluent (1 of 5 records have keys that only "
                             "Confluent writes)"));
  EXPECT_THAT(lines[1], Pair("read as", "by Karapace 6"));
  // The registry has no contexts.
  EXPECT_THAT(lines[5], Pair("highest id", ". 7"));
}

// How the text is printed is nothing that a Karapace keeps.
TEST(RegistryContentTest, HashOfKarapaceIsOfWhatTheTextsSay) {
  std::map<std::string, std::string> hashes;
  for (const char* text : {R"(\"int\")", R"( \"int\")", R"(\"long\")"}) {
    std::vector<TestRecord> records = Records(
        {{R"({"keytype":"SCHEMA","subject":"s","version":1,"magic":1})",
          absl::StrCat(R"({"subject":"s","version":1,"id":1,"schema":")", text,
                       R"(","deleted":false})")}});
    records[0].headers.emplace_back("X-Registry-Version", "karapace-6.2.0");
    RegistryContent content;
    content.Add(BatchOf(records));
    content.Finish();
    EXPECT_EQ(content.Lines()[1].second, "by Karapace 6");
    EXPECT_EQ(content.Lines().back().first, "content hash");
    hashes[text] = content.Lines().back().second;
  }
  EXPECT_EQ(hashes[R"(\"int\")"], hashes[R"( \"int\")"]);
  EXPECT_NE(hashes[R"(\"int\")"], hashes[R"(\"long\")"]);
}

}  // namespace
}  // namespace sr
