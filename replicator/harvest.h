// `schemas-replicator harvest REGISTRY TARGET`: what a registry still answers, into a
// fresh topic, when its own is gone.
#ifndef REPLICATOR_HARVEST_H_
#define REPLICATOR_HARVEST_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "core/base/stop_token.h"
#include "core/registry/http_client.h"
#include "replicator/options.h"

namespace sr {

struct HarvestOptions {
  RestoreOptions restore;  // It has no source.
  std::vector<Location> registries;  // In the order in which they are believed.
  // A copy whose records are kept as they are, where they agree.
  std::optional<Location> base;
  HttpCredentials credentials;
  int connections = 4;
  double requests_per_second_max = 0;  // 0: as many as come.
};

// Asks each registry for all it holds, makes records of what the copy and the ones
// before it lack, as that product and version writes them, and restores them as
// RunRestore does, with the same refusals. The registries may be running: of their
// group nothing is asked. Nothing is written unless all told everything: exit code 4.
// FailedPrecondition: they contradict each other (harvest_merge.h), or the copy is
// damaged.
absl::Status RunHarvest(const HarvestOptions& options, const StopToken* stop,
                        std::string* result);

}  // namespace sr

#endif  // REPLICATOR_HARVEST_H_
