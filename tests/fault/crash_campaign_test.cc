// Crash or rot? Archives that lost power anywhere, archives with one bit changed, and
// archives with both, drawn by seed. A crash is never called damage and loses nothing
// that was acknowledged; a changed bit at or below the durable prefix always is.
//
//   SR_CRASH_TRIALS=100000 SR_CRASH_SEED=1 crash_campaign_test
//
// runs the full form; docs/fault-campaign.md has what it gave.
//
// The durable prefix is what the last valid entry covers. That entry itself, in an
// archive that was not closed, cannot be told from one that was torn as it was written:
// its bytes are left out of the rot here, and its records are in the source still.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/archive/archive_store.h"
#include "core/archive/commit_file.h"
#include "core/base/log.h"
#include "gmock/gmock.h"
#include "tests/core/archive/archive_fixture.h"

namespace sr {
namespace {

int64_t FromEnvironment(const char* name, int64_t otherwise) {
  const char* const text = std::getenv(name);
  return text != nullptr ? std::atoll(text) : otherwise;
}

// One archive and what was done to it.
class Trial {
 public:
  Trial(uint64_t seed, const std::vector<TestRecord>& records)
      : random_(seed), records_(records) {}

  // Two writers one after the other, as far as they get.
  void Write() {
    const size_t half = records_.size() / 2;
    const size_t per_commit = 1 + random_() % 6;
    {
      ArchiveWriter writer(Options());
      if (!writer.Open().ok()) return;
      acknowledged_ = AppendAndCommit(&writer, records_, 0, half, per_commit);
      if (acknowledged_ < half || !writer.Close().ok()) return;
    }
    ArchiveWriter writer(Options());
    if (!writer.Open().ok()) return;
    acknowledged_ = AppendAndCommit(&writer, records_, acknowledged_,
                                    records_.size(), per_commit);
    (void)writer.Close();
  }

  // Loses power, or only the process, at any call of such a run of `calls`.
  void WriteAndCrash(int64_t calls) {
    fs_.DieAt(1 + static_cast<int64_t>(random_() % static_cast<uint64_t>(calls)));
    Write();
    if (random_() % 4 == 0) {
      fs_.Restart();
    } else {
      fs_.PowerCut(&random_);
    }
  }

  // Changes one bit of what is durable; false if nothing is.
  bool Rot(bool closed) {
    const std::vector<std::pair<std::string, int64_t>> durable =
        Durable(closed);
    int64_t bytes = 0;
    for (const auto& [path, size] : durable) bytes += size;
    if (bytes == 0) return false;
    int64_t at = static_cast<int64_t>(random_() % static_cast<uint64_t>(bytes));
    for (const auto& [path, size] : durable) {
      if (at < size) {
        std::string content = fs_.Content(path);
        char& byte = content[static_cast<size_t>(at)];
        byte = static_cast<char>(byte ^ (1 << (random_() % 8)));
        fs_.SetContent(path, content);
        rotten_ = absl::StrCat(path, " byte ", at);
        return true;
      }
      at -= size;
    }
    return false;
  }

  enum class Verdict { kNoArchive, kSound, kDamaged };

  Verdict Judge() {
    const auto generation = ChooseGeneration(&fs_, kDirectory, std::nullopt);
    if (!generation.ok()) {
      EXPECT_TRUE(absl::IsNotFound(generation.status())) << generation.status();
      return Verdict::kNoArchive;
    }
    ArchiveScanOptions options;
    options.file_system = &fs_;
    options.directory = kDirectory;
    const auto scan = ScanArchive(
        options, [](const RecordBatch&) {}, [] {});
    if (!scan.ok()) {
      EXPECT_TRUE(absl::IsNotFound(scan.status())) << scan.status();
      return Verdict::kNoArchive;
    }
    for (const StorageDamage& damage : scan->damage) {
      absl::StrAppend(&found_, damage.file, " ", damage.begin, "..", damage.end,
                      " ", damage.detail, "; ");
    }
    held_ = static_cast<size_t>(scan->last_commit.records);
    return scan->IsSound() ? Verdict::kSound : Verdict::kDamaged;
  }

  int64_t calls() const { return fs_.calls(); }
  size_t acknowledged() const { return acknowledged_; }
  size_t held() const { return held_; }
  // What was changed, and what was found.
  std::string Story() const { return absl::StrCat(rotten_, ": ", found_); }

 private:
  ArchiveWriterOptions Options() {
    ArchiveWriterOptions options = WriterOptions(&fs_);
    options.segment_bytes_max = 600;
    return options;
  }

