// A writer is killed, or the power goes, at every single call; or a call fails.
// What was acknowledged is there afterwards, once, in order, and nothing of it
// is called corrupt.
#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "core/archive/archive_store.h"
#include "core/archive/segment_seal.h"
#include "core/base/log.h"
#include "gmock/gmock.h"
#include "tests/core/archive/archive_fixture.h"

namespace sr {
namespace {

// Two starts with records in between, rolling segments, a clean stop at the
// end. Returns how many records were acknowledged.
size_t ReferenceRun(ModelFileSystem* fs,
                    const std::vector<TestRecord>& records) {
  size_t acknowledged = 0;
  {
    ArchiveWriter writer(WriterOptions(fs));
    if (!writer.Open().ok()) return 0;
    acknowledged = AppendAndCommit(&writer, records, 0, records.size() / 2, 4);
    if (!writer.Close().ok()) return acknowledged;
    if (acknowledged < records.size() / 2) return acknowledged;
  }
  ArchiveWriter writer(WriterOptions(fs));
  if (!writer.Open().ok()) return acknowledged;
  acknowledged =
      AppendAndCommit(&writer, records, acknowledged, records.size(), 4);
  (void)writer.Close();
  return acknowledged;
}

class ArchiveCrashTest : public testing::Test {
 protected:
  // Every start is logged; there are thousands.
  ArchiveCrashTest() { SetLogLevel(LogLevel::kWarning); }

  const std::vector<TestRecord> records_ =
      RecordGenerator(40, {.offset_gap_max = 2, .value_bytes_max = 300})
          .Take(60);

  int64_t CallsOfReferenceRun() {
    ModelFileSystem fs;
    EXPECT_EQ(ReferenceRun(&fs, records_), records_.size());
    return fs.calls();
  }

  // After whatever happened: the archive is sound, holds at least what was
  // acknowledged, nothing twice, nothing else; and takes the rest.
  void Judge(ModelFileSystem* fs, size_t acknowledged,
             const std::string& what) {
    JudgeScan(fs, what);
    ArchiveWriter writer(WriterOptions(fs));
    const absl::StatusOr<DurablePosition> position = writer.Open();
    ASSERT_TRUE(position.ok()) << what << ": " << position.status();
    const size_t held = static_cast<size_t>(position->records);
    ASSERT_GE(held, acknowledged) << what;
    ASSERT_LE(held, records_.size()) << what;
    if (held > 0) {
      ASSERT_EQ(position->next_offset, records_[held - 1].offset + 1) << what;
    }
    ASSERT_EQ(AppendAndCommit(&writer, records_, held, records_.size(), 4),
              records_.size())
        << what;
    ASSERT_TRUE(writer.Close().ok()) << what;
    JudgeContent(fs, what);
  }

  void JudgeScan(ModelFileSystem* fs, const std::string& what) {
    const auto generation = ChooseGeneration(fs, kDirectory, std::nullopt);
    if (!generation.ok()) {
      ASSERT_TRUE(absl::IsNotFound(generation.status())) << what;
      return;
    }
    ArchiveScanOptions options;
    options.file_system = fs;
    options.directory = kDirectory;
    const auto scan = ScanArchive(
        options, [](const RecordBatch&) {}, [] {});
    if (!fs->Has("/b/gen-1/MANIFEST.json")) {
      // Nothing has been acknowledged, and nothing is damaged.
      ASSERT_TRUE(absl::IsNotFound(scan.status())) << what << scan.status();
      return;
    }
    ASSERT_TRUE(scan.ok()) << what << ": " << scan.status();
    for (const StorageDamage& damage : scan->damage) {
      ASSERT_FALSE(IsDamage(damage.kind))
          << what << ": false alarm: " << damage.file << " " << damage.detail;
    }
  }

  // The process dies, or the machine.
  static void Crash(ModelFileSystem* fs, bool power, std::mt19937_64* random) {
    if (power) {
      fs->PowerCut(random);
    } else {
      fs->Restart();
    }
  }

  // A start that dies at its `n`-th call; true if it has fewer.
  static bool RecoverUpTo(ModelFileSystem* fs, int64_t n) {
    fs->DieAt(fs->calls() + n);
    const bool opened = ArchiveWriter(WriterOptions(fs)).Open().ok();
    return opened;
  }

  // An archive whose writer died after 20 records.
  void LeaveMuchToRecover(ModelFileSystem* fs) {
    {
      ArchiveWriter writer(WriterOptions(fs));
      ASSERT_TRUE(writer.Open().ok());
      ASSERT_EQ(AppendAndCommit(&writer, records_, 0, 20, 4), 20u);
      ASSERT_TRUE(writer.Append(BatchOf(records_, 20, 30)).ok());
    }
    fs->Restart();
    const Manifest manifest =
        DecodeManifest(fs->Content("/b/gen-1/MANIFEST.json")).value();
    ASSERT_FALSE(manifest.sealed.empty());
    fs->SetContent("/b/gen-1/SHA256SUMS",
                   Sha256Sums(manifest, manifest.sealed.size() - 1));
    const auto files = fs->Files();
    const auto commits = std::find_if(
        files.rbegin(), files.rend(), [](const std::string& path) {
          return path.find(kCommitsSuffix) != std::string::npos;
        });
    fs->SetContent(*commits, fs->Content(*commits) + "SRC");
  }

