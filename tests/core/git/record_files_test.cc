// Records as files for people: every one comes back byte for byte, and one that was
// edited does not.
#include "core/git/record_files.h"

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/corpus_records.h"
#include "tests/support/recorded_topic.h"

namespace sr {
namespace {

using ::testing::HasSubstr;

std::map<std::string, std::string> Tree(const RecordFiles& files) {
  std::map<std::string, std::string> tree = {{files.record_path, files.record}};
  if (!files.schema_path.empty()) tree[files.schema_path] = files.schema;
  return tree;
}

void ExpectRoundTrip(const KeptRecord& record) {
  const RecordFiles files = FilesOf(record);
  const auto back = RecordOf(files.record_path, Tree(files));
  ASSERT_TRUE(back.ok()) << back.status();
  EXPECT_TRUE(*back == record) << files.record;
}

KeptRecord Schema(const std::string& value) {
  KeptRecord record;
  record.offset = 7;
  record.timestamp = 1'700'000'000'000;
  record.key = R"({"keytype":"SCHEMA","subject":"s","version":1,"magic":1})";
  record.value = value;
  return record;
}

TEST(RecordFilesTest, ASchemaIsVerbatimInAFileOfItsOwn) {
  const RecordFiles files = FilesOf(Schema(
      R"({"subject":"s","version":1,"id":3,"schema":"{\n  \"type\":\"int\" }","deleted":true})"));
  EXPECT_EQ(files.record_path, "subjects/04/s/v1.record.json");
  EXPECT_EQ(files.schema_path, "subjects/04/s/v1.avsc");
  EXPECT_EQ(files.schema, "{\n  \"type\":\"int\" }");
  EXPECT_THAT(files.record, HasSubstr("\n  \"id\": 3,\n"));
  EXPECT_THAT(files.record, HasSubstr("\n  \"deleted\": true,\n"));
}

TEST(RecordFilesTest, PathsOfAllKinds) {
  const auto path = [](const std::string& key) {
    KeptRecord record;
    record.key = key;
    return FilesOf(record).record_path;
  };
  EXPECT_EQ(path(R"({"keytype":"CONFIG","magic":0})"), "global/config.record.json");
  EXPECT_EQ(path(R"({"keytype":"MODE","subject":"s","magic":0})"),
            "subjects/04/s/mode.record.json");
  EXPECT_EQ(path(R"({"keytype":"CONFIG","subject":":.c:","magic":0})"),
            "contexts/%2ec/global/config.record.json");
  EXPECT_EQ(path(R"({"keytype":"SCHEMA","subject":":.c:s","version":2,"magic":1})"),
            "contexts/%2ec/subjects/04/s/v2.record.json");
  // Other bytes of the same key are another record to a cleaner.
  const std::string old =
      path(R"({"magic":1,"keytype":"SCHEMA","subject":"s","version":2})");
  EXPECT_TRUE(absl::StartsWith(old, "subjects/04/s/v2-")) << old;
  EXPECT_TRUE(absl::StartsWith(path("no key"), "other/"));
}

TEST(RecordFilesTest, EveryRecordOfTheCorpus) {
  for (const CorpusProduct product :
       {CorpusProduct::kConfluent8, CorpusProduct::kConfluent7,
        CorpusProduct::kKarapace, CorpusProduct::kRedpanda}) {
    CorpusShape shape;
    shape.product = product;
    shape.largest_schema_bytes = 2000;
    for (const TestRecord& record : TestRecordsOf(Corpus(shape, 2000))) {
      ExpectRoundTrip(KeptRecord::Of(record.View()));
      if (HasFatalFailure()) return;
    }
  }
}

TEST(RecordFilesTest, EveryBadRecordThatRegistriesWereTriedWith) {
  int records = 0;
  for (const char* file : {"confluent_8.2.2_poison.jsonl.xz",
                           "confluent_8.2.2_conflicts.jsonl.xz"}) {
    for (const JsonValue& recorded :
         RecordedLines(absl::StrCat("tests/data/schemas/", file))) {
      for (const TestRecord& record : RecordedRecords(recorded)) {
        if (!record.key.has_value()) continue;
        ExpectRoundTrip(KeptRecord::Of(record.View()));
        ++records;
      }
    }
  }
  EXPECT_GT(records, 500);
}

TEST(RecordFilesTest, OddForms) {
  KeptRecord record = Schema("");
  ExpectRoundTrip(record);
  record.value.reset();
  ExpectRoundTrip(record);
  record.value = std::string("\xff\x00\xfe", 3);
  record.key = std::string("\x00\x80", 2);
  record.headers = {{"h", std::nullopt}, {"h", ""}, {"\xff", "\xff"}};
  record.timestamp_type = TimestampType::kLogAppendTime;
  ExpectRoundTrip(record);
  record.offset.reset();
  record.timestamp.reset();
  ExpectRoundTrip(record);
  // Escapes that nobody writes, a schema twice, one that is no text.
  for (const char* value :
       {R"({"subject":"s","version":1,"id":3,"schema":"\u0061\/\u00e9"})",
        R"({"schema":"a","subject":"s","version":1,"id":3,"schema":"b"})",
        R"({"subject":"s","version":1,"id":3,"schema":17})",
        R"({"subject":"s","version":1,"id":3,"schema":"\ud800"})",
        R"({"subject":"s","version":1,"id":3,"schemaType":"WHAT","schema":""})",
        R"( { "schema" : "x" } )"}) {
    ExpectRoundTrip(Schema(value));
  }
}

// Whatever byte of either file somebody changes, it is no record of ours any more, or
// it says so.
TEST(RecordFilesTest, EveryEditIsSeen) {
  const KeptRecord record = Schema(
      R"({"subject":"s","version":1,"id":3,"schema":"{\"type\":\"int\"}","deleted":false})");
  const RecordFiles files = FilesOf(record);
  for (const auto& [path, content] : Tree(files)) {
    for (size_t at = 0; at < content.size(); ++at) {
      for (const char byte : {'x', '1', '"', ' ', '\n'}) {
        auto tree = Tree(files);
        if (tree[path][at] == byte) continue;
        tree[path][at] = byte;
        const auto back = RecordOf(files.record_path, tree);
        EXPECT_TRUE(absl::IsDataLoss(back.status())) << path << " " << at;
      }
    }
  }
  auto tree = Tree(files);
  tree.erase(files.schema_path);
  EXPECT_THAT(RecordOf(files.record_path, tree).status().message(),
              HasSubstr("its schema is missing"));
  tree = Tree(files);
  tree["subjects/04/s/v2.record.json"] = files.record;
  tree["subjects/04/s/v2.avsc"] = files.schema;
  EXPECT_THAT(RecordOf("subjects/04/s/v2.record.json", tree).status().message(),
              HasSubstr("the file of another record"));
}

}  // namespace
}  // namespace sr
