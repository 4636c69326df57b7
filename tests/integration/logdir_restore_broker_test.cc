// `restore archive: logdir:` into stopped brokers of both versions, which then serve
// exactly the archive's records; and what it refuses.
#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "core/archive/archive_writer.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/integration/mirror_fixture.h"
#include "tests/support/record_generator.h"

namespace sr {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr int64_t kFirstOffset = 100;

class LogdirRestoreTest : public testing::TestWithParam<KafkaVersion> {
 protected:
  void SetUp() override {
    KafkaBrokerOptions options;
    options.version = GetParam();
    auto started = KafkaBroker::Start(options);
    ASSERT_TRUE(started.ok()) << started.status();
    broker_ = *std::move(started);
    raw_ = std::make_unique<RawClient>(broker_->bootstrap());
    // Nothing is cleaned or deleted while it is compared.
    ASSERT_TRUE(raw_->CreateTopic("_schemas", {{"cleanup.policy", "delete"},
                                               {"retention.ms", "-1"}})
                    .ok());
    WriteArchive();
  }

  // Several segments, gaps between offsets, an uncommitted tail.
  void WriteArchive() {
    records_ = RecordGenerator(77, {.offset_gap_max = 3, .value_bytes_max = 900})
                   .Take(2000);
    for (TestRecord& record : records_) record.offset += kFirstOffset;
    ArchiveWriterOptions options;
    options.file_system = PosixFileSystem();
    options.directory = directory_.path() + "/archive";
    options.topic = "_schemas";
    options.first_offset = kFirstOffset;
    options.new_store_id = std::string(32, 'e');
    options.lock_label = "test";
    options.segment_bytes_max = 200'000;
    ArchiveWriter writer(options);
    ASSERT_TRUE(writer.Open().ok());
    for (size_t i = 0; i < records_.size(); i += 50) {
      ASSERT_TRUE(writer.Append(BatchOf(records_, i, i + 50)).ok());
      if (i + 50 == records_.size()) break;
      ASSERT_TRUE(writer.Commit().ok());
    }
    records_.resize(records_.size() - 50);  // Those of the tail.
  }

  ProgramResult Restore(const std::vector<std::string>& more = {"--execute"},
                        const std::string& directory = "") {
    std::vector<std::string> words = {
        SR_REPLICATOR, "restore", "archive:" + directory_.path() + "/archive",
        "logdir:" + (directory.empty() ? broker_->LogDirectory("_schemas")
                                       : directory),
        "--quiet"};
    words.insert(words.end(), more.begin(), more.end());
    return RunProgram(words, absl::Seconds(60));
  }

  // Names and sizes of what is in the topic's directory.
  std::vector<std::string> Files() const {
    std::vector<std::string> files;
    for (const auto& entry : std::filesystem::directory_iterator(
             broker_->LogDirectory("_schemas"))) {
      files.push_back(absl::StrCat(entry.path().filename().string(), " ",
                                   entry.file_size()));
    }
    std::sort(files.begin(), files.end());
    return files;
  }

  void ExpectRefused(const ProgramResult& result, const std::string& why) {
    EXPECT_EQ(result.exit_code, 5) << result.out << result.err;
    EXPECT_THAT(result.err, AllOf(HasSubstr(why), HasSubstr("hint: ")));
  }

  void ExpectServedAsArchived() {
    ASSERT_TRUE(broker_->Restart().ok()) << broker_->LogTail();
    const auto served = raw_->Consume("_schemas", "read_uncommitted");
    ASSERT_TRUE(served.ok()) << served.status();
    ASSERT_EQ(served->size(), records_.size());
    for (size_t i = 0; i < records_.size(); ++i) {
      ASSERT_EQ((*served)[i], ToRaw(records_[i])) << "record " << i;
    }
    EXPECT_EQ(raw_->Watermarks("_schemas").value(),
              std::pair(records_.front().offset > kFirstOffset
                            ? kFirstOffset
                            : records_.front().offset,
                        records_.back().offset + 1));
  }

