// logdir: what real brokers of both versions wrote, by every codec, with
// transactions and compacted, is read exactly as a consumer read it before they were
// stopped.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "core/logdir/log_directory.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/integration/mirror_fixture.h"
#include "tests/support/kafka_log.h"

namespace sr {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

const char* const kCodecs[] = {"none", "gzip", "snappy", "lz4", "zstd"};

// What a consumer read of a topic.
struct Consumed {
  std::vector<RawRecord> uncommitted;
  std::vector<RawRecord> committed;
  std::pair<int64_t, int64_t> watermarks;
};

class LogdirSourceTest : public testing::TestWithParam<KafkaVersion> {
 protected:
  void SetUp() override {
    KafkaBrokerOptions options;
    options.version = GetParam();
    auto started = KafkaBroker::Start(options);
    ASSERT_TRUE(started.ok()) << started.status();
    broker_ = *std::move(started);
    raw_ = std::make_unique<RawClient>(broker_->bootstrap());
  }

  // Records with keys that come again, tombstones, headers and values that compress
  // badly enough to fill segments.
  std::vector<RawRecord> Records(size_t count) {
    std::vector<RawRecord> records(count);
    for (RawRecord& record : records) {
      record.key = absl::StrCat("{\"keytype\":\"SCHEMA\",\"n\":", random_() % 300, "}");
      if (random_() % 10 != 0) {
        record.value.emplace();
        for (uint64_t n = random_() % 120; n > 0; --n) {
          absl::StrAppend(&*record.value, random_(), ",");
        }
      }
      if (random_() % 4 == 0) record.headers = {{"a", "1"}, {"a", std::nullopt}};
    }
    return OfTheLastHour(std::move(records));
  }

  // A bit of everything: each codec of the client, alone and in transactions.
  void ProduceAll(const std::string& topic, size_t records) {
    for (const char* codec : kCodecs) {
      for (const RawProducer kind :
           {RawProducer::kPlain, RawProducer::kCommit, RawProducer::kAbort}) {
        const absl::Status status = raw_->Produce(
            topic, Records(records), kind, {{"compression.codec", codec}});
        ASSERT_TRUE(status.ok()) << codec << ": " << status;
      }
    }
  }

  Consumed Consume(const std::string& topic) {
    Consumed consumed;
    const auto uncommitted = raw_->Consume(topic, "read_uncommitted");
    const auto committed = raw_->Consume(topic, "read_committed");
    EXPECT_TRUE(uncommitted.ok()) << uncommitted.status();
    EXPECT_TRUE(committed.ok()) << committed.status();
    consumed.uncommitted = *uncommitted;
    consumed.committed = *committed;
    consumed.watermarks = raw_->Watermarks(topic).value();
    return consumed;
  }

  std::unique_ptr<LogDirectory> Open(const std::string& directory, bool committed) {
    LogDirectoryOptions options;
    options.directory = directory;
    options.committed_only = committed;
    auto opened = LogDirectory::Open(options);
    EXPECT_TRUE(opened.ok()) << opened.status();
    return opened.ok() ? *std::move(opened) : nullptr;
  }

  void ExpectRead(const std::string& directory, bool committed,
                  const std::vector<RawRecord>& expected) {
    const std::unique_ptr<LogDirectory> copy = Open(directory, committed);
    ASSERT_NE(copy, nullptr);
    std::vector<RawRecord> read;
    RecordBatch batch;
    while (true) {
      const auto fetched = copy->Next(absl::ZeroDuration(), &batch);
      ASSERT_TRUE(fetched.ok()) << fetched.status();
      if (*fetched != Fetched::kRecords) break;
      for (const Record& record : batch) read.push_back(ToRaw(TestRecord::Of(record)));
    }
    ASSERT_EQ(read.size(), expected.size()) << directory;
    for (size_t i = 0; i < read.size(); ++i) {
      ASSERT_EQ(read[i], expected[i]) << directory << ", record " << i;
    }
  }

  void ExpectSame(const std::string& directory, const Consumed& consumed) {
    ExpectRead(directory, false, consumed.uncommitted);
    ExpectRead(directory, true, consumed.committed);
    const std::unique_ptr<LogDirectory> copy = Open(directory, false);
    ASSERT_NE(copy, nullptr);
    EXPECT_EQ(copy->start_offset(), consumed.watermarks.first);
    // A client's end is that of committed records while a transaction is open.
    EXPECT_EQ(copy->end_offset(), std::max(consumed.watermarks.second,
                                           consumed.uncommitted.back().offset + 1))
        << absl::StrJoin(copy->Remarks(), "\n");
    EXPECT_TRUE(copy->damage().empty());
    EXPECT_FALSE(copy->torn_tail().has_value());
  }

