// A clock that stands still until a test moves it.
#ifndef TESTS_SUPPORT_FAKE_CLOCK_H_
#define TESTS_SUPPORT_FAKE_CLOCK_H_

#include "absl/time/time.h"
#include "core/base/clock.h"

namespace sr {

// One thread.
class FakeClock : public Clock {
 public:
  absl::Time Now() override { return absl::UnixEpoch() + elapsed_; }
  absl::Duration Elapsed() override { return elapsed_; }
  void Sleep(absl::Duration duration) override { elapsed_ += duration; }

 private:
  absl::Duration elapsed_ = absl::Seconds(100);
};

}  // namespace sr

#endif  // TESTS_SUPPORT_FAKE_CLOCK_H_
