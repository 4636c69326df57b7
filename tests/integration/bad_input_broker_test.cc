// Every mistake has its exit code, names what is wrong and says what to do.
#include <fstream>
#include <string>
#include <vector>

#include "tests/integration/mirror_fixture.h"

namespace sr {
namespace {

using testing::HasSubstr;

class BadInputTest : public MirrorFixture {
 protected:
  void SetUp() override {
    MirrorFixture::SetUp();
    CreateSource();
    RawRecord record;
    record.key = "k";
    record.value = "v";
    ASSERT_TRUE(raw_->Produce(topic_, {record}).ok());
  }

  void Expect(const ProgramResult& result, int code,
              const std::vector<std::string>& said) {
    EXPECT_EQ(result.exit_code, code) << result.err;
    for (const std::string& text : said) {
      EXPECT_THAT(result.err, HasSubstr(text));
    }
  }
};

TEST_F(BadInputTest, UnreachableBroker) {
  const std::string nowhere =
      absl::StrCat("kafka://127.0.0.1:", FreePort(), "/_schemas");
  Expect(Replicator({"mirror", nowhere, Archive(), "--timeout-seconds=2"}), 1,
         {"refused", "hint:"});
  Expect(Verifier({"check", nowhere, "--timeout-seconds=2"}), 1,
         {"refused", "hint:"});
  EXPECT_FALSE(std::filesystem::exists(ArchiveDirectory()));
}

TEST_F(BadInputTest, MissingTopicIsNotCreated) {
  Expect(Replicator({"mirror", Kafka("nosuch"), Archive()}), 1,
         {"nosuch", "hint:"});
  EXPECT_THAT(raw_->Topics().value(), testing::Not(testing::Contains("nosuch")));
}

TEST_F(BadInputTest, MoreThanOnePartition) {
  ASSERT_TRUE(raw_->CreateTopic(topic_ + "-two", {}, 2).ok());
  Expect(Replicator({"mirror", Kafka(topic_ + "-two"), Archive()}), 5,
         {"2 partitions", "hint:"});
  Expect(Replicator({"mirror", Source(), Kafka(topic_ + "-two")}), 5,
         {"partitions"});
}

TEST_F(BadInputTest, UnknownLocationOptionAndCommand) {
  Expect(Replicator({"mirror", "kafak://x/y", Archive()}), 2,
         {"kafak", "hint:", "kafka://"});
  Expect(Replicator({"mirror", Source(), Archive(), "--untill=end"}), 2,
         {"--untill", "did you mean --until?"});
  Expect(Replicator({"mirrow", Source(), Archive()}), 2,
         {"mirrow", "did you mean mirror?"});
  Expect(Replicator({"mirror", Source(), Archive(), "--until=now"}), 2,
         {"now", "never|end"});
  Expect(Replicator({"mirror", Source()}), 2, {"SOURCE TARGET..."});
  Expect(Verifier({"compare", Source()}), 2, {"COPY COPY..."});
  Expect(Verifier({"check", "git:/tmp"}), 2, {"git:"});
}

TEST_F(BadInputTest, SourceIsTheTarget) {
  Expect(Replicator({"mirror", Source(), Source()}), 2, {"source itself"});
  // By another address of the same cluster; no name, since a bare system may
  // not even know localhost.
  const std::string port =
      broker_->bootstrap().substr(broker_->bootstrap().find(':'));
  Expect(Replicator({"mirror", Source(),
                     absl::StrCat("kafka://127.1", port, "/", topic_)}),
         2, {"source itself", "cluster"});
}

TEST_F(BadInputTest, TargetTopicWithForeignRecords) {
  ASSERT_TRUE(raw_->CreateTopic(ShadowTopic()).ok());
  RawRecord record;
  record.value = "theirs";
  record.timestamp = absl::ToUnixMillis(absl::Now());  // Retention is 7 days.
  ASSERT_TRUE(raw_->Produce(ShadowTopic(), {record}).ok());
  Expect(Replicator({"mirror", Source(), Shadow(), "--until=end"}), 5,
         {ShadowTopic()});
  EXPECT_EQ(raw_->Consume(ShadowTopic(), "read_uncommitted")->size(), 1u);
}

TEST_F(BadInputTest, ArchiveDirectoryThatIsSomeoneElses) {
  std::filesystem::create_directory(ArchiveDirectory());
  std::ofstream(ArchiveDirectory() + "/letter.txt") << "dear";
  Expect(Replicator({"mirror", Source(), Archive()}), 5,
         {"letter.txt", "hint:"});
}

TEST_F(BadInputTest, NoArchiveWhereOneIsNamed) {
  for (const std::string command : {"check", "describe", "show", "compare"}) {
    std::vector<std::string> words = {command, Archive()};
    if (command == "compare") words.push_back(Source());
    Expect(Verifier(words), 1, {ArchiveDirectory(), "No such file", "hint:"});
  }
}

TEST_F(BadInputTest, ArchiveWithoutAParentDirectory) {
  Expect(Replicator({"mirror", Source(), Archive() + "/x/y"}), 1,
         {"No such file", "hint:"});
}

TEST_F(BadInputTest, ArchiveLockedByAnotherReplicator) {
  Program first({SR_REPLICATOR, "mirror", Source(), Archive()},
                directory_.path() + "/log");
  const absl::Time deadline = absl::Now() + absl::Seconds(20);
  while (!std::filesystem::exists(ArchiveDirectory() + "/gen-1/MANIFEST.json") &&
         absl::Now() < deadline) {
  }
  Expect(Replicator({"mirror", Source(), Archive()}), 5, {"locked", "pid "});
}

TEST_F(BadInputTest, ArchiveOfAnotherTopic) {
  Expect(Replicator({"mirror", Source(), Archive(), "--until=end"}), 0, {});
  ASSERT_TRUE(raw_->CreateTopic(topic_ + "-other").ok());
  Expect(Replicator({"mirror", Kafka(topic_ + "-other"), Archive()}), 5,
         {topic_, "-other", "hint:"});
}

// A file system of 256 KiB, and the same mounted read-only.
TEST_F(BadInputTest, FullAndReadOnlyDisk) {
  const std::string disk = directory_.path() + "/disk";
  std::filesystem::create_directory(disk);
  if (RunProgram({"mount", "-t", "tmpfs", "-o", "size=256k", "none", disk})
          .exit_code != 0) {
    GTEST_SKIP() << "mounting a small disk needs root";
  }
  std::vector<RawRecord> records(20);
  for (RawRecord& record : records) {
    record.key = "k";
    record.value = std::string(50000, 'x');
  }
  ASSERT_TRUE(raw_->Produce(topic_, records).ok());
  Expect(Replicator({"mirror", Source(), "archive:" + disk + "/a",
                     "--until=end"}),
         1, {"No space left on device", "hint:"});
  EXPECT_EQ(Verifier({"check", "archive:" + disk + "/a", "--levels=storage"}).exit_code, 4)
      << "nothing was committed, and nothing is damaged";
  RunProgram({"mount", "-o", "remount,ro", disk});
  Expect(Replicator({"mirror", Source(), "archive:" + disk + "/a"}), 1,
         {"Read-only file system", "hint:"});
  RunProgram({"umount", disk});
}

TEST_F(BadInputTest, SecretsAndSafetySwitchesAreRefused) {
  Expect(Replicator({"mirror", Source(), Archive(), "-X",
                     "sasl.password=hunter2"}),
         2, {"sasl.password", "hint:"});
  const ProgramResult result = Replicator(
      {"mirror", Source(), Archive(), "-X", "sasl.password=hunter2"});
  EXPECT_THAT(result.err + result.out, testing::Not(HasSubstr("hunter2")));
  Expect(Replicator({"mirror", Source(), Archive(), "-X", "check.crcs=false"}),
         2, {"check.crcs"});
}

TEST_F(BadInputTest, HelpIsShortAndClean) {
  for (const char* command : {"check", "compare", "describe", "show"}) {
    const ProgramResult help = Verifier({command, "--help"});
    EXPECT_EQ(help.exit_code, 0);
    EXPECT_THAT(help.out, HasSubstr("usage: schemas-verifier "));
    EXPECT_LT(help.out.size(), 2500u);
  }
  EXPECT_EQ(Replicator({"--help"}).exit_code, 0);
  EXPECT_EQ(Replicator({"--version"}).out, "schemas-replicator 0.1.0\n");
}

}  // namespace
}  // namespace sr