  // `show` marks what a consumer of committed records did not get, and nothing else.
  void ExpectMarked(const std::string& directory, const Consumed& consumed) {
    std::set<int64_t> committed;
    for (const RawRecord& record : consumed.committed) committed.insert(record.offset);
    for (const std::string output : {"text", "ndjson"}) {
      const ProgramResult show = RunProgram(
          {SR_VERIFIER, "show", "logdir:" + directory, "--output=" + output},
          absl::Seconds(60));
      ASSERT_EQ(show.exit_code, 0) << show.err;
      const std::vector<std::string> lines =
          absl::StrSplit(show.out, '\n', absl::SkipEmpty());
      ASSERT_EQ(lines.size(), consumed.uncommitted.size());
      for (size_t i = 0; i < lines.size(); ++i) {
        const bool marked =
            absl::StrContains(lines[i], output == "text"
                                            ? "in a transaction that was not committed"
                                            : "\"uncommitted\":true}");
        EXPECT_EQ(marked, committed.count(consumed.uncommitted[i].offset) == 0)
            << lines[i];
      }
    }
  }

  static size_t CountFiles(const std::string& directory, const std::string& extension) {
    size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(directory)) {
      count += entry.path().extension() == extension ? 1 : 0;
    }
    return count;
  }

  std::mt19937_64 random_{2026};
  TemporaryDirectory directory_;
  std::unique_ptr<KafkaBroker> broker_;
  std::unique_ptr<RawClient> raw_;
};

TEST_P(LogdirSourceTest, EveryCodecAndTransactionsReadAsAConsumerReadsThem) {
  const RawClient::Properties keep = {{"cleanup.policy", "delete"},
                                      {"retention.ms", "-1"},
                                      {"segment.bytes", "1048576"}};
  // As the client compressed them; librdkafka has its own way with snappy.
  ASSERT_TRUE(raw_->CreateTopic("_schemas", keep).ok());
  ProduceAll("_schemas", 160);
  std::vector<std::string> topics = {"_schemas"};
  // As the broker does it, by Java.
  for (const char* codec : {"gzip", "snappy", "lz4", "zstd"}) {
    RawClient::Properties config = keep;
    config["compression.type"] = codec;
    topics.push_back(absl::StrCat("by_broker_", codec));
    ASSERT_TRUE(raw_->CreateTopic(topics.back(), config).ok());
    ASSERT_TRUE(raw_->Produce(topics.back(), Records(300)).ok());
  }
  ASSERT_TRUE(raw_->DeleteRecords("_schemas", 77).ok());
  // What is read here is read from the directory of a broker that runs; the
  // transaction that is open stays open.
  RawOpenTransaction open(broker_->bootstrap(), "_schemas", "never ended");
  ASSERT_TRUE(open.status().ok()) << open.status();
  std::map<std::string, Consumed> consumed;
  for (const std::string& topic : topics) consumed[topic] = Consume(topic);

  const ProgramResult running = RunProgram(
      {SR_VERIFIER, "check", "logdir:" + broker_->LogDirectory("_schemas"), "--quiet"},
      absl::Seconds(60));
  EXPECT_EQ(running.exit_code, 5) << running.out << running.err;
  EXPECT_THAT(running.err, AllOf(HasSubstr("a broker runs on"), HasSubstr("cp -al")));

  ASSERT_TRUE(broker_->Stop().ok());
  for (const std::string& topic : topics) {
    ExpectSame(broker_->LogDirectory(topic), consumed[topic]);
  }
  EXPECT_GE(CountFiles(broker_->LogDirectory("_schemas"), ".log"), 2U);
  std::set<std::string> codecs;
  for (const std::string& topic : topics) {
    for (const auto& [form, count] : Open(broker_->LogDirectory(topic), false)->summary().forms) {
      EXPECT_EQ(form.first, 2);
      codecs.insert(form.second);
    }
  }
  EXPECT_EQ(codecs, std::set<std::string>(std::begin(kCodecs), std::end(kCodecs)));
  ExpectMarked(broker_->LogDirectory("_schemas"), consumed["_schemas"]);
  EXPECT_THAT(Open(broker_->LogDirectory("_schemas"), false)->Remarks(),
              AllOf(Contains(HasSubstr("5 aborted transactions")),
                    Contains(HasSubstr("was never ended"))));
}

