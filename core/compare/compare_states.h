// Compares what a registry answers with what a topic, or a copy of it, says:
// entry by entry, both ways.
#ifndef CORE_COMPARE_COMPARE_STATES_H_
#define CORE_COMPARE_COMPARE_STATES_H_

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "core/compare/registry_item.h"
#include "core/compare/state_window.h"
#include "core/schemas/product.h"
#include "core/schemas/registry_state.h"

namespace sr {

// What of a product's answers can be held against a topic (spec §9.4).
struct ComparableParts {
  bool text = true;
  // Text of Protobuf, which Karapace and Redpanda print anew.
  bool protobuf_text = true;
  bool extras = true;      // Metadata and rules.
  bool guid = false;       // With the MD5 of the content.
  bool timestamp = false;  // With the record's.
  // All of a config, not its level only.
  bool whole_config = true;
  bool modes = true;
  bool contexts = true;
};

// Of a registry of this product; `has_guid`: its answers have guid and ts
// (Confluent 8.0 and later). `has_contexts`: 7.0 and later. `has_metadata`: 7.4 and
// later, which also have more in a config than its level.
ComparableParts ComparablePartsOf(Product product, bool has_guid,
                                  bool has_contexts, bool has_metadata = true);

struct StateDifference {
  RegistryItem item;
  absl::string_view code;  // One of codes.h.
  std::string expected;    // What the topic says.
  std::string found;       // What the registry answers.
  // Of the topic's record; nullopt: there is none.
  std::optional<int64_t> offset;
};

struct StatesCompared {
  int64_t items = 0;  // Of either side, each once.
  std::vector<StateDifference> differences;  // In the order of items.
  // Equal in all that can be compared, by what cannot: "text" (Redpanda, which
  // prints Avro in a form of its own), "protobuf_text", or "named_otherwise".
  std::map<std::string, int64_t> not_comparable;
  // Different, but a record that touches more than it names came a moment ago.
  std::vector<RegistryItem> unsettled;
};

// `topic` has digests of versions at the level of text of the product, and their
// md5 if guids are compared; so has `registry`, as far as its answers go. A value
// of the registry is right if the topic says it at any offset of the window.
// `could_read` says whether the registry told of an item at all; those of which
// it did not are left out.
//
// Codes: TOPIC_LOST_SCHEMA, REGISTRY_LACKS_SCHEMA, REGISTRY_CANNOT_DECRYPT,
// DELETED_IN_TOPIC_ONLY, DELETED_IN_REGISTRY_ONLY, REGISTRY_ID_DIFFERS,
// REGISTRY_TEXT_DIFFERS, REGISTRY_ATTRIBUTES_DIFFER, REGISTRY_GUID_DIFFERS,
// REGISTRY_TS_DIFFERS, REGISTRY_CONFIG_DIFFERS, REGISTRY_MODE_DIFFERS,
// REGISTRY_CONTEXT_DIFFERS. One for each item: the first of this order.
StatesCompared CompareStates(
    const StateWindow& topic, const RegistryState& registry,
    const ComparableParts& parts,
    const std::function<bool(const RegistryItem&)>& could_read);

}  // namespace sr

#endif  // CORE_COMPARE_COMPARE_STATES_H_
