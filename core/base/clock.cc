#include "core/base/clock.h"

#include <chrono>

#include "absl/time/clock.h"

namespace sr {
namespace {

class MachineClock : public Clock {
 public:
  absl::Time Now() override { return absl::Now(); }

  absl::Duration Elapsed() override {
    return absl::FromChrono(
        std::chrono::steady_clock::now().time_since_epoch());
  }

  void Sleep(absl::Duration duration) override { absl::SleepFor(duration); }
};

}  // namespace

Clock* SystemClock() {
  static MachineClock* const clock = new MachineClock;
  return clock;
}

}  // namespace sr
