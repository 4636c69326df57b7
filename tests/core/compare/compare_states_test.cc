// A topic against what a registry holds in memory: each class of difference, and
// none where the registry is a little behind. The registry is one that read other
// records than the topic has now.
#include "core/compare/compare_states.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/findings/codes.h"
#include "core/schemas/confluent_replay.h"
#include "core/schemas/karapace_replay.h"
#include "core/schemas/redpanda_replay.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/corpus_records.h"
#include "tests/support/damage/damage.h"

namespace sr {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::unique_ptr<RegistryReplay> NewReplay() {
  ConfluentReplayOptions options;
  options.content_md5 = true;
  options.content_hash = TextLevel::kExact;
  return std::make_unique<ConfluentReplay>(options);
}

const ComparableParts& AllParts() {
  static const auto* const parts = new ComparableParts(
      ComparablePartsOf(Product::kConfluent, /*has_guid=*/true,
                        /*has_contexts=*/true));
  return *parts;
}

bool CouldReadAll(const RegistryItem& /*item*/) { return true; }

// The topic `records`, all from offset `from` on within the window.
std::unique_ptr<StateWindow> WindowOf(
    const std::vector<TestRecord>& records, int64_t from,
    std::unique_ptr<RegistryReplay> replay = NewReplay()) {
  auto window = std::make_unique<StateWindow>(std::move(replay));
  for (const TestRecord& record : records) {
    window->Apply(record.View(), record.offset >= from);
  }
  return window;
}

// "CODE item: expected / found".
std::vector<std::string> Lines(const StatesCompared& compared) {
  std::vector<std::string> lines;
  for (const StateDifference& difference : compared.differences) {
    lines.push_back(absl::StrCat(difference.code, " ",
                                 NameOf(difference.item), ": ",
                                 difference.expected, " / ",
                                 difference.found));
  }
  return lines;
}

std::vector<std::string> Differences(
    const std::vector<AppendedRecord>& in_topic,
    const std::vector<AppendedRecord>& in_memory,
    const ComparableParts& parts = AllParts()) {
  const auto topic = WindowOf(Damaged({in_topic}), INT64_MAX);
  const auto memory = WindowOf(Damaged({in_memory}), INT64_MAX);
  const StatesCompared compared =
      CompareStates(*topic, memory->state(), parts, CouldReadAll);
  EXPECT_GT(compared.items, 20);
  EXPECT_THAT(compared.unsettled, IsEmpty());
  return Lines(compared);
}

AppendedRecord WithText(const std::string& text) {
  return {GoodKey("a", 1),
          absl::StrCat(R"({"subject":"a","version":1,"id":900001,"schema":")",
                       text, R"(","deleted":false})")};
}

TEST(CompareStatesTest, EqualStates) {
  EXPECT_THAT(Differences({}, {}), IsEmpty());
  EXPECT_THAT(Differences({SchemaRecord("a", 1, 1)}, {SchemaRecord("a", 1, 1)}),
              IsEmpty());
}

TEST(CompareStatesTest, VersionsOfOneSideOnly) {
  EXPECT_THAT(
      Differences({}, {SchemaRecord("a", 1, 1)}),
      ElementsAre("TOPIC_LOST_SCHEMA a version 1: not there / id 900001"));
  EXPECT_THAT(Differences({}, {SchemaRecord("a", 1, 1, "", "true")}),
              ElementsAre("TOPIC_LOST_SCHEMA a version 1: not there / id "
                          "900001, deleted"));
  EXPECT_THAT(
      Differences({SchemaRecord("a", 1, 1)}, {}),
      ElementsAre("REGISTRY_LACKS_SCHEMA a version 1: id 900001 / not there"));
  const std::string encrypted =
      R"(,"metadata":{"properties":{"__enc__":"true","p":"x"},)"
      R"("sensitive":["p"]},"md5":"DObhTHKat+hnAXXcGwZoOw==")";
  EXPECT_THAT(
      Differences({SchemaRecord("a", 1, 1, encrypted)}, {}),
      ElementsAre("REGISTRY_CANNOT_DECRYPT a version 1: id 900001 / not there"));
}

