#include "replicator/harvested_registry.h"

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/exit_code.h"
#include "core/base/progress.h"
#include "core/base/status_context.h"
#include "core/base/status_macros.h"
#include "core/base/text.h"

namespace sr {
namespace {

absl::Status Unanswered(const absl::Status& status) {
  return WithExitCode(status, ExitCode::kIncomplete);
}

absl::Status CheckComplete(const Location& location,
                           const RegistryReading& reading) {
  if (reading.unread.empty()) return absl::OkStatus();
  std::vector<std::string> first;
  for (const RegistryUnread& unread : reading.unread) {
    if (first.size() == 3) break;
    first.push_back(absl::StrCat(unread.what, " (", unread.why, ")"));
  }
  return Unanswered(WithHint(
      absl::UnavailableError(absl::StrCat(
          location.text, " did not tell everything: ",
          WithThousands(static_cast<int64_t>(reading.unread.size())),
          " answers missing: ", absl::StrJoin(first, ", "),
          reading.unread.size() > first.size() ? ", ..." : "")),
      "run it again; a slower pace may help: --max-requests-per-second=20"));
}

absl::StatusOr<std::unique_ptr<HttpClient>> Connect(
    const Location& location, const HarvestOptions& options) {
  HttpOptions http;
  http.base_url = location.path;
  http.credentials = options.credentials;
  http.connections = options.connections;
  http.connect_timeout = options.restore.copy.timeout;
  http.requests_per_second_max = options.requests_per_second_max;
  http.clock = options.restore.copy.clock;
  return HttpClient::Open(std::move(http));
}

}  // namespace

absl::StatusOr<RegistryIdentity> Identify(const Location& location,
                                          const HarvestOptions& options) {
  ASSIGN_OR_RETURN(const auto client, Connect(location, options));
  const absl::StatusOr<RegistryIdentity> identity =
      IdentifyRegistry(client.get());
  if (!identity.ok()) return Unanswered(identity.status());
  return identity;
}

absl::StatusOr<HarvestedRegistry> AskRegistry(
    const Location& location, const HarvestOptions& options,
    const std::set<std::string>& names) {
  ASSIGN_OR_RETURN(const auto client, Connect(location, options));
  const absl::StatusOr<RegistryIdentity> identity =
      IdentifyRegistry(client.get());
  if (!identity.ok()) return Unanswered(identity.status());
  HarvestedRecords records(*identity);
  Progress progress(absl::StrCat("read ", location.text),
                    options.restore.copy.clock, !options.restore.quiet);
  RegistryQuestions questions;
  questions.names = names;
  questions.text_level = identity->product == Product::kKarapace
                             ? TextLevel::kStructural
                             : TextLevel::kExact;
  questions.on_schema = [&records](const AnsweredSchema& schema) {
    records.Add(schema);
  };
  questions.progress = [&progress](int64_t schemas) {
    progress.Update({schemas, 0, std::nullopt});
  };
  absl::StatusOr<RegistryReading> reading =
      ReadRegistry(client.get(), *identity, questions);
  if (!reading.ok()) return Unanswered(reading.status());
  RETURN_IF_ERROR(CheckComplete(location, *reading));
  return HarvestedRegistry{location, *identity, *std::move(reading),
                           std::move(records)};
}

std::string WhatItHolds(const HarvestedRegistry& registry) {
  const RegistryState& state = registry.reading.state;
  int64_t deleted = 0;
  for (const auto& [subject, versions] : state.subjects) {
    for (const auto& [number, version] : versions) {
      deleted += version.deleted ? 1 : 0;
    }
  }
  return absl::StrCat(
      registry.identity.Name(), " holds ",
      WithThousands(state.version_count()), " versions of ",
      WithThousands(static_cast<int64_t>(state.subjects.size())),
      " subjects, ", WithThousands(deleted), " of them deleted softly, ",
      WithThousands(static_cast<int64_t>(state.configs.size())), " configs, ",
      WithThousands(static_cast<int64_t>(state.modes.size())), " modes");
}

}  // namespace sr
