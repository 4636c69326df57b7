// The record and replay levels: each damage alone in a clean history, and what
// becomes of findings that depend on others.
#include "verifier/checks/topic_records.h"

#include <cstring>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/findings/codes.h"
#include "core/findings/schema_codes.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/corpus_records.h"
#include "tests/support/damage/damage.h"
#include "tests/support/record_generator.h"
#include "tests/support/vector_source.h"
#include "tests/verifier/finding_lines.h"

namespace sr {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TopicRecordsResult Check(const std::vector<TestRecord>& records,
                         const ProductChoice& choice = {}) {
  TopicRecords topic("copy", {choice});
  topic.Add(BatchOf(records));
  return topic.Finish();
}

CorpusShape Shape(CorpusProduct product, uint64_t seed) {
  CorpusShape shape;
  shape.product = product;
  shape.seed = seed;
  shape.largest_schema_bytes = 400;
  return shape;
}

std::string Good() { return GoodValue("planted", 1, 0); }

constexpr int64_t kHistory = 400;

TestRecord Appended(int64_t offset, std::optional<std::string> key,
                    std::optional<std::string> value) {
  TestRecord record;
  record.offset = offset;
  record.timestamp = 1'800'000'000'000;  // After any history.
  record.key = std::move(key);
  record.value = std::move(value);
  return record;
}

ProductChoice ReaderOf(const Damage& damage) {
  ProductChoice choice;
  if (damage.reader.empty()) return choice;
  choice.product = Product::kConfluent;
  choice.confluent_version =
      ConfluentVersion::Parse(damage.reader.substr(strlen("confluent-")))
          .value();
  return choice;
}

TEST(TopicRecordsTest, EachDamageIsFoundAndNothingElse) {
  for (const Damage& damage : AllDamages()) {
    SCOPED_TRACE(damage.found.front());
    EXPECT_THAT(FindingLines(Check(Damaged(damage), ReaderOf(damage)),
                             kGoodHistory),
                testing::UnorderedElementsAreArray(damage.found));
  }
}

TEST(TopicRecordsTest, SeveritiesAreThoseOfTheTable) {
  for (const Damage& damage : AllDamages()) {
    for (const std::string& found : damage.found) {
      const std::string severity = found.substr(0, found.find(' '));
      const std::string code =
          found.substr(severity.size() + 1,
                       found.find('@') - severity.size() - 1);
      EXPECT_EQ(severity, SeverityName(FindCode(code)->severity)) << found;
    }
  }
}

TEST(TopicRecordsTest, TheHistoryWithoutDamageIsClean) {
  for (const CorpusProduct product :
       {CorpusProduct::kConfluent8, CorpusProduct::kConfluent7,
        CorpusProduct::kKarapace, CorpusProduct::kRedpanda}) {
    EXPECT_THAT(FindingLines(Check(GoodHistory(product))), IsEmpty());
  }
}

TEST(TopicRecordsTest, EveryCodeOfTheTableHasADamage) {
  std::set<std::string> made;
  for (const Damage& damage : AllDamages()) {
    const std::string& first = damage.found.front();
    const size_t code = first.find(' ') + 1;
    made.insert(first.substr(code, first.find('@') - code));
  }
  for (const CodeInfo& info : SchemaCodes()) {
    EXPECT_TRUE(made.contains(std::string(info.code))) << info.code;
  }
}

TEST(TopicRecordsTest, ASecondTextOfAnIdIsRolledBack) {
  std::vector<TestRecord> records =
      TestRecordsOf(Corpus(Shape(CorpusProduct::kConfluent8, 7), kHistory));
  records.push_back(Appended(kHistory, GoodKey("planted", 1), Good()));
  records.push_back(Appended(
      kHistory + 1, GoodKey("other", 1),
      R"({"subject":"other","version":1,"id":900000,"schema":"\"int\"","deleted":false})"));
  const TopicRecordsResult result = Check(records);
  EXPECT_THAT(FindingLines(result),
              ElementsAre(absl::StrCat("error ID_CONFLICT@", kHistory + 1)));
  EXPECT_THAT(result.replay_findings.kept()[0].effect,
              testing::StartsWith("rolled_back: id 900000"));
}

TEST(TopicRecordsTest, TwinsOfAKeyAreFoundAndThoseOfATombstoneAreErrors) {
  const std::string old_form =
      R"({"subject":"planted","magic":0,"keytype":"CONFIG"})";
  const std::string new_form =
      R"({"keytype":"CONFIG","subject":"planted","magic":0})";
  const std::string full = R"({"compatibilityLevel":"FULL"})";
  std::vector<TestRecord> records =
      TestRecordsOf(Corpus(Shape(CorpusProduct::kConfluent8, 7), kHistory));
  records.push_back(Appended(kHistory, old_form, full));
  records.push_back(Appended(kHistory + 1, new_form, full));
  EXPECT_THAT(
      FindingLines(Check(records)),
      ElementsAre(absl::StrCat("warning KEY_FORM_TWIN@", kHistory + 1)));
  records.push_back(Appended(kHistory + 2, new_form, std::nullopt));
  EXPECT_THAT(FindingLines(Check(records)),
              ElementsAre(absl::StrCat("error KEY_TWIN_ARMED@", kHistory)));
  records.push_back(Appended(kHistory + 3, old_form, std::nullopt));
  EXPECT_THAT(FindingLines(Check(records)), IsEmpty());
}

TEST(TopicRecordsTest, AValueThatIsSkippedIsNoTwin) {
  std::vector<TestRecord> records =
      TestRecordsOf(Corpus(Shape(CorpusProduct::kConfluent8, 7), kHistory));
  records.push_back(Appended(kHistory,
                             R"({"keytype":"CONFIG","subject":"x","magic":0})",
                             R"({"compatibilityLevel":"full"})"));
  records.push_back(Appended(kHistory + 1,
                             R"({"subject":"x","magic":0,"keytype":"CONFIG"})",
                             std::nullopt));
  EXPECT_THAT(
      FindingLines(Check(records)),
      ElementsAre(absl::StrCat("error COMPAT_LEVEL_UNKNOWN@", kHistory)));
}

// One bad key, and what each product makes of it.
TEST(TopicRecordsTest, EffectsAreThoseOfTheProduct) {
  struct Case {
    CorpusProduct product;
    const char* effect;
    const char* outlook;
  };
  for (const Case& each :
       {Case{CorpusProduct::kConfluent8, "skipped: the key is JSON, but no object",
             "a Confluent 8.2.2 registry restarted on this topic will start"},
        Case{CorpusProduct::kKarapace, "fatal: the key is JSON, but no object",
             "a Karapace 6 registry restarted on this topic will never get "
             "ready, or"},
        Case{CorpusProduct::kRedpanda, "fatal: the key is not a JSON object",
             "a Redpanda registry restarted on this topic will refuse every "
             "request"}}) {
    std::vector<TestRecord> records =
        TestRecordsOf(Corpus(Shape(each.product, 7), kHistory));
    records.push_back(Appended(kHistory, "[]", "{}"));
    const TopicRecordsResult result = Check(records);
    EXPECT_THAT(
        FindingLines(result),
        ElementsAre(absl::StrCat("error KEY_NOT_JSON_OBJECT@", kHistory)));
    EXPECT_THAT(result.record_findings.kept()[0].effect,
                testing::StartsWith(each.effect));
    EXPECT_EQ(result.replay.outcome, Outcome::kRun);
    EXPECT_THAT(result.outlook, testing::StartsWith(each.outlook));
  }
}

// What is wrong with a record itself does not take a replay to find.
TEST(TopicRecordsTest, TheRecordLevelAloneFindsTheSameWithoutEffects) {
  std::vector<TestRecord> records =
      TestRecordsOf(Corpus(Shape(CorpusProduct::kConfluent8, 7), kHistory));
  records.push_back(Appended(kHistory, "[]", "{}"));
  records.push_back(Appended(kHistory + 1, GoodKey("x", 1), "{}"));
  TopicRecords alone("copy", {{}, RecordDepth::kRecord});
  alone.Add(BatchOf(records));
  const TopicRecordsResult result = alone.Finish();
  const TopicRecordsResult whole = Check(records);
  ASSERT_EQ(result.record_findings.kept().size(), 2u);
  for (size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(result.record_findings.kept()[i].code,
              whole.record_findings.kept()[i].code);
    EXPECT_EQ(result.record_findings.kept()[i].effect, "");
  }
  EXPECT_EQ(result.record.items, kHistory + 2);
  EXPECT_EQ(result.replay.items, 0);
  EXPECT_TRUE(result.replay_findings.empty());
  EXPECT_EQ(result.outlook, "");
}

// A topic that one product began and another went on with: whose reading counts
// is the user's to say.
TEST(TopicRecordsTest, ATopicThatChangedHandsIsNotReplayed) {
  std::vector<TestRecord> records =
      TestRecordsOf(Corpus(Shape(CorpusProduct::kConfluent8, 7), 1000));
  for (TestRecord record :
       TestRecordsOf(Corpus(Shape(CorpusProduct::kKarapace, 7), 4000))) {
    record.offset += 1000;
    records.push_back(std::move(record));
  }
  records.push_back(Appended(5000, "nonsense", "{}"));
  TopicRecordsResult result = Check(records);
  EXPECT_EQ(result.product.product, Product::kKarapace);
  EXPECT_EQ(result.replay.outcome, Outcome::kSkipped);
  EXPECT_EQ(result.schema.outcome, Outcome::kSkipped);
  EXPECT_THAT(result.replay.reason, testing::HasSubstr("say --product"));
  EXPECT_EQ(result.outlook, "");
  for (const Finding& finding : result.record_findings.kept()) {
    EXPECT_EQ(finding.effect, "") << finding.code;
  }
  ProductChoice karapace;
  karapace.product = Product::kKarapace;
  result = Check(records, karapace);
  EXPECT_EQ(result.replay.outcome, Outcome::kRun);
  EXPECT_THAT(result.outlook, testing::StartsWith("a Karapace 6 registry"));
}

TEST(TopicRecordsTest, ATombstoneOfWhatDeletedASubjectIsFound) {
  const std::string deletion =
      R"({"keytype":"DELETE_SUBJECT","subject":"planted","magic":0})";
  std::vector<TestRecord> records =
      TestRecordsOf(Corpus(Shape(CorpusProduct::kConfluent8, 7), kHistory));
  // The highest id is another's.
  records.push_back(Appended(kHistory, GoodKey("top", 1),
                             GoodValue("top", 1, 1)));
  records.push_back(Appended(kHistory + 1, GoodKey("planted", 1), Good()));
  records.push_back(
      Appended(kHistory + 2, deletion, R"({"subject":"planted","version":1})"));
  EXPECT_THAT(FindingLines(Check(records)), IsEmpty());
  std::vector<TestRecord> relic = records;
  records.push_back(Appended(kHistory + 3, deletion, std::nullopt));
  EXPECT_THAT(FindingLines(Check(records)),
              ElementsAre(absl::StrCat("error DELETE_SUBJECT_TOMBSTONED@",
                                       kHistory + 3)));
  // Nobody misses it when the versions are gone.
  relic.push_back(
      Appended(kHistory + 3, GoodKey("planted", 1), std::nullopt));
  relic.push_back(Appended(kHistory + 4, deletion, std::nullopt));
  EXPECT_THAT(FindingLines(Check(relic)), IsEmpty());
}

TEST(TopicRecordsTest, WhatIsInForceOnlyUntilCompactionIsFound) {
  const std::vector<TestRecord> clean =
      TestRecordsOf(Corpus(Shape(CorpusProduct::kConfluent8, 7), kHistory));
  // A value that cannot be read, and one that is rolled back.
  const std::pair<const char*, std::string> afterwards[] = {
      {"VALUE_NOT_JSON_OBJECT", "{"},
      {"KEY_TEXT_REWRITTEN",
       R"({"subject":"planted","version":1,"id":900000,"schema":"\"int\"","deleted":false})"}};
  for (const auto& [code, value] : afterwards) {
    std::vector<TestRecord> records = clean;
    records.push_back(Appended(kHistory, GoodKey("planted", 1), Good()));
    records.push_back(Appended(kHistory + 1, GoodKey("planted", 1), value));
    EXPECT_THAT(FindingLines(Check(records)),
                testing::UnorderedElementsAre(
                    absl::StrCat("error ", code, "@", kHistory + 1),
                    absl::StrCat("error COMPACTION_DIVERGENCE@", kHistory)));
    // Written again: what is in force is the last record again.
    records.push_back(Appended(kHistory + 2, GoodKey("planted", 1), Good()));
    EXPECT_THAT(FindingLines(Check(records)),
                ElementsAre(absl::StrCat("error ", code, "@", kHistory + 1)));
  }
}

TEST(TopicRecordsTest, AReferenceToWhatIsDeletedIsFoundWhileItsOwnerIsLive) {
  std::vector<TestRecord> records =
      TestRecordsOf(Corpus(Shape(CorpusProduct::kConfluent8, 7), kHistory));
  // The highest id is another's.
  records.push_back(Appended(kHistory, GoodKey("top", 1),
                             GoodValue("top", 1, 2)));
  const std::string referring =
      R"(,"references":[{"name":"n","subject":"target","version":1}])";
  records.push_back(Appended(kHistory + 1, GoodKey("target", 1),
                             GoodValue("target", 1, 0)));
  records.push_back(Appended(kHistory + 2, GoodKey("planted", 1),
                             GoodValue("planted", 1, 1, referring)));
  EXPECT_THAT(FindingLines(Check(records)), IsEmpty());
  records.push_back(Appended(
      kHistory + 3, R"({"keytype":"DELETE_SUBJECT","subject":"target","magic":0})",
      R"({"subject":"target","version":1})"));
  EXPECT_THAT(FindingLines(Check(records)),
              ElementsAre(absl::StrCat(
                  "warning REFERENCE_TARGET_SOFT_DELETED@", kHistory + 2)));
  records.push_back(Appended(
      kHistory + 4,
      R"({"keytype":"DELETE_SUBJECT","subject":"planted","magic":0})",
      R"({"subject":"planted","version":1})"));
  EXPECT_THAT(FindingLines(Check(records)), IsEmpty());
}

// By a name in another's text; of a subject without a context, in that of the
// one that refers to it.
TEST(TopicRecordsTest, WhatReferencesDefineIsNotMissed) {
  const auto records = [](const std::string& first, const std::string& second) {
    std::vector<TestRecord> all =
        TestRecordsOf(Corpus(Shape(CorpusProduct::kConfluent8, 7), kHistory));
    all.push_back(Appended(
        kHistory,
        R"({"keytype":"CONTEXT","tenant":"default","context":".planted","magic":0})",
        R"({"tenant":"default","context":".planted"})"));
    all.push_back(Appended(kHistory + 1, GoodKey(":.planted:base", 1), first));
    all.push_back(Appended(kHistory + 2, GoodKey(":.planted:next", 1), second));
    return all;
  };
  const std::string base =
      R"({"subject":":.planted:base","version":1,"id":1,"schema":"{\"type\":\"fixed\",\"name\":\"a.F\",\"size\":1}","deleted":false})";
  const std::string next =
      R"({"subject":":.planted:next","version":1,"id":2,"references":[{"name":"a.F","subject":"base","version":1}],"schema":"\"a.F\"","deleted":false})";
  EXPECT_THAT(FindingLines(Check(records(base, next))), IsEmpty());
  const std::string lacking =
      R"({"subject":":.planted:next","version":1,"id":2,"schema":"\"a.F\"","deleted":false})";
  EXPECT_THAT(FindingLines(Check(records(base, lacking))),
              ElementsAre(absl::StrCat("error NAME_NOT_DEFINED@", kHistory + 2)));
}