TEST(CompareStatesTest, DeletedOnOneSideOnly) {
  const AppendedRecord alive = SchemaRecord("a", 1, 1);
  const AppendedRecord deleted = SchemaRecord("a", 1, 1, "", "true");
  EXPECT_THAT(Differences({deleted}, {alive}),
              ElementsAre("DELETED_IN_TOPIC_ONLY a version 1: id 900001, "
                          "deleted / id 900001"));
  EXPECT_THAT(Differences({alive}, {deleted}),
              ElementsAre("DELETED_IN_REGISTRY_ONLY a version 1: id 900001 / "
                          "id 900001, deleted"));
}

TEST(CompareStatesTest, WhatDiffersWithinAVersion) {
  EXPECT_THAT(Differences({SchemaRecord("a", 1, 1)}, {SchemaRecord("a", 1, 2)}),
              ElementsAre("REGISTRY_ID_DIFFERS a version 1: id 900001 / id "
                          "900002"));
  EXPECT_THAT(
      Differences({WithText(R"(\"string\")")}, {WithText(R"(\"bytes\")")}),
      ElementsAre(testing::StartsWith("REGISTRY_TEXT_DIFFERS a version 1: ")));
  // Other escapes of the same text; other text that says the same.
  EXPECT_THAT(
      Differences({WithText(R"(\"string\")")}, {WithText(R"(\u0022string\")")}),
      IsEmpty());
  EXPECT_THAT(
      Differences({WithText(R"(\"string\")")}, {WithText(R"( \"string\")")}),
      ElementsAre(testing::StartsWith("REGISTRY_TEXT_DIFFERS a version 1: ")));
  for (const char* more :
       {R"(,"schemaType":"JSON")",
        R"(,"references":[{"name":"n","subject":"s","version":1}])",
        R"(,"metadata":{"properties":{"owner":"bob"}})",
        R"(,"ruleSet":{"domainRules":[{"name":"r","kind":"CONDITION",)"
        R"("mode":"WRITE","type":"CEL","disabled":false}]})"}) {
    EXPECT_THAT(
        Differences({SchemaRecord("a", 1, 1)}, {SchemaRecord("a", 1, 1, more)}),
        ElementsAre(
            testing::StartsWith("REGISTRY_ATTRIBUTES_DIFFER a version 1: ")))
        << more;
  }
}

