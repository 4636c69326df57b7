// The storage level of `check` for a broker's directory: each damage has exactly its
// finding, and a whole one has none.
#include "verifier/checks/logdir_storage.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/findings/codes.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/kafka_log.h"
#include "tests/support/model_file_system.h"
#include "tests/support/vector_source.h"

namespace sr {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kDirectory[] = "/kafka/_schemas-0";
constexpr char kFirst[] = "/kafka/_schemas-0/00000000000000000000.log";
constexpr char kSecond[] = "/kafka/_schemas-0/00000000000000000010.log";

class Offsets : public RecordObserver {
 public:
  void Begin() override { seen.clear(); }
  void Add(const RecordBatch& records) override {
    for (const Record& record : records) seen.push_back(record.offset);
  }
  void End() override { ended = true; }

  std::vector<int64_t> seen;
  bool ended = false;
};

class LogdirStorageTest : public testing::Test {
 protected:
  LogdirStorageTest() {
    EXPECT_TRUE(fs_.CreateDirectory("/kafka").ok());
    EXPECT_TRUE(fs_.CreateDirectory(kDirectory).ok());
    fs_.SetContent(kFirst, Batch(0) + Batch(3) + Batch(4));
    fs_.SetContent(kSecond, Batch(12));
  }

  static std::string Batch(int64_t offset) {
    TestRecord record;
    record.offset = offset;
    record.key = absl::StrCat("key ", offset);
    record.value = "value";
    return BatchBytes({record.View()}, {.codec = Compression::kSnappy});
  }

  StorageResult Check() {
    CopyOptions options;
    options.file_system = &fs_;
    const auto result = CheckLogdirStorage(
        ParseLocation(absl::StrCat("logdir:", kDirectory)).value(), options,
        /*quiet=*/true, /*findings_kept_per_code=*/10, &offsets_);
    EXPECT_TRUE(result.ok()) << result.status();
    return result.ok() ? *result : StorageResult();
  }

  std::vector<std::string> Codes(const StorageResult& result) {
    std::vector<std::string> codes;
    for (const Finding& finding : result.findings.kept()) codes.push_back(finding.code);
    return codes;
  }

  ModelFileSystem fs_;
  Offsets offsets_;
};

TEST_F(LogdirStorageTest, AWholeOneHasNoFinding) {
  const StorageResult result = Check();
  EXPECT_THAT(Codes(result), IsEmpty());
  EXPECT_EQ(result.records, 4);
  EXPECT_EQ(result.verified_through->offset, 12);
  EXPECT_THAT(offsets_.seen, ElementsAre(0, 3, 4, 12));
  EXPECT_TRUE(offsets_.ended);
}

TEST_F(LogdirStorageTest, DamageIsNamedAndTheRestIsRead) {
  std::string log = fs_.Content(kFirst);
  const size_t begin = Batch(0).size();
  log[begin + 70] = static_cast<char>(log[begin + 70] ^ 4);
  fs_.SetContent(kFirst, log);
  const StorageResult result = Check();
  ASSERT_THAT(Codes(result), ElementsAre(codes::kStorageBatchCorrupt));
  const Finding& finding = result.findings.kept()[0];
  EXPECT_EQ(finding.offset, 1);
  EXPECT_EQ(finding.position,
            absl::StrCat("00000000000000000000.log bytes ", begin, "..",
                         begin + Batch(3).size()));
  EXPECT_THAT(finding.found, HasSubstr("CRC"));
  EXPECT_THAT(finding.found, HasSubstr("offsets 1..3"));
  EXPECT_THAT(offsets_.seen, ElementsAre(0, 4, 12));
  EXPECT_EQ(result.records, 3);
}

TEST_F(LogdirStorageTest, ATornTailIsNoDamage) {
  fs_.SetContent(kSecond, Batch(12) + Batch(13).substr(0, 40));
  const StorageResult result = Check();
  EXPECT_THAT(Codes(result), ElementsAre(codes::kStorageTailUncommitted));
  EXPECT_EQ(result.records, 4);
  // The same after a clean stop.
  fs_.SetContent("/kafka/.kafka_cleanshutdown", "{}");
  EXPECT_THAT(Codes(Check()), ElementsAre(codes::kStorageBatchCorrupt));
}

TEST_F(LogdirStorageTest, ASegmentThatIsGoneIsAFinding) {
  fs_.SetContent("/kafka/_schemas-0/00000000000000000020.index", "");
  EXPECT_THAT(Codes(Check()), ElementsAre(codes::kStorageFileMissing));
}

TEST_F(LogdirStorageTest, ADirectoryOfARunningBrokerIsRefused) {
  const auto lock = fs_.Lock("/kafka/.lock");
  CopyOptions options;
  options.file_system = &fs_;
  EXPECT_EQ(CheckLogdirStorage(
                ParseLocation(absl::StrCat("logdir:", kDirectory)).value(), options,
                true, 10, nullptr)
                .status()
                .code(),
            absl::StatusCode::kFailedPrecondition);
}

}  // namespace
}  // namespace sr
