#include "verifier/checks/envelope_checks.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "core/base/text.h"
#include "core/findings/codes.h"

namespace sr {
namespace {

constexpr int64_t kHourMs = 3'600'000;
constexpr int64_t kDayMs = 24 * kHourMs;

// Those of Karapace since 3.4.2.
bool IsKarapaceHeader(absl::string_view name) {
  return name == "X-Registry-Version" || name == "X-Origin-Host";
}

}  // namespace

void EnvelopeChecks::Check(const CheckedRecord& checked, FindingSink* sink) {
  const int64_t timestamp = checked.record.timestamp;
  if (timestamp <= 0) {
    sink->Add(codes::kTimestampInvalid, checked, "a time",
              timestamp == 0 ? "0" : "none");
  } else if (timestamp > kDayMs && timestamp - kDayMs > now_ms_) {
    sink->Add(codes::kTimestampInvalid, checked, "a time that has come",
              absl::StrCat(timestamp, " ms, more than a day from now"));
  } else if (timestamp < latest_ms_ - kHourMs) {
    // Clocks of several registries differ by less.
    sink->Add(codes::kTimestampBackward, checked,
              "no earlier than the records before it",
              absl::StrCat((latest_ms_ - timestamp) / kHourMs,
                           " hours earlier than one of them"));
  }
  latest_ms_ = std::max(latest_ms_, timestamp);
  if (checked.record.headers.empty()) return;
  const std::string first =
      EscapeForTerminal(checked.record.headers.front().name);
  sink->AddFor({Product::kConfluent, Product::kRedpanda},
               codes::kHeaderUnexpected, checked, "no headers", first);
  for (const Header& header : checked.record.headers) {
    if (IsKarapaceHeader(header.name)) continue;
    sink->AddFor({Product::kKarapace}, codes::kHeaderUnexpected, checked,
                 "X-Registry-Version and X-Origin-Host only",
                 EscapeForTerminal(header.name));
    break;
  }
}

}  // namespace sr