TEST_P(LogdirSourceTest, ACompactedLogReadsAsAConsumerReadsIt) {
  ASSERT_TRUE(raw_->CreateTopic("_schemas", {{"cleanup.policy", "compact"},
                                             {"min.cleanable.dirty.ratio", "0"},
                                             {"delete.retention.ms", "100"},
                                             {"segment.bytes", "1048576"}})
                  .ok());
  ProduceAll("_schemas", 320);
  const absl::Time give_up = absl::Now() + absl::Seconds(60);
  const int64_t end = raw_->Watermarks("_schemas").value().second;
  Consumed consumed = Consume("_schemas");
  while (static_cast<int64_t>(consumed.uncommitted.size()) > end / 2 &&
         absl::Now() < give_up) {
    consumed = Consume("_schemas");
  }
  ASSERT_LE(static_cast<int64_t>(consumed.uncommitted.size()), end / 2)
      << "the cleaner did nothing";
  // It may go on meanwhile: a reading between two equal ones is what the files hold.
  const std::string copy = directory_.path() + "/_schemas-0";
  while (absl::Now() < give_up) {
    const Consumed before = Consume("_schemas");
    std::filesystem::remove_all(copy);
    std::filesystem::create_directory(copy);
    std::error_code moved;
    for (const auto& entry :
         std::filesystem::directory_iterator(broker_->LogDirectory("_schemas"))) {
      std::filesystem::create_hard_link(
          entry.path(), copy + "/" + entry.path().filename().string(), moved);
      if (moved) break;
    }
    consumed = Consume("_schemas");
    if (!moved && before.uncommitted == consumed.uncommitted) break;
  }
  // Links into the directory of a broker that runs.
  ExpectRead(copy, false, consumed.uncommitted);
  ExpectRead(copy, true, consumed.committed);
}

// Formats that no broker of today writes, read by Kafka's own tool and by us.
TEST_P(LogdirSourceTest, OldFormatsReadAsKafkaDumpLogReadsThem) {
  std::vector<RawRecord> records = Records(12);
  std::vector<TestRecord> written;
  for (size_t i = 0; i < records.size(); ++i) {
    TestRecord record;
    record.offset = static_cast<int64_t>(2 * i);
    record.timestamp = 1700000000000 + static_cast<int64_t>(i);
    record.key = records[i].key;
    if (i % 5 != 4) record.value = absl::StrCat("{\"n\":", i, "}");
    written.push_back(record);
  }
  std::string log = MessageBytes(0, written[0].View());
  written[0].timestamp = -1;
  log += MessageBytes(1, written[1].View());
  size_t next = 2;
  for (const Compression codec :
       {Compression::kGzip, Compression::kSnappy, Compression::kLz4}) {
    log += CompressedMessageBytes(
        1, {written[next].View(), written[next + 1].View()}, codec, Framing::kUsual);
    next += 2;
  }
  log += CompressedMessageBytes(0, {written[8].View(), written[9].View()},
                                Compression::kGzip, Framing::kUsual);
  written[8].timestamp = written[9].timestamp = -1;
  log += BatchBytes({written[10].View(), written[11].View()}, {});
  const std::string directory = directory_.path() + "/_schemas-0";
  std::filesystem::create_directory(directory);
  const std::string path = directory + "/00000000000000000000.log";
  std::ofstream(path, std::ios::binary) << log;

  std::vector<RawRecord> expected;
  for (const TestRecord& record : written) expected.push_back(ToRaw(record));
  ExpectRead(directory, false, expected);

  const auto dump = broker_->DumpLogSegments(
      {"--deep-iteration", "--print-data-log", "--files", path});
  ASSERT_TRUE(dump.ok()) << dump.status();
  EXPECT_EQ(dump->exit_code, 0);
  EXPECT_THAT(dump->text, Not(HasSubstr("isvalid: false")));
  std::vector<std::string> lines = absl::StrSplit(dump->text, '\n');
  lines.erase(std::remove_if(lines.begin(), lines.end(),
                             [](const std::string& line) {
                               return !absl::StartsWith(line, "| offset: ");
                             }),
              lines.end());
  ASSERT_EQ(lines.size(), written.size()) << dump->text;
  for (size_t i = 0; i < written.size(); ++i) {
    const TestRecord& record = written[i];
    EXPECT_THAT(lines[i], StartsWith(absl::StrCat(
                              "| offset: ", record.offset, " ",
                              record.timestamp < 0 ? "NoTimestampType" : "CreateTime",
                              ": ", record.timestamp, " ")));
    EXPECT_THAT(lines[i],
                EndsWith(absl::StrCat(
                    " key: ", *record.key,
                    record.value.has_value() ? " payload: " + *record.value : "")));
  }
}

