#include "verifier/checks/outlook.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "core/base/text.h"

namespace sr {
namespace {

absl::string_view HowItStops(Product product) {
  switch (product) {
    case Product::kConfluent:
      return "will not start";
    case Product::kKarapace:
      // Which of the two depends on how many records follow, and on how they are
      // fetched.
      return "will never get ready, or get ready without a part of it and give "
             "ids of that part to other schemas";
    case Product::kRedpanda:
      return "will refuse every request";
  }
  return "";
}

}  // namespace

std::string OutlookOf(const RegistryModel& model, const ReplayTotals& totals) {
  const std::string registry =
      absl::StrCat("a ", model.name, " registry restarted on this topic ");
  if (const auto stopped_at = model.replay->stopped_at()) {
    return absl::StrCat(
        registry, HowItStops(model.product), ": it stops at offset ",
        *stopped_at, " (", totals.stop_reason,
        "). One that runs serves from memory: do not restart it; see "
        "docs/findings.md",
        totals.stop_code.empty() ? "" : "#",
        absl::AsciiStrToLower(totals.stop_code));
  }
  const RegistryState& state = model.replay->state();
  std::string outlook = absl::StrCat(
      registry, "will start with ", WithThousands(state.version_count()),
      " versions of ",
      WithThousands(static_cast<int64_t>(state.subjects.size())), " subjects");
  if (totals.skipped > 0) {
    absl::StrAppend(&outlook, " and skip ", WithThousands(totals.skipped),
                    " records that it cannot use");
  }
  absl::StrAppend(&outlook, model.replay->Remark());
  return outlook;
}

}  // namespace sr
