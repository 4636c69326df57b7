#include "core/base/exit_code.h"

#include <optional>
#include <string>

#include "absl/strings/cord.h"
#include "absl/strings/numbers.h"

namespace sr {
namespace {

constexpr char kPayloadUrl[] = "schemas-replicator/exit-code";

}  // namespace

ExitCode ExitCodeOf(const absl::Status& status) {
  if (status.ok()) return ExitCode::kClean;
  if (auto payload = status.GetPayload(kPayloadUrl); payload.has_value()) {
    int code = 0;
    if (absl::SimpleAtoi(std::string(*payload), &code)) {
      return static_cast<ExitCode>(code);
    }
  }
  switch (status.code()) {
    case absl::StatusCode::kInvalidArgument:
      return ExitCode::kUsage;
    case absl::StatusCode::kDataLoss:
      return ExitCode::kDamage;
    case absl::StatusCode::kFailedPrecondition:
      return ExitCode::kRefused;
    default:
      return ExitCode::kCouldNotRun;
  }
}

absl::Status WithExitCode(absl::Status status, ExitCode code) {
  if (!status.ok()) {
    status.SetPayload(kPayloadUrl,
                      absl::Cord(std::to_string(static_cast<int>(code))));
  }
  return status;
}

}  // namespace sr
