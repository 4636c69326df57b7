#include "tests/support/corpus/corpus.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace sr {
namespace {

using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;
using ::testing::UnorderedElementsAreArray;

constexpr int kRecords = 20'000;

// What follows `"name":` in `json`, which the corpus writes without spaces: a
// string without its quotes, or a number. Empty if there is none. Schema texts
// escape their quotes, so what is in them is never found.
std::string Member(const std::string& json, const std::string& name) {
  const std::string start = "\"" + name + "\":";
  const size_t at = json.find(start);
  if (at == std::string::npos) return "";
  size_t from = at + start.size();
  if (json[from] != '"') {
    return json.substr(from, json.find_first_of(",}", from) - from);
  }
  ++from;
  size_t end = from;
  while (json[end] != '"') end += json[end] == '\\' ? 2 : 1;
  return json.substr(from, end - from);
}

std::string ContextOf(const std::string& subject) {
  if (!subject.starts_with(":")) return ".";
  return subject.substr(1, subject.find(':', 1) - 1);
}

CorpusShape ShapeOf(CorpusProduct product) {
  CorpusShape shape;
  shape.product = product;
  shape.largest_schema_bytes = 1000;
  return shape;
}

class CorpusTest : public testing::TestWithParam<CorpusProduct> {
 protected:
  CorpusTest() : records_(Corpus(ShapeOf(GetParam()), kRecords)) {}

  bool is_confluent() const {
    return GetParam() == CorpusProduct::kConfluent8 ||
           GetParam() == CorpusProduct::kConfluent7;
  }

  std::set<std::string> KeyTypes(bool with_value) const {
    std::set<std::string> types;
    for (const CorpusRecord& record : records_) {
      const bool has_value = record.value.has_value() && !record.value->empty();
      if (has_value == with_value) types.insert(Member(record.key, "keytype"));
    }
    return types;
  }

