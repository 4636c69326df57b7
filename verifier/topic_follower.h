// A copy that is read on and on, and what a registry of a product would hold
// after reading it: at its end, and at each offset of a window before that.
#ifndef VERIFIER_TOPIC_FOLLOWER_H_
#define VERIFIER_TOPIC_FOLLOWER_H_

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "core/compare/state_window.h"
#include "core/schemas/registry_model.h"
#include "core/sources/copy.h"

namespace sr {

// One thread.
class TopicFollower {
 public:
  // Opens `location`, and reads nothing yet. `model` is one that has read nothing.
  // `lag`: how far behind the copy a registry may be. Errors as OpenCopy.
  static absl::StatusOr<std::unique_ptr<TopicFollower>> Open(
      const Location& location, const CopyOptions& options,
      RegistryModel model, absl::Duration lag);

  // Reads all that the copy holds at this moment, so that the window reaches to
  // here. Errors as RecordSource::Next, DeadlineExceeded if for 30 s nothing comes
  // and the end is not reached, and FailedPrecondition if the topic ends before what
  // has been read of it: it is another one.
  absl::Status CatchUp(bool quiet);

  // For comparing with an answer that was asked for at `asked` (of the clock's
  // Elapsed): the window begins `lag` before.
  void BeginWindowFor(absl::Duration asked);

  // What has been written since the last call, or since the end was reached for the
  // first time.
  RegistryScope TakeWritten() { return window_.TakeWritten(); }

  const StateWindow& window() const { return window_; }
  int64_t records() const { return records_; }
  // The end of what has been read.
  int64_t end_offset() const { return copy_.source->position(); }

  // Of the last record read; -1: none.
  int64_t last_offset() const { return last_offset_; }
  int64_t last_timestamp() const { return last_timestamp_; }

 private:
  // All below `offset` was there at this time.
  struct Mark {
    absl::Duration elapsed;
    int64_t offset = 0;
  };

  TopicFollower(Copy copy, const CopyOptions& options, RegistryModel model,
                absl::Duration lag);
  absl::StatusOr<std::optional<int64_t>> EndNow() const;
  void Add(const RecordBatch& batch);

  const CopyOptions options_;
  Copy copy_;
  Clock* const clock_;
  const absl::Duration lag_;
  StateWindow window_;
  // Records with an earlier time were there `lag` before the first look.
  const int64_t recent_ms_;
  bool is_following_ = false;  // The end has been reached once.
  std::deque<Mark> marks_;
  int64_t records_ = 0;
  int64_t last_offset_ = -1;
  int64_t last_timestamp_ = -1;
};

}  // namespace sr

#endif  // VERIFIER_TOPIC_FOLLOWER_H_
