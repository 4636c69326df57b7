// The literal records of every product and version, good and bad, each alone in
// a topic: what a Confluent 8.2 registry does with it, and what `check` says of
// it in a topic of its product (tests/data/README.md).
#include <fstream>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/json/json.h"
#include "core/schemas/confluent_replay.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/record_generator.h"
#include "tests/support/vector_source.h"
#include "verifier/checks/topic_records.h"

namespace sr {
namespace {

std::optional<std::string> TextOf(const JsonValue& value) {
  if (value.is_null()) return std::nullopt;
  return value.string_value();
}

Product ProductOf(const std::string& name) {
  for (const Product product : {Product::kKarapace, Product::kRedpanda}) {
    if (NameOf(product) == name) return product;
  }
  return Product::kConfluent;
}

std::vector<std::string> CodesOf(const TopicRecordsResult& result) {
  std::vector<std::string> codes;
  for (const FindingList* list :
       {&result.record_findings, &result.replay_findings}) {
    for (const Finding& finding : list->kept()) codes.push_back(finding.code);
  }
  return codes;
}

TEST(LiteralRecordsTest, HaveTheStatedOutcome) {
  std::ifstream file("tests/data/schemas/literal_records.jsonl");
  int count = 0;
  for (std::string line; std::getline(file, line); ++count) {
    SCOPED_TRACE(line);
    const JsonValue literal = ParseJson(line).value();
    TestRecord record;
    record.offset = 100;
    record.key = TextOf(*literal.Find("key"));
    record.value = TextOf(*literal.Find("value"));
    ConfluentReplay replay;
    EXPECT_EQ(NameOf(replay.Apply(record.View()).effect),
              literal.Find("effect")->string_value());

    // Redpanda takes a record where its seq says that it stands.
    record.offset =
        DecodeKey(record.View().key).key.seq.value_or(record.offset);
    ProductChoice choice;
    choice.product = ProductOf(literal.Find("product")->string_value());
    TopicRecords levels("copy", {choice});
    levels.Add(BatchOf({record}));
    std::vector<std::string> expected;
    for (const JsonValue& code : literal.Find("codes")->array()) {
      expected.push_back(code.string_value());
    }
    EXPECT_EQ(CodesOf(levels.Finish()), expected);
  }
  EXPECT_EQ(count, 92);
}

}  // namespace
}  // namespace sr
