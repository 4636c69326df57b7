// The replay level: what a registry holds when it has read everything.
#ifndef VERIFIER_CHECKS_REGISTRY_CHECKS_H_
#define VERIFIER_CHECKS_REGISTRY_CHECKS_H_

#include "core/schemas/registry_state.h"
#include "verifier/checks/finding_sink.h"

namespace sr {

// Adds what is wrong with settings, contexts and associations of `state`, of a
// Confluent registry.
void CheckSettings(const RegistryState& state, FindingSink* sink);

// Adds what is wrong with its ids.
void CheckIds(const RegistryState& state, FindingSink* sink);

}  // namespace sr

#endif  // VERIFIER_CHECKS_REGISTRY_CHECKS_H_
