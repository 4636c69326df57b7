// Backoff and StopToken: how long to wait, and how a wait ends early.
#include <cstdint>
#include <thread>

#include "absl/time/clock.h"
#include "core/base/backoff.h"
#include "core/base/stop_token.h"
#include "gtest/gtest.h"

namespace sr {
namespace {

TEST(Backoff, DoublesUpToItsBoundAndShortensByHalfAtMost) {
  for (uint64_t seed = 0; seed < 200; ++seed) {
    Backoff backoff(absl::Milliseconds(200), absl::Seconds(60), seed);
    absl::Duration whole = absl::Milliseconds(200);
    for (int attempt = 0; attempt < 20; ++attempt) {
      const absl::Duration wait = backoff.Next();
      EXPECT_GE(wait, whole / 2) << "seed " << seed;
      EXPECT_LE(wait, whole) << "seed " << seed;
      whole = std::min(whole * 2, absl::Seconds(60));
    }
    backoff.Reset();
    EXPECT_LE(backoff.Next(), absl::Milliseconds(200));
  }
}

TEST(Backoff, TwoClientsDoNotReturnTogether) {
  Backoff a(absl::Seconds(1), absl::Seconds(60), 1);
  Backoff b(absl::Seconds(1), absl::Seconds(60), 2);
  EXPECT_NE(a.Next(), b.Next());
}

TEST(StopToken, AWaitEndsWhenAStopIsRequested) {
  StopToken stop;
  EXPECT_FALSE(stop.StopRequested());
  EXPECT_FALSE(stop.WaitForStop(absl::ZeroDuration()));
  std::thread other([&stop] { stop.RequestStop(); });
  EXPECT_TRUE(stop.WaitForStop(absl::InfiniteDuration()));
  other.join();
  EXPECT_TRUE(stop.StopRequested());
  EXPECT_TRUE(stop.WaitForStop(absl::InfiniteDuration()));
}

}  // namespace
}  // namespace sr
