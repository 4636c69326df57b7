#include "verifier/checks/registry_model.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "core/base/text.h"
#include "core/schemas/confluent_replay.h"
#include "core/schemas/karapace_replay.h"
#include "core/schemas/redpanda_replay.h"

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

RegistryModel MakeRegistryModel(Product product, const ProductChoice& choice,
                                bool with_hash, bool with_md5,
                                bool is_running) {
  RegistryModel model;
  model.product = product;
  model.has_hash = with_hash && product != Product::kRedpanda;
  switch (product) {
    case Product::kConfluent: {
      ConfluentReplayOptions options;
      options.version = choice.confluent_version;
      if (with_hash) options.content_hash = TextLevel::kExact;
      options.content_md5 = with_md5;
      model.name = absl::StrCat("Confluent ", options.version.ToString());
      model.replay = std::make_unique<ConfluentReplay>(std::move(options));
      break;
    }
    case Product::kKarapace: {
      KarapaceReplayOptions options;
      options.major = choice.karapace_major;
      options.is_running = is_running;
      if (with_hash) options.content_hash = TextLevel::kStructural;
      model.name = absl::StrCat("Karapace ", options.major);
      model.replay = std::make_unique<KarapaceReplay>(options);
      break;
    }
    case Product::kRedpanda:
      model.name = "Redpanda";
      model.replay = std::make_unique<RedpandaReplay>();
      break;
  }
  return model;
}

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