  // Files, and how many bytes of each nobody may change.
  std::vector<std::pair<std::string, int64_t>> Durable(bool closed) {
    std::vector<std::pair<std::string, int64_t>> durable;
    const auto manifest = ReadManifest(&fs_, kDirectory, 1);
    if (!manifest.ok()) return durable;
    const ArchiveLayout layout(kDirectory, 1, kTopic);
    durable.emplace_back(
        layout.manifest_path(),
        static_cast<int64_t>(fs_.Content(layout.manifest_path()).size()));
    const SegmentList list = ListSegments(&fs_, layout).value();
    bool newest = true;
    for (size_t i = list.segments.size(); i-- > 0;) {
      const SegmentFiles& files = list.segments[i];
      if (!files.has_log || !files.has_commits) continue;
      const std::string path = layout.commits_path(files.base_offset);
      const CommitFile commits =
          ReadCommitFile(&fs_, path,
                         CommitSeed(manifest->store_id, 1, files.base_offset))
              .value();
      const size_t valid = commits.slots_to_last_valid();
      if (valid == 0) continue;
      durable.emplace_back(layout.log_path(files.base_offset),
                           commits.slots[valid - 1]->position);
      const bool last_may_be_torn = newest && !closed;
      durable.emplace_back(
          path, static_cast<int64_t>(valid - (last_may_be_torn ? 1 : 0)) *
                    kCommitEntryBytes);
      newest = false;
    }
    return durable;
  }

  std::mt19937_64 random_;
  const std::vector<TestRecord>& records_;
  ModelFileSystem fs_;
  size_t acknowledged_ = 0;
  size_t held_ = 0;
  std::string rotten_;
  std::string found_;
};

class CrashCampaign : public testing::Test {
 protected:
  CrashCampaign() {
    SetLogLevel(LogLevel::kWarning);  // Every start is logged.
    Trial whole(0, records_);
    whole.Write();
    calls_ = whole.calls();
  }

  uint64_t SeedOf(int64_t trial) const {
    return static_cast<uint64_t>(seed_ * 1'000'000'007 + trial);
  }
  std::string Where(int64_t trial, const Trial& of) const {
    return absl::StrCat("trial ", trial, " ", of.Story(),
                        "; run it again: SR_CRASH_SEED=", seed_,
                        " SR_CRASH_TRIALS=", trials_);
  }
  void Report(const char* what, int64_t count) const {
    std::printf("%s: %lld of %lld trials, seed %lld\n", what,
                static_cast<long long>(count), static_cast<long long>(trials_),
                static_cast<long long>(seed_));
  }

  const int64_t trials_ = FromEnvironment("SR_CRASH_TRIALS", 2000);
  const int64_t seed_ = FromEnvironment("SR_CRASH_SEED", 1);
  const std::vector<TestRecord> records_ =
      RecordGenerator(91, {.offset_gap_max = 2, .value_bytes_max = 60}).Take(30);
  int64_t calls_ = 0;
};

TEST_F(CrashCampaign, ACrashIsNoDamageAndLosesNothing) {
  int64_t archives = 0;
  for (int64_t i = 0; i < trials_; ++i) {
    Trial trial(SeedOf(i), records_);
    trial.WriteAndCrash(calls_);
    const Trial::Verdict verdict = trial.Judge();
    ASSERT_NE(verdict, Trial::Verdict::kDamaged) << Where(i, trial);
    ASSERT_GE(trial.held(), trial.acknowledged()) << Where(i, trial);
    archives += verdict == Trial::Verdict::kSound ? 1 : 0;
  }
  Report("sound after a crash", archives);
  EXPECT_GT(archives, trials_ / 2);
}

TEST_F(CrashCampaign, RotIsDamage) {
  for (int64_t i = 0; i < trials_; ++i) {
    Trial trial(SeedOf(i), records_);
    trial.Write();
    ASSERT_TRUE(trial.Rot(/*closed=*/true));
    ASSERT_EQ(trial.Judge(), Trial::Verdict::kDamaged) << Where(i, trial);
  }
  Report("rot found", trials_);
}

TEST_F(CrashCampaign, RotAfterACrashIsDamage) {
  int64_t rotten = 0;
  for (int64_t i = 0; i < trials_; ++i) {
    Trial trial(SeedOf(i), records_);
    trial.WriteAndCrash(calls_);
    if (!trial.Rot(/*closed=*/false)) continue;
    ASSERT_EQ(trial.Judge(), Trial::Verdict::kDamaged) << Where(i, trial);
    ++rotten;
  }
  Report("rot found after a crash", rotten);
  EXPECT_GT(rotten, trials_ / 2);
}

}  // namespace
}  // namespace sr