  TemporaryDirectory directory_;
  std::unique_ptr<KafkaBroker> broker_;
  std::unique_ptr<RawClient> raw_;
  std::vector<TestRecord> records_;
};

TEST_P(LogdirRestoreTest, ABrokerServesExactlyTheArchive) {
  const std::vector<std::string> running = Files();
  ExpectRefused(Restore(), "its broker runs");
  EXPECT_EQ(Files(), running);

  ASSERT_TRUE(broker_->Stop().ok());
  const std::vector<std::string> stopped = Files();
  const ProgramResult plan = Restore({});
  EXPECT_EQ(plan.exit_code, 0) << plan.err;
  EXPECT_THAT(plan.out, AllOf(HasSubstr("nothing was changed"),
                              HasSubstr("segments (")));
  EXPECT_EQ(Files(), stopped);

  const ProgramResult done = Restore();
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_THAT(done.out,
              HasSubstr(absl::StrCat("logEndOffset=",
                                     records_.back().offset + 1)));
  const ProgramResult again = Restore();
  EXPECT_EQ(again.exit_code, 0) << again.err;
  EXPECT_THAT(again.out, HasSubstr("of them are there from an earlier run"));
  ExpectServedAsArchived();

  // And takes the next record where the archive ends.
  RawRecord next;
  next.key = "k";
  next.value = "v";
  ASSERT_TRUE(raw_->Produce("_schemas", {next}).ok());
  EXPECT_EQ(raw_->Watermarks("_schemas").value().second,
            records_.back().offset + 2);
  ASSERT_TRUE(broker_->Stop().ok());
  ExpectRefused(Restore(), "the topic is not empty");
}

TEST_P(LogdirRestoreTest, GoesOnWhereAnEarlierRunStopped) {
  ASSERT_TRUE(broker_->Kill().ok());
  ASSERT_EQ(Restore().exit_code, 0);
  // As if it had been killed: one file is there, one half copied, one not at all.
  std::vector<std::string> logs;
  for (const auto& entry : std::filesystem::directory_iterator(
           broker_->LogDirectory("_schemas"))) {
    if (entry.path().extension() == ".log") logs.push_back(entry.path());
  }
  std::sort(logs.begin(), logs.end());
  ASSERT_GE(logs.size(), 3u);
  std::filesystem::rename(logs[1], logs[1] + ".restoring");
  std::filesystem::resize_file(logs[1] + ".restoring", 1000);
  std::filesystem::remove(logs[2]);
  const ProgramResult done = Restore();
  EXPECT_EQ(done.exit_code, 0) << done.err;
  for (const std::string& file : Files()) {
    EXPECT_EQ(file.find(".restoring"), std::string::npos) << file;
  }
  ExpectServedAsArchived();
}

TEST_P(LogdirRestoreTest, Refusals) {
  ASSERT_TRUE(broker_->Stop().ok());
  const std::string topic = broker_->LogDirectory("_schemas");
  ExpectRefused(Restore({"--execute"}, topic + "x"), "no directory of a partition");
  ExpectRefused(Restore({"--execute"}, directory_.path() + "/none-0"),
                "no broker has made this directory");
  const ProgramResult prefix = Restore({"--execute", "--to-offset=200"});
  EXPECT_EQ(prefix.exit_code, 2) << prefix.err;
  EXPECT_THAT(prefix.err, HasSubstr("restored whole"));

  const std::string checkpoint =
      broker_->directory() + "/data/replication-offset-checkpoint";
  const auto size = std::filesystem::file_size(checkpoint);
  std::ofstream(checkpoint, std::ios::app) << "_schemas 0 17\n";
  ExpectRefused(Restore(), "_schemas 0 17");
  std::filesystem::resize_file(checkpoint, size);

  // Another's log file.
  std::ofstream(topic + "/00000000000000000007.log") << "x";
  ExpectRefused(Restore(), "the topic is not empty");
  std::filesystem::remove(topic + "/00000000000000000007.log");

  const std::vector<std::string> before = Files();
  const std::string log = directory_.path() +
                          "/archive/gen-1/_schemas-0/00000000000000000100.log";
  std::fstream file(log, std::ios::in | std::ios::out | std::ios::binary);
  ASSERT_TRUE(file.good()) << log;
  file.seekp(300);
  file.put('\xff');
  file.close();
  ExpectRefused(Restore(), "is damaged");
  EXPECT_EQ(Files(), before);
}

INSTANTIATE_TEST_SUITE_P(
    Brokers, LogdirRestoreTest,
    testing::Values(KafkaVersion::kNewest, KafkaVersion::k39),
    [](const auto& param) {
      return param.param == KafkaVersion::kNewest ? "Newest" : "Of39";
    });

}  // namespace
}  // namespace sr
