// ShadowSink on real brokers: what it says is durable is in the shadow exactly
// once, in order and as it was, whoever else writes and whatever is killed.
#include "core/kafka/shadow_sink.h"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "core/base/status_context.h"
#include "core/kafka/topic_admin.h"
#include "core/record/canonical.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/kafka_broker.h"
#include "tests/support/raw_client.h"

namespace sr {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

RawRecord Numbered(int64_t offset) {
  RawRecord record;
  record.offset = offset;
  record.timestamp = 1700000000000 + offset;
  record.key = absl::StrCat("k", offset);
  record.value = absl::StrCat("v", offset);
  return record;
}

std::vector<RawRecord> Range(int64_t from, int64_t to) {
  std::vector<RawRecord> records;
  for (int64_t i = from; i < to; ++i) records.push_back(Numbered(i));
  return records;
}

Bytes View(const std::optional<std::string>& bytes) {
  if (!bytes.has_value()) return std::nullopt;
  return absl::string_view(*bytes);
}

RecordBatch ToBatch(const std::vector<RawRecord>& records) {
  RecordBatch batch;
  for (const RawRecord& raw : records) {
    Record record;
    record.offset = raw.offset;
    record.timestamp = raw.timestamp;
    record.timestamp_type = static_cast<TimestampType>(raw.timestamp_type);
    record.key = View(raw.key);
    record.value = View(raw.value);
    for (const RawHeader& header : raw.headers) {
      record.headers.push_back({header.name, View(header.value)});
    }
    batch.Add(record);
  }
  return batch;
}

// Shadow offsets are the shadow's own.
std::vector<RawRecord> WithoutOffsets(std::vector<RawRecord> records) {
  for (RawRecord& record : records) record.offset = -1;
  return records;
}

class ShadowSinkTest : public ::testing::TestWithParam<KafkaVersion> {
 protected:
  static void TearDownTestSuite() { brokers_.clear(); }

  void SetUp() override {
    std::unique_ptr<KafkaBroker>& shared = brokers_[GetParam()];
    if (shared == nullptr) {
      KafkaBrokerOptions options;
      options.version = GetParam();
      auto started = KafkaBroker::Start(options);
      ASSERT_TRUE(started.ok()) << started.status();
      shared = *std::move(started);
    }
    broker_ = shared.get();
    shadow_ = absl::StrCat("shadow", ++topics_);
    raw_ = std::make_unique<RawClient>(broker_->bootstrap());
  }

  ShadowSinkOptions Options() {
    ShadowSinkOptions options;
    options.properties =
        ClientProperties::Load(broker_->bootstrap(), "", {}).value();
    options.topic = shadow_;
    options.source = source_;
    return options;
  }

  std::unique_ptr<ShadowSink> NewSink() {
    return std::make_unique<ShadowSink>(Options());
  }

  // Opens, appends and commits; every step must succeed.
  void Write(ShadowSink* sink, const std::vector<RawRecord>& records) {
    absl::Status status = sink->Append(ToBatch(records));
    ASSERT_TRUE(status.ok()) << status;
    const auto position = sink->Commit();
    ASSERT_TRUE(position.ok()) << position.status();
    EXPECT_EQ(position->next_offset, records.back().offset + 1);
  }

  DurablePosition Open(ShadowSink* sink) {
    const auto position = sink->Open();
    EXPECT_TRUE(position.ok()) << RenderError(position.status());
    return position.ok() ? *position : DurablePosition();
  }

  std::vector<RawRecord> Shadow() {
    auto records = raw_->Consume(shadow_, "read_committed");
    EXPECT_TRUE(records.ok()) << records.status();
    if (!records.ok()) return {};
    return WithoutOffsets(*records);
  }

  // A commit returns when the coordinator has taken it; its marker, which moves
  // the end of what is committed, follows some milliseconds later.
  void ExpectShadow(const std::vector<RawRecord>& expected) {
    const absl::Time deadline = absl::Now() + absl::Seconds(10);
    std::vector<RawRecord> found = Shadow();
    while (found.size() < expected.size() && absl::Now() < deadline) {
      found = Shadow();
    }
    EXPECT_EQ(found, WithoutOffsets(expected));
  }

