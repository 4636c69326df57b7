// The level topic of `check` on a real broker: its own defaults, what is set on
// a topic, and what it did to a topic's beginning.
#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/integration/mirror_fixture.h"

namespace sr {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

// What every topic of a cluster of one broker has, and what these tests are not
// about.
constexpr char kOneReplica[] = "REPLICATION_FACTOR_LOW";

class CheckTopicTest : public MirrorFixture {
 protected:
  // Runs the level on `topic` and expects these codes and no others.
  std::string CheckFinds(const std::string& topic,
                         const std::vector<std::string>& codes,
                         const std::vector<std::string>& levels = {"topic"}) {
    const ProgramResult result =
        Verifier({"check", Kafka(topic), "--output=json",
                  absl::StrCat("--levels=", absl::StrJoin(levels, ","))});
    EXPECT_EQ(result.exit_code, 3) << result.out << result.err;
    const std::string counts = result.out.substr(result.out.find("\"counts\""));
    for (const std::string& code : codes) {
      EXPECT_THAT(counts, HasSubstr(absl::StrCat("\"", code, "\": 1")));
    }
    const auto written = std::count(counts.begin(), counts.begin() +
        static_cast<std::ptrdiff_t>(counts.find('}')), ':');
    EXPECT_EQ(written - 1, static_cast<std::ptrdiff_t>(codes.size())) << counts;
    return result.out;
  }

  // Of now: an old one would have the broker begin a new segment with the next
  // marker of a transaction, and clean the one before.
  static RawRecord Noop() {
    RawRecord record;
    record.key = R"({"keytype":"NOOP","magic":0})";
    record.timestamp = absl::ToUnixMillis(absl::Now());
    return record;
  }

  void Append(const std::string& topic) {
    ASSERT_TRUE(raw_->Produce(topic, {Noop()}).ok());
  }
};

TEST_F(CheckTopicTest, ATopicMadeForARegistry) {
  CreateSource();
  Append(topic_);
  CheckFinds(topic_, {kOneReplica});
}

TEST_F(CheckTopicTest, PolicyOfTheBrokerAndOfTheTopic) {
  CreateSource({});
  EXPECT_THAT(CheckFinds(topic_, {kOneReplica, "CLEANUP_POLICY"}),
              HasSubstr("delete, the broker's default"));
  const std::string both = topic_ + "-both";
  ASSERT_TRUE(
      raw_->CreateTopic(both, {{"cleanup.policy", "compact,delete"}}).ok());
  EXPECT_THAT(CheckFinds(both, {kOneReplica, "CLEANUP_POLICY"}),
              HasSubstr("compact,delete, set on the topic"));
}

TEST_F(CheckTopicTest, OtherSettings) {
  CreateSource({{"cleanup.policy", "compact"},
                {"message.timestamp.type", "LogAppendTime"},
                {"unclean.leader.election.enable", "true"},
                {"min.insync.replicas", "2"}});
  CheckFinds(topic_, {kOneReplica, "TIMESTAMP_TYPE", "UNCLEAN_ELECTION",
                      "MIN_ISR_LOW"});
}

TEST_F(CheckTopicTest, RoomForTheLargestRecord) {
  CreateSource({{"cleanup.policy", "compact"}, {"max.message.bytes", "200"}});
  Append(topic_);
  CheckFinds(topic_, {kOneReplica, "MESSAGE_SIZE_HEADROOM"});
}

// Kafka deletes by request only where the policy lets it.
TEST_F(CheckTopicTest, ABeginningThatWasDeleted) {
  CreateSource({{"cleanup.policy", "compact,delete"}, {"retention.ms", "-1"}});
  Append(topic_);
  Append(topic_);
  ASSERT_TRUE(raw_->DeleteRecords(topic_, 1).ok());
  CheckFinds(topic_, {kOneReplica, "CLEANUP_POLICY", "LOG_START_NONZERO"});
}

// It cannot be read, and that is not all there is to say of it.
TEST_F(CheckTopicTest, TwoPartitions) {
  ASSERT_TRUE(
      raw_->CreateTopic(topic_, {{"cleanup.policy", "compact"}}, 2).ok());
  EXPECT_THAT(CheckFinds(topic_, {kOneReplica, "PARTITION_COUNT"}),
              HasSubstr("2 partitions"));
}

// What mirror makes is as it should be.
TEST_F(CheckTopicTest, TheShadowOfAMirror) {
  CreateSource();
  Append(topic_);
  MirrorToTheEnd();
  CheckFinds(ShadowTopic(), {kOneReplica});
}

TEST_F(CheckTopicTest, RecordsOfAnAbortedTransaction) {
  CreateSource();
  Append(topic_);
  ASSERT_TRUE(
      raw_->Produce(topic_, {Noop(), Noop()}, RawProducer::kAbort).ok());
  EXPECT_THAT(CheckFinds(topic_, {kOneReplica, "TRANSACTIONAL_BATCH"}),
              AllOf(HasSubstr("2 records of aborted transactions"),
                    HasSubstr("\"offset\": 1,")));
  // Also with records behind.
  Append(topic_);
  EXPECT_THAT(CheckFinds(topic_, {kOneReplica, "TRANSACTIONAL_BATCH"}),
              HasSubstr("2 records of aborted transactions"));
}

TEST_F(CheckTopicTest, AMarkerAtTheEnd) {
  CreateSource();
  ASSERT_TRUE(raw_->Produce(topic_, {Noop()}, RawProducer::kCommit).ok());
  EXPECT_THAT(CheckFinds(topic_, {kOneReplica, "TRANSACTIONAL_BATCH"}),
              HasSubstr("the marker of a transaction"));
  // What was committed, with records behind, every registry sees alike.
  Append(topic_);
  CheckFinds(topic_, {kOneReplica});
}

// What is not decided yet is no finding.
TEST_F(CheckTopicTest, AnOpenTransaction) {
  CreateSource();
  Append(topic_);
  RawOpenTransaction open(broker_->bootstrap(), topic_,
                          R"({"keytype":"NOOP","magic":0})");
  ASSERT_TRUE(open.status().ok()) << open.status();
  CheckFinds(topic_, {kOneReplica});
}

TEST_F(CheckTopicTest, AllLevelsAreTheDefault) {
  CreateSource();
  Append(topic_);
  const ProgramResult all = Verifier({"check", Source()});
  EXPECT_EQ(all.exit_code, 3) << all.out << all.err;
  EXPECT_THAT(all.out, HasSubstr(kOneReplica));
  const ProgramResult some =
      Verifier({"check", Source(), "--levels=storage,record,replay"});
  EXPECT_EQ(some.exit_code, 0) << some.out << some.err;
  EXPECT_THAT(some.out, Not(HasSubstr(kOneReplica)));
}

TEST_F(CheckTopicTest, AnArchiveHasNoSuchLevel) {
  CreateSource();
  Append(topic_);
  MirrorToTheEnd();
  const ProgramResult result = Verifier({"check", Archive()});
  EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
  EXPECT_THAT(result.out, HasSubstr("of live topics only"));
}

}  // namespace
}  // namespace sr
