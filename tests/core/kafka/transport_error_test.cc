// What a cluster that moves does to single requests, on librdkafka's mock.
#include <memory>
#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "core/kafka/topic_admin.h"
#include "core/kafka/topic_source.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/mock_cluster.h"

namespace sr {
namespace {

using ::testing::HasSubstr;

constexpr int kNotLeader = 6;
constexpr int kLeaderNotAvailable = 5;
constexpr int kTopicAuthorizationFailed = 29;

class TransportErrorTest : public ::testing::Test {
 protected:
  TransportErrorTest() { mock_.CreateTopic("t"); }

  ClientProperties Properties() {
    return ClientProperties::Load(mock_.bootstrap(), "", {}).value();
  }

  std::unique_ptr<TopicAdmin> Admin(absl::Duration timeout) {
    return *TopicAdmin::Open(Properties(), timeout);
  }

  MockCluster mock_;
};

// As right after a topic was created, or after its leader has moved.
TEST_F(TransportErrorTest, OffsetsAreAskedForUntilALeaderAnswers) {
  mock_.RefuseListOffsets(std::vector<int>(12, kNotLeader));
  const auto state = Admin(absl::Seconds(30))->Describe("t");
  ASSERT_TRUE(state.ok()) << state.status();
  EXPECT_EQ(state->high_watermark, 0);

  auto source = TopicSource::Open(
      {.properties = Properties(), .topic = "t", .timeout = absl::Seconds(30)});
  ASSERT_TRUE(source.ok()) << source.status();
  mock_.RefuseListOffsets(std::vector<int>(12, kLeaderNotAvailable));
  const auto end = (*source)->high_watermark();
  ASSERT_TRUE(end.ok()) << end.status();
  EXPECT_EQ(*end, 0);
}

// The mock names a controller that is not there: nothing is waited for.
TEST_F(TransportErrorTest, AConfigurationThatNobodyGivesIsNoError) {
  const auto state = Admin(absl::InfiniteDuration())->Describe("t");
  ASSERT_TRUE(state.ok()) << state.status();
  EXPECT_FALSE(state->config.has_value());
  EXPECT_EQ(state->config_missing_reason,
            "the cluster has no controller to ask");
}

TEST_F(TransportErrorTest, OffsetsThatNobodyTellsAreAnErrorWhenTheTimeIsOver) {
  mock_.RefuseListOffsets(std::vector<int>(100000, kNotLeader));
  const absl::Time start = absl::Now();
  const auto state = Admin(absl::Seconds(1))->Describe("t");
  EXPECT_TRUE(absl::IsUnavailable(state.status())) << state.status();
  EXPECT_THAT(std::string(state.status().message()),
              HasSubstr("cannot read the offsets of topic t"));
  EXPECT_GE(absl::Now() - start, absl::Milliseconds(900));
}

TEST_F(TransportErrorTest, OffsetsThatAreForbiddenAreAnErrorAtOnce) {
  mock_.RefuseListOffsets(std::vector<int>(10, kTopicAuthorizationFailed));
  const auto state = Admin(absl::InfiniteDuration())->Describe("t");
  EXPECT_TRUE(absl::IsPermissionDenied(state.status())) << state.status();
}

}  // namespace
}  // namespace sr
