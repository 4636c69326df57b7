// The registry that reads a topic, as far as it is modelled.
#ifndef CORE_SCHEMAS_REGISTRY_MODEL_H_
#define CORE_SCHEMAS_REGISTRY_MODEL_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "core/schemas/confluent_version.h"
#include "core/schemas/product.h"
#include "core/schemas/registry_replay.h"

namespace sr {

// The registry that the user says reads this topic.
struct ProductChoice {
  std::optional<Product> product;  // nullopt: by the marks of the writers.
  ConfluentVersion confluent_version;
  int karapace_major = 6;
};

struct RegistryModel {
  Product product = Product::kConfluent;
  std::string name;  // With its version: "Confluent 8.2.2".
  std::unique_ptr<RegistryReplay> replay;
  bool has_hash = false;  // HashOf of its state means something.
};

// One that starts on the topic. `with_hash`: with what HashOf needs, for products
// whose topics can be compared; texts as they stand of Confluent, what they say of
// Karapace. `with_md5`: also the digest that Confluent's guid is made of.
// `is_running`: one that has seen each record as it came, where that makes a
// difference (Karapace), not one that starts.
RegistryModel MakeRegistryModel(Product product, const ProductChoice& choice,
                                bool with_hash = false, bool with_md5 = false,
                                bool is_running = false);

// "confluent", "confluent-8.1", "karapace", "karapace-5", "redpanda"; nullopt for
// anything else.
std::optional<ProductChoice> ParseProductChoice(absl::string_view text);

}  // namespace sr

#endif  // CORE_SCHEMAS_REGISTRY_MODEL_H_
