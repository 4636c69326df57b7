// TopicSource on real brokers: every kind of record comes as it is, and
// whatever happens to the broker none is lost, twice or out of order.
#include "core/kafka/topic_source.h"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/kafka_broker.h"
#include "tests/support/raw_client.h"

namespace sr {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr absl::Duration kWait = absl::Seconds(1);

std::optional<std::string> Owned(const Bytes& bytes) {
  if (!bytes.has_value()) return std::nullopt;
  return std::string(*bytes);
}

RawRecord ToRaw(const Record& record) {
  RawRecord raw;
  raw.offset = record.offset;
  raw.timestamp = record.timestamp;
  raw.timestamp_type = static_cast<int>(record.timestamp_type);
  raw.key = Owned(record.key);
  raw.value = Owned(record.value);
  for (const Header& header : record.headers) {
    raw.headers.push_back({std::string(header.name), Owned(header.value)});
  }
  return raw;
}

RawRecord KeyValue(std::string key, std::string value) {
  RawRecord record;
  record.key = std::move(key);
  record.value = std::move(value);
  return record;
}

std::vector<RawRecord> Numbered(int from, int to) {
  std::vector<RawRecord> records;
  for (int i = from; i < to; ++i) {
    records.push_back(KeyValue(absl::StrCat("k", i), absl::StrCat("v", i)));
  }
  return records;
}

// Records as different as a topic can hold.
std::vector<RawRecord> OddRecords() {
  std::vector<RawRecord> records(9);
  records[0] = KeyValue("k", "v");
  records[1].value = "null key";
  records[2].key = "null value";
  records[3].key = "";
  records[3].value = "";
  records[4] = {};  // All null.
  records[5] = KeyValue("h", "headers");
  records[5].headers = {{"a", "1"}, {"a", "2"}, {"b", std::nullopt},
                        {"", ""},   {"a", "1"}, {"z", std::string("\0x", 2)}};
  records[6] = KeyValue("t1", "none");
  records[6].timestamp = -1;
  records[7] = KeyValue("t2", "before the epoch");
  records[7].timestamp = -9000000000000;
  records[8] = KeyValue("t3", "now");
  records[8].timestamp = 1700000000000;
  return records;
}

class TopicSourceTest : public ::testing::TestWithParam<KafkaVersion> {
 protected:
  static void TearDownTestSuite() { brokers_.clear(); }

  // One broker a version for all tests; a topic is a test's own.
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
    topic_ = absl::StrCat("t", ++topics_);
    raw_ = std::make_unique<RawClient>(broker_->bootstrap());
  }

  void Create(RawClient::Properties config = {}, int partitions = 1) {
    // Old timestamps would be deleted within half a second.
    config.emplace("retention.ms", "-1");
    const absl::Status status = raw_->CreateTopic(topic_, config, partitions);
    ASSERT_TRUE(status.ok()) << status;
  }

  void Produce(const std::vector<RawRecord>& records,
               RawProducer kind = RawProducer::kPlain,
               const RawClient::Properties& properties = {}) {
    const absl::Status status =
        raw_->Produce(topic_, records, kind, properties);
    ASSERT_TRUE(status.ok()) << status;
  }

  std::vector<RawRecord> Raw(const std::string& isolation) {
    auto records = raw_->Consume(topic_, isolation);
    EXPECT_TRUE(records.ok()) << records.status();
    return records.ok() ? *records : std::vector<RawRecord>();
  }

  absl::StatusOr<std::unique_ptr<TopicSource>> TryOpen() {
    TopicSourceOptions options;
    options.properties =
        ClientProperties::Load(broker_->bootstrap(), "", {}).value();
    options.topic = topic_;
    options.isolation = isolation_;
    return TopicSource::Open(options);
  }

  std::unique_ptr<TopicSource> OpenAt(int64_t offset) {
    auto source = TryOpen();
    EXPECT_TRUE(source.ok()) << source.status();
    if (!source.ok()) return nullptr;
    EXPECT_TRUE((*source)->Seek(offset).ok());
    return *std::move(source);
  }

