#include "replicator/target_checks.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/status_context.h"
#include "core/base/status_macros.h"
#include "core/registry/registry_identity.h"

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

namespace {

// Of one that does not answer nothing is known: a firewall looks the same.
absl::Status AskWhetherItRuns(const RestoreOptions& options,
                              std::vector<std::string>* notes) {
  if (!options.registry.has_value()) return absl::OkStatus();
  HttpOptions http;
  http.base_url = options.registry->path;
  http.credentials = options.registry_credentials;
  http.connect_timeout = options.copy.timeout;
  http.clock = options.copy.clock;
  ASSIGN_OR_RETURN(const auto client, HttpClient::Open(std::move(http)));
  const absl::StatusOr<RegistryIdentity> identity =
      IdentifyRegistry(client.get());
  if (absl::IsUnavailable(identity.status()) ||
      absl::IsDeadlineExceeded(identity.status())) {
    notes->push_back(absl::StrCat(options.registry->text, " does not answer: ",
                                  identity.status().message()));
    return absl::OkStatus();
  }
  return WithHint(
      absl::FailedPreconditionError(absl::StrCat(
          options.registry->text, " answers",
          identity.ok() ? ", a " + identity->Name() : std::string(),
          ": it may be reading ", options.target.topic)),
      "stop every instance of it; or say --registry-is-elsewhere, if it reads "
      "another topic");
}

}  // namespace

absl::Status LookForARegistry(const RestoreOptions& options, TopicAdmin* admin,
                              std::vector<std::string>* notes) {
  if (options.registry_is_elsewhere) return absl::OkStatus();
  RETURN_IF_ERROR(AskWhetherItRuns(options, notes));
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
