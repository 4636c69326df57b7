// Every kind of damage is found, named and placed; nothing else is. Every bit and
// every truncation is for tests/fault/damage_exhaustive_test.
#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "core/archive/commit_file.h"
#include "core/base/digests.h"
#include "gmock/gmock.h"
#include "tests/core/archive/archive_fixture.h"
#include "tests/support/program.h"

namespace sr {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// About 6 KiB in four segments.
std::vector<TestRecord> Records() {
  return RecordGenerator(30, {.offset_gap_max = 2, .value_bytes_max = 120})
      .Take(60);
}

bool EndsWith(const std::string& text, const std::string& end) {
  return text.size() >= end.size() &&
         text.compare(text.size() - end.size(), end.size(), end) == 0;
}

class ArchiveDamageTest : public ArchiveTest {
 protected:
  void SetUp() override {
    records_ = Records();
    WriteClosed(records_, 6);
    ASSERT_THAT(Scan().damage, IsEmpty());
  }

  std::vector<TestRecord> records_;
};

TEST_F(ArchiveDamageTest, EveryByteAddedToAnyFileIsFound) {
  for (const std::string& path : fs_.Files()) {
    if (EndsWith(path, "LOCK")) continue;  // A label for people.
    const std::string good = fs_.Content(path);
    for (const std::string& more :
         {std::string(1, '\0'), std::string(64, 'x')}) {
      fs_.SetContent(path, good + more);
      EXPECT_FALSE(Scan().IsSound()) << path;
    }
    fs_.SetContent(path, good);
  }
}

TEST_F(ArchiveDamageTest, EveryFileThatIsMissingIsFound) {
  for (const std::string& path : fs_.Files()) {
    if (EndsWith(path, "LOCK")) continue;
    const std::string good = fs_.Content(path);
    fs_.Delete(path);
    EXPECT_FALSE(Scan().IsSound()) << path;
    fs_.SetContent(path, good);
  }
  EXPECT_THAT(Scan().damage, IsEmpty());
}

TEST_F(ArchiveDamageTest, EveryPairOfFilesSwappedIsFound) {
  const std::vector<std::string> files = fs_.Files();
  for (size_t a = 0; a < files.size(); ++a) {
    for (size_t b = a + 1; b < files.size(); ++b) {
      if (EndsWith(files[a], "LOCK") || EndsWith(files[b], "LOCK")) continue;
      const std::string x = fs_.Content(files[a]);
      const std::string y = fs_.Content(files[b]);
      fs_.SetContent(files[a], y);
      fs_.SetContent(files[b], x);
      EXPECT_FALSE(Scan().IsSound()) << files[a] << " <-> " << files[b];
      fs_.SetContent(files[a], x);
      fs_.SetContent(files[b], y);
    }
  }
}

TEST_F(ArchiveDamageTest, AFlippedBitNamesItsOwnCommitAndNoOther) {
  const std::string log = File(".log");
  FlipBit(log, 100, 3);
  const ArchiveScan scan = Scan();
  ASSERT_EQ(scan.damage.size(), 1u);
  const StorageDamage& damage = scan.damage[0];
  EXPECT_EQ(damage.kind, DamageKind::kBatchCorrupt);
  EXPECT_EQ(damage.file, "gen-1/_schemas-0/00000000000000000000.log");
  EXPECT_EQ(damage.first_offset, 0);
  EXPECT_EQ(damage.last_offset, records_[5].offset);
  EXPECT_THAT(damage.detail, HasSubstr("CRC"));
  EXPECT_EQ(scan.records, static_cast<int64_t>(records_.size()) - 6);
}

TEST_F(ArchiveDamageTest, ABaseOffsetIsCoveredByTheChainThoughNotByTheCrc) {
  FlipBit(File(".log"), 7, 6);
  EXPECT_THAT(Kinds(), ElementsAre(DamageKind::kChainMismatch));
}

TEST_F(ArchiveDamageTest, ABatchReplacedByAnotherWholeOneIsFound) {
  // Same size, valid CRC, other record: what a misdirected write leaves.
  ModelFileSystem other;
  std::vector<TestRecord> changed = records_;
  std::string& value = changed[2].value.emplace(changed[2].value.value_or(""));
  const bool had_value = records_[2].value.has_value() && !value.empty();
  if (had_value) value[0] = static_cast<char>(value[0] ^ 1);
  ArchiveWriter writer(WriterOptions(&other));
  ASSERT_TRUE(writer.Open().ok());
  AppendAndCommit(&writer, changed, 0, changed.size(), 6);
  ASSERT_TRUE(writer.Close().ok());
  if (!had_value) GTEST_SKIP() << "record 2 has no value with this seed";
  fs_.SetContent(File(".log"), other.Content(File(".log")));
  EXPECT_THAT(Kinds(), ElementsAre(DamageKind::kChainMismatch));
}

// An entry that is good by itself may claim anything: nobody asks memory for it. On
// the real file system, which does ask for what is to be read.
TEST_F(ArchiveDamageTest, ACommitThatClaimsMoreThanAnyFileHasIsFound) {
  const TemporaryDirectory temporary;
  ArchiveWriterOptions writer_options = WriterOptions(PosixFileSystem());
  writer_options.directory = temporary.path() + "/b";
  ArchiveWriter writer(writer_options);
  ASSERT_TRUE(writer.Open().ok());
  ASSERT_EQ(AppendAndCommit(&writer, records_, 0, 6, 6), 6u);
  ASSERT_TRUE(writer.Close().ok());
  const std::string commits =
      ArchiveLayout(writer_options.directory, 1, kTopic).commits_path(0);
  const uint64_t seed = CommitSeed(std::string(32, 'a'), 1, 0);
  CommitEntry entry =
      *ReadCommitFile(PosixFileSystem(), commits, seed)->slots.at(0);
  entry.position = int64_t{1} << 60;
  std::string bytes;
  EncodeCommitEntry(entry, seed, &bytes);
  ASSERT_TRUE(ReplaceFile(PosixFileSystem(), commits, bytes).ok());
  ArchiveScanOptions options;
  options.file_system = PosixFileSystem();
  options.directory = writer_options.directory;
  const auto scan = ScanArchive(
      options, [](const RecordBatch&) {}, [] {});
  ASSERT_TRUE(scan.ok()) << scan.status();
  EXPECT_FALSE(scan->IsSound());
}

// A batch without records is a whole one to Kafka's format, and no record's offset
// can be asked of it.
TEST_F(ArchiveDamageTest, ABatchWithoutRecordsIsFound) {
  const std::string log = File(".log");
  std::string empty = fs_.Content(log).substr(0, 61);
  const auto set = [&empty](size_t at, uint32_t value) {
    for (size_t i = 0; i < 4; ++i) {
      empty[at + i] = static_cast<char>(value >> (24 - 8 * i));
    }
  };
  set(8, 49);  // Its length, from here on.
  set(57, 0);  // Its records.
  set(17, Crc32c(absl::string_view(empty).substr(21)));
  fs_.SetContent(log, empty + fs_.Content(log).substr(61));
  EXPECT_FALSE(Scan().IsSound());
}

// Each entry checks itself: out of their order they still prove their blocks, and
// hide no damage in them.
TEST_F(ArchiveDamageTest, EntriesOutOfOrderAreFoundAndHideNothing) {
  const std::string commits = File(".commits");
  std::string content = fs_.Content(commits);
  ASSERT_GE(content.size(), 128u);
  content = content.substr(64, 64) + content.substr(0, 64) + content.substr(128);
  fs_.SetContent(commits, content);
  const ArchiveScan scan = Scan();
  ASSERT_EQ(scan.damage.size(), 1u);
  EXPECT_EQ(scan.damage[0].kind, DamageKind::kCommitCorrupt);
  EXPECT_THAT(scan.damage[0].detail, HasSubstr("not in the order"));
  EXPECT_EQ(scan.records, static_cast<int64_t>(records_.size()));

  FlipBit(File(".log"), 100, 3);
  EXPECT_THAT(Kinds(), ElementsAre(DamageKind::kCommitCorrupt,
                                   DamageKind::kBatchCorrupt));
}

TEST_F(ArchiveDamageTest, ADamagedCommitEntryLosesNoRecords) {
  FlipBit(File(".commits"), 70, 0);
  const ArchiveScan scan = Scan();
  ASSERT_EQ(scan.damage.size(), 1u);
  EXPECT_EQ(scan.damage[0].kind, DamageKind::kCommitCorrupt);
  EXPECT_EQ(scan.damage[0].begin, 64);
  EXPECT_EQ(scan.damage[0].end, 128);
  EXPECT_EQ(scan.records, static_cast<int64_t>(records_.size()));
}

TEST_F(ArchiveDamageTest, ADamagedLastEntryAfterACleanStopIsDamage) {
  const std::string commits = File(".commits", CountFiles(".commits") - 1);
  FlipBit(commits, fs_.Content(commits).size() - 1, 0);
  const ArchiveScan scan = Scan();
  ASSERT_EQ(scan.damage.size(), 1u);
  EXPECT_EQ(scan.damage[0].kind, DamageKind::kCommitCorrupt);
  EXPECT_EQ(scan.records, static_cast<int64_t>(records_.size()));
}

TEST_F(ArchiveDamageTest, AnUnknownFileIsNamed) {
  fs_.SetContent("/b/gen-1/commits/notes", "x");
  const ArchiveScan scan = Scan();
  ASSERT_EQ(scan.damage.size(), 1u);
  EXPECT_EQ(scan.damage[0].kind, DamageKind::kUnknownFile);
  EXPECT_EQ(scan.damage[0].file, "gen-1/commits/notes");
}

TEST_F(ArchiveDamageTest, ReaderDeliversNothingDamaged) {
  FlipBit(File(".log"), 100, 3);
  const auto read = ReadAll();
  EXPECT_EQ(read.status().code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(read.status().message()), HasSubstr("bytes 0.."));
}

TEST_F(ArchiveDamageTest, WriterRefusesAndChangesNothing) {
  const std::string log = File(".log", CountFiles(".log") - 1);
  FlipBit(log, 30, 1);
  const std::string before = fs_.Content(log);
  const absl::Status status =
      ArchiveWriter(WriterOptions(&fs_)).Open().status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(fs_.Content(log), before);
  EXPECT_EQ(CountFiles(".log.0"), 0u);
}

TEST_F(ArchiveTest, ATornLastEntryAfterACrashIsNoDamage) {
  const auto records = RecordGenerator(31).Take(20);
  WriteKilled(records, 5);
  const std::string commits = File(".commits", CountFiles(".commits") - 1);
  const std::string good = fs_.Content(commits);
  for (size_t cut = 1; cut < 64; ++cut) {
    fs_.SetContent(commits, good.substr(0, good.size() - cut));
    const ArchiveScan scan = Scan();
    EXPECT_TRUE(scan.IsSound()) << cut;
    EXPECT_EQ(scan.damage[0].kind, DamageKind::kTornCommit) << cut;
  }
}

TEST_F(ArchiveTest, AValidEntryOverBadDataIsDamageEvenAfterACrash) {
  const auto records = RecordGenerator(32).Take(20);
  WriteKilled(records, 5);
  const std::string log = File(".log", CountFiles(".log") - 1);
  FlipBit(log, fs_.Content(log).size() - 1, 0);
  EXPECT_FALSE(Scan().IsSound());
}

}  // namespace
}  // namespace sr
