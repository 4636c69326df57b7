#include "replicator/target_checks.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/status_context.h"

namespace sr {

absl::Status CheckTargetConfig(const TopicState& target,
                               const RestoreOptions& options,
                               std::vector<std::string>* notes) {
  if (!target.config.has_value()) {
    notes->push_back(absl::StrCat(
        "the configuration of the target is not known: ",
        target.config_missing_reason));
    return absl::OkStatus();
  }
  for (const auto& [name, wanted] :
       {std::pair("cleanup.policy", "compact"),
        {"message.timestamp.type", "CreateTime"}}) {
    const auto found = target.config->find(name);
    if (found == target.config->end() || found->second.value == wanted) {
      continue;
    }
    return WithHint(
        absl::FailedPreconditionError(absl::StrCat(
            options.target.text, " has ", name, "=", found->second.value,
            ", not ", wanted)),
        "name a topic that is not there yet, and it is created as a registry "
        "needs it");
  }
  return absl::OkStatus();
}

absl::Status LookForARegistry(const RestoreOptions& options, TopicAdmin* admin,
                              std::vector<std::string>* notes) {
  if (options.registry_is_elsewhere) return absl::OkStatus();
  const absl::StatusOr<int64_t> members =
      admin->GroupMembers(options.registry_group);
  if (!members.ok()) {
    notes->push_back(absl::StrCat(
        "whether a registry runs (group ", options.registry_group,
        ") could not be seen: ", members.status().message()));
    return absl::OkStatus();
  }
  if (*members == 0) return absl::OkStatus();
  return WithHint(
      absl::FailedPreconditionError(absl::StrCat(
          "the group ", options.registry_group, " has ", *members,
          *members == 1 ? " member" : " members",
          ": a registry runs on this cluster, and may be reading ",
          options.target.topic)),
      "stop every instance of it; or say --registry-is-elsewhere, if all of "
      "them read another topic");
}

}  // namespace sr