  const std::vector<CorpusRecord> records_;
};

std::string NameOfProduct(
    const testing::TestParamInfo<CorpusProduct>& product) {
  constexpr const char* kNames[] = {"Confluent8", "Confluent7", "Karapace",
                                    "Redpanda"};
  return kNames[static_cast<int>(product.param)];
}

INSTANTIATE_TEST_SUITE_P(Products, CorpusTest,
                         testing::Values(CorpusProduct::kConfluent8,
                                         CorpusProduct::kConfluent7,
                                         CorpusProduct::kKarapace,
                                         CorpusProduct::kRedpanda),
                         NameOfProduct);

TEST_P(CorpusTest, HasEveryKeyTypeOfTheProduct) {
  std::set<std::string> with_value = {"SCHEMA", "CONFIG", "DELETE_SUBJECT"};
  std::set<std::string> without = {"SCHEMA", "CONFIG"};
  if (GetParam() != CorpusProduct::kKarapace) {
    with_value.insert("MODE");
    without.insert("MODE");
  }
  if (GetParam() == CorpusProduct::kRedpanda) without.insert("DELETE_SUBJECT");
  if (is_confluent()) {
    with_value.insert({"CONTEXT", "CLEAR_SUBJECT"});
    without.insert({"CONTEXT", "NOOP"});
  }
  if (GetParam() == CorpusProduct::kConfluent8) {
    with_value.insert("ASSOC");
    without.insert("ASSOC");
  }
  EXPECT_THAT(KeyTypes(true), UnorderedElementsAreArray(with_value));
  EXPECT_THAT(KeyTypes(false), UnorderedElementsAreArray(without));
}

TEST_P(CorpusTest, HasEverySchemaTypeWithReferencesAndSoftDeletes) {
  std::set<std::string> with_references;
  int soft_deleted = 0;
  for (const CorpusRecord& record : records_) {
    if (!record.value.has_value() ||
        Member(record.key, "keytype") != "SCHEMA") {
      continue;
    }
    const std::string type = Member(*record.value, "schemaType");
    EXPECT_NE(type, GetParam() == CorpusProduct::kConfluent8 ? "" : "AVRO");
    if (record.value->find("\"references\":[") != std::string::npos) {
      with_references.insert(type.empty() ? "AVRO" : type);
    }
    if (Member(*record.value, "deleted") == "true") ++soft_deleted;
  }
  EXPECT_THAT(with_references,
              UnorderedElementsAre("AVRO", "PROTOBUF", "JSON"));
  EXPECT_GT(soft_deleted, 100);
}

TEST_P(CorpusTest, OffsetsRiseByOneAndTimeNeverFalls) {
  for (size_t i = 0; i < records_.size(); ++i) {
    ASSERT_EQ(records_[i].offset, static_cast<int64_t>(i));
    if (i > 0) {
      ASSERT_GE(records_[i].timestamp_ms, records_[i - 1].timestamp_ms);
    }
  }
}

TEST_P(CorpusTest, OneIdHasOneTextWithinItsContext) {
  std::map<std::pair<std::string, std::string>, std::string> texts;
  for (const CorpusRecord& record : records_) {
    const std::string text = Member(record.value.value_or(""), "schema");
    if (text.empty()) continue;
    const std::string context =
        is_confluent() ? ContextOf(Member(*record.value, "subject")) : ".";
    const auto [entry, is_new] =
        texts.emplace(std::pair(context, Member(*record.value, "id")), text);
    ASSERT_EQ(entry->second, text) << "at offset " << record.offset;
  }
  EXPECT_GT(texts.size(), 5000u);
}

TEST_P(CorpusTest, ReferencesAreToVersionsBeforeThem) {
  std::set<std::pair<std::string, std::string>> versions;
  int references = 0;
  for (const CorpusRecord& record : records_) {
    if (Member(record.key, "keytype") != "SCHEMA") continue;
    const std::string value = record.value.value_or("");
    if (const size_t at = value.find("\"references\":[");
        at != std::string::npos) {
      const std::string reference = value.substr(at);
      EXPECT_TRUE(versions.contains(
          {Member(reference, "subject"), Member(reference, "version")}))
          << "at offset " << record.offset;
      ++references;
    }
    versions.insert(
        {Member(record.key, "subject"), Member(record.key, "version")});
  }
  EXPECT_GT(references, 100);
}

TEST_P(CorpusTest, SameShapeSameRecords) {
  const std::vector<CorpusRecord> again = Corpus(ShapeOf(GetParam()), kRecords);
  for (size_t i = 0; i < records_.size(); ++i) {
    ASSERT_EQ(again[i].key, records_[i].key);
    ASSERT_EQ(again[i].value, records_[i].value);
    ASSERT_EQ(again[i].timestamp_ms, records_[i].timestamp_ms);
    ASSERT_EQ(again[i].headers, records_[i].headers);
  }
  CorpusShape other = ShapeOf(GetParam());
  other.seed = 2;
  EXPECT_NE(Corpus(other, 100).back().value, records_[99].value);
}

TEST(CorpusFormTest, RedpandaKeysCarryTheirOffset) {
  for (const CorpusRecord& record :
       Corpus(ShapeOf(CorpusProduct::kRedpanda), 2000)) {
    if (!record.value.has_value()) continue;
    EXPECT_EQ(Member(record.key, "seq"), std::to_string(record.offset));
  }
}

TEST(CorpusFormTest, TombstonesOfKarapaceAreEmptyAndItWritesHeaders) {
  int empty = 0;
  for (const CorpusRecord& record :
       Corpus(ShapeOf(CorpusProduct::kKarapace), 2000)) {
    EXPECT_TRUE(record.value.has_value());
    if (record.value->empty()) ++empty;
    EXPECT_EQ(record.headers.size(), 2u);
  }
  EXPECT_GT(empty, 20);
}

TEST(CorpusFormTest, SizesAreSpreadLikeThoseOfRealSchemas) {
  CorpusShape shape;
  std::vector<size_t> sizes;
  for (const CorpusRecord& record : Corpus(shape, 4000)) {
    const std::string text = Member(record.value.value_or(""), "schema");
    if (text.size() > 20) sizes.push_back(text.size());
  }
  std::sort(sizes.begin(), sizes.end());
  const size_t median = sizes[sizes.size() / 2];
  EXPECT_LT(sizes.front(), 300u);
  EXPECT_GT(median, 500u);
  EXPECT_LT(median, 2000u);
  EXPECT_GT(sizes.back(), 300'000u);
}

TEST(CompactedTest, KeepsTheLastOfEachKeyAndWhatIsNotCleaned) {
  const std::vector<CorpusRecord> records = {
      {0, 0, "a", "1", {}},          {1, 0, "b", "1", {}},
      {2, 0, "a", "2", {}},          {3, 0, "b", std::nullopt, {}},
      {4, 0, "c", std::nullopt, {}}, {5, 0, "a", "3", {}},
      {6, 0, "a", "4", {}}};
  const auto offsets = [&records](int64_t cleaned_end, int64_t from) {
    std::vector<int64_t> left;
    for (const CorpusRecord& record : Compacted(records, cleaned_end, from)) {
      left.push_back(record.offset);
    }
    return left;
  };
  EXPECT_THAT(offsets(0, 0), ElementsAre(0, 1, 2, 3, 4, 5, 6));
  EXPECT_THAT(offsets(5, 0), ElementsAre(2, 3, 4, 5, 6));
  EXPECT_THAT(offsets(5, 4), ElementsAre(2, 4, 5, 6));
  EXPECT_THAT(offsets(7, 7), ElementsAre(6));
}

}  // namespace
}  // namespace sr
