#include "core/base/status_context.h"

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "core/base/text.h"

namespace sr {
namespace {

constexpr char kHintUrl[] = "schemas-replicator/hint";

}  // namespace

absl::Status Annotate(const absl::Status& status, absl::string_view context) {
  if (status.ok()) return status;
  absl::Status annotated(status.code(),
                         absl::StrCat(context, ": ", status.message()));
  status.ForEachPayload(
      [&](absl::string_view type_url, const absl::Cord& payload) {
        annotated.SetPayload(type_url, payload);
      });
  return annotated;
}

absl::Status WithHint(absl::Status status, absl::string_view hint) {
  if (!status.ok() && !status.GetPayload(kHintUrl).has_value()) {
    status.SetPayload(kHintUrl, absl::Cord(hint));
  }
  return status;
}

std::string HintOf(const absl::Status& status) {
  auto payload = status.GetPayload(kHintUrl);
  return payload.has_value() ? std::string(*payload) : std::string();
}

std::string RenderError(const absl::Status& status) {
  std::string message = EscapeForTerminal(status.message());
  std::string hint = HintOf(status);
  if (hint.empty()) return message;
  return absl::StrCat(message, "\nhint: ", EscapeForTerminal(hint));
}

}  // namespace sr
