// What an archive holds, refuses and goes on from.
#include <map>
#include <string>
#include <vector>

#include "core/archive/archive_store.h"
#include "core/base/exit_code.h"
#include "core/base/status_context.h"
#include "gmock/gmock.h"
#include "tests/core/archive/archive_fixture.h"

namespace sr {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST_F(ArchiveTest, HoldsWhatWasWrittenThroughManySegments) {
  const uint64_t seed = TestSeed(10);
  const auto records = RecordGenerator(seed, {.offset_gap_max = 9}).Take(300);
  WriteClosed(records, 7);
  EXPECT_GT(CountFiles(".log"), 3u);
  const auto read = ReadAll();
  ASSERT_TRUE(read.ok()) << read.status() << ReplayHint(seed);
  EXPECT_EQ(*read, records) << ReplayHint(seed);
  const ArchiveScan scan = Scan();
  EXPECT_THAT(scan.damage, IsEmpty()) << ReplayHint(seed);
  EXPECT_EQ(scan.records, 300);
}

TEST_F(ArchiveTest, CompressedHoldsTheSame) {
  const auto records = RecordGenerator(11).Take(200);
  ArchiveWriterOptions options = WriterOptions(&fs_);
  options.compression = Compression::kZstd;
  ArchiveWriter writer(options);
  ASSERT_TRUE(writer.Open().ok());
  ASSERT_EQ(AppendAndCommit(&writer, records, 0, 200, 20), 200u);
  ASSERT_TRUE(writer.Close().ok());
  EXPECT_EQ(*ReadAll(), records);
  EXPECT_THAT(Scan().damage, IsEmpty());
}

TEST_F(ArchiveTest, ReadsFromEveryOffset) {
  const auto records = RecordGenerator(12, {.offset_gap_max = 3}).Take(120);
  WriteClosed(records, 5);
  for (int64_t from = 0; from <= records.back().offset + 1; ++from) {
    std::vector<TestRecord> expected;
    for (const TestRecord& record : records) {
      if (record.offset >= from) expected.push_back(record);
    }
    EXPECT_EQ(*ReadAll(from), expected) << from;
  }
}

TEST_F(ArchiveTest, GoesOnWhereItEnded) {
  const auto records = RecordGenerator(13).Take(100);
  ArchiveWriter first(WriterOptions(&fs_));
  ASSERT_TRUE(first.Open().ok());
  AppendAndCommit(&first, records, 0, 60, 9);
  ASSERT_TRUE(first.Close().ok());
  ArchiveWriter second(WriterOptions(&fs_));
  const auto position = second.Open();
  ASSERT_TRUE(position.ok()) << position.status();
  EXPECT_EQ(position->next_offset, records[59].offset + 1);
  EXPECT_EQ(position->records, 60);
  ASSERT_EQ(position->anchors.size(), static_cast<size_t>(kAnchorsMax));
  EXPECT_EQ(position->anchors.back().offset, records[59].offset);
  EXPECT_EQ(position->anchors.back().content,
            ContentDigest(records[59].View()));
  AppendAndCommit(&second, records, 60, 100, 9);
  ASSERT_TRUE(second.Close().ok());
  EXPECT_EQ(*ReadAll(), records);
  EXPECT_THAT(Scan().damage, IsEmpty());
}

TEST_F(ArchiveTest, ChainIsThatOfTheRecordsHoweverTheyWereCommitted) {
  const auto records = RecordGenerator(14).Take(50);
  Chain chain;
  for (const TestRecord& record : records) chain.Add(record.View());
  WriteClosed(records, 3);
  EXPECT_EQ(Scan().last_commit.chain, chain.digest());
}

TEST_F(ArchiveTest, SyncsDataBeforeItNamesItAndNamesItBeforeItAcknowledges) {
  ArchiveWriter writer(WriterOptions(&fs_));
  ASSERT_TRUE(writer.Open().ok());
  const auto records = RecordGenerator(15).Take(2);
  ASSERT_TRUE(writer.Append(BatchOf(records, 0, 1)).ok());
  ASSERT_TRUE(writer.Commit().ok());
  fs_.ClearJournal();
  ASSERT_TRUE(writer.Append(BatchOf(records, 1, 2)).ok());
  ASSERT_TRUE(writer.Commit().ok());
  const std::string log = "/b/gen-1/_schemas-0/00000000000000000000.log";
  const std::string commits = "/b/gen-1/commits/00000000000000000000.commits";
  EXPECT_THAT(fs_.journal(),
              ElementsAre("Append " + log, "Sync " + log, "Append " + commits,
                          "Sync " + commits));
}

TEST_F(ArchiveTest, MakesANewSegmentDurableBeforeItIsUsed) {
  ArchiveWriter writer(WriterOptions(&fs_));
  ASSERT_TRUE(writer.Open().ok());
  fs_.ClearJournal();
  ASSERT_TRUE(writer.Append(BatchOf(RecordGenerator(16).Take(1))).ok());
  const std::string log = "/b/gen-1/_schemas-0/00000000000000000000.log";
  const std::string commits = "/b/gen-1/commits/00000000000000000000.commits";
  EXPECT_THAT(fs_.journal(),
              ElementsAre("Create " + log, "Sync " + log,
                          "SyncDirectory /b/gen-1/_schemas-0",
                          "Create " + commits, "Sync " + commits,
                          "SyncDirectory /b/gen-1/commits", "Append " + log));
}

TEST_F(ArchiveTest, CommitWithoutRecordsWritesNothing) {
  ArchiveWriter writer(WriterOptions(&fs_));
  ASSERT_TRUE(writer.Open().ok());
  fs_.ClearJournal();
  ASSERT_TRUE(writer.Commit().ok());
  EXPECT_THAT(fs_.journal(), IsEmpty());
}

TEST_F(ArchiveTest, OffsetsFurtherApartThanAnIndexCanSayStartNewSegments) {
  const std::vector<TestRecord> records = {
      TestRecord{.offset = 0}, TestRecord{.offset = int64_t{1} << 32},
      TestRecord{.offset = int64_t{1} << 40}};
  WriteClosed(records, 3);
  EXPECT_EQ(*ReadAll(), records);
  EXPECT_THAT(Scan().damage, IsEmpty());
  EXPECT_GE(CountFiles(".log"), 3u);
}

TEST_F(ArchiveTest, RefusesADirectoryThatHoldsOtherThings) {
  ASSERT_TRUE(fs_.CreateDirectory(kDirectory).ok());
  fs_.SetContent("/b/letter.txt", "dear");
  ArchiveWriter writer(WriterOptions(&fs_));
  const absl::Status status = writer.Open().status();
  EXPECT_EQ(ExitCodeOf(status), ExitCode::kRefused);
  EXPECT_THAT(std::string(status.message()), HasSubstr("letter.txt"));
  EXPECT_FALSE(fs_.Has("/b/LOCK"));
}

TEST_F(ArchiveTest, RefusesAnotherSource) {
  WriteClosed(RecordGenerator(17).Take(3), 3);
  ArchiveWriterOptions other = WriterOptions(&fs_);
  other.cluster_id = "cluster-2";
  const absl::Status status = ArchiveWriter(other).Open().status();
  EXPECT_EQ(ExitCodeOf(status), ExitCode::kRefused);
  EXPECT_THAT(std::string(status.message()), HasSubstr("cluster-1"));
  other = WriterOptions(&fs_);
  other.topic = "other";
  EXPECT_EQ(ExitCodeOf(ArchiveWriter(other).Open().status()),
            ExitCode::kRefused);
  EXPECT_THAT(Scan().damage, IsEmpty());
}

// What an operator accepts is beside what was there, not in its place.
TEST_F(ArchiveTest, ANewGenerationLeavesTheOldOneAlone) {
  const auto records = RecordGenerator(21).Take(40);
  WriteClosed({records.begin(), records.begin() + 20}, 4);
  std::map<std::string, std::string> before;
  for (const std::string& path : fs_.Files()) before[path] = fs_.Content(path);

  ArchiveWriterOptions options = WriterOptions(&fs_);
  options.cluster_id = "cluster-2";
  options.new_store_id = std::string(32, 'f');
  options.begin_generation = true;
  {
    ArchiveWriter writer(options);
    const auto position = writer.Open();
    ASSERT_TRUE(position.ok()) << position.status();
    EXPECT_EQ(position->records, 0);
    EXPECT_EQ(writer.generation(), 2);
    EXPECT_EQ(writer.store_id(), std::string(32, 'a'));  // Of the same store.
    ASSERT_EQ(AppendAndCommit(&writer, records, 0, 8, 4), 8u);
    ASSERT_TRUE(writer.Close().ok());
  }
  for (const auto& [path, content] : before) {
    EXPECT_EQ(fs_.Content(path), content) << path;
  }
  // Whoever chooses is told what they are.
  EXPECT_EQ(HintOf(ChooseGeneration(&fs_, kDirectory, std::nullopt).status()),
            absl::StrCat("choose one with ?gen=N; generations there: 1: 20 records of "
                         "_schemas, up to offset ",
                         records[19].offset,
                         ", cluster cluster-1; 2: 8 records of _schemas, up to offset ",
                         records[7].offset, ", cluster cluster-2"));
  EXPECT_TRUE(absl::IsNotFound(ChooseGeneration(&fs_, kDirectory, 3).status()));

  // From now on it is the one that is written.
  options.begin_generation = false;
  ArchiveWriter writer(options);
  EXPECT_EQ(writer.Open()->records, 8);
  EXPECT_EQ(writer.generation(), 2);
  const absl::Status other = ArchiveWriter(WriterOptions(&fs_)).Open().status();
  EXPECT_FALSE(other.ok());
}

// Its identity is that of the one before: where that cannot be read, none is begun.
TEST_F(ArchiveTest, NoGenerationIsBegunBehindADamagedOne) {
  WriteClosed(RecordGenerator(21).Take(20), 4);
  const std::string manifest = "/b/gen-1/MANIFEST.json";
  FlipBit(manifest, 40, 0);
  ArchiveWriterOptions options = WriterOptions(&fs_);
  options.begin_generation = true;
  EXPECT_TRUE(absl::IsDataLoss(ArchiveWriter(options).Open().status()));
  EXPECT_THAT(ListArchiveDirectory(&fs_, kDirectory)->generations,
              ElementsAre(1));
}

// A start that dies while it begins a generation has begun it, or not.
TEST_F(ArchiveTest, ANewGenerationThatWasInterruptedIsBegunOnce) {
  const auto records = RecordGenerator(21).Take(20);
  for (int64_t n = 1;; ++n) {
    ModelFileSystem fs;
    {
      ArchiveWriter writer(WriterOptions(&fs));
      ASSERT_TRUE(writer.Open().ok());
      ASSERT_EQ(AppendAndCommit(&writer, records, 0, 20, 4), 20u);
      ASSERT_TRUE(writer.Close().ok());
    }
    ArchiveWriterOptions options = WriterOptions(&fs);
    options.cluster_id = "cluster-2";
    options.begin_generation = true;
    fs.DieAt(fs.calls() + n);
    const bool opened = ArchiveWriter(options).Open().ok();
    fs.Restart();
    // Whoever starts again with the same flag gets the same generation if nothing
    // is in it, and never a third one before the second has a manifest.
    ArchiveWriter again(options);
    ASSERT_TRUE(again.Open().ok()) << n;
    EXPECT_LE(again.generation(), 3) << n;
    EXPECT_EQ(again.store_id(), std::string(32, 'a')) << n;
    EXPECT_EQ(ListArchiveDirectory(&fs, kDirectory)->generations.size(),
              static_cast<size_t>(again.generation()))
        << n;
    if (opened) break;
  }
}

TEST_F(ArchiveTest, RefusesASecondWriter) {
  ArchiveWriter writer(WriterOptions(&fs_));
  ASSERT_TRUE(writer.Open().ok());
  EXPECT_EQ(ExitCodeOf(ArchiveWriter(WriterOptions(&fs_)).Open().status()),
            ExitCode::kRefused);
}

TEST_F(ArchiveTest, RefusesAMissingParentSoThatAnUnmountedDiskIsNoticed) {
  ArchiveWriterOptions options = WriterOptions(&fs_);
  options.directory = "/mnt/b";
  const absl::Status status = ArchiveWriter(options).Open().status();
  EXPECT_EQ(ExitCodeOf(status), ExitCode::kCouldNotRun);
  EXPECT_THAT(HintOf(status), HasSubstr("not mounted"));
}

// A disk that is not mounted leaves the directory that it hides: empty, or not there.
TEST_F(ArchiveTest, BeginsNoneWhereOneMustExist) {
  ArchiveWriterOptions options = WriterOptions(&fs_);
  options.must_exist = true;
  for (const bool exists : {false, true}) {
    if (exists) {
      ASSERT_TRUE(fs_.CreateDirectory(kDirectory).ok());
    }
    const absl::Status status = ArchiveWriter(options).Open().status();
    EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
    EXPECT_THAT(RenderError(status), HasSubstr("hint: is its disk mounted?"));
    EXPECT_THAT(fs_.Files(), IsEmpty());
  }
  const auto records = RecordGenerator(22).Take(4);
  WriteClosed(records, 4);
  ArchiveWriter writer(options);
  ASSERT_TRUE(writer.Open().ok());
}

TEST_F(ArchiveTest, ReaderSeesOnlyWhatIsAcknowledged) {
  DurableSignal signal;
  ArchiveWriterOptions options = WriterOptions(&fs_);
  options.signal = &signal;
  ArchiveWriter writer(options);
  ASSERT_TRUE(writer.Open().ok());
  ArchiveReaderOptions reader_options;
  reader_options.file_system = &fs_;
  reader_options.clock = SystemClock();
  reader_options.directory = kDirectory;
  reader_options.signal = &signal;
  auto reader = ArchiveReader::Open(reader_options);
  ASSERT_TRUE(reader.ok());
  ASSERT_TRUE((*reader)->Seek(0).ok());
  RecordBatch batch;
  const auto next = [&] {
    return *(*reader)->Next(absl::ZeroDuration(), &batch);
  };
  const auto records = RecordGenerator(18).Take(4);
  EXPECT_EQ(next(), Fetched::kCaughtUp);
  ASSERT_TRUE(writer.Append(BatchOf(records, 0, 2)).ok());
  EXPECT_EQ(next(), Fetched::kCaughtUp);
  ASSERT_TRUE(writer.Commit().ok());
  EXPECT_EQ(next(), Fetched::kRecords);
  EXPECT_EQ(batch.size(), 2u);
  EXPECT_EQ(next(), Fetched::kCaughtUp);
  ASSERT_TRUE(writer.Append(BatchOf(records, 2, 4)).ok());
  ASSERT_TRUE(writer.Commit().ok());
  EXPECT_EQ(next(), Fetched::kRecords);
  EXPECT_EQ(batch.back().offset, records[3].offset);
}

TEST_F(ArchiveTest, ScanOfAnArchiveBeingWrittenIsClean) {
  ArchiveWriter writer(WriterOptions(&fs_));
  ASSERT_TRUE(writer.Open().ok());
  const auto records = RecordGenerator(19).Take(40);
  for (size_t i = 0; i < 40; i += 4) {
    ASSERT_TRUE(writer.Append(BatchOf(records, i, i + 4)).ok());
    EXPECT_THAT(Scan().damage, IsEmpty()) << "before commit " << i;
    ASSERT_TRUE(writer.Commit().ok());
    EXPECT_THAT(Scan().damage, IsEmpty()) << "after commit " << i;
  }
}

TEST_F(ArchiveTest, AKilledWriterLeavesATailThatIsNoDamage) {
  const auto records = RecordGenerator(20).Take(30);
  WriteKilled(records, 10, /*uncommitted=*/5);
  EXPECT_THAT(Kinds(), ElementsAre(DamageKind::kUncommittedTail));
  EXPECT_TRUE(Scan().IsSound());
  // The next writer keeps the tail in torn/ and goes on.
  ArchiveWriter writer(WriterOptions(&fs_));
  const auto position = writer.Open();
  ASSERT_TRUE(position.ok());
  EXPECT_EQ(position->next_offset, records[24].offset + 1);
  EXPECT_EQ(AppendAndCommit(&writer, records, 25, 30, 5), 30u);
  ASSERT_TRUE(writer.Close().ok());
  EXPECT_THAT(Scan().damage, IsEmpty());
  EXPECT_EQ(*ReadAll(), records);
  size_t torn = 0;
  for (const std::string& path : fs_.Files()) {
    torn += path.find("/torn/") != std::string::npos;
  }
  EXPECT_EQ(torn, 1u);
}

}  // namespace
}  // namespace sr
