// Checks of flag values that both programs make.
#ifndef CORE_COMMAND_FLAG_VALUES_H_
#define CORE_COMMAND_FLAG_VALUES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace sr {

// Forms of a result on stdout; the value of --output.
enum class OutputFormat { kText, kJson, kNdjson };

// The index of `value` in `words`; InvalidArgument, with a hint that lists
// them, if it is none of them.
absl::StatusOr<int> OneOf(absl::string_view flag, absl::string_view value,
                          const std::vector<std::string>& words);

// InvalidArgument unless `value` >= `min`.
absl::Status AtLeast(absl::string_view flag, int64_t value, int64_t min);

// The value of --output: text, json or ndjson.
absl::StatusOr<OutputFormat> OutputFormatFrom(absl::string_view value);

// The error for a value that is not of its flag's type; `takes` is what the
// flag takes, empty for a switch.
absl::Status BadFlagValue(absl::string_view flag, absl::string_view value,
                          absl::string_view takes);

}  // namespace sr

#endif  // CORE_COMMAND_FLAG_VALUES_H_
