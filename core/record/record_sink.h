// Where records go to: an archive, a shadow topic.
#ifndef CORE_RECORD_RECORD_SINK_H_
#define CORE_RECORD_RECORD_SINK_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/digests.h"
#include "core/record/record.h"

namespace sr {

// What a sink remembers of one record it holds, to recognise it again in a
// source: a resume point is proved by content, not assumed.
struct RecordAnchor {
  int64_t offset = 0;        // In the source.
  int64_t timestamp = -1;    // As in the source; 0 matches any (see
                             // canonical.h, ContentDigest).
  Digest128 content;         // ContentDigest of the record.
};

// How far a sink is.
struct DurablePosition {
  // Everything in the source below this offset is durable in the sink.
  int64_t next_offset = 0;
  // Records in the sink, since its first.
  int64_t records = 0;
  // Chain over all of them (chain.h).
  Digest128 chain;
  // The last few records in the sink, offsets rising; empty only if the sink
  // has none.
  std::vector<RecordAnchor> anchors;
};

// How many anchors a sink keeps.
inline constexpr int kAnchorsMax = 16;

// A copy that is written in offset order. Nothing is promised for a record
// until a Commit that follows its Append has returned.
//
// One thread at a time.
class RecordSink {
 public:
  virtual ~RecordSink() = default;

  // Prepares the sink for writing and returns how far it already is. Must be
  // called before the first Append and again after any error that
  // `CanReopen` allows: what was appended but not committed is forgotten, and
  // the caller goes on from the position returned.
  virtual absl::StatusOr<DurablePosition> Open() = 0;

  // Takes the records of `batch`, whose offsets must be >= the next_offset of
  // the last position and above those appended since. `batch` need not outlive
  // the call.
  virtual absl::Status Append(const RecordBatch& batch) = 0;

  // Makes everything appended durable. On error some of it may be durable
  // nevertheless; `Open` finds out.
  virtual absl::StatusOr<DurablePosition> Commit() = 0;

  // Whether, after `error`, waiting and calling `Open` again can help. False
  // where going on would break a promise (a failed fsync, a fenced producer).
  virtual bool CanReopen(const absl::Status& error) const = 0;

  // Ends cleanly: nothing uncommitted may be left. Idempotent.
  virtual absl::Status Close() = 0;
};

}  // namespace sr

#endif  // CORE_RECORD_RECORD_SINK_H_