  std::optional<Checkpoint> ReadIt() {
    const auto checkpoint =
        ReadCheckpoint(Options().properties, shadow_, absl::Seconds(20));
    EXPECT_TRUE(checkpoint.ok()) << checkpoint.status();
    return checkpoint.ok() ? *checkpoint : std::nullopt;
  }

  static std::map<KafkaVersion, std::unique_ptr<KafkaBroker>> brokers_;
  static int topics_;
  KafkaBroker* broker_ = nullptr;
  std::string shadow_;
  std::unique_ptr<RawClient> raw_;
  SourceIdentity source_ = {"store", 1, "cluster", "_schemas"};
};

std::map<KafkaVersion, std::unique_ptr<KafkaBroker>> ShadowSinkTest::brokers_;
int ShadowSinkTest::topics_ = 0;

INSTANTIATE_TEST_SUITE_P(
    Broker, ShadowSinkTest,
    ::testing::Values(KafkaVersion::kNewest, KafkaVersion::k39),
    [](const auto& info) {
      return info.param == KafkaVersion::kNewest ? "Newest" : "V39";
    });

TEST_P(ShadowSinkTest, MakesTheTopicsAndStartsAtNothing) {
  const auto sink = NewSink();
  const DurablePosition position = Open(sink.get());
  EXPECT_EQ(position.next_offset, 0);
  EXPECT_EQ(position.records, 0);
  EXPECT_THAT(position.anchors, IsEmpty());
  auto config = raw_->Config(shadow_);
  ASSERT_TRUE(config.ok());
  EXPECT_EQ((*config)["cleanup.policy"], "delete");
  EXPECT_EQ((*config)["retention.ms"], "-1");
  EXPECT_EQ((*config)["message.timestamp.after.max.ms"],
            "9223372036854775807");
  config = raw_->Config(kCheckpointTopic);
  ASSERT_TRUE(config.ok());
  EXPECT_EQ((*config)["cleanup.policy"], "compact");
  EXPECT_FALSE(ReadIt().has_value());
}

TEST_P(ShadowSinkTest, WritesEveryKindOfRecordAsItIs) {
  std::vector<RawRecord> records = Range(0, 9);
  records[1].key.reset();
  records[2].value.reset();
  records[3].key = "";
  records[3].value = "";
  records[4].key.reset();
  records[4].value.reset();
  records[5].headers = {{"a", "1"}, {"a", "2"}, {"b", std::nullopt},
                        {"", ""},   {"a", "1"}, {"z", std::string("\0x", 2)}};
  records[6].timestamp = -1;
  records[7].timestamp = -9000000000000;
  // Further ahead than Kafka 4 takes by default.
  records[8].timestamp = 4000000000000;
  const auto sink = NewSink();
  (void)Open(sink.get());
  Write(sink.get(), records);
  ExpectShadow(records);
  EXPECT_EQ(sink->exceptions().timestamp_zero, 0);
  EXPECT_EQ(sink->exceptions().log_append_time, 0);
}

TEST_P(ShadowSinkTest, CountsWhatAShadowCannotHold) {
  std::vector<RawRecord> records = Range(0, 3);
  records[0].timestamp = 0;
  records[1].timestamp_type = 1;
  const auto sink = NewSink();
  (void)Open(sink.get());
  Write(sink.get(), records);
  EXPECT_EQ(sink->exceptions().timestamp_zero, 1);
  EXPECT_EQ(sink->exceptions().log_append_time, 1);
  // And recognises them again.
  EXPECT_EQ(Open(sink.get()).next_offset, 3);
}

TEST_P(ShadowSinkTest, GoesOnWhereItsCheckpointSays) {
  std::vector<RawRecord> all = Range(0, 40);
  all.erase(all.begin() + 10, all.begin() + 15);  // A gap in the source.
  const std::vector<RawRecord> first(all.begin(), all.begin() + 20);
  const std::vector<RawRecord> second(all.begin() + 20, all.end());
  {
    const auto sink = NewSink();
    (void)Open(sink.get());
    Write(sink.get(), first);
    EXPECT_TRUE(sink->Close().ok());
    EXPECT_TRUE(sink->Close().ok());
  }
  const auto sink = NewSink();
  DurablePosition position = Open(sink.get());
  EXPECT_EQ(position.next_offset, 25);
  EXPECT_EQ(position.records, 20);
  ASSERT_THAT(position.anchors, SizeIs(kAnchorsMax));
  EXPECT_EQ(position.anchors.back().offset, 24);
  Write(sink.get(), second);
  ExpectShadow(all);
  // The chain is that of all records, whatever the commits were.
  Chain chain;
  const RecordBatch batch = ToBatch(all);
  for (const Record& record : batch) chain.Add(record);
  position = Open(sink.get());
  EXPECT_TRUE(position.chain == chain.digest());
  EXPECT_EQ(position.records, 35);
  EXPECT_EQ(ReadIt()->source.topic, "_schemas");
}

TEST_P(ShadowSinkTest, ManyCommitsMakeOneShadow) {
  const auto sink = NewSink();
  (void)Open(sink.get());
  for (int i = 0; i < 20; ++i) {
    Write(sink.get(), Range(10 * i, 10 * i + 10));
  }
  EXPECT_EQ(Open(sink.get()).next_offset, 200);
  Write(sink.get(), Range(200, 210));
  ExpectShadow(Range(0, 210));
}

TEST_P(ShadowSinkTest, CommitWithoutRecordsWritesNothing) {
  const auto sink = NewSink();
  (void)Open(sink.get());
  EXPECT_EQ(sink->Commit()->next_offset, 0);
  EXPECT_FALSE(ReadIt().has_value());
  EXPECT_EQ(raw_->Watermarks(shadow_)->second, 0);
}

TEST_P(ShadowSinkTest, ForgetsWhatWasNotCommitted) {
  // Stays to the end: what it leaves is what one that was killed leaves, an
  // open transaction at the broker with part of it.
  const auto dead = NewSink();
  (void)Open(dead.get());
  Write(dead.get(), Range(0, 5));
  const auto admin =
      TopicAdmin::Open(Options().properties, absl::Seconds(20)).value();
  ASSERT_TRUE(dead->Append(ToBatch(Range(5, 3000))).ok());
  const absl::Time deadline = absl::Now() + absl::Seconds(20);
  // Five records and a marker were there before.
  while (admin->Describe(shadow_)->high_watermark <= 6) {
    ASSERT_LT(absl::Now(), deadline) << "nothing arrives at the broker";
  }
  const auto sink = NewSink();
  EXPECT_EQ(Open(sink.get()).next_offset, 5);
  Write(sink.get(), Range(5, 8));
  ExpectShadow(Range(0, 8));
}

// Unless the transaction is aborted first, librdkafka 2.0.2 stops the program.
TEST_P(ShadowSinkTest, IsDestroyedWhileATransactionBegins) {
  for (int i = 0; i < 10; ++i) {
    const auto sink = NewSink();
    (void)Open(sink.get());
    ASSERT_TRUE(sink->Append(ToBatch(Range(0, 3000))).ok());
  }
  ExpectShadow({});
}

TEST_P(ShadowSinkTest, AFirstTransactionThatWasLostLeavesAnEmptyShadow) {
  {
    const auto sink = NewSink();
    (void)Open(sink.get());
    ASSERT_TRUE(sink->Append(ToBatch(Range(0, 5000))).ok());
    ASSERT_TRUE(sink->Close().ok());
  }
  EXPECT_EQ(Open(NewSink().get()).next_offset, 0);
}

TEST_P(ShadowSinkTest, FencesTheWriterBeforeIt) {
  const auto first = NewSink();
  (void)Open(first.get());
  Write(first.get(), Range(0, 5));
  ASSERT_TRUE(first->Append(ToBatch(Range(5, 10))).ok());
  const auto second = NewSink();
  EXPECT_EQ(Open(second.get()).next_offset, 5);
  const absl::Status status = first->Commit().status();
  EXPECT_TRUE(absl::IsAborted(status)) << status;
  EXPECT_FALSE(first->CanReopen(status));
  EXPECT_THAT(HintOf(status), Not(IsEmpty()));
  Write(second.get(), Range(5, 7));
  ExpectShadow(Range(0, 7));
}

TEST_P(ShadowSinkTest, RefusesAnotherSource) {
  const auto sink = NewSink();
  (void)Open(sink.get());
  Write(sink.get(), Range(0, 5));
  const SourceIdentity mine = source_;
  for (const SourceIdentity& other :
       {SourceIdentity{"other", 1, "cluster", "_schemas"},
        SourceIdentity{"store", 2, "cluster", "_schemas"},
        SourceIdentity{"store", 1, "other", "_schemas"},
        SourceIdentity{"store", 1, "cluster", "other"}}) {
    source_ = other;
    const absl::Status status = NewSink()->Open().status();
    EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
    EXPECT_THAT(std::string(status.message()),
                HasSubstr(DescribeSource(mine)));
    EXPECT_THAT(std::string(status.message()),
                HasSubstr(DescribeSource(other)));
  }
}

TEST_P(ShadowSinkTest, RefusesATopicWithRecordsOfOthers) {
  ASSERT_TRUE(raw_->CreateTopic(shadow_, {{"retention.ms", "-1"}}).ok());
  ASSERT_TRUE(raw_->Produce(shadow_, Range(0, 3)).ok());
  const absl::Status status = NewSink()->Open().status();
  EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("3 records that are not ours"));
  ExpectShadow(Range(0, 3));
}

