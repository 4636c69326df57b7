// Reads a copy from its position to the end it had when it was opened.
#ifndef VERIFIER_READ_THROUGH_H_
#define VERIFIER_READ_THROUGH_H_

#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "core/sources/copy.h"

namespace sr {

// Calls `on_records` for every batch below `copy->info.end_offset` until there
// are no more or it returns false. `what` names the job in the progress on
// stderr, which `quiet` turns off.
//
// Errors as RecordSource::Next, and DeadlineExceeded if nothing came for 30 s
// below the end.
absl::Status ReadThrough(const std::string& what, bool quiet, Clock* clock,
                         Copy* copy,
                         absl::FunctionRef<bool(const RecordBatch&)> on_records);

}  // namespace sr

#endif  // VERIFIER_READ_THROUGH_H_
