// Seals: which segments have one, what it says, what happens between sealing one
// segment and beginning the next, and what only a seal can find.
#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/archive/archive_store.h"
#include "core/archive/commit_file.h"
#include "core/archive/segment_seal.h"
#include "core/base/digests.h"
#include "core/base/log.h"
#include "core/record/batch_codec.h"
#include "gmock/gmock.h"
#include "tests/core/archive/archive_fixture.h"
#include "tests/support/fake_clock.h"
#include "tests/support/program.h"

namespace sr {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr char kManifest[] = "/b/gen-1/MANIFEST.json";
constexpr char kSums[] = "/b/gen-1/SHA256SUMS";

class ArchiveSealTest : public ArchiveTest {
 protected:
  void SetUp() override {
    SetLogLevel(LogLevel::kWarning);
    records_ = RecordGenerator(50, {.value_bytes_max = 400}).Take(60);
  }

  Manifest TheManifest() {
    const auto manifest = DecodeManifest(fs_.Content(kManifest));
    EXPECT_TRUE(manifest.ok()) << manifest.status();
    return manifest.ok() ? *manifest : Manifest();
  }

  // A manifest that a writer could have written, and the sums that go with it.
  void SetManifest(const Manifest& manifest) {
    fs_.SetContent(kManifest, EncodeManifest(manifest));
    fs_.SetContent(kSums, Sha256Sums(manifest, manifest.sealed.size()));
  }

  // Writes the .log of the sealed segment `base` anew, each batch by `codec`, and
  // its commits so that they agree with it.
  void RewriteSegment(int64_t base, Compression codec) {
    const Manifest manifest = TheManifest();
    const ArchiveLayout layout(kDirectory, 1, kTopic);
    const uint64_t seed = CommitSeed(manifest.store_id, 1, base);
    const CommitFile commits =
        ReadCommitFile(&fs_, layout.commits_path(base), seed).value();
    std::string log;
    std::string entries;
    size_t next = 0;
    while (records_[next].offset < base) ++next;
    for (const auto& slot : commits.slots) {
      size_t end = next;
      while (end < records_.size() && records_[end].offset <= slot->last_offset) {
        ++end;
      }
      const RecordBatch batch = BatchOf(records_, next, end);
      for (const Record& record : batch) {
        ASSERT_TRUE(EncodeBatch(absl::MakeConstSpan(&record, 1), codec, &log).ok());
      }
      CommitEntry entry = *slot;
      entry.position = static_cast<int64_t>(log.size());
      EncodeCommitEntry(entry, seed, &entries);
      next = end;
    }
    fs_.SetContent(layout.log_path(base), log);
    fs_.SetContent(layout.commits_path(base), entries);
  }

