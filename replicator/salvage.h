// `schemas-replicator salvage SOURCE TARGET`: the good records of a topic that has
// bad ones, into a fresh topic.
#ifndef REPLICATOR_SALVAGE_H_
#define REPLICATOR_SALVAGE_H_

#include <string>

#include "absl/status/status.h"
#include "core/base/stop_token.h"
#include "core/schemas/registry_model.h"
#include "replicator/options.h"

namespace sr {

struct SalvageOptions {
  RestoreOptions restore;
  // Whose records are kept; nullopt if it was not said.
  ProductChoice product;
  // A copy of the same history, for where the source cannot be read.
  std::optional<Location> from;
  std::string quarantine;  // The file for the others; may be "" for a plan.
};

// Reads the source as the registry of options.product does, and says which records
// it keeps and which not, and why; with restore.execute it writes those that are
// not kept to options.quarantine, and then the others as RunRestore does, with the
// same refusals. A quarantine file that is there already has to have exactly what
// would be written: FailedPrecondition. InvalidArgument: none is named. With
// options.from the source may be damaged, or have lost its beginning; that copy may not,
// and where both have a record they must have the same: FailedPrecondition.
absl::Status RunSalvage(const SalvageOptions& options, const StopToken* stop,
                        std::string* result);

}  // namespace sr

#endif  // REPLICATOR_SALVAGE_H_
