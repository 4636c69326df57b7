// One thing that a registry holds and that a topic speaks of.
#ifndef CORE_COMPARE_REGISTRY_ITEM_H_
#define CORE_COMPARE_REGISTRY_ITEM_H_

#include <cstdint>
#include <string>
#include <tuple>

namespace sr {

struct RegistryItem {
  enum class Kind { kVersion, kConfig, kMode, kContext };

  Kind kind = Kind::kVersion;
  std::string subject;  // Of kContext the context. "" is global.
  int32_t version = 0;  // Of kVersion.

  friend bool operator<(const RegistryItem& a, const RegistryItem& b) {
    return std::tie(a.kind, a.subject, a.version) <
           std::tie(b.kind, b.subject, b.version);
  }
  friend bool operator==(const RegistryItem& a, const RegistryItem& b) {
    return std::tie(a.kind, a.subject, a.version) ==
           std::tie(b.kind, b.subject, b.version);
  }
};

// For people, escaped: "orders version 3", "config of orders", "global mode",
// "context .eu".
std::string NameOf(const RegistryItem& item);

}  // namespace sr

#endif  // CORE_COMPARE_REGISTRY_ITEM_H_
