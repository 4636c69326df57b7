// How long to wait before attempt n: exponential, with jitter, bounded.
#ifndef CORE_BASE_BACKOFF_H_
#define CORE_BASE_BACKOFF_H_

#include <cstdint>
#include <random>

#include "absl/time/time.h"

namespace sr {

// Not thread-safe.
class Backoff {
 public:
  // Waits start at `first` and double up to `max`, each shortened by up to a
  // half at random so that many clients do not return at the same moment.
  Backoff(absl::Duration first, absl::Duration max, uint64_t seed)
      : first_(first), max_(max), next_(first), random_(seed) {}

  // Returns the next wait, in (0, max].
  absl::Duration Next() {
    const absl::Duration whole = next_;
    next_ = std::min(next_ * 2, max_);
    std::uniform_real_distribution<double> share(0.5, 1.0);
    return whole * share(random_);
  }

  // Call after a success: the next wait is short again.
  void Reset() { next_ = first_; }

 private:
  const absl::Duration first_;
  const absl::Duration max_;
  absl::Duration next_;
  std::mt19937_64 random_;
};

}  // namespace sr

#endif  // CORE_BASE_BACKOFF_H_
