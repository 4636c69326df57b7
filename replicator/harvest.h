// `schemas-replicator harvest REGISTRY TARGET`: what a registry still answers, into a
// fresh topic, when its own is gone.
#ifndef REPLICATOR_HARVEST_H_
#define REPLICATOR_HARVEST_H_

#include <string>

#include "absl/status/status.h"
#include "core/base/stop_token.h"
#include "core/registry/http_client.h"
#include "replicator/options.h"

namespace sr {

struct HarvestOptions {
  RestoreOptions restore;  // Its source is the registry.
  HttpCredentials credentials;
  int connections = 4;
  double requests_per_second_max = 0;  // 0: as many as come.
};

// Asks the registry for all it holds, makes records of it as that product and version
// writes them, and restores them as RunRestore does, with the same refusals. The
// registry may be running: of its group nothing is asked. Nothing is written unless
// it told everything: exit code 4. Unimplemented: Redpanda.
absl::Status RunHarvest(const HarvestOptions& options, const StopToken* stop,
                        std::string* result);

}  // namespace sr

#endif  // REPLICATOR_HARVEST_H_