  // Reads until caught up, through passing errors.
  std::vector<RawRecord> ReadToEnd(TopicSource* source) {
    std::vector<RawRecord> records;
    RecordBatch batch;
    const absl::Time deadline = absl::Now() + absl::Seconds(60);
    while (absl::Now() < deadline) {
      auto fetched = source->Next(kWait, &batch);
      if (!fetched.ok()) {
        EXPECT_TRUE(absl::IsUnavailable(fetched.status())) << fetched.status();
        if (!absl::IsUnavailable(fetched.status())) break;
        continue;
      }
      for (const Record& record : batch) records.push_back(ToRaw(record));
      if (*fetched == Fetched::kCaughtUp) return records;
    }
    ADD_FAILURE() << "never caught up";
    return records;
  }

  static std::map<KafkaVersion, std::unique_ptr<KafkaBroker>> brokers_;
  static int topics_;
  KafkaBroker* broker_ = nullptr;
  std::string topic_;
  std::unique_ptr<RawClient> raw_;
  TopicSourceOptions::Isolation isolation_ =
      TopicSourceOptions::kReadUncommitted;
};

std::map<KafkaVersion, std::unique_ptr<KafkaBroker>> TopicSourceTest::brokers_;
int TopicSourceTest::topics_ = 0;

INSTANTIATE_TEST_SUITE_P(
    Broker, TopicSourceTest,
    ::testing::Values(KafkaVersion::kNewest, KafkaVersion::k39),
    [](const auto& info) {
      return info.param == KafkaVersion::kNewest ? "Newest" : "V39";
    });

TEST_P(TopicSourceTest, GivesEveryKindOfRecordAsItIs) {
  Create();
  Produce(OddRecords());
  const auto source = OpenAt(0);
  const auto records = ReadToEnd(source.get());
  ASSERT_EQ(records.size(), OddRecords().size());
  for (size_t i = 0; i < records.size(); ++i) {
    RawRecord expected = OddRecords()[i];
    expected.offset = static_cast<int64_t>(i);
    EXPECT_EQ(records[i], expected);
  }
  EXPECT_EQ(records, Raw("read_uncommitted"));
  EXPECT_EQ(source->position(), 9);
  EXPECT_EQ(source->records_without_timestamp(), 0);
}

TEST_P(TopicSourceTest, GivesCompressedBatchesAsTheyAre) {
  Create();
  for (const char* codec : {"gzip", "snappy", "lz4", "zstd"}) {
    Produce(OddRecords(), RawProducer::kIdempotent,
            {{"compression.codec", codec}});
  }
  const auto source = OpenAt(0);
  EXPECT_EQ(ReadToEnd(source.get()), Raw("read_uncommitted"));
}

TEST_P(TopicSourceTest, TellsLogAppendTimeFromCreateTime) {
  Create({{"message.timestamp.type", "LogAppendTime"}});
  Produce(Numbered(0, 3));
  const auto source = OpenAt(0);
  const auto records = ReadToEnd(source.get());
  ASSERT_EQ(records.size(), 3);
  EXPECT_EQ(records[2].timestamp_type, 1);
  EXPECT_EQ(records, Raw("read_uncommitted"));
}

TEST_P(TopicSourceTest, ReadsAbortedTransactionsOnlyWhenUncommitted) {
  Create();
  Produce(Numbered(0, 2), RawProducer::kCommit);
  Produce(Numbered(2, 4), RawProducer::kAbort);
  Produce(Numbered(4, 6), RawProducer::kCommit);
  // Each transaction ends with a marker, which takes an offset.
  const auto uncommitted = OpenAt(0);
  EXPECT_EQ(ReadToEnd(uncommitted.get()), Raw("read_uncommitted"));
  EXPECT_EQ(uncommitted->position(), 9);
  isolation_ = TopicSourceOptions::kReadCommitted;
  const auto committed = OpenAt(0);
  const auto records = ReadToEnd(committed.get());
  EXPECT_EQ(records.size(), 4);
  EXPECT_EQ(records, Raw("read_committed"));
  EXPECT_EQ(committed->position(), 9);
}

TEST_P(TopicSourceTest, CatchesUpPastATrailingMarker) {
  Create();
  Produce(Numbered(0, 2), RawProducer::kCommit);
  const auto source = OpenAt(2);  // The marker's own offset.
  EXPECT_THAT(ReadToEnd(source.get()), IsEmpty());
  EXPECT_EQ(source->position(), 3);
  EXPECT_EQ(source->high_watermark().value(), 3);
}

