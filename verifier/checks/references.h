// The replay level: where the references of schemas lead in what a registry
// holds at the end.
#ifndef VERIFIER_CHECKS_REFERENCES_H_
#define VERIFIER_CHECKS_REFERENCES_H_

#include <cstdint>
#include <string>

#include "core/schemas/registry_state.h"
#include "verifier/checks/finding_sink.h"

namespace sr {

// A version that a reference means; borrows from the state.
struct ReferenceTarget {
  const std::string* subject = nullptr;
  int32_t number = 0;
  const SchemaVersion* version = nullptr;  // Null: there is none.
};

// What `reference` of a schema of `referrer` means: subjects without a context
// are those of the referrer's, where there are contexts; version -1 is the highest. Source:
// spec/schemas-topic-format.md §4.6, §13.1 item 5. Any thread.
ReferenceTarget FindTarget(const RegistryState& state,
                           const std::string& referrer,
                           const SchemaReference& reference);

// Whether a reference of `version`, of `subject`, leads nowhere.
bool HasDanglingReference(const RegistryState& state,
                          const std::string& subject,
                          const SchemaVersion& version);

// Adds references that lead nowhere, to what is deleted, or back.
void CheckReferences(const RegistryState& state, FindingSink* sink);

}  // namespace sr

#endif  // VERIFIER_CHECKS_REFERENCES_H_
