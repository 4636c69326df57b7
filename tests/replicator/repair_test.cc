#include "replicator/repair.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/archive/archive_scan.h"
#include "core/archive/archive_store.h"
#include "core/archive/archive_writer.h"
#include "core/base/status_context.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/program.h"
#include "tests/support/record_generator.h"
#include "tests/support/vector_source.h"

namespace sr {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class RepairTest : public testing::Test {
 protected:
  void SetUp() override {
    Write("b", records_, 'a');
    Write("other", records_, 'c');  // Another archive of the same topic.
  }

  void Write(const std::string& name, const std::vector<TestRecord>& records, char id) {
    ArchiveWriterOptions options;
    options.file_system = PosixFileSystem();
    options.directory = Path(name);
    options.cluster_id = "cluster";
    options.topic = "_schemas";
    options.topic_config = {{{"cleanup.policy", "compact"}}};
    options.new_store_id = std::string(32, id);
    options.lock_label = "test";
    options.segment_bytes_max = 20'000;
    ArchiveWriter writer(options);
    ASSERT_TRUE(writer.Open().ok());
    for (size_t i = 0; i < records.size(); i += 10) {
      ASSERT_TRUE(writer.Append(BatchOf(records, i, std::min(i + 10, records.size()))).ok());
      ASSERT_TRUE(writer.Commit().ok());
    }
    ASSERT_TRUE(writer.Close().ok());
  }

  std::string Path(const std::string& name) const {
    return absl::StrCat(directory_.path(), "/", name);
  }
  Location At(const std::string& name) const {
    return ParseLocation(absl::StrCat("archive:", Path(name))).value();
  }

  absl::Status Run(const std::string& from, const std::string& target = "new",
                   const StopToken* stop = nullptr) {
    RepairOptions options;
    options.source = At("b");
    options.target = At(target);
    if (!from.empty()) options.from = At(from);
    options.quiet = true;
    options.segment_bytes_max = 30'000;
    options.output = output_;
    result_.clear();
    return RunRepair(options, stop, &result_);
  }

  ArchiveScan Scan(const std::string& name, std::vector<TestRecord>* records) {
    ArchiveScanOptions options;
    options.file_system = PosixFileSystem();
    options.directory = Path(name);
    const auto scan = ScanArchive(
        options,
        [records](const RecordBatch& batch) {
          for (const Record& record : batch) records->push_back(TestRecord::Of(record));
        },
        [] {});
    EXPECT_TRUE(scan.ok()) << scan.status();
    return *scan;
  }

  // The n-th segment's log.
  std::string Log(size_t n) const {
    std::vector<std::string> logs;
    for (const auto& entry :
         std::filesystem::directory_iterator(Path("b/gen-1/_schemas-0"))) {
      logs.push_back(entry.path());
    }
    std::sort(logs.begin(), logs.end());
    return logs.at(n);
  }

  static std::string ReadFile(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
  }

  static void FlipByte(const std::string& path, std::streamoff at) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(at);
    const char byte = static_cast<char>(file.get());
    file.seekp(at);
    file.put(static_cast<char>(byte ^ 1));
  }

  std::map<std::string, std::string> Files(const std::string& name) const {
    std::map<std::string, std::string> files;
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(Path(name))) {
      if (entry.is_regular_file()) files[entry.path()] = ReadFile(entry.path());
    }
    return files;
  }

  const std::vector<TestRecord> records_ =
      RecordGenerator(8, {.offset_gap_max = 3, .value_bytes_max = 500}).Take(400);
  TemporaryDirectory directory_;
  OutputFormat output_ = OutputFormat::kText;
  std::string result_;
};

TEST_F(RepairTest, ADamagedArchiveIsMadeWholeInAnotherPlace) {
  FlipByte(Log(1), 500);
  std::filesystem::remove(Log(2));
  const auto damaged = Files("b");

  const absl::Status status = Run("other");
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_THAT(result_, AllOf(HasSubstr("400 records"), HasSubstr(": 10 records from "),
                             HasSubstr("CRC"), HasSubstr("is not there"),
                             HasSubstr("was not changed")));
  EXPECT_EQ(Files("b"), damaged);

  std::vector<TestRecord> repaired;
  const ArchiveScan scan = Scan("new", &repaired);
  EXPECT_TRUE(scan.damage.empty());
  EXPECT_EQ(repaired, records_);
  // The same store: anchors that were noted hold, and a mirror goes on.
  std::vector<TestRecord> whole;
  const ArchiveScan other = Scan("other", &whole);
  EXPECT_EQ(scan.last_commit.chain, other.last_commit.chain);
  EXPECT_EQ(scan.manifest->store_id, std::string(32, 'a'));
  EXPECT_EQ(scan.manifest->cluster_id, "cluster");
  EXPECT_EQ(scan.manifest->topic_config, other.manifest->topic_config);
  EXPECT_TRUE(scan.manifest->closed);
}

TEST_F(RepairTest, AWholeArchiveNeedsNoOther) {
  ASSERT_TRUE(Run("").ok());
  EXPECT_THAT(result_, HasSubstr("no record was lost"));
  std::vector<TestRecord> repaired;
  EXPECT_TRUE(Scan("new", &repaired).damage.empty());
  EXPECT_EQ(repaired, records_);
}

TEST_F(RepairTest, WhatNobodyHasIsToldAndNothingIsWritten) {
  FlipByte(Log(1), 500);
  const absl::Status alone = Run("");
  EXPECT_EQ(alone.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(RenderError(alone), HasSubstr("--from="));

  std::vector<TestRecord> less = records_;
  for (size_t i = 1; i < less.size(); i += 2) less.erase(less.begin() + static_cast<std::ptrdiff_t>(i));
  Write("compacted", less, 'd');
  const absl::Status compacted = Run("compacted");
  EXPECT_EQ(compacted.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(RenderError(compacted), AllOf(HasSubstr("are lost here"), HasSubstr("hint: ")));
  EXPECT_FALSE(std::filesystem::exists(Path("new")));
}

TEST_F(RepairTest, ItRefusesWhatItCannotDo) {
  const auto whole = Files("b");
  EXPECT_EQ(Run("other", "other").code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(Run("other", "b").code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(Files("b"), whole);

  RepairOptions options;
  options.source = At("b");
  options.target = ParseLocation("kafka://a:9092/_schemas").value();
  EXPECT_EQ(RunRepair(options, nullptr, &result_).code(),
            absl::StatusCode::kInvalidArgument);
  options.source = options.target;
  options.target = At("new");
  EXPECT_EQ(RunRepair(options, nullptr, &result_).code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Run("none").code(), absl::StatusCode::kNotFound);
}

TEST_F(RepairTest, AStopIsObeyed) {
  StopToken stop;
  stop.RequestStop();
  EXPECT_EQ(Run("other", "new", &stop).code(), absl::StatusCode::kCancelled);
  EXPECT_FALSE(std::filesystem::exists(Path("new")));
}

TEST_F(RepairTest, JsonNamesEveryRange) {
  FlipByte(Log(1), 500);
  output_ = OutputFormat::kJson;
  ASSERT_TRUE(Run("other").ok());
  EXPECT_THAT(result_, AllOf(HasSubstr("\"command\":\"repair\""), HasSubstr("\"records\":400"),
                             HasSubstr("\"supplied\":[{\"first_offset\":"),
                             HasSubstr("\"records\":10,\"why\":\"")));
}

}  // namespace
}  // namespace sr
