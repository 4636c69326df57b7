// A real broker, our programs beside it, and a judge that shares no code with
// them: a bare consumer for topics, the reference decoder for archives.
#ifndef TESTS_INTEGRATION_MIRROR_FIXTURE_H_
#define TESTS_INTEGRATION_MIRROR_FIXTURE_H_

#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/reference/reference_decoder.h"
#include "tests/support/kafka_broker.h"
#include "tests/support/program.h"
#include "tests/support/raw_client.h"
#include "tests/support/vector_source.h"

namespace sr {

inline RawRecord ToRaw(const TestRecord& record) {
  RawRecord raw;
  raw.offset = record.offset;
  raw.timestamp = record.timestamp;
  raw.timestamp_type = static_cast<int>(record.timestamp_type);
  raw.key = record.key;
  raw.value = record.value;
  for (const auto& [name, value] : record.headers) {
    raw.headers.push_back({name, value});
  }
  return raw;
}

// `records` of the last hour, a millisecond apart: a segment whose records are a week
// apart is rolled, and then cleaned, while a test still compares it.
inline std::vector<RawRecord> OfTheLastHour(std::vector<RawRecord> records) {
  const int64_t start = absl::ToUnixMillis(absl::Now() - absl::Hours(1));
  for (size_t i = 0; i < records.size(); ++i) {
    records[i].timestamp = start + static_cast<int64_t>(i);
  }
  return records;
}

class MirrorFixture : public testing::Test {
 protected:
  static void SetUpTestSuite() { StartBroker({}); }
  static void TearDownTestSuite() { broker_.reset(); }

  static void StartBroker(const KafkaBrokerOptions& options) {
    auto started = KafkaBroker::Start(options);
    ASSERT_TRUE(started.ok()) << started.status();
    broker_ = *std::move(started);
  }

  void SetUp() override {
    ASSERT_NE(broker_, nullptr) << "no broker; run tests/run.sh";
    topic_ = absl::StrCat("_schemas", ++topics_);
    raw_ = std::make_unique<RawClient>(broker_->bootstrap());
  }

  std::string Kafka(const std::string& topic) const {
    return absl::StrCat("kafka://", broker_->bootstrap(), "/", topic);
  }
  std::string Source() const { return Kafka(topic_); }
  std::string ShadowTopic() const { return topic_ + "_shadow"; }
  std::string Shadow() const { return Kafka(ShadowTopic()); }
  std::string ArchiveDirectory() const { return directory_.path() + "/archive"; }
  std::string Archive() const { return "archive:" + ArchiveDirectory(); }

  static ProgramResult Replicator(std::vector<std::string> words,
                                  absl::Duration timeout = absl::Seconds(90)) {
    words.insert(words.begin(), SR_REPLICATOR);
    return RunProgram(words, timeout);
  }
  static ProgramResult Verifier(std::vector<std::string> words,
                                absl::Duration timeout = absl::Seconds(90)) {
    words.insert(words.begin(), SR_VERIFIER);
    return RunProgram(words, timeout);
  }

  void CreateSource(const RawClient::Properties& config = {
                        {"cleanup.policy", "compact"}}) {
    const absl::Status status = raw_->CreateTopic(topic_, config);
    ASSERT_TRUE(status.ok()) << status;
  }

  void MirrorToTheEnd() {
    const ProgramResult result =
        Replicator({"mirror", Source(), Archive(), Shadow(), "--until=end"});
    ASSERT_EQ(result.exit_code, 0) << result.err;
  }

  void CompareExits(int code) {
    const ProgramResult result =
        Verifier({"compare", Source(), Archive(), Shadow()});
    ASSERT_EQ(result.exit_code, code) << result.out << result.err;
  }

  // What an outside reader finds in each copy.
  std::vector<RawRecord> SourceRecords() {
    return raw_->Consume(topic_, "read_uncommitted").value();
  }
  std::vector<RawRecord> ShadowRecords() {
    return raw_->Consume(ShadowTopic(), "read_committed").value();
  }
  std::vector<std::string> SegmentFiles() const {
    std::vector<std::string> files;
    for (const auto& entry : std::filesystem::directory_iterator(
             ArchiveDirectory() + "/gen-1/" + topic_ + "-0")) {
      files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    return files;
  }
  std::vector<RawRecord> ArchiveRecords() const {
    std::vector<RawRecord> records;
    for (const std::string& path : SegmentFiles()) {
      std::ifstream file(path, std::ios::binary);
      std::stringstream content;
      content << file.rdbuf();
      const auto decoded = ReferenceDecode(content.str());
      EXPECT_TRUE(decoded.has_value()) << path;
      if (!decoded.has_value()) continue;
      for (const TestRecord& record : *decoded) records.push_back(ToRaw(record));
    }
    return records;
  }

  // Shadow offsets are the shadow's own.
  static std::vector<RawRecord> WithoutOffsets(std::vector<RawRecord> records) {
    for (RawRecord& record : records) record.offset = -1;
    return records;
  }

  // Not EXPECT_EQ: it would print 200,000 records.
  static void ExpectSame(const std::vector<RawRecord>& a,
                         const std::vector<RawRecord>& b,
                         const std::string& what) {
    EXPECT_EQ(a.size(), b.size()) << what;
    for (size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
      ASSERT_TRUE(a[i] == b[i]) << what << " differ at " << i << ": " << a[i]
                                << " and " << b[i];
    }
  }

  static std::unique_ptr<KafkaBroker> broker_;
  static int topics_;
  std::string topic_;
  std::unique_ptr<RawClient> raw_;
  TemporaryDirectory directory_;
};

inline std::unique_ptr<KafkaBroker> MirrorFixture::broker_;
inline int MirrorFixture::topics_ = 0;

}  // namespace sr

#endif  // TESTS_INTEGRATION_MIRROR_FIXTURE_H_