  void JudgeContent(ModelFileSystem* fs, const std::string& what) {
    ArchiveScanOptions options;
    options.file_system = fs;
    options.directory = kDirectory;
    std::vector<TestRecord> found;
    const auto scan = ScanArchive(
        options,
        [&found](const RecordBatch& batch) {
          for (const Record& record : batch) {
            found.push_back(TestRecord::Of(record));
          }
        },
        [&found] { found.clear(); });
    ASSERT_TRUE(scan.ok()) << what;
    ASSERT_TRUE(scan->damage.empty()) << what << scan->damage[0].detail;
    ASSERT_EQ(found, records_) << what;
  }
};

TEST_F(ArchiveCrashTest, KilledAtEveryCall) {
  const int64_t calls = CallsOfReferenceRun();
  ASSERT_GT(calls, 100);
  for (int64_t n = 1; n <= calls; ++n) {
    ModelFileSystem fs;
    fs.DieAt(n);
    const size_t acknowledged = ReferenceRun(&fs, records_);
    fs.Restart();
    Judge(&fs, acknowledged, absl::StrCat("killed at call ", n));
    if (HasFatalFailure()) return;
  }
}

TEST_F(ArchiveCrashTest, PowerCutAtEveryCall) {
  const int64_t calls = CallsOfReferenceRun();
  const uint64_t seed = TestSeed(41);
  for (int64_t n = 1; n <= calls; ++n) {
    for (uint64_t variant = 0; variant < 20; ++variant) {
      ModelFileSystem fs;
      fs.DieAt(n);
      const size_t acknowledged = ReferenceRun(&fs, records_);
      std::mt19937_64 random(seed * 1000003 + static_cast<uint64_t>(n) * 101 +
                             variant);
      fs.PowerCut(&random);
      Judge(&fs, acknowledged,
            absl::StrCat("power cut at call ", n, ", variant ", variant, "; ",
                         ReplayHint(seed)));
      if (HasFatalFailure()) return;
    }
  }
}

// A crash at call n of the run, then one at each call of the recovery from it.
TEST_F(ArchiveCrashTest, KilledAgainAtEveryCallOfEveryRecovery) {
  const int64_t calls = CallsOfReferenceRun();
  const uint64_t seed = TestSeed(42);
  int64_t recoveries = 0;
  for (int64_t n = 1; n <= calls; ++n) {
    for (int64_t m = 1;; ++m) {
      ModelFileSystem fs;
      std::mt19937_64 random(seed + static_cast<uint64_t>(n * 1000 + m));
      fs.DieAt(n);
      const size_t acknowledged = ReferenceRun(&fs, records_);
      Crash(&fs, m % 2 == 0, &random);
      const bool recovered = RecoverUpTo(&fs, m);
      ++recoveries;
      Crash(&fs, n % 2 == 0, &random);
      Judge(&fs, acknowledged,
            absl::StrCat("killed at call ", n, " and at call ", m,
                         " of the recovery", ReplayHint(seed)));
      if (HasFatalFailure()) return;
      if (recovered) break;
    }
  }
  EXPECT_GT(recoveries, calls * 5);
}

// Every pair of calls within a recovery that has everything to do: a tail in the
// .log, a torn entry, sums that lack the last seal.
TEST_F(ArchiveCrashTest, KilledAtEveryPairOfCallsInsideTheRecovery) {
  const uint64_t seed = TestSeed(43);
  int64_t pairs = 0;
  for (int64_t first = 1;; ++first) {
    bool all_of_first = false;
    for (int64_t second = 1;; ++second) {
      ModelFileSystem fs;
      std::mt19937_64 random(seed + static_cast<uint64_t>(first * 1000 + second));
      LeaveMuchToRecover(&fs);
      all_of_first = RecoverUpTo(&fs, first);
      Crash(&fs, second % 2 == 0, &random);
      const bool recovered = RecoverUpTo(&fs, second);
      Crash(&fs, first % 2 == 0, &random);
      ++pairs;
      Judge(&fs, 20,
            absl::StrCat("recovery killed at call ", first, ", then at call ",
                         second, ReplayHint(seed)));
      if (HasFatalFailure()) return;
      if (recovered) break;
    }
    if (all_of_first) break;
  }
  EXPECT_GT(pairs, 200);
}

TEST_F(ArchiveCrashTest, EveryCallFailsOnceOrForEver) {
  const int64_t calls = CallsOfReferenceRun();
  for (const bool for_ever : {false, true}) {
    for (int64_t n = 1; n <= calls; ++n) {
      ModelFileSystem fs;
      fs.FailAt(n, absl::ResourceExhaustedError("No space left on device"),
                for_ever);
      const size_t acknowledged = ReferenceRun(&fs, records_);
      fs.Restart();
      Judge(&fs, acknowledged,
            absl::StrCat("call ", n, " failed", for_ever ? " for ever" : ""));
      if (HasFatalFailure()) return;
    }
  }
}

TEST_F(ArchiveCrashTest, AfterAFailedSyncNothingMoreIsWritten) {
  ModelFileSystem fs;
  ArchiveWriter writer(WriterOptions(&fs));
  ASSERT_TRUE(writer.Open().ok());
  ASSERT_TRUE(writer.Append(BatchOf(records_, 0, 4)).ok());
  fs.FailAt(fs.calls() + 1, absl::UnavailableError("fdatasync: EIO"), false);
  const absl::Status failed = writer.Commit().status();
  EXPECT_FALSE(failed.ok());
  EXPECT_FALSE(writer.CanReopen(failed));
  fs.ClearJournal();
  EXPECT_FALSE(writer.Append(BatchOf(records_, 4, 8)).ok());
  EXPECT_THAT(fs.journal(), testing::IsEmpty());
  (void)writer.Close();
  EXPECT_THAT(fs.journal(), testing::IsEmpty());
}

}  // namespace
}  // namespace sr
