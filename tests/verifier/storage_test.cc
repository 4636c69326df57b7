// Each STORAGE_ code: the damage that it stands for is planted, and `check` finds
// that and nothing else.
#include "verifier/checks/storage.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "core/archive/segment_seal.h"
#include "core/findings/codes.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/core/archive/archive_fixture.h"

namespace sr {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

class StorageTest : public ArchiveTest {
 protected:
  void SetUp() override {
    records_ = RecordGenerator(40, {.value_bytes_max = 120}).Take(60);
  }

  StorageResult Check() {
    Location location;
    location.text = "archive:/b";
    location.path = kDirectory;
    CopyOptions options;
    options.file_system = &fs_;
    auto result = CheckArchiveStorage(location, check_, options, /*quiet=*/true,
                                      FindingList::kKeptPerCode,
                                      /*observer=*/nullptr);
    EXPECT_TRUE(result.ok()) << result.status();
    return result.ok() ? *std::move(result) : StorageResult();
  }

  // Expects one finding, of `code`, and returns it.
  Finding ExpectOnly(const std::string& code) {
    const FindingList findings = Check().findings;
    EXPECT_THAT(findings.counts(), ElementsAre(Pair(code, 1)));
    if (findings.kept().empty()) return Finding{};
    const Finding& finding = findings.kept().front();
    EXPECT_EQ(finding.copy, "archive:/b");
    EXPECT_EQ(finding.severity, FindCode(code)->severity);
    EXPECT_FALSE(finding.found.empty());
    planted_.push_back(code);
    return finding;
  }

  Manifest TheManifest() {
    return DecodeManifest(fs_.Content("/b/gen-1/MANIFEST.json")).value();
  }
  void SetManifest(const Manifest& manifest) {
    fs_.SetContent("/b/gen-1/MANIFEST.json", EncodeManifest(manifest));
    fs_.SetContent("/b/gen-1/SHA256SUMS",
                   Sha256Sums(manifest, manifest.sealed.size()));
  }

