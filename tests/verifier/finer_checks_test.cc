// Damage that takes more than one record, or that other findings come with:
// each planted at the end of a clean history, with exactly what is found.
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/findings/codes.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/corpus/corpus.h"
#include "tests/support/damage/damage.h"
#include "tests/support/record_generator.h"
#include "tests/support/vector_source.h"
#include "verifier/checks/topic_records.h"

namespace sr {
namespace {

constexpr int64_t kHistory = kGoodHistory;
constexpr int64_t kLater = kAfterHistory;

std::vector<std::string> FindingsOf(const Damage& damage, int64_t now_ms) {
  TopicRecords levels("copy", {{}, RecordDepth::kSchema, now_ms});
  levels.Add(BatchOf(Damaged(damage)));
  const TopicRecordsResult result = levels.Finish();
  std::vector<std::string> found;
  for (const FindingList* list :
       {&result.record_findings, &result.replay_findings,
        &result.schema_findings}) {
    for (const Finding& finding : list->kept()) {
      EXPECT_EQ(finding.severity, FindCode(finding.code)->severity);
      found.push_back(absl::StrCat(SeverityName(finding.severity), " ",
                                   finding.code, "@",
                                   finding.offset.value_or(-1) - kHistory));
    }
  }
  return found;
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
      {{{kNoop, std::nullopt, -1}}, {"warning TIMESTAMP_INVALID@0"}},
      {{{kNoop, std::nullopt, kLater + 86'400'000}}, {}},
      {{{kNoop, std::nullopt, kLater + 86'400'001}},
       {"warning TIMESTAMP_INVALID@0"}},
      {{{kNoop, std::nullopt, kLater},
        {kNoop, std::nullopt, kLater - 3'600'000}},
       {}},
      {{{kNoop, std::nullopt, kLater},
        {kNoop, std::nullopt, kLater - 3'600'001}},
       {"warning TIMESTAMP_BACKWARD@1"}},
  });
}

TEST(FinerChecksTest, Headers) {
  ExpectFound({
      {{{kNoop, std::nullopt, kLater, {{"__source", "x"}}}},
       {"warning HEADER_UNEXPECTED@0"}},
      {{{R"({"keytype":"CONFIG","subject":"x","magic":0})",
         R"({"compatibilityLevel":"FULL"})", kLater,
         {{"X-Registry-Version", "karapace-6.2.0"}, {"other", std::nullopt}}}},
       {"warning HEADER_UNEXPECTED@0"},
       CorpusProduct::kKarapace},
  });
}

TEST(FinerChecksTest, Keys) {
  ExpectFound({
      {{{R"({"magic":1,"keytype":"SCHEMA","subject":"planted","version":1})",
         GoodValue("planted", 1, 1)}},
       {"warning KEY_FORM_FOREIGN@0"}},
      {{SchemaRecord(":.__GLOBAL:planted", 1, 1)},
       {"warning SUBJECT_GLOBAL_CONTEXT@0"}},
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
      {{with(R"(,"metadata":{"properties":{"l":"1","k":"2"}})")},
       {"warning METADATA_NOT_SORTED@0"}},
      {{with(R"(,"metadata":{"sensitive":["l","k"]})")},
       {"warning METADATA_NOT_SORTED@0"}},
      {{with(R"(,"metadata":{"properties":{"__enc__":"true","k":"AVgB"},)"
             R"("sensitive":["k"]},"md5":"AAAAAAAAAAAAAAAAAAAAAA==")")},
       {"info ENC_NEEDS_KEYSET@0"}},
      {{with(R"(,"metadata":{"properties":{"__enc__":"true","k":"AVgB"}},)"
             R"("md5":"AAAAAAAAAAAAAAAAAAAAAA==")")},
       {"info ENC_NEEDS_KEYSET@0", "error ENC_SENSITIVE_EMPTY@0"}},
      {{with(R"(,"metadata":{"properties":{"__enc__":"true","k":"AVgB"},)"
             R"("sensitive":["k"]})")},
       {"info ENC_NEEDS_KEYSET@0", "error ENC_WITHOUT_MD5@0"}},
      {{with(R"(,"ruleSet":{"migrationRules":[{"name":"a","mode":"UPGRADE"}],)"
             R"("domainRules":[{"name":"b","mode":"READ"}]})")},
       {}},
      {{with(R"(,"ruleSet":{"migrationRules":[{"name":"a","mode":"UPGRADE"}],)"
             R"("domainRules":[{"name":"a","mode":"READ"}]})")},
       {"warning RULE_NAME_DUPLICATE@0"}},
      {{with(R"(,"ruleSet":{"migrationRules":[{"name":"a","mode":"READ"}]})")},
       {"warning RULE_MODE_MISPLACED@0"}},
      {{with(R"(,"ruleSet":{"encodingRules":[{"name":"a","mode":"UPDOWN"}]})")},
       {"warning RULE_MODE_MISPLACED@0"}},
      // The record's own offset, and one behind it.
      {{with(absl::StrCat(",\"offset\":", kHistory, ",\"ts\":1"))},
       {"info ROLLBACK_TRACE@0", "warning ROLLBACK_OFFSET_INVALID@0"}},
      {{with(absl::StrCat(",\"offset\":", kHistory - 1, ",\"ts\":1"))},
       {"info ROLLBACK_TRACE@0"}},
  });
}

