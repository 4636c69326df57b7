// Proves that a source still is the one whose records a sink holds, by reading
// the last of them again. A resume point is proved, never guessed.
#ifndef REPLICATOR_RESUME_POINT_H_
#define REPLICATOR_RESUME_POINT_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "core/base/clock.h"
#include "core/base/stop_token.h"
#include "core/record/record_sink.h"
#include "core/record/record_source.h"

namespace sr {

// Reads the records of `source` from the first anchor of `position` to its
// next_offset, holds each against its anchor, and leaves the source positioned
// at next_offset. A record that is not there any more may have been compacted
// away and is no contradiction; the source's end below next_offset is.
//
//   DataLoss     the source was recreated, truncated or rewritten
//                (IsAnotherSource), or is itself damaged; nothing was changed. The
//                hint says what to do first.
//   OutOfRange   from the source: records that the sink still needs are gone
//   Unavailable, DeadlineExceeded and others   as the source gives them
//   Cancelled    a stop was requested meanwhile
absl::Status ProveResumePoint(const DurablePosition& position,
                              const StopToken& stop, RecordSource* source);

// The DataLoss that says that the source is not the one that was mirrored up to
// `position`, and `what` shows it.
absl::Status AnotherSource(const DurablePosition& position,
                           absl::string_view what);

// Whether `status` is such a one, and not damage of a source that is still the same.
bool IsAnotherSource(const absl::Status& status);

}  // namespace sr

#endif  // REPLICATOR_RESUME_POINT_H_
