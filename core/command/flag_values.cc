#include "core/command/flag_values.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/status_context.h"
#include "core/base/status_macros.h"

namespace sr {

absl::StatusOr<int> OneOf(absl::string_view flag, absl::string_view value,
                          const std::vector<std::string>& words) {
  for (size_t i = 0; i < words.size(); ++i) {
    if (value == words[i]) return static_cast<int>(i);
  }
  return BadFlagValue(flag, value, absl::StrJoin(words, "|"));
}

absl::Status AtLeast(absl::string_view flag, int64_t value, int64_t min) {
  if (value >= min) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("--", flag, " must be ", min, " or more, not ", value));
}

absl::StatusOr<OutputFormat> OutputFormatFrom(absl::string_view value) {
  ASSIGN_OR_RETURN(const int format,
                   OneOf("output", value, {"text", "json", "ndjson"}));
  return static_cast<OutputFormat>(format);
}

absl::Status BadFlagValue(absl::string_view flag, absl::string_view value,
                          absl::string_view takes) {
  return WithHint(absl::InvalidArgumentError(absl::StrCat(
                      "--", flag, " cannot be \"", value, "\"")),
                  absl::StrCat("--", flag, "=",
                               takes.empty() ? "true|false" : takes));
}

}  // namespace sr