TEST_P(ShadowSinkTest, AdoptsAnEmptyTopicOfOthers) {
  ASSERT_TRUE(raw_->CreateTopic(shadow_, {{"retention.ms", "-1"}}).ok());
  const auto sink = NewSink();
  EXPECT_EQ(Open(sink.get()).next_offset, 0);
  Write(sink.get(), Range(0, 3));
  ExpectShadow(Range(0, 3));
}

TEST_P(ShadowSinkTest, RefusesATopicWithTwoPartitions) {
  ASSERT_TRUE(raw_->CreateTopic(shadow_, {}, 2).ok());
  EXPECT_TRUE(absl::IsFailedPrecondition(NewSink()->Open().status()));
}

TEST_P(ShadowSinkTest, NoticesARecordOfSomeoneElse) {
  const auto sink = NewSink();
  (void)Open(sink.get());
  Write(sink.get(), Range(0, 5));
  ASSERT_TRUE(raw_->Produce(shadow_, {Numbered(77)}).ok());
  const absl::Status status = NewSink()->Open().status();
  EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("1 records"));
}

TEST_P(ShadowSinkTest, NoticesThatTheShadowWasEmptied) {
  const auto sink = NewSink();
  (void)Open(sink.get());
  Write(sink.get(), Range(0, 5));
  ASSERT_TRUE(raw_->DeleteRecords(shadow_, 3).ok());
  const absl::Status status = NewSink()->Open().status();
  EXPECT_TRUE(absl::IsDataLoss(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("lost 3 of the last 5"));
}

TEST_P(ShadowSinkTest, NoticesThatTheShadowWasReplaced) {
  const auto sink = NewSink();
  (void)Open(sink.get());
  Write(sink.get(), Range(0, 5));
  ASSERT_TRUE(raw_->DeleteTopic(shadow_).ok());
  absl::Status status = NewSink()->Open().status();
  EXPECT_TRUE(absl::IsDataLoss(status)) << status;
  EXPECT_THAT(*raw_->Topics(), Not(Contains(shadow_)));
  ASSERT_TRUE(raw_->CreateTopic(shadow_, {{"retention.ms", "-1"}}).ok());
  std::vector<RawRecord> others = Range(0, 5);
  others[2].value = "other";
  ASSERT_TRUE(raw_->Produce(shadow_, others).ok());
  status = NewSink()->Open().status();
  EXPECT_TRUE(absl::IsDataLoss(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("at offset 2"));
}

TEST_P(ShadowSinkTest, IsNotMisledByAnOpenTransactionOnAnotherShadow) {
  const auto sink = NewSink();
  (void)Open(sink.get());
  Write(sink.get(), Range(0, 5));
  // Another shadow's writer has a checkpoint under way, ours lies behind it.
  RawOpenTransaction open(broker_->bootstrap(), kCheckpointTopic, "another");
  ASSERT_TRUE(open.status().ok()) << open.status();
  Write(sink.get(), Range(5, 10));
  ShadowSinkOptions options = Options();
  options.timeout = absl::Seconds(5);
  ShadowSink second(options);
  const auto blocked = second.Open();
  EXPECT_TRUE(absl::IsUnavailable(blocked.status())) << blocked.status();
  EXPECT_TRUE(second.CanReopen(blocked.status()));
  open.Abort();
  EXPECT_EQ(Open(&second).next_offset, 10);
}

TEST_P(ShadowSinkTest, ACompactedShadowTakesNoNullKeys) {
  ShadowSinkOptions options = Options();
  options.compact_policy = true;
  ShadowSink sink(options);
  (void)Open(&sink);
  std::vector<RawRecord> records = Range(0, 6);
  records[1].key.reset();
  records[5].key.reset();
  Write(&sink, records);
  EXPECT_EQ(sink.exceptions().null_keys_skipped, 2);
  ExpectShadow({records[0], records[2], records[3], records[4]});
  EXPECT_EQ((*raw_->Config(shadow_))["cleanup.policy"], "compact");
  records = Range(6, 7);
  records[0].key.reset();
  Write(&sink, records);
  const DurablePosition position = Open(&sink);
  EXPECT_EQ(position.next_offset, 7);
  EXPECT_EQ(position.records, 4);
}

TEST_P(ShadowSinkTest, NamesARecordThatIsTooLarge) {
  ShadowSinkOptions options = Options();
  options.create_config = {{"max.message.bytes", "20000"}};
  ShadowSink sink(options);
  (void)Open(&sink);
  // Many small ones fit, though not in one batch.
  Write(&sink, Range(0, 3000));
  std::vector<RawRecord> records = Range(3000, 3010);
  records[4].value = std::string(30000, 'x');
  absl::Status status = sink.Append(ToBatch(records));
  if (status.ok()) status = sink.Commit().status();
  EXPECT_TRUE(absl::IsResourceExhausted(status)) << status;
  EXPECT_FALSE(sink.CanReopen(status));
  EXPECT_THAT(std::string(status.message()), HasSubstr("3004"));
  EXPECT_THAT(HintOf(status), HasSubstr("max.message.bytes"));
  ExpectShadow(Range(0, 3000));
}

TEST_P(ShadowSinkTest, TakesRecordsLargerThanItsQueue) {
  ShadowSinkOptions options = Options();
  options.create_config = {{"max.message.bytes", "12000000"}};
  ShadowSink sink(options);
  (void)Open(&sink);
  std::vector<RawRecord> records = Range(0, 4);
  records[1].value = std::string(5000000, 'x');
  records[2].value = std::string(9000000, 'y');
  Write(&sink, records);
  ExpectShadow(records);
}

TEST_P(ShadowSinkTest, GoesOnExactlyAfterTheBrokerWasKilled) {
  const auto sink = NewSink();
  (void)Open(sink.get());
  Write(sink.get(), Range(0, 1000));
  ASSERT_TRUE(sink->Append(ToBatch(Range(1000, 2000))).ok());
  ASSERT_TRUE(broker_->Kill().ok());
  ASSERT_TRUE(broker_->Restart().ok());
  int64_t next = 0;
  // Whatever became of the commit, the next Open knows.
  const auto committed = sink->Commit();
  if (committed.ok()) {
    next = committed->next_offset;
  } else {
    EXPECT_TRUE(sink->CanReopen(committed.status())) << committed.status();
    next = Open(sink.get()).next_offset;
  }
  EXPECT_THAT(next, ::testing::AnyOf(1000, 2000));
  Write(sink.get(), Range(next, 3000));
  ExpectShadow(Range(0, 3000));
}

}  // namespace
}  // namespace sr
