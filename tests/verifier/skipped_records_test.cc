// No record that a registry does not take goes without a finding: the bad
// records of every recording, each alone among good ones.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/json/json.h"
#include "core/schemas/registry_model.h"
#include "gtest/gtest.h"
#include "tests/support/record_generator.h"
#include "tests/support/recorded_topic.h"
#include "tests/support/vector_source.h"
#include "verifier/checks/topic_records.h"

namespace sr {
namespace {

// Of records that `product` skips, rolls back, or stops at.
void ExpectFindings(const std::vector<TestRecord>& records, Product product) {
  ProductChoice choice;
  choice.product = product;
  TopicRecords checked("copy", {choice});
  checked.Add(BatchOf(records));
  const TopicRecordsResult result = checked.Finish();
  RegistryModel model = MakeRegistryModel(product, choice);
  for (const TestRecord& record : records) {
    const RecordEffect effect = model.replay->Apply(record.View());
    if (effect.effect == Effect::kApplied) continue;
    EXPECT_NE(result.FindingAt(record.offset), nullptr)
        << NameOf(product) << ", offset " << record.offset << ", "
        << NameOf(effect.effect) << ": " << effect.reason << "\n"
        << record.key.value_or("null") << "\n"
        << record.value.value_or("null").substr(0, 200);
    if (model.replay->stopped_at().has_value()) return;
  }
}

void ExpectFindingsOfAll(const std::vector<TestRecord>& records) {
  for (const Product product :
       {Product::kConfluent, Product::kKarapace, Product::kRedpanda}) {
    ExpectFindings(records, product);
  }
}

TEST(SkippedRecordsTest, PoisonOfConfluent) {
  for (const char* name : {"poison", "conflicts"}) {
    for (const JsonValue& recorded : RecordedLines(absl::StrCat(
             "tests/data/schemas/confluent_8.2.2_", name, ".jsonl.xz"))) {
      SCOPED_TRACE(recorded.Find("case")->string_value());
      ExpectFindingsOfAll(RecordedRecords(recorded));
    }
  }
}

TEST(SkippedRecordsTest, PoisonOfKarapace) {
  for (const JsonValue& recorded :
       RecordedLines("tests/data/schemas/karapace_6.2.0_poison.jsonl.xz")) {
    SCOPED_TRACE(recorded.Find("case")->string_value());
    TestRecord poison;
    poison.offset = 1;
    poison.key = RecordedBytes(*recorded.Find("key"));
    poison.value = RecordedBytes(*recorded.Find("value"));
    ExpectFindingsOfAll({poison});
  }
}

TEST(SkippedRecordsTest, WholeTopics) {
  for (const char* name : {"confluent_topics", "karapace_topics"}) {
    for (const JsonValue& recorded : RecordedLines(
             absl::StrCat("tests/data/schemas/", name, ".jsonl.xz"))) {
      SCOPED_TRACE(recorded.Find("case")->string_value());
      // One code is kept a hundred times only.
      if (recorded.Find("records")->array().size() > 1000) continue;
      ExpectFindingsOfAll(RecordedRecords(recorded));
    }
  }
}

}  // namespace
}  // namespace sr
