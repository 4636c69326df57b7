#include "core/base/progress.h"

#include <cstdint>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/fake_clock.h"

namespace sr {
namespace {

using ::testing::HasSubstr;

TEST(Progress, LineWithAndWithoutAnEnd) {
  const ProgressState open = {.records = 12345, .bytes = 2048};
  EXPECT_EQ(RenderProgressLine(open, absl::Seconds(5)),
            "12,345 records, 2.0 KiB, 2,469 records/s");
  const ProgressState state = {
      .records = 5000, .bytes = 1 << 20, .lag_records = 15000};
  EXPECT_EQ(RenderProgressLine(state, absl::Seconds(1)),
            "5,000 of 20,000 records, 1.0 MiB, lag 15,000, 5,000 records/s");
}

TEST(Progress, NoTimeAndNoRecordsAreNoDivisionByZero) {
  EXPECT_EQ(RenderProgressLine({.lag_records = 0}, absl::ZeroDuration()),
            "0 of 0 records, 0 B, lag 0, 0 records/s");
  EXPECT_THAT(RenderProgressBar({.lag_records = 0}, absl::ZeroDuration(), 4),
              HasSubstr("[####] "));
}

TEST(Progress, BarIsAsFullAsTheJob) {
  EXPECT_THAT(RenderProgressBar({.records = 1, .lag_records = 3},
                                absl::Seconds(1), 8),
              HasSubstr("[##......] 1 of 4"));
  EXPECT_THAT(RenderProgressBar({.records = 0, .lag_records = 3},
                                absl::Seconds(1), 8),
              HasSubstr("[........] 0 of 3"));
  EXPECT_THAT(RenderProgressBar({.records = 3}, absl::Seconds(1), 8),
              ::testing::StartsWith("3 records"));
}

// Under ctest stderr is no terminal.
TEST(Progress, ElsewhereThanOnATerminalALineEveryFiveSeconds) {
  FakeClock clock;
  Progress progress("mirror", &clock, /*enabled=*/true);
  ::testing::internal::CaptureStderr();
  for (int i = 1; i <= 12; ++i) {
    clock.Sleep(absl::Seconds(1));
    progress.Update({.records = i});
  }
  EXPECT_EQ(::testing::internal::GetCapturedStderr(),
            "mirror 5 records, 0 B, 1 records/s\n"
            "mirror 10 records, 0 B, 1 records/s\n");
}

TEST(Progress, QuietDrawsNothing) {
  FakeClock clock;
  Progress progress("mirror", &clock, /*enabled=*/false);
  ::testing::internal::CaptureStderr();
  clock.Sleep(absl::Seconds(60));
  progress.Update({.records = 1});
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

}  // namespace
}  // namespace sr
