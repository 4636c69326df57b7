// The replicator is killed at random moments while it mirrors and while others
// produce. Afterwards nothing is lost, twice or out of order in either target,
// judged by readers that are not ours.
//
// 20 kills over 60,000 records; SR_KILLS=100 SR_KILL_RECORDS=200000 for the
// full campaign.
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "tests/integration/mirror_fixture.h"

namespace sr {
namespace {

int FromEnvironment(const char* name, int fallback) {
  const char* text = std::getenv(name);
  int value = fallback;
  if (text != nullptr && !absl::SimpleAtoi(text, &value)) value = fallback;
  return value;
}

class KillTest : public MirrorFixture {
 protected:
  // Produces batches of 1000 until `records` are there, evenly over the time
  // that the kills take: as fast as told by `allowed`.
  void ProduceAll(int records) {
    for (int i = 0; i < records;) {
      std::vector<RawRecord> batch;
      for (int j = 0; j < 1000 && i < records; ++j, ++i) {
        RawRecord record;
        record.key = absl::StrCat("k", i % 997);
        record.value = absl::StrCat("value ", i, std::string(100 + i % 300, 'v'));
        record.timestamp = 1'700'000'000'000 + i;
        if (i % 50 == 0) record.value.reset();
        if (i % 20 == 0) record.headers = {{"h", absl::StrCat(i)}};
        batch.push_back(std::move(record));
      }
      while (i > allowed_ && !stop_) absl::SleepFor(absl::Milliseconds(5));
      ASSERT_TRUE(raw_->Produce(topic_, batch, RawProducer::kIdempotent).ok());
    }
  }

  int64_t ArchiveBytes() const {
    int64_t bytes = 0;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(
             ArchiveDirectory() + "/gen-1/commits", error)) {
      bytes += static_cast<int64_t>(entry.file_size(error));
    }
    return bytes;
  }

  int64_t ShadowEnd() const {
    const auto watermarks = raw_->Watermarks(ShadowTopic());
    return watermarks.ok() ? watermarks->second : 0;
  }

  // Waits until `size` is more than it was, 20 s at most: on a slow machine a
  // program that was killed after a random time had never got to work.
  static void AwaitGrowth(const std::function<int64_t()>& size, int64_t before) {
    const absl::Time end = absl::Now() + absl::Seconds(20);
    while (size() <= before && absl::Now() < end) {
      absl::SleepFor(absl::Milliseconds(5));
    }
  }

  static int Grew(int64_t now, int64_t* before) {
    return now > std::exchange(*before, now) ? 1 : 0;
  }

