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

// Whether a registry told of `item`, if only that it is not there; `Told` is what a
// reading of it says (RegistryTold).
template <typename Told>
bool IsTold(const Told& told, const RegistryItem& item) {
  switch (item.kind) {
    case RegistryItem::Kind::kVersion:
      return told.Version(item.subject, item.version);
    case RegistryItem::Kind::kConfig:
      return told.Config(item.subject);
    case RegistryItem::Kind::kMode:
      return told.Mode(item.subject);
    case RegistryItem::Kind::kContext:
      return told.contexts;
  }
  return false;
}

// For people, escaped: "orders version 3", "config of orders", "global mode",
// "context .eu".
std::string NameOf(const RegistryItem& item);

}  // namespace sr

#endif  // CORE_COMPARE_REGISTRY_ITEM_H_
