// A request to stop, made once by a signal handler, a deadline or a failed
// sibling, and seen by every loop that can wait.
#ifndef CORE_BASE_STOP_TOKEN_H_
#define CORE_BASE_STOP_TOKEN_H_

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "core/base/mutex.h"

namespace sr {

// Any thread may call any method.
class StopToken {
 public:
  // Asks everything that watches this token to stop. Not async-signal-safe:
  // a signal handler wakes a thread that calls this.
  void RequestStop() {
    MutexLock lock(&mutex_);
    stopped_ = true;
    mutex_.Changed();
  }

  bool StopRequested() const {
    MutexLock lock(&mutex_);
    return stopped_;
  }

  // Waits until a stop is requested, `timeout` at most. Returns whether it is.
  bool WaitForStop(absl::Duration timeout) const {
    MutexLock lock(&mutex_);
    return mutex_.Await(
        [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return stopped_; },
        timeout);
  }

 private:
  mutable Mutex mutex_;
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace sr

#endif  // CORE_BASE_STOP_TOKEN_H_