  std::atomic<int> allowed_{0};
  std::atomic<bool> stop_{false};
};

TEST_F(KillTest, NothingIsLostTwiceOrOutOfOrder) {
  const int kills = FromEnvironment("SR_KILLS", 20);
  const int records = FromEnvironment("SR_KILL_RECORDS", 60000);
  const int seed = FromEnvironment("SR_TEST_SEED", 1);
  std::mt19937_64 random(static_cast<uint64_t>(seed));
  SCOPED_TRACE(absl::StrCat("replay with SR_TEST_SEED=", seed, " SR_KILLS=",
                            kills, " SR_KILL_RECORDS=", records));
  CreateSource({{"cleanup.policy", "delete"}, {"retention.ms", "-1"}});
  std::thread producer([this, records] { ProduceAll(records); });
  const std::string log = directory_.path() + "/log";
  int alive = 0;
  int checks = 0;
  int archive_grew = 0;
  int shadow_grew = 0;
  int64_t archive_bytes = 0;
  int64_t shadow_end = 0;
  for (int kill = 0; kill < kills; ++kill) {
    allowed_ = static_cast<int>(static_cast<int64_t>(records) * (kill + 1) /
                                kills);
    Program mirror({SR_REPLICATOR, "mirror", Source(), Archive(), Shadow(),
                    "--segment-bytes=1000000", "--quiet"},
                   log);
    // Half of them at a random time after their start, half at a random time
    // after they first wrote.
    if (kill % 4 == 1) {
      AwaitGrowth([this] { return ArchiveBytes(); }, archive_bytes);
    } else if (kill % 4 == 3) {
      AwaitGrowth([this] { return ShadowEnd(); }, shadow_end);
    }
    absl::SleepFor(absl::Milliseconds(kill % 2 == 0 ? 50 + random() % 1200
                                                    : random() % 400));
    // A writer that runs is never called damaged.
    if (kill % 4 == 0) {
      const ProgramResult check = Verifier({"check", Archive(), "--quiet", "--levels=storage"});
      EXPECT_THAT(check.exit_code, testing::AnyOf(0, 1, 4))
          << check.out << check.err;
      EXPECT_NE(check.exit_code, 3) << check.out;
      ++checks;
    }
    alive += mirror.HasEnded() ? 0 : 1;
    mirror.Signal(9);
    mirror.Wait(absl::Seconds(10));
    archive_grew += Grew(ArchiveBytes(), &archive_bytes);
    shadow_grew += Grew(ShadowEnd(), &shadow_end);
    // Nor is what it leaves behind.
    const ProgramResult check = Verifier({"check", Archive(), "--quiet", "--levels=storage"});
    EXPECT_NE(check.exit_code, 3) << check.out;
  }
  allowed_ = records;
  producer.join();
  EXPECT_GE(alive, kills * 9 / 10) << "most were killed while they ran";
  EXPECT_GT(checks, 0);
  // Killed at work, not before it began.
  EXPECT_GE(archive_grew, kills / 4);
  EXPECT_GE(shadow_grew, kills / 4);
  std::printf("%d kills, %d while running; the archive had grown at %d, the "
              "shadow at %d\n",
              kills, alive, archive_grew, shadow_grew);
  const ProgramResult last =
      Replicator({"mirror", Source(), Archive(), Shadow(), "--until=end",
                  "--segment-bytes=1000000"});
  ASSERT_EQ(last.exit_code, 0) << last.err;
  const std::vector<RawRecord> source = SourceRecords();
  EXPECT_EQ(source.size(), static_cast<size_t>(records));
  ExpectSame(ArchiveRecords(), source, "archive and source");
  ExpectSame(WithoutOffsets(ShadowRecords()), WithoutOffsets(source),
             "shadow and source");
  CompareExits(0);
}

TEST_F(KillTest, CheckInALoopNeverAlarmsWhileTheMirrorWrites) {
  CreateSource({{"cleanup.policy", "delete"}, {"retention.ms", "-1"}});
  constexpr int kRecords = 30000;
  allowed_ = 1000;
  std::thread producer([this] { ProduceAll(kRecords); });
  Program mirror({SR_REPLICATOR, "mirror", Source(), Archive(),
                  "--segment-bytes=200000", "--quiet"},
                 directory_.path() + "/log");
  // The first looks may come before the archive is there.
  constexpr int kLooks = 50;
  int looked = 0;
  for (int i = 0; looked < kLooks && i < 10 * kLooks; ++i) {
    allowed_ = 1000 + kRecords * looked / kLooks;
    const ProgramResult check = Verifier({"check", Archive(), "--quiet", "--levels=storage"});
    EXPECT_NE(check.exit_code, 3) << check.out;
    looked += check.exit_code == 0 ? 1 : 0;
    const ProgramResult compare =
        Verifier({"compare", Source(), Archive(), "--quiet"});
    EXPECT_THAT(compare.exit_code, testing::AnyOf(0, 1, 4)) << compare.out;
  }
  EXPECT_EQ(looked, kLooks);
  EXPECT_FALSE(mirror.HasEnded());
  allowed_ = kRecords;
  producer.join();
}

}  // namespace
}  // namespace sr