using DeadBrokerTest = LogdirSourceTest;

// What the last copy is for: a broker is gone, its disk is there.
TEST_P(DeadBrokerTest, ItsTopicComesBackThroughThePrograms) {
  ASSERT_TRUE(raw_->CreateTopic("_schemas", {{"cleanup.policy", "compact"}}).ok());
  std::vector<RawRecord> records;
  for (int i = 0; i < 40; ++i) {
    RawRecord record;
    record.key = absl::StrCat(
        "{\"keytype\":\"SCHEMA\",\"subject\":\"s", i, "\",\"version\":1,\"magic\":1}");
    record.value = absl::StrCat("{\"subject\":\"s", i, "\",\"version\":1,\"id\":", i + 1,
                                ",\"schema\":\"\\\"string\\\"\",\"deleted\":false}");
    records.push_back(record);
  }
  ASSERT_TRUE(raw_->Produce("_schemas", OfTheLastHour(records), RawProducer::kPlain,
                            {{"compression.codec", "lz4"}})
                  .ok());
  const Consumed consumed = Consume("_schemas");
  ASSERT_TRUE(broker_->Kill().ok());
  const std::string directory = broker_->LogDirectory("_schemas");
  const std::string copy = directory_.path() + "/_schemas-0";
  std::filesystem::copy(directory, copy, std::filesystem::copy_options::recursive);

  const ProgramResult check =
      RunProgram({SR_VERIFIER, "check", "logdir:" + copy, "--quiet"}, absl::Seconds(60));
  EXPECT_EQ(check.exit_code, 0) << check.out << check.err;
  EXPECT_THAT(check.out, HasSubstr("40"));
  const ProgramResult describe = RunProgram(
      {SR_VERIFIER, "describe", "logdir:" + copy, "--quiet"}, absl::Seconds(60));
  EXPECT_EQ(describe.exit_code, 0) << describe.out << describe.err;
  EXPECT_THAT(describe.out, HasSubstr("directory of a broker"));

  ASSERT_TRUE(broker_->Restart().ok()) << broker_->LogTail();
  ASSERT_TRUE(raw_->DeleteTopic("_schemas").ok());
  const std::string target =
      absl::StrCat("kafka://", broker_->bootstrap(), "/_schemas_back");
  const ProgramResult restore = RunProgram(
      {SR_REPLICATOR, "restore", "logdir:" + copy, target, "--quiet", "--execute"},
      absl::Seconds(60));
  ASSERT_EQ(restore.exit_code, 0) << restore.out << restore.err;
  const ProgramResult compare = RunProgram(
      {SR_VERIFIER, "compare", "logdir:" + copy, target, "--quiet"}, absl::Seconds(60));
  EXPECT_EQ(compare.exit_code, 0) << compare.out << compare.err;
  EXPECT_EQ(raw_->Consume("_schemas_back", "read_uncommitted")->size(),
            consumed.uncommitted.size());

  // One bit of a record: a finding with its place, and no restore without being told.
  const std::string log = copy + "/00000000000000000000.log";
  std::fstream file(log, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(200);
  file.put('\xff');
  file.close();
  std::filesystem::remove(copy + "/leader-epoch-checkpoint");
  std::ofstream(directory_.path() + "/.kafka_cleanshutdown") << "{}";
  const ProgramResult damaged =
      RunProgram({SR_VERIFIER, "check", "logdir:" + copy, "--quiet"}, absl::Seconds(60));
  EXPECT_EQ(damaged.exit_code, 3) << damaged.out << damaged.err;
  EXPECT_THAT(damaged.out, AllOf(HasSubstr("STORAGE_BATCH_CORRUPT"),
                                 HasSubstr("00000000000000000000.log")));
  const ProgramResult refused = RunProgram(
      {SR_REPLICATOR, "restore", "logdir:" + copy, target + "2", "--quiet", "--execute"},
      absl::Seconds(60));
  EXPECT_EQ(refused.exit_code, 3) << refused.out << refused.err;
  EXPECT_THAT(refused.err, HasSubstr("?damaged=skip"));
}

INSTANTIATE_TEST_SUITE_P(
    Brokers, LogdirSourceTest,
    testing::Values(KafkaVersion::kNewest, KafkaVersion::k39),
    [](const auto& param) {
      return param.param == KafkaVersion::kNewest ? "Newest" : "Of39";
    });

// What the programs make of it does not depend on the broker's version.
INSTANTIATE_TEST_SUITE_P(Newest, DeadBrokerTest,
                         testing::Values(KafkaVersion::kNewest));

}  // namespace
}  // namespace sr
