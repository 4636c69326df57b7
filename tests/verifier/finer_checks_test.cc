// Beside the damages that there are (tests/support/damage): what is next to each
// and is none, and what is one in another way.
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/findings/codes.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/damage/damage.h"
#include "tests/support/record_generator.h"
#include "tests/verifier/finding_lines.h"
#include "verifier/checks/topic_records.h"

namespace sr {
namespace {

constexpr int64_t kHistory = kGoodHistory;
constexpr int64_t kLater = kAfterHistory;

std::vector<std::string> FindingsOf(const Damage& damage, int64_t now_ms) {
  TopicRecords levels("copy", {{}, RecordDepth::kSchema, now_ms});
  levels.Add(BatchOf(Damaged(damage)));
  return FindingLines(levels.Finish(), kHistory);
}

void ExpectFound(const std::vector<Damage>& damages, int64_t now_ms = kLater) {
  for (const Damage& damage : damages) {
    SCOPED_TRACE(damage.records.back().key.value_or("null") + " " +
                 damage.records.back().value.value_or("null"));
    EXPECT_THAT(FindingsOf(damage, now_ms),
                testing::UnorderedElementsAreArray(damage.found));
  }
}

const std::string kNoop = *NoopRecord().key;

TEST(FinerChecksTest, Timestamps) {
  ExpectFound({
      {{{kNoop, std::nullopt, 0}}, {"warning TIMESTAMP_INVALID@0"}},
      {{{kNoop, std::nullopt, kLater + 86'400'000}}, {}},
      {{{kNoop, std::nullopt, kLater + 86'400'001}},
       {"warning TIMESTAMP_INVALID@0"}},
      {{{kNoop, std::nullopt, kLater},
        {kNoop, std::nullopt, kLater - 3'600'000}},
       {}},
  });
}

TEST(FinerChecksTest, Headers) {
  ExpectFound({
      {{{R"({"keytype":"CONFIG","subject":"x","magic":0})",
         R"({"compatibilityLevel":"FULL"})", kLater,
         {{"X-Registry-Version", "karapace-6.2.0"}, {"other", std::nullopt}}}},
       {"warning HEADER_UNEXPECTED@0"},
       CorpusProduct::kKarapace},
  });
}

TEST(FinerChecksTest, MetadataAndRules) {
  const auto with = [](const std::string& more) {
    return SchemaRecord("planted", 1, 1, more);
  };
  const std::string sorted =
      R"("tags":{"a":["x","y"],"b":[]},"properties":{"k":"1","l":"2"})";
  ExpectFound({
      {{with(absl::StrCat(R"(,"metadata":{)", sorted,
                          R"(,"sensitive":["k","l"]})"))},
       {}},
      {{with(R"(,"metadata":{"tags":{"b":[],"a":[]}})")},
       {"warning METADATA_NOT_SORTED@0"}},
      {{with(R"(,"metadata":{"tags":{"a":["x","x"]}})")},
       {"warning METADATA_NOT_SORTED@0"}},
      {{with(R"(,"metadata":{"sensitive":["l","k"]})")},
       {"warning METADATA_NOT_SORTED@0"}},
      {{with(R"(,"ruleSet":{"migrationRules":[{"name":"a","mode":"UPGRADE"}],)"
             R"("domainRules":[{"name":"b","mode":"READ"}]})")},
       {}},
      {{with(R"(,"ruleSet":{"encodingRules":[{"name":"a","mode":"UPDOWN"}]})")},
       {"warning RULE_MODE_MISPLACED@0"}},
      // Not its own offset, but one before it.
      {{with(absl::StrCat(",\"offset\":", kHistory - 1, ",\"ts\":1"))},
       {"info ROLLBACK_TRACE@0"}},
  });
}

TEST(FinerChecksTest, Settings) {
  ExpectFound({
      {{SubjectRecord("MODE", ":.__GLOBAL:", R"({"mode":"FORWARD"})")}, {}},
      {{SubjectRecord("MODE", "planted", R"({"mode":"IMPORT"})"),
        SubjectRecord("MODE", "planted", R"({"mode":"READWRITE"})")},
       {}},
      {{SchemaRecord("target", 1, 1),
        SubjectRecord("CONFIG", "planted", R"({"alias":"target"})")},
       {}},
      {{SchemaRecord("target", 1, 1),
        SubjectRecord("CONFIG", "middle", R"({"alias":"target"})"),
        SubjectRecord("CONFIG", "planted", R"({"alias":"middle"})")},
       {"warning ALIAS_CHAIN@2"}},
  });
}

TEST(FinerChecksTest, ContextWithItsRecordAndASubject) {
  ExpectFound(
      {{{ContextRecord("default"), SchemaRecord(":.planted:s", 1, 1)}, {}}});
}

TEST(FinerChecksTest, Associations) {
  const std::string referring =
      R"(,"references":[{"name":"n","subject":"planted","version":1}])";
  ExpectFound({
      {{SchemaRecord("planted", 1, 1), AssociationRecord("a", "1")}, {}},
      {{SchemaRecord("planted", 1, 1), AssociationRecord("a", "1"),
        SchemaRecord("other", 1, 2, referring)},
       {"warning ASSOC_STRONG_CONFLICT@1"}},
  });
}

TEST(FinerChecksTest, Ids) {
  ExpectFound({
      // One id for one schema in many subjects is how it should be.
      {{SchemaRecord("a", 1, 1), SchemaRecord("b", 1, 1)}, {}},
      {{SchemaRecord("a", 1, 1), SchemaRecord("b", 1, 1, R"(,"schemaType":"PROTOBUF")")},
       {"error ID_ATTRIBUTE_CONFLICT@1", "error SCHEMA_UNPARSABLE@1"}},
      {{SchemaRecord("a", 1, 1, "", "true"), SchemaRecord("a", 2, 1)}, {}},
      {{SchemaRecord("a", 1, 1), {GoodKey("a", 1), std::nullopt}, SchemaRecord("a", 2, 2)},
       {"warning TOMBSTONE_NOT_SOFT_DELETED@1"}},
      {{SchemaRecord("a", 1, 1, "", "true"), {GoodKey("a", 1), std::nullopt},
        SchemaRecord("a", 2, 2)},
       {}},
  });
}

TEST(FinerChecksTest, SecondTextOfAVersion) {
  const std::string other =
      R"({"subject":"a","version":1,"id":900001,"schema":"\"int\"","deleted":)";
  ExpectFound({
      // As a Karapace deletes softly what a Confluent wrote.
      {{SchemaRecord("a", 1, 1), {GoodKey("a", 1), other + "true}"}},
       {"error KEY_TEXT_REWRITTEN@1", "error COMPACTION_DIVERGENCE@0"}},
      {{SchemaRecord("a", 1, 1), SchemaRecord("a", 1, 1, "", "true"), SchemaRecord("b", 1, 2)},
       {}},
  });
}

// Ten tombstones of versions that are live, `step_ms` apart, and what is found of
// them.
Damage Removals(int64_t step_ms) {
  Damage damage;
  for (int i = 1; i <= 10; ++i) damage.records.push_back(SchemaRecord("a", i, i));
  for (int i = 1; i <= 10; ++i) {
    damage.records.push_back(
        {GoodKey("a", i), std::nullopt, kLater + step_ms * i});
    damage.found.push_back(
        absl::StrCat("warning TOMBSTONE_NOT_SOFT_DELETED@", 9 + i));
  }
  AppendedRecord last = SchemaRecord("b", 1, 11);
  last.timestamp = kLater + step_ms * 10;
  damage.records.push_back(last);
  return damage;
}

TEST(FinerChecksTest, TombstoneBurst) {
  Damage burst = Removals(1000);
  burst.found.push_back("warning TOMBSTONE_BURST@19");
  ExpectFound({burst, Removals(60'000)}, kLater + 600'000);
}

// Any times at all, as far apart as they can be.
TEST(FinerChecksTest, TombstonesOfOddTimesAreNoBurst) {
  Damage damage;
  damage.records.push_back(SchemaRecord("b", 1, 11));
  for (int i = 1; i <= 10; ++i) damage.records.push_back(SchemaRecord("a", i, i));
  for (int i = 1; i <= 10; ++i) {
    damage.records.push_back({GoodKey("a", i), std::nullopt,
                              i == 1 ? std::numeric_limits<int64_t>::max()
                                     : std::numeric_limits<int64_t>::min()});
  }
  TopicRecords levels("copy");
  levels.Add(BatchOf(Damaged(damage)));
  const TopicRecordsResult result = levels.Finish();
  EXPECT_EQ(result.replay_findings.count(codes::kTombstoneNotSoftDeleted), 10);
  EXPECT_EQ(result.replay_findings.count(codes::kTombstoneBurst), 0);
}

TEST(FinerChecksTest, OneChangeOfWriterIsAMigration) {
  AppendedRecord karapace = SchemaRecord("a", 1, 1);
  karapace.headers = {{"X-Registry-Version", "karapace-6.2.0"}};
  ExpectFound({{{NoopRecord(), karapace}, {"warning HEADER_UNEXPECTED@1"}}});
}

TEST(FinerChecksTest, Redpanda) {
  const CorpusProduct product = CorpusProduct::kRedpanda;
  ExpectFound({
      {{RedpandaRecord(kHistory, 1, 1)}, {}, product},
      {{RedpandaRecord(kHistory, 1, 1), RedpandaRecord(kHistory, 1, 2)},
       {"error SEQ_OFFSET_MISMATCH@1"},
       product},
      {{RedpandaRecord(kHistory, 1, 1), {RedpandaRecord(kHistory + 1, 1, 2).key,
                                   R"({"subject":"b","version":1,"id":900001,)"
                                   R"("schema":"\"bytes\"","deleted":false})"}},
       {"error KEY_VALUE_MISMATCH@1", "error ID_CONFLICT@1"},
       product},
      {{{R"({"keytype":"CLEAR_SUBJECT","subject":"a","magic":0})",
         R"({"subject":"a"})"}},
       {"warning KEYTYPE_NOT_MANAGED@0"},
       product},
  });
}

TEST(FinerChecksTest, Karapace) {
  const CorpusProduct product = CorpusProduct::kKarapace;
  const std::string reference =
      R"(,"references":[{"name":"n","subject":"target","version":1}])";
  ExpectFound({
      {{SchemaRecord("target", 1, 1), SchemaRecord("a", 1, 2, reference)}, {}, product},
      {{SchemaRecord("target", 1, 1), SchemaRecord("target", 1, 1, "", "true"),
        SchemaRecord("a", 1, 2, reference)},
       {"error REFERENCE_FORWARD@2", "info TOP_ID_AT_RISK@1"},
       product},
      // The target is deleted later.
      {{SchemaRecord("target", 1, 1), SchemaRecord("a", 1, 2, reference),
        SchemaRecord("target", 1, 1, "", "true")},
       {"warning REFERENCE_TARGET_SOFT_DELETED@1"},
       product},
      // No contexts: the target is "target", whoever refers to it.
      {{SchemaRecord("target", 1, 1), SchemaRecord(":.c:a", 1, 2, reference)},
       {},
       product},
      // One text printed in two ways is one schema.
      {{SchemaRecord("a", 1, 1),
        {GoodKey("b", 1),
         R"({"subject":"b","version":1,"id":900001,"schema":" \"string\" ",)"
         R"("deleted":false})"}},
       {},
       product},
      {{SchemaRecord("a", 1, 1),
        {GoodKey("b", 1),
         R"({"subject":"b","version":1,"id":900001,"schema":"\"bytes\"",)"
         R"("deleted":false})"}},
       {"error ID_CONFLICT@1"},
       product},
      // The soft delete of another printer.
      {{SchemaRecord("a", 1, 1),
        {GoodKey("a", 1),
         R"({"subject":"a","version":1,"id":900001,"schema":"\"bytes\"",)"
         R"("deleted":true})"}},
       {"info TOP_ID_AT_RISK@1"},
       product},
      // A wrong type that Confluent reads as the right one.
      {{SchemaRecord("a", 1, 1),
        {GoodKey("a", 2),
         R"({"subject":"a","version":2,"id":"900002","schema":"\"int\"",)"
         R"("deleted":false})"}},
       {"error RECORD_SKIPPED@1"},
       product},
      {{SchemaRecord("a", 1, 1), {GoodKey("a", 1), ""}},
       {"warning TOMBSTONE_NOT_SOFT_DELETED@1", "info TOP_ID_AT_RISK@-2"},
       product},
      {{SchemaRecord("a", 1, 1), SchemaRecord("a", 1, 2)},
       {"error KEY_ID_REWRITTEN@1"},
       product},
  });
}

}  // namespace
}  // namespace sr
