// Reads a copy to the end that it had when it was opened.
#ifndef REPLICATOR_READ_RECORDS_H_
#define REPLICATOR_READ_RECORDS_H_

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "core/base/clock.h"
#include "core/base/stop_token.h"
#include "core/record/record.h"
#include "core/sources/copy.h"

namespace sr {

// Calls `on_record` for each record of `copy` in order, until it returns false, and
// shows progress unless `quiet`. Errors as RecordSource::Next, with the copy's
// name; DeadlineExceeded if for 30 s nothing comes; Cancelled if a stop is
// requested.
absl::Status ReadRecords(Copy* copy, const StopToken* stop, Clock* clock,
                         bool quiet,
                         absl::FunctionRef<bool(const Record&)> on_record);

}  // namespace sr

#endif  // REPLICATOR_READ_RECORDS_H_
