// `watch` of a topic on a real broker and a registry that answers for it, on the
// bad day.
#include <csignal>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "core/schemas/confluent_replay.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/integration/mirror_fixture.h"
#include "tests/support/corpus_records.h"
#include "tests/support/registry/fake_registry.h"
#include "tests/support/watched_program.h"

namespace sr {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;

class WatchBrokerTest : public MirrorFixture {
 protected:
  // Records as a registry would write them now, in the topic, and a registry that
  // has read them.
  void Fill(uint64_t seed, int64_t count) {
    CreateSource();
    CorpusShape shape;
    shape.seed = seed;
    shape.largest_schema_bytes = 300;
    shape.start_ms = absl::ToUnixMillis(absl::Now() - absl::Hours(1));
    const std::vector<TestRecord> records = TestRecordsOf(Corpus(shape, count));
    std::vector<RawRecord> raw;
    for (const TestRecord& record : records) raw.push_back(ToRaw(record));
    ASSERT_TRUE(raw_->Produce(topic_, raw).ok());
    ConfluentReplayOptions options;
    options.content_md5 = true;
    ConfluentReplay replay(options);
    registry_.Hold(ContentOf(records, &replay, Product::kConfluent));
  }

  // Of what is wrong with any topic on a cluster of one broker nothing is said.
  static std::vector<std::string> Grave(const WatchedProgram& watch) {
    std::vector<std::string> grave;
    for (const std::string& event : watch.Events()) {
      if (absl::StrContains(event, "REPLICATION_FACTOR_LOW") ||
          absl::StrContains(event, "MIN_ISR_LOW")) {
        continue;
      }
      grave.push_back(event);
    }
    return grave;
  }

  FakeRegistry registry_{Product::kConfluent, "8.2.2"};
};

// Failure case 1: the topic is deleted under a registry that still answers. With
// the confirming as users have it.
TEST_F(WatchBrokerTest, ATopicThatIsDeletedUnderItsRegistry) {
  Fill(1, 300);
  WatchedProgram watch({SR_VERIFIER, "watch", Source(), registry_.url()});
  watch.UntilRounds(1);
  EXPECT_THAT(Grave(watch), testing::IsEmpty()) << watch.Text();
  ASSERT_TRUE(raw_->DeleteTopic(topic_).ok());
  const absl::Duration alarm = watch.UntilEvent("opened TOPIC_MISSING ");
  EXPECT_LE(alarm, absl::Seconds(90));
  std::printf("alarm after %s\n", absl::FormatDuration(alarm).c_str());
  watch.Until([&] {
    return absl::StrContains(watch.Text(), "still holds") &&
           absl::StrContains(watch.Text(), "Do not restart");
  });
  const ProgramResult preflight = Verifier(
      {"preflight", Source(), registry_.url(), "--confirm=0s", "--quiet"});
  EXPECT_EQ(preflight.exit_code, 3) << preflight.out << preflight.err;
  EXPECT_THAT(preflight.out, HasSubstr("do not restart: the topic is gone"));
  // Made anew by somebody, and wrongly.
  CreateSource({{"cleanup.policy", "delete"}});
  watch.UntilEvent("closed TOPIC_MISSING ");
  watch.UntilEvent("opened CLEANUP_POLICY ");
  watch.Until([&] {
    return absl::StrContains(watch.Text(), "TOPIC_LOST_SCHEMA");
  });
  watch.program().Signal(SIGTERM);
  EXPECT_EQ(watch.program().Wait(absl::Seconds(20)), 128 + SIGTERM)
      << watch.Text();
}

// Each record as it arrives.
TEST_F(WatchBrokerTest, ABadRecordThatIsWritten) {
  Fill(2, 100);
  WatchedProgram watch(
      {SR_VERIFIER, "watch", Source(), registry_.url(), "--confirm=1s"});
  watch.UntilRounds(1);
  RawRecord bad;
  bad.key = "no JSON";
  bad.value = "{}";
  ASSERT_TRUE(raw_->Produce(topic_, {bad}).ok());
  const absl::Duration found = watch.Until([&] { return !Grave(watch).empty(); });
  std::printf("found after %s\n", absl::FormatDuration(found).c_str());
  EXPECT_THAT(Grave(watch), Contains(HasSubstr("opened KEY_")));
}

}  // namespace
}  // namespace sr
