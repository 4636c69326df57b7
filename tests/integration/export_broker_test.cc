// `export` to git and the way back, from topics on a real broker and from registries.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "core/base/text.h"
#include "core/json/json_writer.h"
#include "core/schemas/confluent_replay.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/core/git/hostile_names.h"
#include "tests/integration/mirror_fixture.h"
#include "tests/support/corpus_records.h"
#include "tests/support/recorded_topic.h"
#include "tests/support/registry/fake_registry.h"
#include "tests/support/written_archive.h"

namespace sr {
namespace {

using ::testing::HasSubstr;

class ExportTest : public MirrorFixture {
 protected:
  std::string Directory() const { return directory_.path() + "/git"; }
  std::string Restored() const { return Kafka(topic_ + "_restored"); }

  ProgramResult Export(const std::string& source) {
    return Replicator({"export", source, "git:" + Directory(), "--quiet"});
  }
  ProgramResult Restore(const std::vector<std::string>& more = {}) {
    std::vector<std::string> words = {"restore", "git:" + Directory(),
                                      Restored(), "--quiet", "--execute"};
    words.insert(words.end(), more.begin(), more.end());
    return Replicator(words);
  }

  std::string Git(const std::vector<std::string>& words) {
    std::vector<std::string> all = {"git", "-C", Directory()};
    all.insert(all.end(), words.begin(), words.end());
    const ProgramResult result = RunProgram(all, absl::Seconds(60));
    EXPECT_EQ(result.exit_code, 0) << result.err;
    return result.out;
  }

  // What a registry would serve.
  static std::string ContentHashOf(const std::string& location) {
    const ProgramResult described = Verifier({"describe", location});
    for (const absl::string_view line : absl::StrSplit(described.out, '\n')) {
      if (absl::StrContains(line, "content hash")) return std::string(line);
    }
    return "";
  }
};

TEST_F(ExportTest, OneCommitForEachChange) {
  for (int seed = 1; seed <= 5; ++seed) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    topic_ = absl::StrCat("_schemas", ++topics_);
    const std::string archives = directory_.path() + absl::StrCat("/", seed);
    std::filesystem::create_directory(archives);
    std::filesystem::remove_all(Directory());
    CorpusShape shape;
    shape.seed = static_cast<uint64_t>(seed);
    shape.largest_schema_bytes = 300;
    const std::vector<TestRecord> all = TestRecordsOf(Corpus(shape, 300));
    WriteArchive(archives + "/half", {all.begin(), all.begin() + 150});
    WriteArchive(archives + "/all", all);
    const ProgramResult first = Export("archive:" + archives + "/half");
    ASSERT_EQ(first.exit_code, 0) << first.err;
    const std::string head = Git({"rev-parse", "HEAD"});
    const ProgramResult again = Export("archive:" + archives + "/half");
    EXPECT_THAT(again.out, HasSubstr("0 records read, 0 commits"));
    EXPECT_EQ(Git({"rev-parse", "HEAD"}), head);
    ASSERT_EQ(Export("archive:" + archives + "/all").exit_code, 0);
    EXPECT_EQ(Git({"fsck", "--strict"}), "");
    EXPECT_EQ(Git({"status", "--porcelain"}), "");
    // Dates are those of records, in order.
    const std::string log = Git({"log", "--reverse", "--format=%at %(trailers:key=Offset,valueonly,separator=)"});
    std::map<int64_t, int64_t> seconds;
    for (const TestRecord& record : all) {
      seconds[record.offset] = record.timestamp / 1000;
    }
    int commits = 0;
    for (const absl::string_view line :
         absl::StrSplit(log, '\n', absl::SkipEmpty())) {
      const std::vector<std::string> parts = absl::StrSplit(line, ' ');
      EXPECT_EQ(std::stoll(parts[0]), seconds[std::stoll(parts[1])]) << line;
      ++commits;
    }
    EXPECT_GT(commits, 200);
    // At once it is the same as in two goes.
    const std::string tree = Git({"rev-parse", "HEAD"});
    std::filesystem::remove_all(Directory());
    ASSERT_EQ(Export("archive:" + archives + "/all").exit_code, 0);
    EXPECT_EQ(Git({"rev-parse", "HEAD"}), tree);

    const ProgramResult restored = Restore();
    EXPECT_EQ(restored.exit_code, 0) << restored.out << restored.err;
    const std::string hash = ContentHashOf("archive:" + archives + "/all");
    EXPECT_NE(hash, "");
    EXPECT_EQ(ContentHashOf(Restored()), hash);
  }
}

// SR_SUBJECTS of them, 1,000 unless set, that somebody chose to break this.
TEST_F(ExportTest, HostileSubjects) {
  const char* const wanted = std::getenv("SR_SUBJECTS");
  const auto count = static_cast<size_t>(
      wanted != nullptr ? std::atoi(wanted) : 1'000);
  std::vector<TestRecord> records;
  for (const std::string& name : HostileNames(count, 7, /*any_bytes=*/false)) {
    std::string escaped;
    JsonWriter(&escaped).String(name);
    TestRecord record;
    record.offset = static_cast<int64_t>(records.size());
    record.timestamp =
        absl::ToUnixMillis(absl::Now() - absl::Hours(1)) + record.offset;
    record.key = absl::StrCat(R"({"keytype":"SCHEMA","subject":)", escaped,
                              R"(,"version":1,"magic":1})");
    record.value = absl::StrCat(R"({"subject":)", escaped,
                                R"(,"version":1,"id":)", record.offset + 1,
                                R"(,"schema":"\"string\"","deleted":false})");
    records.push_back(std::move(record));
  }
  WriteArchive(ArchiveDirectory(), records);
  const ProgramResult result = Export(Archive());
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out,
              HasSubstr(absl::StrCat(WithThousands(static_cast<int64_t>(records.size())), " commits")));
  EXPECT_EQ(Git({"fsck", "--strict"}), "");
  EXPECT_EQ(Git({"status", "--porcelain"}), "");
  const ProgramResult restored = Restore();
  ASSERT_EQ(restored.exit_code, 0) << restored.err;
  std::vector<RawRecord> expected;
  for (const TestRecord& record : records) expected.push_back(ToRaw(record));
  ExpectSame(raw_->Consume(topic_ + "_restored", "read_uncommitted").value(),
             expected, "restored and exported");
}

