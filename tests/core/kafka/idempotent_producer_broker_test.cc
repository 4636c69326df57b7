// IdempotentProducer on a real broker: what it writes, and what it says when it
// cannot.
#include "core/kafka/idempotent_producer.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/kafka_broker.h"
#include "tests/support/raw_client.h"

namespace sr {
namespace {

using ::testing::HasSubstr;

class IdempotentProducerTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto started = KafkaBroker::Start();
    ASSERT_TRUE(started.ok()) << started.status();
    broker_ = *std::move(started);
  }
  static void TearDownTestSuite() { broker_.reset(); }

  void SetUp() override {
    topic_ = absl::StrCat("t", ++topics_);
    raw_ = std::make_unique<RawClient>(broker_->bootstrap());
  }

  void Create(const RawClient::Properties& config) {
    const absl::Status status = raw_->CreateTopic(topic_, config);
    ASSERT_TRUE(status.ok()) << status;
  }

  absl::StatusOr<std::unique_ptr<IdempotentProducer>> Open(
      absl::Duration timeout = absl::Seconds(30)) {
    IdempotentProducerOptions options;
    options.properties =
        ClientProperties::Load(broker_->bootstrap(), "", {}).value();
    options.topic = topic_;
    options.timeout = timeout;
    return IdempotentProducer::Open(std::move(options));
  }

  static Record Make(int64_t offset, Bytes key, Bytes value) {
    Record record;
    record.offset = offset;
    record.timestamp = 1'700'000'000'000 + offset;
    record.key = key;
    record.value = value;
    return record;
  }

  static std::unique_ptr<KafkaBroker> broker_;
  static int topics_;
  std::string topic_;
  std::unique_ptr<RawClient> raw_;
};

std::unique_ptr<KafkaBroker> IdempotentProducerTest::broker_;
int IdempotentProducerTest::topics_ = 0;

TEST_F(IdempotentProducerTest, ManyInOrder) {
  Create({{"cleanup.policy", "compact"}});
  auto producer = Open();
  ASSERT_TRUE(producer.ok()) << producer.status();
  constexpr int64_t kRecords = 20'000;
  const std::string value(1'000, 'v');  // Five times what may be under way.
  for (int64_t i = 0; i < kRecords; ++i) {
    const std::string key = absl::StrCat("key ", i);
    ASSERT_TRUE((*producer)->Produce(Make(i, key, value)).ok());
  }
  ASSERT_TRUE((*producer)->Flush().ok());
  const auto records = raw_->Consume(topic_, "read_uncommitted").value();
  ASSERT_EQ(records.size(), kRecords);
  for (int64_t i = 0; i < kRecords; ++i) {
    ASSERT_EQ(records[i].offset, i) << "no marker, nothing twice";
    ASSERT_EQ(records[i].key, absl::StrCat("key ", i));
    ASSERT_EQ(records[i].timestamp, 1'700'000'000'000 + i);
  }
}

TEST_F(IdempotentProducerTest, ARecordThatIsTooLarge) {
  Create({{"cleanup.policy", "compact"}, {"max.message.bytes", "2000"}});
  auto producer = Open();
  ASSERT_TRUE(producer.ok()) << producer.status();
  const std::string large(5'000, 'x');
  absl::Status status = (*producer)->Produce(Make(41, "small", "v"));
  if (status.ok()) status = (*producer)->Produce(Make(42, "large", large));
  if (status.ok()) status = (*producer)->Flush();
  EXPECT_TRUE(absl::IsResourceExhausted(status)) << status;
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("the record with source offset 42"));
}

TEST_F(IdempotentProducerTest, ARecordThatTheTopicRefuses) {
  Create({{"cleanup.policy", "compact"}});
  auto producer = Open();
  ASSERT_TRUE(producer.ok()) << producer.status();
  absl::Status status = (*producer)->Produce(Make(7, std::nullopt, "v"));
  if (status.ok()) status = (*producer)->Flush();
  EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("the record with source offset 7"));
}

TEST_F(IdempotentProducerTest, ATopicThatIsNotThere) {
  const auto producer = Open();
  EXPECT_TRUE(absl::IsNotFound(producer.status())) << producer.status();
  Create({});
  const auto topics = raw_->Topics().value();
  EXPECT_THAT(topics, testing::Contains(topic_));
}

TEST_F(IdempotentProducerTest, ABrokerThatIsSilent) {
  Create({{"cleanup.policy", "compact"}});
  auto producer = Open(absl::Seconds(2));
  ASSERT_TRUE(producer.ok()) << producer.status();
  ASSERT_TRUE((*producer)->Produce(Make(0, "a", "v")).ok());
  ASSERT_TRUE((*producer)->Flush().ok());
  ASSERT_TRUE(broker_->Pause().ok());
  absl::Status status = (*producer)->Produce(Make(1, "b", "v"));
  if (status.ok()) status = (*producer)->Flush();
  EXPECT_FALSE(status.ok());
  EXPECT_THAT(std::string(status.message()), HasSubstr(topic_));
  ASSERT_TRUE(broker_->Resume().ok());
  producer = Open();
  ASSERT_TRUE(producer.ok()) << producer.status();
  ASSERT_TRUE((*producer)->Produce(Make(2, "c", "v")).ok());
  EXPECT_TRUE((*producer)->Flush().ok());
}

}  // namespace
}  // namespace sr
