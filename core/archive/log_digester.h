// The SHA-256 of a segment's .log, made while the segment is written: by a thread of
// its own, so that it costs the writer, which waits for the disk meanwhile, no time.
#ifndef CORE_ARCHIVE_LOG_DIGESTER_H_
#define CORE_ARCHIVE_LOG_DIGESTER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "core/base/digests.h"
#include "core/base/mutex.h"

namespace sr {

// What was written to a .log, as it was meant.
struct LogDigest {
  int64_t bytes = 0;
  // To hold what is read back against, at a tenth of the cost of the other.
  uint32_t crc32c = 0;
  Digest256 sha256;
};

// One thread calls it. Where the system gives no thread (its limit of processes), that
// thread does the work itself. Files are none of its business: which calls reach the disk,
// and in which order, does not depend on the thread inside.
class LogDigester {
 public:
  LogDigester();
  ~LogDigester();
  LogDigester(const LogDigester&) = delete;
  LogDigester& operator=(const LogDigester&) = delete;

  // Adds `*bytes` to the segment and takes them: afterwards it is a buffer with
  // unspecified content, for the next ones. Holds no more than a few MiB of them at
  // any time; what is larger is digested before it returns.
  void Add(std::string* bytes);

  // The digest of all that was added; what is added next is another segment.
  LogDigest Finish();

 private:
  void Run();
  // Digests `bytes`, on whichever thread has the digest at the moment: the one inside
  // from HandOver until it is idle, else the caller's.
  void Digest(absl::string_view bytes);
  void DigestPending();
  void HandOver();
  // Begins the thread if there is none yet. False if the system gives none.
  bool HasThread();
  void WaitUntilIdle();

  // Added, not yet digested. Small pieces are collected: to wake a thread costs more
  // than to digest a record.
  std::string pending_;

  LogDigest digest_;
  std::unique_ptr<Sha256Stream> sha256_;

  Mutex mutex_;
  std::string piece_;  // Of the thread inside, while is_busy_.
  bool is_busy_ ABSL_GUARDED_BY(mutex_) = false;
  bool is_ending_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;  // Begun with the first piece.
};

}  // namespace sr

#endif  // CORE_ARCHIVE_LOG_DIGESTER_H_
