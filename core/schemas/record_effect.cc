#include "core/schemas/record_effect.h"

#include <utility>

namespace sr {

absl::string_view NameOf(Effect effect) {
  switch (effect) {
    case Effect::kApplied:
      return "applied";
    case Effect::kSkipped:
      return "skipped";
    case Effect::kRolledBack:
      return "rolled_back";
    case Effect::kFatal:
      return "fatal";
  }
  return "";
}

RecordEffect RecordEffect::Skipped(std::string reason) {
  return {Effect::kSkipped, std::move(reason)};
}

RecordEffect RecordEffect::RolledBack(std::string reason) {
  return {Effect::kRolledBack, std::move(reason)};
}

RecordEffect RecordEffect::Fatal(std::string reason) {
  return {Effect::kFatal, std::move(reason)};
}

}  // namespace sr
