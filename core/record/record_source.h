// Where records come from: a live topic, an archive, later a backup file.
#ifndef CORE_RECORD_RECORD_SOURCE_H_
#define CORE_RECORD_RECORD_SOURCE_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "core/record/record.h"

namespace sr {

// What one call of RecordSource::Next brought.
enum class Fetched {
  kRecords,   // The batch holds at least one record.
  kCaughtUp,  // Everything the copy holds at this moment has been delivered:
              // at once when the end is reached, later whenever the time-out
              // passes there.
  kNothing,   // The deadline passed; whether there is more is not known.
};

// A copy read in offset order. Offsets rise strictly; gaps are normal (a
// compacted topic, transaction markers) and not an error.
//
// One thread at a time.
class RecordSource {
 public:
  virtual ~RecordSource() = default;

  // Positions the source so that the next record delivered is the first with
  // an offset >= `offset`. Must be called before the first Next, and may be
  // called again at any time.
  virtual absl::Status Seek(int64_t offset) = 0;

  // Waits up to `timeout` for records and replaces `*batch` by those that came,
  // in order; `*batch` is empty unless kRecords is returned. A batch is as
  // large as suits the source: about 1 MiB from a topic, one commit from an
  // archive.
  //
  // Errors leave the source at the first record not yet delivered, and Next
  // may be called again when the caller has waited:
  //   Unavailable, DeadlineExceeded  passing trouble: broker away, time-out
  //   OutOfRange   the position is not in the topic any more: it was truncated
  //                or recreated, or retention deleted what comes next
  //   NotFound     the topic or archive is gone
  //   DataLoss     bytes contradict their checksum or format; the message says
  //                where
  //   PermissionDenied, Unauthenticated
  virtual absl::StatusOr<Fetched> Next(absl::Duration timeout,
                                       RecordBatch* batch) = 0;

  // The offset up to which everything has been delivered or is known not to
  // hold a record: the smallest offset a coming record can have.
  virtual int64_t position() const = 0;

  // Whether the record at `offset`, one of the batch that the last Next gave, is of a
  // transaction that was aborted or never ended. Only a broker's directory knows of a
  // single record; elsewhere it is false.
  virtual bool IsUncommitted(int64_t /*offset*/) const { return false; }
};

}  // namespace sr

#endif  // CORE_RECORD_RECORD_SOURCE_H_
