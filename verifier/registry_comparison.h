// The level registry: copies of a topic against a registry that answers for it,
// while both may change.
#ifndef VERIFIER_REGISTRY_COMPARISON_H_
#define VERIFIER_REGISTRY_COMPARISON_H_

#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "core/findings/report.h"
#include "core/location/location.h"
#include "verifier/confirmed_comparison.h"
#include "verifier/options.h"

namespace sr {

// Compares `registry` with each of `copies`, and adds to `report` the level
// "registry", what was found, a sentence for each copy, and a result for the
// registry. An answer that the copy does not explain is asked for again until
// options.confirm has passed, before it is a finding (study/reliability.md
// §4.3-4.6). A registry or copy that cannot be read is a failed result. The copies
// are read as options.product says, by default as that registry reads them. Returns
// the latter; nullopt if it did not say who it is.
std::optional<ProductChoice> CompareWithRegistry(const Location& registry,
                         const std::vector<Location>& copies,
                         const VerifierOptions& options, Report* report);

// Adds the same of a comparison that was run, with that `status`.
void TellComparison(const Location& registry, const VerifierOptions& options,
                    const ConfirmedComparison& comparison,
                    const absl::Status& status, Report* report);

}  // namespace sr

#endif  // VERIFIER_REGISTRY_COMPARISON_H_
