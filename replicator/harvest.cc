#include "replicator/harvest.h"

#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/status_context.h"
#include "core/base/status_macros.h"
#include "core/base/text.h"
#include "core/sources/copy.h"
#include "replicator/harvest_merge.h"
#include "replicator/harvested_records.h"
#include "replicator/harvested_registry.h"
#include "replicator/read_records.h"
#include "replicator/restore.h"
#include "replicator/verify_copy.h"

namespace sr {
namespace {

class Harvest {
 public:
  Harvest(const HarvestOptions& options, const StopToken* stop)
      : options_(options),
        stop_(stop),
        merge_(absl::ToUnixMillis(options.restore.copy.clock->Now())) {}

  absl::Status Run(std::string* result) {
    RETURN_IF_ERROR(Ask());
    RestoreOptions restore = options_.restore;
    restore.source = options_.registries.front();
    // It does run, and reads another topic, or none.
    restore.registry_is_elsewhere = true;
    RestoreHooks hooks;
    hooks.command = "harvest";
    hooks.product = merge_.product();
    hooks.notes = Notes();
    hooks.open = [this] { return Open(); };
    return RunRestore(restore, stop_, result, hooks);
  }

 private:
  absl::Status Ask() {
    if (options_.base.has_value()) {
      ASSIGN_OR_RETURN(const RegistryIdentity like,
                       Identify(options_.registries.front(), options_));
      RETURN_IF_ERROR(ReadBase(like));
    }
    for (const Location& location : options_.registries) {
      ASSIGN_OR_RETURN(const HarvestedRegistry registry,
                       AskRegistry(location, options_, merge_.Names()));
      tells_times_ = tells_times_ && registry.identity.has_guid();
      RETURN_IF_ERROR(merge_.Add(registry));
    }
    records_ = std::make_shared<const std::vector<HarvestedRecord>>(
        merge_.records());
    return absl::OkStatus();
  }

  absl::Status ReadBase(const RegistryIdentity& like) {
    const RestoreOptions& restore = options_.restore;
    RETURN_IF_ERROR(VerifyCopy(*options_.base, restore.copy, restore.quiet));
    ASSIGN_OR_RETURN(Copy base, OpenBase());
    base_end_ = base.info.end_offset;
    merge_.BeginBase(like);
    return ReadRecords(&base, stop_, restore.copy.clock, restore.quiet,
                       [this](const Record& record) {
                         merge_.AddBase(record);
                         return true;
                       });
  }

  absl::StatusOr<Copy> OpenBase() const {
    absl::StatusOr<Copy> base = OpenCopy(*options_.base, options_.restore.copy);
    if (!base.ok()) return Annotate(base.status(), options_.base->text);
    return base;
  }

  absl::StatusOr<Copy> Open() const {
    Copy copy;
    if (options_.base.has_value()) {
      ASSIGN_OR_RETURN(copy, OpenBase());
      copy.source = SourceBehind(std::move(copy.source), base_end_, records_);
    } else {
      copy.info.location = options_.registries.front();
      copy.source = SourceOf(records_);
    }
    copy.info.end_offset = base_end_ + static_cast<int64_t>(records_->size());
    return copy;
  }

  std::vector<std::string> Notes() const {
    std::vector<std::string> notes = merge_.notes();
    if (options_.base.has_value()) {
      notes.push_back(absl::StrCat("the records of ", options_.base->text,
                                   " come first, as they are"));
    }
    std::string lost =
        "what no registry tells, and is not restored of these records: ";
    if (!tells_times_) absl::StrAppend(&lost, "their times, ");
    notes.push_back(absl::StrCat(
        lost,
        "tombstones, headers, whether a version or its subject was deleted; "
        "times of configs and modes; the bytes as they were written"));
    return notes;
  }

  const HarvestOptions& options_;
  const StopToken* const stop_;
  HarvestMerge merge_;
  bool tells_times_ = true;
  int64_t base_end_ = 0;
  std::shared_ptr<const std::vector<HarvestedRecord>> records_;
};

}  // namespace

absl::Status RunHarvest(const HarvestOptions& options, const StopToken* stop,
                        std::string* result) {
  for (const Location& registry : options.registries) {
    if (registry.kind == LocationKind::kRegistry) continue;
    return WithHint(
        absl::InvalidArgumentError(
            absl::StrCat(registry.text, " is no registry")),
        "harvest http://HOST:8081 kafka://HOST:9092/_schemas_harvested; from a "
        "copy: restore or salvage");
  }
  return Harvest(options, stop).Run(result);
}

}  // namespace sr