TEST(FinerChecksTest, Settings) {
  ExpectFound({
      {{SubjectRecord("CONFIG", "planted", R"({"subject":"planted"})")},
       {"info CONFIG_EMPTY@0"}},
      {{SubjectRecord("MODE", "planted", R"({"mode":"FORWARD"})")},
       {"error MODE_FORWARD_SCOPE@0"}},
      {{SubjectRecord("MODE", ":.__GLOBAL:", R"({"mode":"FORWARD"})")}, {}},
      {{SubjectRecord("MODE", "planted", R"({"mode":"READONLY_OVERRIDE"})")},
       {"warning MODE_READONLY_OVERRIDE@0"}},
      {{SubjectRecord("MODE", "planted", R"({"mode":"IMPORT"})")},
       {"warning MODE_IMPORT_LEFT@0"}},
      {{SubjectRecord("MODE", "planted", R"({"mode":"IMPORT"})"),
        SubjectRecord("MODE", "planted", R"({"mode":"READWRITE"})")},
       {}},
      {{SubjectRecord("CONFIG", "planted", R"({"alias":"gone"})")},
       {"warning ALIAS_TARGET_MISSING@0"}},
      {{SchemaRecord("target", 1, 1),
        SubjectRecord("CONFIG", "planted", R"({"alias":"target"})")},
       {}},
      {{SchemaRecord("target", 1, 1), SchemaRecord("planted", 1, 2),
        SubjectRecord("CONFIG", "planted", R"({"alias":"target"})")},
       {"warning ALIAS_HIDES_SUBJECT@2"}},
      {{SchemaRecord("target", 1, 1),
        SubjectRecord("CONFIG", "middle", R"({"alias":"target"})"),
        SubjectRecord("CONFIG", "planted", R"({"alias":"middle"})")},
       {"warning ALIAS_CHAIN@2"}},
      {{SubjectRecord("CONFIG", "planted", R"({"alias":"planted"})")},
       {"warning ALIAS_CHAIN@0"}},
  });
}

TEST(FinerChecksTest, Contexts) {
  const auto context = ContextRecord;
  ExpectFound({
      {{context("default")}, {"info CONTEXT_UNUSED@0"}},
      {{{context("default").key, R"({"tenant":"default","context":".b"})"}},
       {"error CONTEXT_MISMATCH@0", "info CONTEXT_UNUSED@0"}},
      {{context("default"), SchemaRecord(":.planted:s", 1, 1)}, {}},
      {{context("lkc-1"), SchemaRecord(":.planted:s", 1, 1)},
       {"warning CONTEXT_TENANT@0"}},
      {{SchemaRecord(":.planted:s", 1, 1)}, {"warning CONTEXT_RECORD_MISSING@0"}},
  });
}

TEST(FinerChecksTest, Associations) {
  const auto association = AssociationRecord;
  const std::string referring =
      R"(,"references":[{"name":"n","subject":"planted","version":1}])";
  ExpectFound({
      {{association("a", "1")}, {"warning ASSOC_ORPHAN@0"}},
      {{SchemaRecord("planted", 1, 1),
        {association("a", "1").key, association("b", "1").value}},
       {"error ASSOC_MISMATCH@1"}},
      {{SchemaRecord("planted", 1, 1), association("a", "1")}, {}},
      {{SchemaRecord("planted", 1, 1), association("a", "1"), association("b", "2")},
       {"warning ASSOC_STRONG_CONFLICT@2"}},
      {{SchemaRecord("planted", 1, 1), association("a", "1"),
        SchemaRecord("other", 1, 2, referring)},
       {"warning ASSOC_STRONG_CONFLICT@1"}},
      {{association("a", "1"), association("b", "1")},
       {"warning ASSOC_ORPHAN@0", "warning ASSOC_ORPHAN@1",
        "warning ASSOC_STRONG_CONFLICT@1", "warning ASSOC_GUID_DUPLICATE@1"}},
  });
}