TEST(CompareStatesTest, GuidAndTime) {
  const std::string metadata =
      R"(,"metadata":{"properties":{"__enc__":"true","p":"x"},)"
      R"("sensitive":["p"]},"md5":")";
  EXPECT_THAT(
      Differences({SchemaRecord("a", 1, 1, metadata + R"(DObhTHKat+hnAXXcGwZoOw==")")},
                  {SchemaRecord("a", 1, 1, metadata + R"(AObhTHKat+hnAXXcGwZoOw==")")}),
      ElementsAre("REGISTRY_GUID_DIFFERS a version 1: guid "
                  "0ce6e14c-729a-b7e8-6701-75dc1b06683b / guid "
                  "00e6e14c-729a-b7e8-6701-75dc1b06683b"));
  AppendedRecord later = SchemaRecord("a", 1, 1);
  ++later.timestamp;
  EXPECT_THAT(Differences({SchemaRecord("a", 1, 1)}, {later}),
              ElementsAre(testing::StartsWith("REGISTRY_TS_DIFFERS a version")));
  ComparableParts parts = AllParts();
  parts.timestamp = false;
  EXPECT_THAT(Differences({SchemaRecord("a", 1, 1)}, {later}, parts),
              IsEmpty());
}

TEST(CompareStatesTest, Settings) {
  const auto config = [](const std::string& subject, const std::string& json) {
    return SubjectRecord("CONFIG", subject, json);
  };
  EXPECT_THAT(
      Differences({config("a", R"({"compatibilityLevel":"FULL"})")}, {}),
      ElementsAre(
          R"(REGISTRY_CONFIG_DIFFERS config of a: compatibilityLevel "FULL" / none)"));
  EXPECT_THAT(
      Differences({}, {config("a", R"({"compatibilityLevel":"FULL"})")}),
      ElementsAre(
          R"(REGISTRY_CONFIG_DIFFERS config of a: none / compatibilityLevel "FULL")"));
  EXPECT_THAT(
      Differences(
          {config("a", R"({"compatibilityLevel":"FULL"})")},
          {config("a", R"({"normalize":true,"compatibilityLevel":"FULL"})")}),
      ElementsAre(testing::HasSubstr("normalize true")));
  // A registry adds its default to a record without a level.
  EXPECT_THAT(
      Differences(
          {config("a", R"({"normalize":true})")},
          {config("a", R"({"normalize":true,"compatibilityLevel":"FULL"})")}),
      IsEmpty());
  EXPECT_THAT(Differences({SubjectRecord("MODE", "a", R"({"mode":"READONLY"})")},
                          {}),
              ElementsAre("REGISTRY_MODE_DIFFERS mode of a: READONLY / none"));
  EXPECT_THAT(Differences({}, {ContextRecord("default")}),
              ElementsAre("REGISTRY_CONTEXT_DIFFERS context .planted: not "
                          "there / there"));
  ComparableParts parts = AllParts();
  parts.contexts = false;
  EXPECT_THAT(Differences({}, {ContextRecord("default")}, parts), IsEmpty());
}

TEST(CompareStatesTest, WhatTheRegistryDidNotTellIsLeftOut) {
  const auto topic = WindowOf(Damaged({{SchemaRecord("a", 1, 1)}}), INT64_MAX);
  const auto memory = WindowOf(Damaged({{}}), INT64_MAX);
  const StatesCompared compared =
      CompareStates(*topic, memory->state(), AllParts(),
                    [](const RegistryItem& item) { return item.subject != "a"; });
  EXPECT_THAT(compared.differences, IsEmpty());
}

TEST(CompareStatesTest, NothingIsSettledBehindAClearSubject) {
  const std::vector<TestRecord> records = Damaged(
      {{SubjectRecord("CLEAR_SUBJECT", "b", R"({"subject":"b"})")}});
  const auto topic = WindowOf(records, kGoodHistory);
  const auto memory = WindowOf(Damaged({{SchemaRecord("a", 1, 1)}}), INT64_MAX);
  StatesCompared compared =
      CompareStates(*topic, memory->state(), AllParts(), CouldReadAll);
  EXPECT_THAT(compared.differences, IsEmpty());
  EXPECT_EQ(compared.unsettled.size(), 1u);
  topic->ForgetBefore(kGoodHistory + 1);
  compared = CompareStates(*topic, memory->state(), AllParts(), CouldReadAll);
  EXPECT_EQ(compared.differences.size(), 1u);
}

// Karapace prints Protobuf anew: what differs there is not known to differ.
TEST(CompareStatesTest, TextsThatCannotBeComparedAreCounted) {
  const auto replay = [] {
    KarapaceReplayOptions options;
    options.content_hash = TextLevel::kStructural;
    return std::make_unique<KarapaceReplay>(options);
  };
  const auto records = [](const std::string& text) {
    return Damaged({{{GoodKey("a", 1),
                      absl::StrCat(R"({"subject":"a","version":1,"id":900001,)"
                                   R"("schema":")",
                                   text,
                                   R"(","deleted":false,)"
                                   R"("schemaType":"PROTOBUF"})")}},
                    {},
                    CorpusProduct::kKarapace});
  };
  const auto topic =
      WindowOf(records("message A {}"), INT64_MAX, replay());
  const auto memory =
      WindowOf(records("message A { }"), INT64_MAX, replay());
  const StatesCompared compared = CompareStates(
      *topic, memory->state(),
      ComparablePartsOf(Product::kKarapace, false, false), CouldReadAll);
  EXPECT_THAT(Lines(compared), IsEmpty());
  EXPECT_THAT(compared.not_comparable,
              ElementsAre(std::pair<const std::string, int64_t>(
                  "protobuf_text", 1)));
}

