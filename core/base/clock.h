// Time as an argument, so that tests decide what time it is and never sleep.
#ifndef CORE_BASE_CLOCK_H_
#define CORE_BASE_CLOCK_H_

#include "absl/time/time.h"

namespace sr {

class Clock {
 public:
  virtual ~Clock() = default;

  // Wall time. A label for people and records; no decision hangs on it except
  // where Kafka itself compares wall times (retention of tombstones).
  virtual absl::Time Now() = 0;

  // Time since some fixed moment; never goes back. For time-outs and rates.
  virtual absl::Duration Elapsed() = 0;

  // Returns after `duration`. Any thread.
  virtual void Sleep(absl::Duration duration) = 0;
};

// The machine's clock. Never null, never destroyed; any thread.
Clock* SystemClock();

}  // namespace sr

#endif  // CORE_BASE_CLOCK_H_
