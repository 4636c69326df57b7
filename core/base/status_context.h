// What an absl::Status carries besides its code: the context that is added on
// the way up, and a hint that tells the operator what to do.
//
// A message reads "<what failed>: <on what>: <why>". The hint is kept apart so
// that it ends up on a line of its own, whatever was added around the message.
#ifndef CORE_BASE_STATUS_CONTEXT_H_
#define CORE_BASE_STATUS_CONTEXT_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace sr {

// Returns `status` with "`context`: " before its message; code and payloads
// stay. OK stays OK.
absl::Status Annotate(const absl::Status& status, absl::string_view context);

// Returns `status` with `hint` attached, one sentence on what to do. A hint
// that is already there wins: it was given closer to the cause. OK stays OK.
absl::Status WithHint(absl::Status status, absl::string_view hint);

// Returns the hint of `status`, empty if it has none.
std::string HintOf(const absl::Status& status);

// Renders `status` for a person: the message, and if there is a hint a second
// line "hint: ...". Bytes that a terminal would obey are escaped. No newline
// at the end.
std::string RenderError(const absl::Status& status);

}  // namespace sr

#endif  // CORE_BASE_STATUS_CONTEXT_H_
