// `watch` of an archive and a registry: the program, and what it says as either
// changes.
#include <csignal>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "core/archive/archive_writer.h"
#include "core/base/file_system.h"
#include "core/schemas/confluent_replay.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/damage/damage.h"
#include "tests/support/program.h"
#include "tests/support/registry/fake_registry.h"
#include "tests/support/watched_program.h"
#include "tests/support/written_archive.h"

namespace sr {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

FakeContent ContentOf(const std::vector<TestRecord>& records) {
  ConfluentReplayOptions options;
  options.content_md5 = true;
  ConfluentReplay replay(options);
  return sr::ContentOf(records, &replay, Product::kConfluent);
}

class WatchTest : public testing::Test {
 protected:
  void Start(const Damage& damage, const std::vector<std::string>& more = {}) {
    WriteArchive(archive(), Damaged(damage));
    registry_.Hold(ContentOf(GoodHistory(CorpusProduct::kConfluent8)));
    std::vector<std::string> words = {
        SR_VERIFIER,         "watch",         "archive:" + archive(),
        registry_.url(),     "--confirm=0s",  "--full-every=1s",
        "--timeout-seconds=1"};
    words.insert(words.end(), more.begin(), more.end());
    watch_ = std::make_unique<WatchedProgram>(words);
  }

  std::string archive() const { return directory_.path() + "/archive"; }
  std::vector<std::string> Events() const { return watch_->Events(); }
  void UntilEvents(size_t count) const {
    watch_->Until([&] { return Events().size() >= count; });
  }
  // Twice: the first may have been under way.
  void MoreRounds() const { watch_->UntilRounds(watch_->Rounds() + 2); }

  const TemporaryDirectory directory_;
  FakeRegistry registry_{Product::kConfluent, "8.2.2"};
  std::unique_ptr<WatchedProgram> watch_;
};

TEST_F(WatchTest, NothingIsSaidOfWhatIsRight) {
  Start({});
  watch_->UntilRounds(3);
  EXPECT_THAT(Events(), IsEmpty());
  watch_->program().Signal(SIGTERM);
  EXPECT_EQ(watch_->program().Wait(absl::Seconds(20)), 128 + SIGTERM) << watch_->Text();
}

TEST_F(WatchTest, ADifferenceOpensOnceAndCloses) {
  Start({});
  watch_->UntilRounds(1);
  const FakeContent good = registry_.content();
  FakeContent more = good;
  more.schemas[{"lost", 1}] = more.schemas.begin()->second;
  registry_.Hold(more);
  UntilEvents(1);
  MoreRounds();
  EXPECT_THAT(Events(), testing::ElementsAre(
                            "opened TOPIC_LOST_SCHEMA lost version 1"));
  registry_.Hold(good);
  UntilEvents(2);
  EXPECT_EQ(Events().back(), "closed TOPIC_LOST_SCHEMA lost version 1");
  watch_->program().Signal(SIGINT);
  EXPECT_EQ(watch_->program().Wait(absl::Seconds(20)), 128 + SIGINT) << watch_->Text();
}

// What was open stays open.
TEST_F(WatchTest, ARegistryThatDoesNotAnswerForAWhile) {
  Start({});
  watch_->UntilRounds(1);
  FakeContent more = registry_.content();
  more.schemas[{"lost", 1}] = more.schemas.begin()->second;
  registry_.Hold(more);
  UntilEvents(1);
  registry_.SetMisbehaviour([](const HttpRequest&) {
    HttpReply reply;
    reply.status = 401;
    return reply;
  });
  UntilEvents(2);
  EXPECT_EQ(Events().back(), absl::StrCat("unchecked ", registry_.url()));
  registry_.SetMisbehaviour(nullptr);
  UntilEvents(3);
  EXPECT_EQ(Events().back(), absl::StrCat("checked ", registry_.url()));
  MoreRounds();
  EXPECT_EQ(Events().size(), 3) << watch_->Text();
}

// Each record as it arrives, before all is read again.
TEST_F(WatchTest, ABadRecordThatIsWritten) {
  Start({}, {"--full-every=1h"});
  watch_->UntilRounds(1);
  {
    ArchiveWriterOptions options;
    options.file_system = PosixFileSystem();
    options.directory = archive();
    options.topic = "_schemas";
    options.new_store_id = std::string(32, 'd');
    options.lock_label = "test";
    ArchiveWriter writer(options);
    ASSERT_TRUE(writer.Open().ok());
    TestRecord record;
    record.offset = 1'000'000;
    record.timestamp = absl::ToUnixMillis(absl::Now());
    record.key = "no JSON";
    record.value = "{}";
    ASSERT_TRUE(writer.Append(BatchOf({record})).ok());
    ASSERT_TRUE(writer.Commit().ok());
    ASSERT_TRUE(writer.Close().ok());
  }
  UntilEvents(1);
  EXPECT_THAT(Events(), Contains(HasSubstr("opened KEY_")));
}

TEST_F(WatchTest, RegistriesAlone) {
  const ProgramResult result = RunProgram(
      {SR_VERIFIER, "watch", registry_.url()}, absl::Seconds(20));
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, AllOf(HasSubstr("no copy of the topic"),
                                HasSubstr("hint: name the topic")));
}

}  // namespace
}  // namespace sr