TEST(TopicRecordsTest, AGlobalSettingInTwoFormsIsFound) {
  std::vector<TestRecord> records =
      TestRecordsOf(Corpus(Shape(CorpusProduct::kConfluent8, 7), kHistory));
  records.push_back(Appended(kHistory,
                             R"({"keytype":"CONFIG","subject":null,"magic":0})",
                             R"({"compatibilityLevel":"FULL"})"));
  EXPECT_THAT(FindingLines(Check(records)),
              ElementsAre(absl::StrCat("warning GLOBAL_KEY_TWIN@", kHistory)));
}

TEST(TopicRecordsTest, AVersionThatIsTooOldWillNotStart) {
  const std::vector<TestRecord> records =
      TestRecordsOf(Corpus(Shape(CorpusProduct::kConfluent8, 7), kHistory));
  ProductChoice old;
  old.product = Product::kConfluent;
  old.confluent_version = {7, 6, 13};
  const TopicRecordsResult result = Check(records, old);
  // At the first association, and nothing is read after it.
  ASSERT_EQ(result.replay_findings.counts().size(), 1u);
  EXPECT_GE(result.replay_findings.count(codes::kReaderVersionMin), 1);
  EXPECT_THAT(result.outlook,
              testing::HasSubstr("7.6.13 registry restarted on this topic will "
                                 "not start: it stops at offset"));
}

