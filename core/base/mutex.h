// A mutex that both clang's thread-safety analysis and ThreadSanitizer can
// follow. absl::Mutex is seen only by the first: the distributions' Abseil is
// not built with ThreadSanitizer, which then reports races where there are none.
#ifndef CORE_BASE_MUTEX_H_
#define CORE_BASE_MUTEX_H_

#include <algorithm>
#include <condition_variable>
#include <mutex>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"

namespace sr {

// Any thread may call any method.
class ABSL_LOCKABLE Mutex {
 public:
  void Lock() ABSL_EXCLUSIVE_LOCK_FUNCTION() { mutex_.lock(); }
  void Unlock() ABSL_UNLOCK_FUNCTION() { mutex_.unlock(); }

  // Wakes every Await: what a condition reads has changed.
  void Changed() { changed_.notify_all(); }

  // Waits until `condition()`, `timeout` at most (absl::InfiniteDuration() for
  // ever), and returns whether it holds. The mutex is held while the condition
  // is asked and on return.
  template <typename Condition>
  bool Await(const Condition& condition, absl::Duration timeout)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(this) {
    std::unique_lock<std::mutex> lock(mutex_, std::adopt_lock);
    bool holds = true;
    if (timeout == absl::InfiniteDuration()) {
      changed_.wait(lock, condition);
    } else {
      holds = changed_.wait_for(
          lock, absl::ToChronoNanoseconds(std::min(timeout, kLongest)),
          condition);
    }
    lock.release();
    return holds;
  }

 private:
  // Added to the clock's now, a longer one would overflow.
  static constexpr absl::Duration kLongest = absl::Hours(24 * 365);

  std::mutex mutex_;
  std::condition_variable changed_;
};

class ABSL_SCOPED_LOCKABLE MutexLock {
 public:
  explicit MutexLock(Mutex* mutex) ABSL_EXCLUSIVE_LOCK_FUNCTION(mutex)
      : mutex_(mutex) {
    mutex_->Lock();
  }
  ~MutexLock() ABSL_UNLOCK_FUNCTION() { mutex_->Unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex* const mutex_;
};

}  // namespace sr

#endif  // CORE_BASE_MUTEX_H_
