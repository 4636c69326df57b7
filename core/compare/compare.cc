#include "core/compare/compare.h"

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "core/base/status_context.h"

namespace sr {
namespace {

constexpr char kCopyPayload[] = "sr/copy";

}  // namespace

absl::Status AboutCopy(const absl::Status& status, absl::string_view name) {
  if (status.ok()) return status;
  absl::Status annotated = Annotate(status, absl::StrCat("reading ", name));
  annotated.SetPayload(kCopyPayload, absl::Cord(name));
  return annotated;
}

std::string FailedCopyOf(const absl::Status& status) {
  const auto payload = status.GetPayload(kCopyPayload);
  return payload.has_value() ? std::string(*payload) : std::string();
}

}  // namespace sr
