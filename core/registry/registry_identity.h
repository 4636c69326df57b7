// Which registry answers at a URL, and what it can be asked.
#ifndef CORE_REGISTRY_REGISTRY_IDENTITY_H_
#define CORE_REGISTRY_REGISTRY_IDENTITY_H_

#include <string>

#include "absl/status/statusor.h"
#include "core/registry/http_client.h"
#include "core/schemas/confluent_version.h"
#include "core/schemas/product.h"
#include "core/schemas/registry_model.h"

namespace sr {

struct RegistryIdentity {
  Product product = Product::kConfluent;
  // Of Confluent; of versions that do not tell theirs (before 7.0.4) the lowest
  // that has what this one has.
  ConfluentVersion confluent_version;
  std::string version;  // As it says itself; "" if it does not.
  std::string reason;   // By what it was known, for people.
  std::string kafka_cluster_id;  // Of its topic; "" if it does not say.

  // All but Confluent before 6.0: lists of subjects and versions with those that
  // are deleted.
  bool lists_deleted() const;
  // Confluent 6.1: GET /schemas, by pages.
  bool has_listing() const;
  // Confluent 7.0.
  bool has_contexts() const;
  // Confluent 7.4: metadata, rules, configs with more than a level.
  bool has_metadata() const;
  // Confluent 8.0: each schema with guid, ts and whether it is deleted.
  bool has_guid() const;

  // "Confluent 8.2.2", "Karapace 6.2.0", "Redpanda".
  std::string Name() const;
};

// Whose reading of a topic the registry's is.
ProductChoice ChoiceOf(const RegistryIdentity& identity);

// Asks the server of `client`. FailedPrecondition if it is none of the registries
// that are known; Unauthenticated and PermissionDenied for 401 and 403; else as
// HttpClient. Source: spec/schemas-topic-format.md §6.1, §6.4.
absl::StatusOr<RegistryIdentity> IdentifyRegistry(HttpClient* client);

}  // namespace sr

#endif  // CORE_REGISTRY_REGISTRY_IDENTITY_H_
