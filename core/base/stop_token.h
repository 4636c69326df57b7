// A request to stop, made once by a signal handler, a deadline or a failed
// sibling, and seen by every loop that can wait.
#ifndef CORE_BASE_STOP_TOKEN_H_
#define CORE_BASE_STOP_TOKEN_H_

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace sr {

// Any thread may call any method.
class StopToken {
 public:
  // Asks everything that watches this token to stop. Not async-signal-safe:
  // a signal handler wakes a thread that calls this.
  void RequestStop() {
    absl::MutexLock lock(&mutex_);
    stopped_ = true;
  }

  bool StopRequested() const {
    absl::MutexLock lock(&mutex_);
    return stopped_;
  }

  // Waits until a stop is requested, `timeout` at most. Returns whether it is.
  bool WaitForStop(absl::Duration timeout) const {
    absl::MutexLock lock(&mutex_);
    mutex_.AwaitWithTimeout(absl::Condition(&stopped_), timeout);
    return stopped_;
  }

 private:
  mutable absl::Mutex mutex_;
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace sr

#endif  // CORE_BASE_STOP_TOKEN_H_