TEST_P(TopicSourceTest, ReadsACompactedTopicWithItsGaps) {
  Create({{"cleanup.policy", "compact"},
          {"segment.ms", "100"},
          {"min.cleanable.dirty.ratio", "0"},
          {"min.compaction.lag.ms", "0"},
          {"delete.retention.ms", "100000"}});
  // Timestamps must rise for a segment to roll.
  int64_t timestamp = 1700000000000;
  std::vector<RawRecord> records;
  for (int i = 0; i < 40; ++i) {
    records.push_back(
        KeyValue(absl::StrCat("k", i % 4), absl::StrCat("v", i)));
    if (i % 9 == 8) records.back().value.reset();
    records.back().timestamp = timestamp += 1000;
  }
  for (const RawRecord& record : records) Produce({record});
  const absl::Time deadline = absl::Now() + absl::Seconds(30);
  while (Raw("read_uncommitted").size() > 10 && absl::Now() < deadline) {
    RawRecord roll = KeyValue("roll", "roll");
    roll.timestamp = timestamp += 1000;
    Produce({roll});
  }
  // The cleaner may go on meanwhile: only a reading between two equal ones is
  // judged.
  auto expected = Raw("read_uncommitted");
  std::vector<RawRecord> found;
  while (absl::Now() < deadline) {
    const auto source = OpenAt(0);
    found = ReadToEnd(source.get());
    const auto after = Raw("read_uncommitted");
    if (after == expected) break;
    expected = after;
  }
  ASSERT_LT(expected.size(), 20) << "the broker did not compact";
  ASSERT_GT(expected[0].offset, 0);
  EXPECT_EQ(found, expected);
}

TEST_P(TopicSourceTest, ReadsARecordOfFiveMegabytes) {
  Create({{"max.message.bytes", "10000000"}});
  std::string large(5000000, 'x');
  for (size_t i = 0; i < large.size(); i += 7) large[i] = static_cast<char>(i);
  Produce({KeyValue("before", "1"), KeyValue("large", large),
           KeyValue("after", "2")});
  const auto source = OpenAt(0);
  EXPECT_EQ(ReadToEnd(source.get()), Raw("read_uncommitted"));
}

TEST_P(TopicSourceTest, StartsAtAnyOffset) {
  Create();
  Produce(Numbered(0, 100));
  const auto source = OpenAt(97);
  EXPECT_EQ(ReadToEnd(source.get()).size(), 3);
  ASSERT_TRUE(source->Seek(99).ok());
  EXPECT_EQ(ReadToEnd(source.get()).size(), 1);
  ASSERT_TRUE(source->Seek(0).ok());
  EXPECT_EQ(ReadToEnd(source.get()).size(), 100);
}

TEST_P(TopicSourceTest, WaitsAtTheEndAndGoesOn) {
  Create();
  const auto source = OpenAt(0);
  RecordBatch batch;
  EXPECT_EQ(source->Next(kWait * 10, &batch).value(), Fetched::kCaughtUp);
  EXPECT_EQ(source->Next(absl::Milliseconds(50), &batch).value(),
            Fetched::kCaughtUp);
  Produce(Numbered(0, 1));
  const absl::Time start = absl::Now();
  EXPECT_EQ(source->Next(kWait * 10, &batch).value(), Fetched::kRecords);
  EXPECT_LT(absl::Now() - start, kWait);
  EXPECT_EQ(batch.size(), 1);
  EXPECT_EQ(source->Next(kWait, &batch).value(), Fetched::kCaughtUp);
  EXPECT_EQ(source->cached_high_watermark(), 1);
}

TEST_P(TopicSourceTest, ABatchOutlivesTheCallsThatFollow) {
  Create();
  Produce(Numbered(0, 10));
  auto source = OpenAt(0);
  RecordBatch first;
  ASSERT_EQ(source->Next(kWait * 10, &first).value(), Fetched::kRecords);
  RecordBatch moved = std::move(first);
  ASSERT_TRUE(source->Seek(5).ok());
  (void)ReadToEnd(source.get());
  source.reset();
  EXPECT_EQ(*moved[0].value, "v0");
}