TEST(TopicRecordsTest, TheOutlookOfAPoisonedTopicSaysDoNotRestart) {
  std::vector<TestRecord> records =
      TestRecordsOf(Corpus(Shape(CorpusProduct::kConfluent8, 7), kHistory));
  records.push_back(Appended(kHistory, R"({"keytype":"FOO","magic":0})", "{}"));
  EXPECT_THAT(Check(records).outlook,
              testing::HasSubstr("will not start: it stops at offset 400 (the "
                                 "keytype is not known: FOO). One that runs "
                                 "serves from memory: do not restart it; see "
                                 "docs/findings.md#keytype_unknown"));
}

TEST(TopicRecordsTest, KeepsAsManyFindingsOfACodeAsItIsTold) {
  std::vector<TestRecord> records;
  for (int64_t i = 0; i < 300; ++i) {
    records.push_back(Appended(i, "nonsense", "{}"));
  }
  for (const int64_t kept : {int64_t{2}, int64_t{250}}) {
    TopicRecordsOptions options;
    options.findings_kept_per_code = kept;
    TopicRecords topic("copy", options);
    topic.Add(BatchOf(records));
    const TopicRecordsResult result = topic.Finish();
    EXPECT_EQ(result.record_findings.kept().size(), static_cast<size_t>(kept));
    EXPECT_EQ(result.record_findings.count(codes::kKeyNotJsonObject), 300);
  }
}

}  // namespace
}  // namespace sr
