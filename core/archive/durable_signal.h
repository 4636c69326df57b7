// Tells readers in the same process that more of an archive is durable, so
// that a shadow follows within a millisecond without polling the disk.
#ifndef CORE_ARCHIVE_DURABLE_SIGNAL_H_
#define CORE_ARCHIVE_DURABLE_SIGNAL_H_

#include <cstdint>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "core/base/mutex.h"

namespace sr {

// Any thread may call any method.
class DurableSignal {
 public:
  // Everything below `next_offset` is durable.
  void Announce(int64_t next_offset) {
    MutexLock lock(&mutex_);
    next_offset_ = next_offset;
    mutex_.Changed();
  }

  // The offset below which everything is durable.
  int64_t next_offset() const {
    MutexLock lock(&mutex_);
    return next_offset_;
  }

  // Waits until something at or above `offset` is durable, `timeout` at most.
  // Returns whether it is.
  bool WaitFor(int64_t offset, absl::Duration timeout) const {
    MutexLock lock(&mutex_);
    const auto durable = [this, offset]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(
                             mutex_) { return next_offset_ > offset; };
    return mutex_.Await(durable, timeout);
  }

 private:
  mutable Mutex mutex_;
  int64_t next_offset_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace sr

#endif  // CORE_ARCHIVE_DURABLE_SIGNAL_H_
