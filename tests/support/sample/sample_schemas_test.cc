#include "tests/support/sample/sample_schemas.h"

#include <map>
#include <set>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace sr {
namespace {

using ::testing::UnorderedElementsAre;

// The value of string member `name`, which the sample writes without spaces.
std::string Member(const std::string& json, const std::string& name) {
  const std::string start = "\"" + name + "\":\"";
  const size_t at = json.find(start);
  if (at == std::string::npos) return "";
  const size_t from = at + start.size();
  return json.substr(from, json.find('"', from) - from);
}

std::set<std::string> KeyTypes(bool with_value) {
  std::set<std::string> types;
  for (const SampleRecord& record : SampleSchemas()) {
    if (record.value.has_value() == with_value) {
      types.insert(Member(record.key, "keytype"));
    }
  }
  return types;
}

TEST(SampleSchemasTest, HasEveryKeyTypeWithAValueWhereItHasOne) {
  EXPECT_THAT(KeyTypes(/*with_value=*/true),
              UnorderedElementsAre("SCHEMA", "CONFIG", "MODE", "CONTEXT",
                                   "DELETE_SUBJECT", "CLEAR_SUBJECT", "ASSOC"));
}

TEST(SampleSchemasTest, HasTombstonesAndNoops) {
  EXPECT_THAT(KeyTypes(/*with_value=*/false),
              UnorderedElementsAre("SCHEMA", "CONFIG", "MODE", "CONTEXT",
                                   "ASSOC", "NOOP"));
}

TEST(SampleSchemasTest, HasEverySchemaTypeWithReferencesAndSoftDeletes) {
  std::set<std::string> types;
  std::set<std::string> with_references;
  int soft_deleted = 0;
  for (const SampleRecord& record : SampleSchemas()) {
    const std::string value = record.value.value_or("");
    const std::string type = Member(value, "schemaType");
    if (type.empty()) continue;
    types.insert(type);
    if (value.find("\"references\":[") != std::string::npos) {
      with_references.insert(type);
    }
    if (value.ends_with("\"deleted\":true}")) ++soft_deleted;
  }
  EXPECT_THAT(types, UnorderedElementsAre("AVRO", "PROTOBUF", "JSON"));
  EXPECT_EQ(with_references, types);
  EXPECT_GT(soft_deleted, 10);
}

TEST(SampleSchemasTest, FitsIntoAMockPartition) {
  const std::vector<SampleRecord> sample = SampleSchemas();
  size_t bytes = 0;
  for (const SampleRecord& record : sample) {
    bytes += record.key.size() + record.value.value_or("").size();
  }
  EXPECT_GE(sample.size(), 1000u);
  EXPECT_LE(bytes, 4u << 20);
}

TEST(SampleSchemasTest, IsTheSameEveryTime) {
  const std::vector<SampleRecord> first = SampleSchemas();
  const std::vector<SampleRecord> second = SampleSchemas();
  ASSERT_EQ(first.size(), second.size());
  for (size_t i = 0; i < first.size(); ++i) {
    EXPECT_EQ(first[i].key, second[i].key);
    EXPECT_EQ(first[i].value, second[i].value);
    EXPECT_EQ(first[i].timestamp_ms, second[i].timestamp_ms);
  }
}

TEST(SampleSchemasTest, TimeNeverFalls) {
  int64_t before = 0;
  for (const SampleRecord& record : SampleSchemas()) {
    EXPECT_GE(record.timestamp_ms, before);
    before = record.timestamp_ms;
  }
}

}  // namespace
}  // namespace sr
