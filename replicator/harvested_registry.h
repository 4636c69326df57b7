// One registry, asked for all that it holds.
#ifndef REPLICATOR_HARVESTED_REGISTRY_H_
#define REPLICATOR_HARVESTED_REGISTRY_H_

#include <set>
#include <string>

#include "absl/status/statusor.h"
#include "core/location/location.h"
#include "core/registry/registry_identity.h"
#include "core/registry/registry_reader.h"
#include "replicator/harvest.h"
#include "replicator/harvested_records.h"

namespace sr {

struct HarvestedRegistry {
  Location location;
  RegistryIdentity identity;
  RegistryReading reading;
  HarvestedRecords records;
};

// Who answers there; errors with exit code 4.
absl::StatusOr<RegistryIdentity> Identify(const Location& location,
                                          const HarvestOptions& options);

// Asks for everything, and for the configs and modes of `names` whatever is listed.
// A registry that does not answer, or does not tell everything, is an error with exit
// code 4: a topic that lacks what it would have told a moment later looks as if it
// were all.
absl::StatusOr<HarvestedRegistry> AskRegistry(const Location& location,
                                              const HarvestOptions& options,
                                              const std::set<std::string>& names);

// What it holds, in a sentence, escaped.
std::string WhatItHolds(const HarvestedRegistry& registry);

}  // namespace sr

#endif  // REPLICATOR_HARVESTED_REGISTRY_H_