  std::vector<TestRecord> records_;
};

TEST_F(ArchiveSealTest, EverySegmentButTheNewestHasASealThatSaysWhatItIs) {
  WriteClosed(records_, 6);
  const Manifest manifest = TheManifest();
  ASSERT_GT(manifest.sealed.size(), 2u);
  ASSERT_EQ(manifest.sealed.size(), CountFiles(".log") - 1);
  size_t next = 0;
  for (size_t i = 0; i < manifest.sealed.size(); ++i) {
    const SealedSegment& sealed = manifest.sealed[i];
    const std::string log = fs_.Content(File(".log", i));
    const std::string commits = fs_.Content(File(".commits", i));
    EXPECT_EQ(sealed.log_sha256, Sha256(log));
    EXPECT_EQ(sealed.last_commit.position, static_cast<int64_t>(log.size()));
    EXPECT_EQ(sealed.commits_sha256, Sha256(commits));
    EXPECT_EQ(sealed.commits_bytes, static_cast<int64_t>(commits.size()));
    EXPECT_EQ(sealed.first_offset, records_[next].offset);
    int64_t min = records_[next].timestamp;
    int64_t max = min;
    while (next < records_.size() &&
           records_[next].offset <= sealed.last_commit.last_offset) {
      min = std::min(min, records_[next].timestamp);
      max = std::max(max, records_[next].timestamp);
      ++next;
    }
    EXPECT_EQ(sealed.last_commit.records, static_cast<int64_t>(next));
    EXPECT_EQ(sealed.min_timestamp, min);
    EXPECT_EQ(sealed.max_timestamp, max);
  }
  const ArchiveScan scan = Scan();
  EXPECT_THAT(scan.damage, IsEmpty());
  EXPECT_EQ(scan.whole_segments.size(), static_cast<size_t>(scan.segments));
}

TEST_F(ArchiveSealTest, SumsAreWhatTheSealsGive) {
  WriteClosed(records_, 6);
  const Manifest manifest = TheManifest();
  const std::string sums = fs_.Content(kSums);
  EXPECT_EQ(sums, Sha256Sums(manifest, manifest.sealed.size()));
  EXPECT_THAT(sums, HasSubstr(absl::StrCat(
                        Sha256Hex(fs_.Content(File(".log"))),
                        "  _schemas-0/00000000000000000000.log\n")));
  EXPECT_THAT(sums, HasSubstr(absl::StrCat(
                        Sha256Hex(fs_.Content(File(".commits"))),
                        "  commits/00000000000000000000.commits\n")));
}

// The seal of a segment goes on over restarts as if there had been none.
TEST_F(ArchiveSealTest, ASegmentWrittenByTwoWritersIsSealedWhole) {
  WriteClosed(records_, 6);
  ModelFileSystem twice;
  for (size_t begin = 0; begin < records_.size(); begin += 6) {
    ArchiveWriter writer(WriterOptions(&twice));
    ASSERT_TRUE(writer.Open().ok());
    AppendAndCommit(&writer, records_, begin, begin + 6, 6);
    ASSERT_TRUE(writer.Close().ok());
  }
  EXPECT_EQ(twice.Content(kManifest), fs_.Content(kManifest));
  EXPECT_EQ(twice.Content(kSums), fs_.Content(kSums));
}

// A seal says what was meant to be in the file: one over whatever is there would
// vouch for a byte that changed on its way.
TEST_F(ArchiveSealTest, ASegmentThatReadsBackAsSomethingElseIsNotSealed) {
  const std::string log = "/b/gen-1/_schemas-0/00000000000000000000.log";
  for (const bool cut : {false, true}) {
    SCOPED_TRACE(cut);
    fs_ = ModelFileSystem();
    ArchiveWriter writer(WriterOptions(&fs_));
    ASSERT_TRUE(writer.Open().ok());
    ASSERT_EQ(AppendAndCommit(&writer, records_, 0, 2, 2), 2u);
    std::string bytes = fs_.Content(log);
    if (cut) {
      bytes.pop_back();
    } else {
      bytes[bytes.size() / 2] ^= 1;
    }
    fs_.SetContent(log, bytes);

    absl::Status status;
    for (size_t i = 2; i < records_.size() && status.ok(); i += 2) {
      status = writer.Append(BatchOf(records_, i, i + 2));
      if (status.ok()) status = writer.Commit().status();
    }
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
    EXPECT_THAT(std::string(status.message()),
                HasSubstr(cut ? "bytes, committed are"
                              : "does not read back as it was written"));
    EXPECT_THAT(TheManifest().sealed, IsEmpty());
    EXPECT_EQ(CountFiles(".log"), 1u);
    EXPECT_EQ(CountFiles("SHA256SUMS"), 0u);
  }
}

TEST_F(ArchiveSealTest, ASegmentIsSealedWhenItIsOld) {
  FakeClock clock;
  ArchiveWriterOptions options = WriterOptions(&fs_);
  options.segment_bytes_max = 1 << 20;
  options.segment_age_max = absl::Hours(24);
  options.clock = &clock;
  const auto write = [&](size_t begin) {
    ArchiveWriter writer(options);
    ASSERT_TRUE(writer.Open().ok());
    ASSERT_EQ(AppendAndCommit(&writer, records_, begin, begin + 2, 2), begin + 2);
    ASSERT_TRUE(writer.Close().ok());
  };
  write(0);
  clock.Sleep(absl::Hours(24) - absl::Milliseconds(1));
  write(2);
  EXPECT_EQ(CountFiles(".log"), 1u);
  clock.Sleep(absl::Milliseconds(1));
  write(4);
  EXPECT_EQ(CountFiles(".log"), 2u);
  EXPECT_EQ(TheManifest().sealed.size(), 1u);
  EXPECT_EQ(TheManifest().segment_begun_ms, absl::ToUnixMillis(clock.Now()));
  // The new one is young.
  clock.Sleep(absl::Hours(23));
  write(6);
  EXPECT_EQ(CountFiles(".log"), 2u);
  EXPECT_THAT(Scan().damage, IsEmpty());
}

// As `check` does it: the same findings, whatever the threads' pace.
TEST_F(ArchiveSealTest, SealsAreHeldInAThreadBesideTheWalk) {
  const TemporaryDirectory temporary;
  ArchiveWriterOptions writer_options = WriterOptions(PosixFileSystem());
  writer_options.directory = temporary.path() + "/b";
  ArchiveWriter writer(writer_options);
  ASSERT_TRUE(writer.Open().ok());
  ASSERT_EQ(AppendAndCommit(&writer, records_, 0, 60, 6), 60u);
  ASSERT_TRUE(writer.Close().ok());
  ArchiveScanOptions options;
  options.file_system = PosixFileSystem();
  options.directory = writer_options.directory;
  options.check.seals_in_second_thread = true;
  const auto scan = [&options] {
    return *ScanArchive(
        options, [](const RecordBatch&) {}, [] {});
  };
  EXPECT_THAT(scan().damage, IsEmpty());
  EXPECT_EQ(scan().whole_segments.size(), static_cast<size_t>(scan().segments));

  // Only the seal sees it: a manifest that has another sum.
  const std::string path = options.directory + "/gen-1/MANIFEST.json";
  Manifest manifest = ReadManifest(options.file_system, options.directory, 1).value();
  manifest.sealed[1].log_sha256.bytes[0] ^= 1;
  ASSERT_TRUE(
      ReplaceFile(options.file_system, path, EncodeManifest(manifest)).ok());
  ASSERT_TRUE(WriteSha256Sums(options.file_system,
                              ArchiveLayout(options.directory, 1, kTopic),
                              manifest)
                  .ok());
  const ArchiveScan found = scan();
  ASSERT_EQ(found.damage.size(), 1u);
  EXPECT_EQ(found.damage[0].kind, DamageKind::kSealMismatch);
  EXPECT_EQ(found.damage[0].first_offset, manifest.sealed[1].first_offset);
  EXPECT_EQ(found.records, 60);
  EXPECT_THAT(found.whole_segments,
              testing::Not(testing::Contains(manifest.sealed[1].segment)));
}

// A manifest that has no room for more seals makes segments longer, and loses
// nothing.
TEST_F(ArchiveSealTest, WithoutRoomForASealTheSegmentGoesOn) {
  ArchiveWriterOptions options = WriterOptions(&fs_);
  options.seals_max = 2;
  ArchiveWriter writer(options);
  ASSERT_TRUE(writer.Open().ok());
  ASSERT_EQ(AppendAndCommit(&writer, records_, 0, 60, 6), 60u);
  ASSERT_TRUE(writer.Close().ok());
  EXPECT_EQ(TheManifest().sealed.size(), 2u);
  EXPECT_EQ(CountFiles(".log"), 3u);
  EXPECT_GT(fs_.Content(File(".log", 2)).size(),
            2 * static_cast<size_t>(options.segment_bytes_max));
  EXPECT_THAT(Scan().damage, IsEmpty());
  EXPECT_EQ(*ReadAll(), records_);
}

// What only a seal can tell: every record and every commit is right.
TEST_F(ArchiveSealTest, AFileThatWasWrittenAnewIsNotTheOneThatWasSealed) {
  WriteClosed(records_, 6);
  RewriteSegment(TheManifest().sealed[1].segment, Compression::kNone);
  const ArchiveScan scan = Scan();
  ASSERT_EQ(scan.damage.size(), 1u);
  EXPECT_EQ(scan.damage[0].kind, DamageKind::kSealMismatch);
  EXPECT_EQ(scan.damage[0].file,
            File(".log", 1).substr(std::string(kDirectory).size() + 1));
  EXPECT_THAT(scan.damage[0].detail, HasSubstr("bytes, sealed were"));
  EXPECT_EQ(scan.records, 60);
  EXPECT_EQ(*ReadAll(), records_);

  ArchiveScanOptions options;
  options.file_system = &fs_;
  options.directory = kDirectory;
  options.check.holds_seals = false;
  EXPECT_THAT(ScanArchive(
                  options, [](const RecordBatch&) {}, [] {})
                  ->damage,
              IsEmpty());
}

TEST_F(ArchiveSealTest, EitherFileIsHeldAgainstItsOwnSum) {
  WriteClosed(records_, 6);
  const Manifest good = TheManifest();
  for (const bool log : {true, false}) {
    Manifest other = good;
    (log ? other.sealed[0].log_sha256 : other.sealed[0].commits_sha256)
        .bytes[31] ^= 1;
    SetManifest(other);
    const ArchiveScan scan = Scan();
    ASSERT_EQ(scan.damage.size(), 1u);
    EXPECT_EQ(scan.damage[0].kind, DamageKind::kSealMismatch);
    EXPECT_THAT(scan.damage[0].file, HasSubstr(log ? ".log" : ".commits"));
    EXPECT_THAT(scan.damage[0].detail, HasSubstr("SHA-256"));
  }
}

TEST_F(ArchiveSealTest, AManifestOlderThanTheSegmentsIsFound) {
  ArchiveWriter writer(WriterOptions(&fs_));
  ASSERT_TRUE(writer.Open().ok());
  const std::string at_first = fs_.Content(kManifest);
  AppendAndCommit(&writer, records_, 0, 60, 6);
  ASSERT_TRUE(writer.Close().ok());
  const size_t sealed = TheManifest().sealed.size();
  fs_.SetContent(kManifest, at_first);
  fs_.Delete(kSums);
  const ArchiveScan scan = Scan();
  EXPECT_EQ(scan.damage.size(), sealed);
  for (const StorageDamage& damage : scan.damage) {
    EXPECT_EQ(damage.kind, DamageKind::kSealMissing);
    EXPECT_THAT(damage.file, HasSubstr("MANIFEST.json"));
  }
  EXPECT_EQ(scan.records, 60);
}

TEST_F(ArchiveSealTest, TheLastSealMayBeMissingFromTheSumsUntilACleanStop) {
  WriteKilled(records_, 6);
  const Manifest killed = TheManifest();
  const size_t count = killed.sealed.size();
  ASSERT_GT(count, 2u);
  fs_.SetContent(kSums, Sha256Sums(killed, count - 1));
  EXPECT_THAT(Scan().damage, IsEmpty());
  fs_.SetContent(kSums, Sha256Sums(killed, count - 2));
  EXPECT_THAT(Kinds(), ElementsAre(DamageKind::kSumsCorrupt));
  fs_.Delete(kSums);
  EXPECT_THAT(Kinds(), ElementsAre(DamageKind::kFileMissing));

  // The next writer makes it good.
  fs_.SetContent(kSums, Sha256Sums(killed, count - 1));
  ArchiveWriter writer(WriterOptions(&fs_));
  ASSERT_TRUE(writer.Open().ok());
  EXPECT_EQ(fs_.Content(kSums), Sha256Sums(killed, count));
  ASSERT_TRUE(writer.Close().ok());
  EXPECT_THAT(Scan().damage, IsEmpty());
  fs_.SetContent(kSums, Sha256Sums(killed, count - 1));
  EXPECT_THAT(Kinds(), ElementsAre(DamageKind::kSumsCorrupt));
}

TEST_F(ArchiveSealTest, ASegmentOfWhichNothingIsLeftIsNamedAndTheNextOneRead) {
  WriteClosed(records_, 6);
  const SealedSegment gone = TheManifest().sealed[1];
  const std::string log = File(".log", 1);
  const std::string commits = File(".commits", 1);
  fs_.Delete(log);
  fs_.Delete(commits);
  const ArchiveScan scan = Scan();
  ASSERT_EQ(scan.damage.size(), 2u);
  for (const StorageDamage& damage : scan.damage) {
    EXPECT_EQ(damage.kind, DamageKind::kFileMissing);
    EXPECT_EQ(damage.first_offset, gone.segment);
    EXPECT_EQ(damage.last_offset, gone.last_commit.last_offset);
  }
  const int64_t before = TheManifest().sealed[0].last_commit.records;
  EXPECT_EQ(scan.records, 60 - (gone.last_commit.records - before));
}

TEST_F(ArchiveSealTest, CommitsThatAreGoneLeaveTheirRecordsProven) {
  WriteClosed(records_, 6);
  fs_.Delete(File(".commits", 1));
  const ArchiveScan scan = Scan();
  ASSERT_EQ(scan.damage.size(), 1u);
  EXPECT_EQ(scan.damage[0].kind, DamageKind::kFileMissing);
  EXPECT_EQ(scan.records, 60);
}

TEST_F(ArchiveSealTest, ADamagedLastEntryOfASealedSegmentLosesNoRecords) {
  WriteClosed(records_, 6);
  const std::string commits = File(".commits", 1);
  FlipBit(commits, fs_.Content(commits).size() - 1, 0);
  const ArchiveScan scan = Scan();
  ASSERT_EQ(scan.damage.size(), 1u);
  EXPECT_EQ(scan.damage[0].kind, DamageKind::kCommitCorrupt);
  EXPECT_EQ(scan.records, 60);
}

// Dying between the seal and the next segment leaves a sealed one as the newest:
// it is whole, and nobody ever writes to it again.
TEST_F(ArchiveSealTest, KilledBetweenASealAndTheNextSegment) {
  size_t seen = 0;
  for (int64_t n = 1;; ++n) {
    ModelFileSystem fs;
    fs.DieAt(n);
    ArchiveWriter writer(WriterOptions(&fs));
    size_t acknowledged = 0;
    if (writer.Open().ok()) {
      acknowledged = AppendAndCommit(&writer, records_, 0, 60, 6);
    }
    if (acknowledged == 60) break;
    fs.Restart();
    const ArchiveLayout layout(kDirectory, 1, kTopic);
    if (!fs.Has(kManifest)) continue;
    const auto manifest = DecodeManifest(fs.Content(kManifest)).value();
    const auto segments = ListSegments(&fs, layout)->segments;
    if (segments.empty() || manifest.sealed.empty() ||
        manifest.sealed.back().segment != segments.back().base_offset) {
      continue;
    }
    ++seen;
    const std::string log = layout.log_path(segments.back().base_offset);
    const std::string sealed_bytes = fs.Content(log);
    ArchiveWriter next(WriterOptions(&fs));
    ASSERT_TRUE(next.Open().ok()) << n;
    ASSERT_EQ(AppendAndCommit(&next, records_, acknowledged, 60, 6), 60u) << n;
    ASSERT_TRUE(next.Close().ok()) << n;
    EXPECT_EQ(fs.Content(log), sealed_bytes) << n;
    std::swap(fs, fs_);
    ASSERT_THAT(Scan().damage, IsEmpty()) << n;
    const auto read = ReadAll();
    ASSERT_TRUE(read.ok()) << n << ": " << read.status();
    ASSERT_EQ(*read, records_) << n;
  }
  EXPECT_GT(seen, 3u);
}

TEST_F(ArchiveSealTest, BytesBehindASealedSegmentAreDamageEvenAfterACrash) {
  WriteKilled(records_, 6);
  const std::string log = File(".log", 1);
  fs_.SetContent(log, fs_.Content(log) + "x");
  EXPECT_THAT(Kinds(), ElementsAre(DamageKind::kExtraBytes));
}

// A reading system in which something else happens before each read.
class BusyFileSystem : public ModelFileSystem {
 public:
  std::function<void(const std::string& path)> before_reading;