TEST(FinerChecksTest, Ids) {
  ExpectFound({
      // One id for one schema in many subjects is how it should be.
      {{SchemaRecord("a", 1, 1), SchemaRecord("b", 1, 1)}, {}},
      {{SchemaRecord("a", 1, 1), SchemaRecord("b", 1, 1, R"(,"schemaType":"PROTOBUF")")},
       {"error ID_ATTRIBUTE_CONFLICT@1", "error SCHEMA_UNPARSABLE@1"}},
      {{SchemaRecord("target", 1, 1), SchemaRecord("a", 1, 2),
        SchemaRecord("b", 1, 2,
               R"(,"references":[{"name":"n","subject":"target","version":1}])")},
       {"error ID_ATTRIBUTE_CONFLICT@2"}},
      {{SchemaRecord("a", 1, 1), SchemaRecord("a", 2, 1)}, {"warning ID_TWO_VERSIONS@1"}},
      {{SchemaRecord("a", 1, 1, "", "true"), SchemaRecord("a", 2, 1)}, {}},
      {{SchemaRecord("a", 1, 2'000'000'000 - kFreeId)}, {"warning ID_NEAR_LIMIT@0"}},
      {{SchemaRecord("a", 1, 1, "", "true")}, {"info TOP_ID_AT_RISK@0"}},
      {{SchemaRecord("a", 1, 1), SchemaRecord("a", 1, 2)}, {"error KEY_ID_REWRITTEN@1"}},
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
      {{SchemaRecord("a", 1, 1), {GoodKey("a", 1), other + "false}"}},
       {"error KEY_TEXT_REWRITTEN@1", "error COMPACTION_DIVERGENCE@0"}},
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

TEST(FinerChecksTest, MixedWriters) {
  AppendedRecord karapace = SchemaRecord("a", 1, 1);
  karapace.headers = {{"X-Registry-Version", "karapace-6.2.0"}};
  const AppendedRecord confluent = {kNoop, std::nullopt};
  ExpectFound({
      {{confluent, karapace}, {"warning HEADER_UNEXPECTED@1"}},
      {{confluent, karapace, confluent},
       {"warning HEADER_UNEXPECTED@1", "warning MIXED_WRITERS@2"}},
  });
}

TEST(FinerChecksTest, Redpanda) {
  const CorpusProduct product = CorpusProduct::kRedpanda;
  ExpectFound({
      {{RedpandaRecord(kHistory, 1, 1)}, {}, product},
      {{RedpandaRecord(kHistory + 7, 1, 1)}, {"error SEQ_OFFSET_MISMATCH@0"}, product},
      // Two that wrote at once: the second says where it wanted to be.
      {{RedpandaRecord(kHistory, 1, 1), RedpandaRecord(kHistory, 2, 2)},
       {"info SEQ_COLLISION@1"},
       product},
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
      {{SchemaRecord("a", 1, 2, reference), SchemaRecord("target", 1, 1)},
       {"error REFERENCE_FORWARD@0"},
       product},
      {{SchemaRecord("target", 1, 1), SchemaRecord("target", 1, 1, "", "true"),
        SchemaRecord("a", 1, 2, reference)},
       {"error REFERENCE_FORWARD@2"},
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
       {},
       product},
      {{SubjectRecord("MODE", "a", R"({"mode":"READONLY"})")},
       {"warning KEYTYPE_NOT_MANAGED@0"},
       product},
      // A wrong type that Confluent reads as the right one.
      {{SchemaRecord("a", 1, 1),
        {GoodKey("a", 2),
         R"({"subject":"a","version":2,"id":"900002","schema":"\"int\"",)"
         R"("deleted":false})"}},
       {"error RECORD_SKIPPED@1"},
       product},
      {{SchemaRecord("a", 1, 1), {GoodKey("a", 1), ""}},
       {"warning TOMBSTONE_NOT_SOFT_DELETED@1"},
       product},
      {{SchemaRecord("a", 1, 1), SchemaRecord("a", 1, 2)},
       {"error KEY_ID_REWRITTEN@1"},
       product},
  });
}

}  // namespace
}  // namespace sr