TEST_P(TopicSourceTest, RefusesATopicWithTwoPartitions) {
  Create({}, 2);
  const auto source = TryOpen();
  EXPECT_TRUE(absl::IsFailedPrecondition(source.status())) << source.status();
  EXPECT_THAT(std::string(source.status().message()), HasSubstr(topic_));
}

TEST_P(TopicSourceTest, NamesAMissingTopicAndDoesNotCreateIt) {
  const auto source = TryOpen();
  EXPECT_TRUE(absl::IsNotFound(source.status())) << source.status();
  const auto topics = raw_->Topics();
  ASSERT_TRUE(topics.ok());
  EXPECT_THAT(*topics, ::testing::Not(::testing::Contains(topic_)));
}

TEST_P(TopicSourceTest, SaysThatThePositionIsGone) {
  Create();
  Produce(Numbered(0, 10));
  ASSERT_TRUE(raw_->DeleteRecords(topic_, 5).ok());
  RecordBatch batch;
  const auto below = OpenAt(2);
  EXPECT_TRUE(absl::IsOutOfRange(below->Next(kWait * 10, &batch).status()));
  // And stays so: nothing is skipped by asking again.
  EXPECT_TRUE(absl::IsOutOfRange(below->Next(kWait * 10, &batch).status()));
  EXPECT_EQ(below->position(), 2);
  const auto beyond = OpenAt(20);
  EXPECT_TRUE(absl::IsOutOfRange(beyond->Next(kWait * 10, &batch).status()));
  EXPECT_EQ(below->low_watermark().value(), 5);
  EXPECT_EQ(below->high_watermark().value(), 10);
}

// librdkafka 2.0.2 never ends the thread of a broker whose topic is gone, and
// hangs when its client is destroyed (its issues 3007 and 4362): this test would.
TEST_P(TopicSourceTest, CanBeLeftAfterTheTopicWasDeleted) {
  Create();
  Produce(Numbered(0, 10));
  auto source = OpenAt(0);
  EXPECT_EQ(ReadToEnd(source.get()).size(), 10);
  ASSERT_TRUE(raw_->DeleteTopic(topic_).ok());
  // Long enough for the client to hear of it, which it does not always say.
  RecordBatch batch;
  for (int i = 0; i < 15; ++i) (void)source->Next(kWait, &batch);
  source.reset();
  Create();
  Produce(Numbered(0, 5));
  EXPECT_EQ(ReadToEnd(OpenAt(0).get()).size(), 5);
}

TEST_P(TopicSourceTest, GoesOnExactlyAfterTheBrokerWasKilled) {
  Create();
  Produce(Numbered(0, 5000));
  const auto source = OpenAt(0);
  RecordBatch batch;
  ASSERT_EQ(source->Next(kWait * 10, &batch).value(), Fetched::kRecords);
  std::vector<RawRecord> records;
  for (const Record& record : batch) records.push_back(ToRaw(record));
  ASSERT_TRUE(broker_->Kill().ok());
  ASSERT_TRUE(broker_->Restart().ok());
  Produce(Numbered(5000, 6000));
  const auto rest = ReadToEnd(source.get());
  records.insert(records.end(), rest.begin(), rest.end());
  ASSERT_EQ(records.size(), 6000);
  EXPECT_EQ(records, Raw("read_uncommitted"));
}

TEST_P(TopicSourceTest, IsNotCaughtUpWhileTheBrokerIsAway) {
  Create();
  Produce(Numbered(0, 1));
  const auto source = OpenAt(0);
  EXPECT_EQ(ReadToEnd(source.get()).size(), 1);
  ASSERT_TRUE(broker_->Kill().ok());
  RecordBatch batch;
  absl::Status status;
  // librdkafka notices within its own time; from then on it must be an error.
  for (int i = 0; i < 20 && status.ok(); ++i) {
    status = source->Next(absl::Milliseconds(100), &batch).status();
  }
  EXPECT_TRUE(absl::IsUnavailable(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr(topic_));
  ASSERT_TRUE(broker_->Restart().ok());
  Produce(Numbered(1, 2));
  const auto rest = ReadToEnd(source.get());
  ASSERT_EQ(rest.size(), 1);
  EXPECT_EQ(rest[0].offset, 1);
}

}  // namespace
}  // namespace sr