  absl::StatusOr<std::unique_ptr<ReadableFile>> OpenForRead(
      const std::string& path) override {
    Happen(path);
    return ModelFileSystem::OpenForRead(path);
  }
  absl::StatusOr<std::vector<std::string>> List(
      const std::string& path) override {
    Happen(path);
    return ModelFileSystem::List(path);
  }

 private:
  // What happens may read as well.
  void Happen(const std::string& path) {
    if (before_reading == nullptr || happening_) return;
    happening_ = true;
    before_reading(path);
    happening_ = false;
  }

  bool happening_ = false;
};

// A writer that rolls at every commit, one commit before any one of the reads of
// a scan, and before all of them.
TEST_F(ArchiveSealTest, AScanBesideAWriterThatRollsIsClean) {
  for (int at = 0; at < 60; ++at) {
    BusyFileSystem fs;
    ArchiveWriterOptions writer_options = WriterOptions(&fs);
    writer_options.segment_bytes_max = 1;
    ArchiveWriter writer(writer_options);
    ASSERT_TRUE(writer.Open().ok());
    ASSERT_EQ(AppendAndCommit(&writer, records_, 0, 6, 2), 6u);
    size_t next = 6;
    int reads = 0;
    fs.before_reading = [&](const std::string&) {
      // Zero: at each; else at that one only.
      if (++reads == at || (at == 0 && next < records_.size())) {
        ASSERT_EQ(AppendAndCommit(&writer, records_, next, next + 2, 2), next + 2);
        next += 2;
      }
    };
    ArchiveScanOptions options;
    options.file_system = &fs;
    options.directory = kDirectory;
    const auto scan = ScanArchive(
        options, [](const RecordBatch&) {}, [] {});
    fs.before_reading = nullptr;
    ASSERT_TRUE(scan.ok()) << at << ": " << scan.status();
    for (const StorageDamage& damage : scan->damage) {
      ADD_FAILURE() << at << ": " << damage.file << " " << damage.detail;
    }
    EXPECT_GT(reads, 10);
  }
}

// However often it looks, the writer has rolled between the manifest and the list.
TEST_F(ArchiveSealTest, AScanNeedsNoQuietMoment) {
  BusyFileSystem fs;
  ArchiveWriterOptions writer_options = WriterOptions(&fs);
  writer_options.segment_bytes_max = 1;
  ArchiveWriter writer(writer_options);
  ASSERT_TRUE(writer.Open().ok());
  ASSERT_EQ(AppendAndCommit(&writer, records_, 0, 6, 2), 6u);
  size_t next = 6;
  fs.before_reading = [&](const std::string& path) {
    if (path != "/b/gen-1/commits") return;
    ASSERT_EQ(AppendAndCommit(&writer, records_, next, next + 2, 2), next + 2);
    next += 2;
  };
  ArchiveScanOptions options;
  options.file_system = &fs;
  options.directory = kDirectory;
  int restarts = 0;
  const auto scan = ScanArchive(
      options, [](const RecordBatch&) {}, [&restarts] { ++restarts; });
  ASSERT_TRUE(scan.ok()) << scan.status();
  for (const StorageDamage& damage : scan->damage) {
    ADD_FAILURE() << damage.file << " " << damage.detail;
  }
  EXPECT_EQ(restarts, 0);
}

}  // namespace
}  // namespace sr