  ArchiveCheck check_;
  std::vector<TestRecord> records_;
  static inline std::vector<std::string> planted_;
};

TEST_F(StorageTest, ACleanCopyHasNoFinding) {
  WriteClosed(records_, 6);
  const StorageResult result = Check();
  EXPECT_TRUE(result.findings.empty());
  EXPECT_EQ(result.records, 60);
  ASSERT_TRUE(result.verified_through.has_value());
  EXPECT_EQ(result.verified_through->offset, records_.back().offset);
}

TEST_F(StorageTest, BatchCorrupt) {
  WriteClosed(records_, 6);
  FlipBit(File(".log"), 100, 3);
  const Finding finding = ExpectOnly(codes::kStorageBatchCorrupt);
  EXPECT_THAT(finding.position,
              HasSubstr("gen-1/_schemas-0/00000000000000000000.log bytes 0.."));
  EXPECT_EQ(finding.offset, 0);
  EXPECT_THAT(finding.found, HasSubstr("offsets 0..5"));
  EXPECT_EQ(Check().records, 54);
}

TEST_F(StorageTest, ChainMismatch) {
  WriteClosed(records_, 6);
  FlipBit(File(".log"), 7, 6);  // The base offset, which no CRC covers.
  ExpectOnly(codes::kStorageChainMismatch);
}

TEST_F(StorageTest, CommitCorrupt) {
  WriteClosed(records_, 6);
  FlipBit(File(".commits"), 70, 0);
  const Finding finding = ExpectOnly(codes::kStorageCommitCorrupt);
  EXPECT_THAT(finding.position, HasSubstr(".commits bytes 64..128"));
}

// The data of a commit is durable before its entry is begun, so a torn entry
// comes with the tail that it was to commit.
TEST_F(StorageTest, CommitTorn) {
  WriteKilled(records_, 6);
  const std::string commits = File(".commits", CountFiles(".commits") - 1);
  const std::string content = fs_.Content(commits);
  fs_.SetContent(commits, content.substr(0, content.size() - 10));
  EXPECT_THAT(Check().findings.counts(),
              ElementsAre(Pair(codes::kStorageCommitTorn, 1),
                          Pair(codes::kStorageTailUncommitted, 1)));
  planted_.push_back(codes::kStorageCommitTorn);
}

TEST_F(StorageTest, TailUncommitted) {
  WriteKilled(records_, 6, /*uncommitted=*/2);
  ExpectOnly(codes::kStorageTailUncommitted);
}

TEST_F(StorageTest, FileMissing) {
  WriteClosed(records_, 6);
  fs_.Delete(File(".log", 1));
  const Finding finding = ExpectOnly(codes::kStorageFileMissing);
  EXPECT_THAT(finding.position, HasSubstr(".log"));
}

TEST_F(StorageTest, FileTruncated) {
  WriteClosed(records_, 6);
  const std::string log = File(".log", CountFiles(".log") - 1);
  const std::string content = fs_.Content(log);
  fs_.SetContent(log, content.substr(0, content.size() - 1));
  ExpectOnly(codes::kStorageFileTruncated);
}

TEST_F(StorageTest, FileExtra) {
  WriteClosed(records_, 6);
  const std::string log = File(".log", CountFiles(".log") - 1);
  fs_.SetContent(log, fs_.Content(log) + "x");
  ExpectOnly(codes::kStorageFileExtra);
}

TEST_F(StorageTest, ManifestCorrupt) {
  WriteClosed(records_, 6);
  FlipBit("/b/gen-1/MANIFEST.json", 20, 0);
  const Finding finding = ExpectOnly(codes::kStorageManifestCorrupt);
  EXPECT_THAT(finding.position, HasSubstr("gen-1/MANIFEST.json"));
}

TEST_F(StorageTest, SealMismatch) {
  WriteClosed(records_, 6);
  Manifest manifest = TheManifest();
  manifest.sealed[0].log_sha256.bytes[0] ^= 1;
  SetManifest(manifest);
  const Finding finding = ExpectOnly(codes::kStorageSealMismatch);
  EXPECT_THAT(finding.position,
              HasSubstr("gen-1/_schemas-0/00000000000000000000.log bytes 0.."));
  EXPECT_EQ(Check().records, 60);
}

TEST_F(StorageTest, SealMissing) {
  WriteClosed(records_, 6);
  Manifest manifest = TheManifest();
  const int64_t segment = manifest.sealed.back().segment;
  manifest.sealed.pop_back();
  SetManifest(manifest);
  const Finding finding = ExpectOnly(codes::kStorageSealMissing);
  EXPECT_EQ(finding.offset, segment);
  EXPECT_THAT(finding.position, HasSubstr("MANIFEST.json"));
}

TEST_F(StorageTest, SumsCorrupt) {
  WriteClosed(records_, 6);
  FlipBit("/b/gen-1/SHA256SUMS", 0, 0);
  const Finding finding = ExpectOnly(codes::kStorageSumsCorrupt);
  EXPECT_THAT(finding.position, HasSubstr("SHA256SUMS"));
}

TEST_F(StorageTest, UnknownFile) {
  WriteClosed(records_, 6);
  fs_.SetContent("/b/gen-1/commits/no\x1btes", "x");
  const Finding finding = ExpectOnly(codes::kStorageUnknownFile);
  EXPECT_EQ(finding.position, "gen-1/commits/no\\x1btes");
}

// After a crash the end of the newest .commits may be torn, but not below what the
// manifest knew when the writer began.
TEST_F(StorageTest, LastCommitLost) {
  WriteClosed(records_, 6);
  {
    ArchiveWriter killed(WriterOptions(&fs_));
    ASSERT_TRUE(killed.Open().ok());
  }
  fs_.Restart();
  const std::string log = File(".log", CountFiles(".log") - 1);
  const std::string commits = File(".commits", CountFiles(".commits") - 1);
  fs_.SetContent(commits, "");
  fs_.SetContent(log, "");
  const Finding finding = ExpectOnly(codes::kStorageLastCommitLost);
  EXPECT_THAT(finding.position, HasSubstr("MANIFEST.json"));
}

TEST_F(StorageTest, ReadUnstable) {
  WriteClosed(records_, 6);
  fs_.FlipABitOfOneRead(File(".log", 1), 100);
  const Finding finding = ExpectOnly(codes::kStorageReadUnstable);
  EXPECT_THAT(finding.position, HasSubstr(".log bytes "));
  EXPECT_TRUE(Check().findings.empty());
  EXPECT_EQ(Check().records, 60);
}

// The chain at each record of `records`.
std::vector<ChainAnchor> AnchorsOf(const std::vector<TestRecord>& records) {
  std::vector<ChainAnchor> anchors;
  Chain chain;
  const RecordBatch batch = BatchOf(records, 0, records.size());
  for (const Record& record : batch) {
    chain.Add(record);
    anchors.push_back({record.offset, chain.digest()});
  }
  return anchors;
}

TEST_F(StorageTest, EveryAnchorOfTheArchiveIsHeld) {
  WriteClosed(records_, 6);
  check_.anchors = AnchorsOf(records_);
  EXPECT_TRUE(Check().findings.empty());
}

// Each file as it was, all of them together: nothing but an anchor tells.
TEST_F(StorageTest, AnchorLost) {
  const std::vector<TestRecord> half(records_.begin(), records_.begin() + 30);
  WriteClosed(half, 6);
  check_.anchors = {AnchorsOf(records_).back()};
  Finding finding = ExpectOnly(codes::kStorageAnchorLost);
  EXPECT_EQ(finding.offset, records_.back().offset);
  EXPECT_THAT(finding.found, HasSubstr("older state"));
  check_.anchors = {AnchorsOf(half).back()};
  EXPECT_TRUE(Check().findings.empty());
  check_.anchors.clear();
  EXPECT_TRUE(Check().findings.empty());
}

TEST_F(StorageTest, AnAnchorOfOtherRecordsIsLost) {
  WriteClosed(records_, 6);
  std::vector<TestRecord> others = records_;
  others[3].key = "another";
  const std::vector<ChainAnchor> own = AnchorsOf(records_);
  const std::vector<ChainAnchor> strange = AnchorsOf(others);
  for (size_t i = 0; i < records_.size(); ++i) {
    check_.anchors = {strange[i]};
    EXPECT_EQ(Check().findings.empty(), i < 3) << i;
    check_.anchors = {own[i]};
    EXPECT_TRUE(Check().findings.empty()) << i;
    // The right digest at an offset that has no record, or another's.
    check_.anchors = {{own[i].offset + 1, own[i].chain}};
    EXPECT_FALSE(Check().findings.empty()) << i;
  }
}

TEST_F(StorageTest, AnAnchorInADamagedBlockIsNotHeld) {
  WriteClosed(records_, 6);
  FlipBit(File(".log"), 100, 3);
  check_.anchors = {AnchorsOf(records_)[2], AnchorsOf(records_)[20]};
  EXPECT_THAT(Check().findings.counts(),
              ElementsAre(Pair(codes::kStorageAnchorLost, 1),
                          Pair(codes::kStorageBatchCorrupt, 1)));
}

TEST_F(StorageTest, SlicesTogetherReadAllAndEachItsOwn) {
  WriteClosed(records_, 6);
  const auto segments = static_cast<int64_t>(CountFiles(".log"));
  ASSERT_GE(segments, 3);
  int64_t records = 0;
  check_.slices = 3;
  for (check_.slice = 0; check_.slice < 3; ++check_.slice) {
    const StorageResult result = Check();
    EXPECT_TRUE(result.findings.empty()) << check_.slice;
    records += result.records;
  }
  EXPECT_EQ(records, 60);
  FlipBit(File(".log", 1), 100, 3);
  for (check_.slice = 0; check_.slice < 3; ++check_.slice) {
    EXPECT_EQ(Check().findings.empty(), check_.slice != 1) << check_.slice;
  }
}

// Runs last: tests run in the order they stand here.
TEST_F(StorageTest, EveryStorageCodeWasPlanted) {
  std::vector<std::string> missing;
  for (const CodeInfo& info : AllCodes()) {
    if (!absl::StartsWith(info.code, "STORAGE_")) continue;
    if (std::find(planted_.begin(), planted_.end(), info.code) ==
        planted_.end()) {
      missing.emplace_back(info.code);
    }
  }
  const testing::UnitTest& run = *testing::UnitTest::GetInstance();
  if (run.test_to_run_count() < run.total_test_count()) {
    GTEST_SKIP() << "only some tests run";
  }
  EXPECT_THAT(missing, IsEmpty());
}

}  // namespace
}  // namespace sr
