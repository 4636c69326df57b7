#include "replicator/harvest.h"

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
#include "core/registry/registry_identity.h"
#include "core/registry/registry_reader.h"
#include "core/sources/copy.h"
#include "replicator/harvested_records.h"
#include "replicator/restore.h"

namespace sr {
namespace {

class Harvest {
 public:
  Harvest(const HarvestOptions& options, const StopToken* stop)
      : options_(options), stop_(stop) {}

  absl::Status Run(std::string* result) {
    RETURN_IF_ERROR(Ask());
    RestoreOptions restore = options_.restore;
    // It does run, and reads another topic, or none.
    restore.registry_is_elsewhere = true;
    RestoreHooks hooks;
    hooks.command = "harvest";
    hooks.notes = notes_;
    hooks.open = [this]() -> absl::StatusOr<Copy> {
      Copy copy;
      copy.info.location = options_.restore.source;
      copy.info.end_offset = static_cast<int64_t>(records_->size());
      copy.source = SourceOf(records_);
      return copy;
    };
    return RunRestore(restore, stop_, result, hooks);
  }

 private:
  absl::Status Ask() {
    const Location& registry = options_.restore.source;
    HttpOptions http;
    http.base_url = registry.path;
    http.credentials = options_.credentials;
    http.connections = options_.connections;
    http.connect_timeout = options_.restore.copy.timeout;
    http.requests_per_second_max = options_.requests_per_second_max;
    http.clock = options_.restore.copy.clock;
    ASSIGN_OR_RETURN(const auto client, HttpClient::Open(std::move(http)));
    absl::StatusOr<RegistryIdentity> identity = IdentifyRegistry(client.get());
    if (!identity.ok()) return Unanswered(identity.status());
    HarvestedRecords records(*identity);
    Progress progress(absl::StrCat("read ", registry.text),
                      options_.restore.copy.clock, !options_.restore.quiet);
    RegistryQuestions questions;
    questions.on_schema = [&records](const AnsweredSchema& schema) {
      records.Add(schema);
    };
    questions.progress = [&progress](int64_t schemas) {
      progress.Update({schemas, 0, std::nullopt});
    };
    absl::StatusOr<RegistryReading> reading =
        ReadRegistry(client.get(), *identity, questions);
    if (!reading.ok()) return Unanswered(reading.status());
    RETURN_IF_ERROR(CheckComplete(*reading));
    records_ = std::make_shared<const std::vector<HarvestedRecord>>(
        records.Make(reading->state,
                     absl::ToUnixMillis(options_.restore.copy.clock->Now())));
    Note(*identity, *reading);
    return absl::OkStatus();
  }

  static absl::Status Unanswered(const absl::Status& status) {
    return WithExitCode(status, ExitCode::kIncomplete);
  }

  // A topic that lacks what the registry would have told a moment later looks as if
  // it were all.
  absl::Status CheckComplete(const RegistryReading& reading) const {
    if (reading.unread.empty()) return absl::OkStatus();
    std::vector<std::string> first;
    for (const RegistryUnread& unread : reading.unread) {
      if (first.size() == 3) break;
      first.push_back(absl::StrCat(unread.what, " (", unread.why, ")"));
    }
    return Unanswered(WithHint(
        absl::UnavailableError(absl::StrCat(
            options_.restore.source.text, " did not tell everything: ",
            WithThousands(static_cast<int64_t>(reading.unread.size())),
            " answers missing: ", absl::StrJoin(first, ", "),
            reading.unread.size() > first.size() ? ", ..." : "")),
        "run it again; a slower pace may help: --max-requests-per-second=20"));
  }

  void Note(const RegistryIdentity& identity, const RegistryReading& reading) {
    int64_t deleted = 0;
    for (const auto& [subject, versions] : reading.state.subjects) {
      for (const auto& [number, version] : versions) {
        deleted += version.deleted ? 1 : 0;
      }
    }
    notes_.push_back(absl::StrCat(
        identity.Name(), " holds ",
        WithThousands(reading.state.version_count()), " versions of ",
        WithThousands(static_cast<int64_t>(reading.state.subjects.size())),
        " subjects, ", WithThousands(deleted), " of them deleted softly, ",
        WithThousands(static_cast<int64_t>(reading.state.configs.size())),
        " configs, ",
        WithThousands(static_cast<int64_t>(reading.state.modes.size())),
        " modes"));
    std::string lost = "what no registry tells, and is not restored: ";
    if (!identity.has_guid()) absl::StrAppend(&lost, "times of records, ");
    notes_.push_back(absl::StrCat(
        lost,
        "tombstones, headers, whether a version or its subject was deleted; "
        "times of configs and modes; the bytes as they were written"));
    if (reading.not_addressable > 0) {
      notes_.push_back(absl::StrCat(
          WithThousands(reading.not_addressable),
          " configs and modes of subjects that no path can name were not asked "
          "for"));
    }
  }

  const HarvestOptions& options_;
  const StopToken* const stop_;
  std::shared_ptr<const std::vector<HarvestedRecord>> records_;
  std::vector<std::string> notes_;
};

}  // namespace

absl::Status RunHarvest(const HarvestOptions& options, const StopToken* stop,
                        std::string* result) {
  if (options.restore.source.kind != LocationKind::kRegistry) {
    return WithHint(
        absl::InvalidArgumentError(absl::StrCat(
            options.restore.source.text, " is no registry")),
        "harvest http://HOST:8081 kafka://HOST:9092/_schemas_harvested; from a "
        "copy: restore or salvage");
  }
  return Harvest(options, stop).Run(result);
}

}  // namespace sr
