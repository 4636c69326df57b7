// Extra: partition directories that brokers kept for real registries, compacted and
// not, read as a consumer read the topic at the time.
#include <algorithm>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "core/logdir/log_directory.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/program.h"
#include "tests/support/recorded_topic.h"

namespace sr {
namespace {

namespace fs = std::filesystem;

constexpr char kGolden[] = "../shared/golden";

// The files of `segments` in a directory with the name that a broker gives it.
std::vector<TestRecord> LogRecords(const fs::path& segments) {
  const TemporaryDirectory temporary;
  const fs::path partition = fs::path(temporary.path()) / "_schemas-0";
  fs::create_directory(partition);
  for (const auto& entry : fs::directory_iterator(segments)) {
    if (entry.is_regular_file()) {
      fs::copy_file(entry.path(), partition / entry.path().filename());
    }
  }
  LogDirectoryOptions options;
  options.directory = partition;
  std::vector<TestRecord> records;
  const auto directory = LogDirectory::Open(options);
  EXPECT_TRUE(directory.ok()) << directory.status();
  if (!directory.ok()) return records;
  EXPECT_TRUE((*directory)->Seek(0).ok());
  RecordBatch batch;
  while (true) {
    const auto fetched = (*directory)->Next(absl::ZeroDuration(), &batch);
    EXPECT_TRUE(fetched.ok()) << fetched.status();
    if (!fetched.ok() || *fetched != Fetched::kRecords) return records;
    for (const Record& record : batch) {
      records.push_back(TestRecord::Of(record));
    }
  }
}

// The directories of segments beside what was consumed of them.
std::map<fs::path, fs::path> Recordings() {
  std::map<fs::path, fs::path> found;
  for (const auto& entry : fs::recursive_directory_iterator(kGolden)) {
    std::string name = entry.path().filename();
    if (!absl::EndsWith(name, "records.jsonl")) continue;
    name.resize(name.size() - std::string("records.jsonl").size());
    if (!name.empty()) name.pop_back();  // "case.records.jsonl".
    for (const char* directory : {"segments", "_schemas-0"}) {
      const fs::path segments = entry.path().parent_path() / directory / name;
      const fs::path log = segments / "00000000000000000000.log";
      if (fs::exists(log)) found[segments] = entry.path();
    }
  }
  return found;
}

// Of two recordings the files are some seconds younger: a registry that started
// meanwhile added records at the end, and the cleaner took what they replaced.
std::vector<TestRecord> AsOfTheLog(const std::vector<TestRecord>& consumed,
                                   const std::vector<TestRecord>& log) {
  std::vector<TestRecord> expected;
  const auto in_log = [&log](const TestRecord& record) {
    return std::find(log.begin(), log.end(), record) != log.end();
  };
  for (const TestRecord& record : consumed) {
    const bool replaced = std::any_of(
        log.begin(), log.end(), [&](const TestRecord& later) {
          return later.key == record.key && later.offset > record.offset;
        });
    if (in_log(record) || !replaced) expected.push_back(record);
  }
  for (const TestRecord& record : log) {
    if (record.offset > consumed.back().offset) expected.push_back(record);
  }
  return expected;
}

TEST(GoldenLogdirTest, IsReadAsAConsumerReadTheTopic) {
  if (!fs::exists(kGolden)) {
    GTEST_SKIP() << kGolden << " is not there; this test is an extra";
  }
  const std::map<fs::path, fs::path> recordings = Recordings();
  EXPECT_GT(recordings.size(), 10u);
  int younger = 0;
  for (const auto& [segments, consumed] : recordings) {
    const std::vector<TestRecord> expected = RecordsOfRecording(consumed);
    ASSERT_FALSE(expected.empty()) << consumed;
    const std::vector<TestRecord> log = LogRecords(segments);
    EXPECT_EQ(log, AsOfTheLog(expected, log)) << segments;
    younger += log.back().offset > expected.back().offset ? 1 : 0;
  }
  EXPECT_EQ(younger, 2);
}

}  // namespace
}  // namespace sr