TEST_F(ExportTest, ARegistry) {
  int exported = 0;
  for (const JsonValue& topic :
       RecordedLines("tests/data/schemas/confluent_topics.jsonl.xz")) {
    const std::string name = topic.Find("case")->string_value();
    if (!absl::StartsWith(name, "8.2.2 ") || name == "8.2.2 larger") continue;
    SCOPED_TRACE(name);
    topic_ = absl::StrCat("_schemas", ++topics_);
    std::filesystem::remove_all(Directory());
    FakeRegistry registry(Product::kConfluent, "8.2.2");
    ConfluentReplayOptions options;
    options.content_md5 = true;
    ConfluentReplay replay(options);
    registry.Hold(ContentOf(RecordedRecords(topic), &replay, Product::kConfluent));
    const ProgramResult first = Export(registry.url());
    ASSERT_EQ(first.exit_code, 0) << first.err;
    EXPECT_THAT(first.out, HasSubstr(", 1 commit;"));
    EXPECT_THAT(Export(registry.url()).out, HasSubstr(", 0 commits;"));
    EXPECT_EQ(Git({"fsck", "--strict"}), "");
    const ProgramResult restored = Restore();
    EXPECT_EQ(restored.exit_code, 0) << restored.out << restored.err;
    const ProgramResult compared =
        Verifier({"compare", Restored(), registry.url(), "--confirm=0s",
                  "--quiet", "--all"});
    EXPECT_EQ(compared.exit_code, 0) << compared.out;
    ++exported;
  }
  EXPECT_GE(exported, 5);
}

// What it no longer holds goes from the tree with the next export.
TEST_F(ExportTest, ARegistryThatForgets) {
  FakeRegistry registry(Product::kConfluent, "8.2.2");
  const auto hold = [&registry](size_t count) {
    ConfluentReplayOptions options;
    options.content_md5 = true;
    ConfluentReplay replay(options);
    CorpusShape shape;
    shape.largest_schema_bytes = 300;
    registry.Hold(
        ContentOf(TestRecordsOf(Corpus(shape, static_cast<int64_t>(count))),
                  &replay, Product::kConfluent));
  };
  hold(200);
  ASSERT_EQ(Export(registry.url()).exit_code, 0);
  const std::string files = Git({"ls-files"});
  hold(100);
  ASSERT_EQ(Export(registry.url()).exit_code, 0);
  EXPECT_LT(Git({"ls-files"}).size(), files.size());
  EXPECT_EQ(Git({"rev-list", "--count", "HEAD"}), "2\n");
  hold(200);
  ASSERT_EQ(Export(registry.url()).exit_code, 0);
  EXPECT_EQ(Git({"ls-files"}), files);
  registry.SetMisbehaviour([](const HttpRequest&) {
    HttpReply reply;
    reply.status = 500;
    return reply;
  });
  EXPECT_EQ(Export(registry.url()).exit_code, 4);
  EXPECT_EQ(Git({"rev-list", "--count", "HEAD"}), "3\n");
}

TEST_F(ExportTest, Refusals) {
  CorpusShape shape;
  shape.largest_schema_bytes = 300;
  const std::vector<TestRecord> records = TestRecordsOf(Corpus(shape, 50));
  WriteArchive(ArchiveDirectory(), records);
  EXPECT_EQ(Replicator({"export", Archive(), Source()}).exit_code, 2);
  std::filesystem::create_directory(Directory());
  std::ofstream(Directory() + "/file") << "mine";
  const ProgramResult foreign = Export(Archive());
  EXPECT_EQ(foreign.exit_code, 5);
  EXPECT_THAT(foreign.err, HasSubstr("hint: name an empty directory"));
  std::filesystem::remove_all(Directory());
  ASSERT_EQ(Export(Archive()).exit_code, 0);

  CreateSource();
  ASSERT_TRUE(raw_->Produce(topic_, {ToRaw(records[3])}).ok());
  const ProgramResult other = Export(Source());
  EXPECT_EQ(other.exit_code, 5) << other.out;
  EXPECT_THAT(other.err, HasSubstr("is the export of topic _schemas, not of topic"));

  const ProgramResult when = Restore({"--to-offset=5"});
  EXPECT_EQ(when.exit_code, 2);
  EXPECT_THAT(when.err, HasSubstr("hint: git worktree add"));

  // Edited by hand: neither restored nor built upon.
  std::string edited;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(Directory() + "/subjects")) {
    if (absl::EndsWith(entry.path().string(), ".avsc")) edited = entry.path();
  }
  ASSERT_NE(edited, "");
  std::ofstream(edited, std::ios::app) << " ";
  const ProgramResult changed = Restore();
  EXPECT_EQ(changed.exit_code, 3) << changed.err;
  EXPECT_THAT(changed.err, HasSubstr("was edited by hand"));
  const ProgramResult dirty = Export(Archive());
  EXPECT_EQ(dirty.exit_code, 5);
  EXPECT_THAT(dirty.err, HasSubstr("hint: commit nothing to it"));
  Git({"-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qam", "mine"});
  EXPECT_EQ(Export(Archive()).exit_code, 3);
}

}  // namespace
}  // namespace sr
