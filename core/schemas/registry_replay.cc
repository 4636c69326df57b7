#include "core/schemas/registry_replay.h"

#include "absl/strings/str_cat.h"
#include "core/base/text.h"

namespace sr {

std::optional<RecordEffect> RegistryReplay::MissingReference(
    const RegistryState& state,
    const std::vector<SchemaReference>& references) {
  for (const SchemaReference& reference : references) {
    if (HasLiveVersion(state, reference.subject, reference.version)) continue;
    RecordEffect effect = RecordEffect::Skipped(absl::StrCat(
        "the reference to ", Excerpt(reference.subject), " version ",
        reference.version, " leads nowhere at this point"));
    effect.reference_missing = true;
    return effect;
  }
  return std::nullopt;
}

}  // namespace sr