// Texts of Redpanda are not compared, and a difference beside them is told.
TEST(CompareStatesTest, ARegistryWithoutDigests) {
  TestRecord record;
  record.key =
      R"({"keytype":"SCHEMA","subject":"a","version":1,"magic":1,"seq":0,"node":0})";
  record.value =
      R"({"subject":"a","version":1,"id":1,"schema":"\"int\"","deleted":false})";
  const auto topic =
      WindowOf({record}, INT64_MAX, std::make_unique<RedpandaReplay>());
  RegistryState memory = topic->state();
  const ComparableParts parts =
      ComparablePartsOf(Product::kRedpanda, false, false);
  EXPECT_THAT(Lines(CompareStates(*topic, memory, parts, CouldReadAll)),
              IsEmpty());
  memory.subjects.at("a").begin()->second.set_type("JSON");
  EXPECT_THAT(Lines(CompareStates(*topic, memory, parts, CouldReadAll)),
              ElementsAre("REGISTRY_ATTRIBUTES_DIFFER a version 1: AVRO, "
                          "references [] / JSON, references []"));
}

// The topic's state has it under the key's name, a registry under the value's.
TEST(CompareStatesTest, AVersionThatIsNamedOtherwise) {
  const AppendedRecord mismatch = {
      GoodKey("a", 1),
      R"({"subject":"b","version":2,"id":900001,"schema":"\"string\"",)"
      R"("deleted":false})"};
  const auto topic = WindowOf(Damaged({{mismatch}}), INT64_MAX);
  const auto memory =
      WindowOf(Damaged({{SchemaRecord("b", 2, 1)}}), INT64_MAX);
  const StatesCompared compared =
      CompareStates(*topic, memory->state(), AllParts(), CouldReadAll);
  EXPECT_THAT(Lines(compared), IsEmpty());
  EXPECT_THAT(compared.not_comparable,
              ElementsAre(std::pair<const std::string, int64_t>(
                  "named_otherwise", 2)));
}

// A registry that has read up to any offset of the window is right; one that
// stopped earlier is wrong in what was written since, unless it was put back.
TEST(CompareStatesTest, ARegistryMayBeAnywhereInTheWindow) {
  constexpr unsigned kSeed = 20261126;
  std::mt19937 random(kSeed);
  int found_stale = 0;
  for (int round = 0; round < 60; ++round) {
    SCOPED_TRACE(::testing::Message() << "seed " << kSeed << " round " << round);
    CorpusShape shape;
    shape.seed = random();
    shape.largest_schema_bytes = 300;
    const std::vector<TestRecord> records =
        TestRecordsOf(Corpus(shape, 30 + random() % 300));
    const int64_t end = records.back().offset + 1;
    const int64_t from = static_cast<int64_t>(random() % end);
    const auto topic = WindowOf(records, from);
    const auto behind = [&](int64_t read_to) {
      auto memory = NewReplay();
      for (const TestRecord& record : records) {
        if (record.offset < read_to) memory->Apply(record.View());
      }
      return memory;
    };
    const int64_t read_to = from + static_cast<int64_t>(random() % (end - from + 1));
    const auto memory = behind(read_to);
    EXPECT_THAT(Lines(CompareStates(*topic, memory->state(), AllParts(),
                                    CouldReadAll)),
                IsEmpty());
    const auto stale =
        behind(from - std::min<int64_t>(from, static_cast<int64_t>(random() % 20)));
    found_stale += CompareStates(*topic, stale->state(), AllParts(),
                                 CouldReadAll)
                           .differences.empty()
                       ? 0
                       : 1;
    // Once the window has gone past, the registry has to have read everything.
    topic->ForgetBefore(end);
    EXPECT_EQ(Lines(CompareStates(*topic, memory->state(), AllParts(),
                                  CouldReadAll)),
              Lines(CompareStates(*WindowOf(records, INT64_MAX),
                                  memory->state(), AllParts(), CouldReadAll)));
    EXPECT_THAT(Lines(CompareStates(*topic, behind(end)->state(), AllParts(),
                                    CouldReadAll)),
                IsEmpty());
  }
  EXPECT_GT(found_stale, 20);
}

}  // namespace
}  // namespace sr
