// A writer is killed, or the power goes, at every single call; or a call fails.
// What was acknowledged is there afterwards, once, in order, and nothing of it
// is called corrupt.
#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "core/archive/segment_seal.h"
#include "gmock/gmock.h"
#include "tests/core/archive/archive_fixture.h"
#include "tests/core/archive/crash_judge.h"

namespace sr {
namespace {

class ArchiveCrashTest : public testing::Test {
 protected:
  const CrashJudge judge_ = CrashJudge(
      kDirectory, RecordGenerator(40, {.offset_gap_max = 2,
                                       .value_bytes_max = 300}).Take(60));
  const std::vector<TestRecord>& records_ = judge_.records();

  int64_t CallsOfReferenceRun() {
    ModelFileSystem fs;
    EXPECT_EQ(judge_.ReferenceRun(&fs), records_.size());
    return fs.calls();
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
};

TEST_F(ArchiveCrashTest, KilledAtEveryCall) {
  const int64_t calls = CallsOfReferenceRun();
  ASSERT_GT(calls, 100);
  for (int64_t n = 1; n <= calls; ++n) {
    ModelFileSystem fs;
    fs.DieAt(n);
    const size_t acknowledged = judge_.ReferenceRun(&fs);
    fs.Restart();
    judge_.Judge(&fs, acknowledged, absl::StrCat("killed at call ", n));
    if (HasFatalFailure()) return;
  }
}

TEST_F(ArchiveCrashTest, PowerCutAtEveryCall) {
  const int64_t calls = CallsOfReferenceRun();
  const uint64_t seed = TestSeed(41);
  for (int64_t n = 1; n <= calls; n += CrashJudge::Stride()) {
    for (uint64_t variant = 0; variant < 20; ++variant) {
      ModelFileSystem fs;
      fs.DieAt(n);
      const size_t acknowledged = judge_.ReferenceRun(&fs);
      std::mt19937_64 random(seed * 1000003 + static_cast<uint64_t>(n) * 101 +
                             variant);
      fs.PowerCut(&random);
      judge_.Judge(&fs, acknowledged,
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
  for (int64_t n = 1; n <= calls; n += CrashJudge::Stride()) {
    for (int64_t m = 1;; ++m) {
      ModelFileSystem fs;
      std::mt19937_64 random(seed + static_cast<uint64_t>(n * 1000 + m));
      fs.DieAt(n);
      const size_t acknowledged = judge_.ReferenceRun(&fs);
      Crash(&fs, m % 2 == 0, &random);
      const bool recovered = RecoverUpTo(&fs, m);
      ++recoveries;
      Crash(&fs, n % 2 == 0, &random);
      judge_.Judge(&fs, acknowledged,
            absl::StrCat("killed at call ", n, " and at call ", m,
                         " of the recovery", ReplayHint(seed)));
      if (HasFatalFailure()) return;
      if (recovered) break;
    }
  }
  EXPECT_GT(recoveries, calls * 5 / CrashJudge::Stride());
}

// Every pair of calls within a recovery that has everything to do: a tail in the
// .log, a torn entry, sums that lack the last seal.
TEST_F(ArchiveCrashTest, KilledAtEveryPairOfCallsInsideTheRecovery) {
  const uint64_t seed = TestSeed(43);
  int64_t pairs = 0;
  for (int64_t first = 1;; first += CrashJudge::Stride()) {
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
      judge_.Judge(&fs, 20,
            absl::StrCat("recovery killed at call ", first, ", then at call ",
                         second, ReplayHint(seed)));
      if (HasFatalFailure()) return;
      if (recovered) break;
    }
    if (all_of_first) break;
  }
  EXPECT_GT(pairs, 200 / CrashJudge::Stride());
}

TEST_F(ArchiveCrashTest, EveryCallFailsOnceOrForEver) {
  const int64_t calls = CallsOfReferenceRun();
  for (const bool for_ever : {false, true}) {
    for (int64_t n = 1; n <= calls; ++n) {
      ModelFileSystem fs;
      fs.FailAt(n, absl::ResourceExhaustedError("No space left on device"),
                for_ever);
      const size_t acknowledged = judge_.ReferenceRun(&fs);
      fs.Restart();
      judge_.Judge(&fs, acknowledged,
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
