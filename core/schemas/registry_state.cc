#include "core/schemas/registry_state.h"

#include <algorithm>

namespace sr {
namespace {

template <typename Versions>
auto* Find(Versions* versions, int32_t version) {
  const auto found = std::lower_bound(
      versions->begin(), versions->end(), version,
      [](const auto& entry, int32_t number) { return entry.first < number; });
  return found != versions->end() && found->first == version ? &found->second
                                                             : nullptr;
}

}  // namespace

SchemaVersion* FindVersion(SubjectVersions* versions, int32_t version) {
  return Find(versions, version);
}

const SchemaVersion* FindVersion(const SubjectVersions& versions,
                                 int32_t version) {
  return Find(&versions, version);
}

int64_t RegistryState::version_count() const {
  int64_t count = 0;
  for (const auto& [subject, versions] : subjects) {
    count += static_cast<int64_t>(versions.size());
  }
  return count;
}

std::vector<std::string> RegistryState::SortedSubjects() const {
  std::vector<std::string> names;
  names.reserve(subjects.size());
  for (const auto& [subject, versions] : subjects) names.push_back(subject);
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace sr
