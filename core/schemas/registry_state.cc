#include "core/schemas/registry_state.h"

#include <algorithm>
#include <utility>

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

std::optional<int32_t> PutVersion(SubjectVersions* versions, int32_t number,
                                  SchemaVersion version) {
  if (versions->empty() || versions->back().first < number) {
    versions->emplace_back(number, std::move(version));
    return std::nullopt;
  }
  const auto place = std::lower_bound(
      versions->begin(), versions->end(), number,
      [](const auto& entry, int32_t sought) { return entry.first < sought; });
  if (place->first != number) {
    versions->emplace(place, number, std::move(version));
    return std::nullopt;
  }
  const int32_t before = place->second.id;
  place->second = std::move(version);
  return before;
}

void EraseVersion(SubjectVersions* versions, int32_t version) {
  versions->erase(
      std::remove_if(
          versions->begin(), versions->end(),
          [version](const auto& entry) { return entry.first == version; }),
      versions->end());
}

int64_t RegistryState::version_count() const {
  int64_t count = 0;
  for (const auto& [subject, versions] : subjects) {
    count += static_cast<int64_t>(versions.size());
  }
  return count;
}

bool HasLiveVersion(const RegistryState& state, const std::string& subject,
                    int32_t version) {
  const auto found = state.subjects.find(subject);
  return found != state.subjects.end() &&
         std::any_of(found->second.begin(), found->second.end(),
                     [version](const auto& entry) {
                       return !entry.second.deleted &&
                              (version == -1 || entry.first == version);
                     });
}

std::vector<std::string> RegistryState::SortedSubjects() const {
  std::vector<std::string> names;
  names.reserve(subjects.size());
  for (const auto& [subject, versions] : subjects) names.push_back(subject);
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace sr
