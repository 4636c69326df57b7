#include "replicator/dependency_order.h"

#include <set>
#include <utility>

#include "core/schemas/subject.h"
#include "core/schemas/value.h"

namespace sr {
namespace {

// What has to come before each.
std::map<VersionName, std::vector<VersionName>> NeededBy(
    const std::map<VersionName, absl::string_view>& values, bool has_contexts) {
  std::map<VersionName, std::vector<VersionName>> needed;
  const VersionName* before = nullptr;
  for (const auto& [name, value] : values) {
    std::vector<VersionName>& needs = needed[name];
    if (before != nullptr && before->first == name.first) {
      needs.push_back(*before);
    }
    before = &name;
    for (const SchemaReference& reference :
         DecodeSchemaValue(Bytes(value)).references) {
      const VersionName target = {has_contexts
                                      ? NormalSubject(QualifiedFor(
                                            name.first, reference.subject))
                                      : reference.subject,
                                  reference.version};
      if (values.count(target) != 0) needs.push_back(target);
    }
  }
  return needed;
}

}  // namespace

std::vector<VersionName> InDependencyOrder(
    const std::map<VersionName, absl::string_view>& values, bool has_contexts) {
  const auto needed = NeededBy(values, has_contexts);
  std::vector<VersionName> order;
  std::set<VersionName> begun;
  // Not by recursion: a chain of references may be as long as the topic.
  std::vector<std::pair<const VersionName*, size_t>> path;
  for (const auto& [name, needs] : needed) {
    if (!begun.insert(name).second) continue;
    path.push_back({&name, 0});
    while (!path.empty()) {
      auto& [current, next] = path.back();
      const std::vector<VersionName>& needs_of = needed.at(*current);
      if (next == needs_of.size()) {
        order.push_back(*current);
        path.pop_back();
        continue;
      }
      const auto target = needed.find(needs_of[next++]);
      if (begun.insert(target->first).second) path.push_back({&target->first, 0});
    }
  }
  return order;
}

}  // namespace sr
