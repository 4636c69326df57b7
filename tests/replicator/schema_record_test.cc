// What is appended of a version that was deleted: in random histories of every
// product it is taken back as what it was.
#include "replicator/schema_record.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/schemas/registry_model.h"
#include "gtest/gtest.h"
#include "replicator/undelete.h"
#include "tests/support/corpus_records.h"

namespace sr {
namespace {

struct Case {
  CorpusProduct corpus;
  const char* product;
};

class SchemaRecordTest : public testing::TestWithParam<Case> {};

TEST_P(SchemaRecordTest, EveryVersionDeletedSoftlyComesBack) {
  const ProductChoice choice = *ParseProductChoice(GetParam().product);
  RecordWriter writer;
  writer.product = *choice.product;
  writer.confluent_version = choice.confluent_version;
  int undeleted = 0;
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    CorpusShape shape;
    shape.product = GetParam().corpus;
    shape.seed = seed;
    shape.largest_schema_bytes = 300;
    const auto records = TestRecordsOf(Corpus(shape, 250));
    const RegistryModel model = MakeRegistryModel(*choice.product, choice);
    std::map<VersionName, SchemaRecord> found;
    for (const TestRecord& record : records) {
      (void)model.replay->Apply(record.View());
      DecodedKey key;
      DecodeKey(record.View().key, &key);
      if (key.key.type != KeyType::kSchema) continue;
      AddRecord(record.View(), "topic", &found[VersionOf(key, *choice.product)]);
    }
    int64_t offset = records.back().offset;
    for (const auto& [name, schema] : found) {
      const auto subject = model.replay->state().subjects.find(name.first);
      if (subject == model.replay->state().subjects.end()) continue;
      const SchemaVersion* const version = subject->second.Find(name.second);
      if (version == nullptr || !version->deleted) continue;
      const Digest128 text = version->text;
      Record record;
      record.offset = ++offset;
      const std::string key = KeyFor(schema, writer);
      const std::string value = ValueFor(schema, /*deleted=*/false, writer);
      record.key = key;
      record.value = value;
      const RecordEffect effect = model.replay->Apply(record);
      if (effect.reference_missing) continue;
      EXPECT_EQ(effect.effect, Effect::kApplied) << effect.reason;
      // Applying may have moved it.
      const SchemaVersion* const now = model.replay->state()
                                           .subjects.at(name.first)
                                           .Find(name.second);
      ASSERT_NE(now, nullptr);
      EXPECT_FALSE(now->deleted);
      EXPECT_EQ(now->id, schema.id);
      EXPECT_EQ(now->text, text);
      ++undeleted;
    }
  }
  EXPECT_GT(undeleted, 100);
}

INSTANTIATE_TEST_SUITE_P(
    EachProduct, SchemaRecordTest,
    testing::Values(Case{CorpusProduct::kConfluent8, "confluent-8.2"},
                    Case{CorpusProduct::kConfluent7, "confluent-7.6"},
                    Case{CorpusProduct::kKarapace, "karapace"},
                    Case{CorpusProduct::kRedpanda, "redpanda"}));

TEST(ParseVersionTest, SubjectsAndVersions) {
  const auto parsed = [](const std::string& text) {
    return ParseVersion(text).value_or(std::pair<std::string,
                                                 std::optional<int32_t>>(
        "refused", std::nullopt));
  };
  using Named = std::pair<std::string, std::optional<int32_t>>;
  EXPECT_EQ(parsed("s"), Named("s", std::nullopt));
  EXPECT_EQ(parsed("s/3"), Named("s", 3));
  EXPECT_EQ(parsed("s/*"), Named("s", std::nullopt));
  EXPECT_EQ(parsed("a/b"), Named("a/b", std::nullopt));
  EXPECT_EQ(parsed("a/1/*"), Named("a/1", std::nullopt));
  EXPECT_EQ(parsed(":.c:s/2147483647"), Named(":.c:s", 2147483647));
  for (const char* bad : {"", "/3", "/*", "s/0", "s/2147483648", "s/00000000000"}) {
    EXPECT_FALSE(ParseVersion(bad).ok()) << bad;
  }
}

}  // namespace
}  // namespace sr
