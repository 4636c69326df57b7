// A part of what a registry holds: what some records are about.
#ifndef CORE_SCHEMAS_REGISTRY_SCOPE_H_
#define CORE_SCHEMAS_REGISTRY_SCOPE_H_

#include <cstdint>
#include <set>
#include <string>
#include <utility>

namespace sr {

// Names are those of RegistryState; "" is global.
struct RegistryScope {
  std::set<std::pair<std::string, int32_t>> versions;
  std::set<std::string> subjects;  // Those with all their versions.
  std::set<std::string> configs;
  std::set<std::string> modes;
  bool contexts = false;    // All of them.
  bool everything = false;  // Whatever the rest says.

  bool empty() const {
    return !everything && !contexts && versions.empty() && subjects.empty() &&
           configs.empty() && modes.empty();
  }

  bool HasVersion(const std::string& subject, int32_t version) const {
    return everything || subjects.count(subject) != 0 ||
           versions.count({subject, version}) != 0;
  }

  void Add(RegistryScope other) {
    versions.merge(other.versions);
    subjects.merge(other.subjects);
    configs.merge(other.configs);
    modes.merge(other.modes);
    contexts = contexts || other.contexts;
    everything = everything || other.everything;
  }
};

}  // namespace sr

#endif  // CORE_SCHEMAS_REGISTRY_SCOPE_H_
