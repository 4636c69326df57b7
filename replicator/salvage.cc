#include "replicator/salvage.h"

#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/file_system.h"
#include "core/base/status_context.h"
#include "core/base/status_macros.h"
#include "core/base/text.h"
#include "core/sources/copy.h"
#include "replicator/read_records.h"
#include "replicator/restore.h"
#include "replicator/salvage_choice.h"

namespace sr {
namespace {

constexpr size_t kQuarantineBytesMax = size_t{1} << 30;
constexpr size_t kQuarantinedToldMax = 10;

class Salvage {
 public:
  Salvage(const SalvageOptions& options, const StopToken* stop)
      : options_(options),
        stop_(stop),
        restore_(options.restore),
        choice_(*options.product.product, options.product) {}

  absl::Status Run(std::string* result) {
    RETURN_IF_ERROR(Choose());
    RestoreHooks hooks;
    hooks.command = "salvage";
    hooks.product = options_.product.product;
    hooks.notes = Notes();
    hooks.source = [this](std::unique_ptr<RecordSource> source) {
      return SalvagedSource(std::move(source), &choice_);
    };
    hooks.before_write = [this] { return WriteQuarantine(); };
    return RunRestore(restore_, stop_, result, hooks);
  }

 private:
  // The history as it is now; what is written later is not salvaged.
  absl::Status Choose() {
    ASSIGN_OR_RETURN(Copy source, Open());
    restore_.to_offset = source.info.end_offset - 1;
    return Read(&source, [this](const Record& record) {
      (void)choice_.Add(record);
      return true;
    });
  }

  absl::StatusOr<Copy> Open() const {
    absl::StatusOr<Copy> source = OpenCopy(restore_.source, restore_.copy);
    if (!source.ok()) return Annotate(source.status(), restore_.source.text);
    return source;
  }

  absl::Status Read(Copy* source,
                    absl::FunctionRef<bool(const Record&)> on_record) const {
    return ReadRecords(source, stop_, restore_.copy.clock, restore_.quiet,
                       on_record);
  }

  std::vector<std::string> Notes() const {
    std::vector<std::string> kinds;
    for (const auto& [effect, count] : choice_.counts()) {
      kinds.push_back(
          absl::StrCat(WithThousands(count), " ", NameOf(effect)));
    }
    const auto dropped = static_cast<int64_t>(choice_.quarantine().size());
    std::vector<std::string> notes = {absl::StrCat(
        "as ", choice_.registry(), " reads it, ", WithThousands(choice_.kept()),
        " records are kept and ", WithThousands(dropped), " are not",
        dropped > 0 ? absl::StrCat(" (", absl::StrJoin(kinds, ", "), ")") : "")};
    for (const QuarantinedRecord& record : choice_.quarantine()) {
      if (notes.size() > kQuarantinedToldMax) {
        notes.push_back("... all of them are in the quarantine file");
        break;
      }
      notes.push_back(absl::StrCat("drop offset ", record.offset, ": ",
                                   NameOf(record.effect), ", ", record.why));
    }
    notes.push_back("on the source such a registry " + choice_.Before());
    notes.push_back("on the target it " + choice_.After());
    return notes;
  }

  // Before anything else is written: whatever happens then, they are not lost.
  absl::Status WriteQuarantine() {
    ASSIGN_OR_RETURN(const std::string lines, QuarantineLines());
    FileSystem* const files = restore_.copy.file_system;
    ASSIGN_OR_RETURN(const bool is_there, files->Exists(options_.quarantine));
    if (is_there) return CheckQuarantine(lines);
    const std::string partial = options_.quarantine + ".partial";
    ASSIGN_OR_RETURN(const bool is_partial, files->Exists(partial));
    if (is_partial) RETURN_IF_ERROR(files->Remove(partial));
    ASSIGN_OR_RETURN(const auto file, files->Create(partial));
    RETURN_IF_ERROR(file->Append(lines));
    RETURN_IF_ERROR(file->Sync());
    RETURN_IF_ERROR(file->Close());
    return files->Rename(partial, options_.quarantine);
  }

  // Of an earlier run that was interrupted.
  absl::Status CheckQuarantine(const std::string& lines) const {
    const absl::StatusOr<std::string> before =
        ReadWholeFile(restore_.copy.file_system, options_.quarantine,
                      static_cast<int64_t>(kQuarantineBytesMax));
    if (before.ok() && *before == lines) return absl::OkStatus();
    return WithHint(
        absl::FailedPreconditionError(absl::StrCat(
            options_.quarantine,
            " is there, and is not the quarantine of this salvage")),
        "name a file that is not there");
  }

  absl::StatusOr<std::string> QuarantineLines() const {
    ASSIGN_OR_RETURN(Copy source, Open());
    std::string lines;
    size_t next = 0;
    const auto& quarantine = choice_.quarantine();
    RETURN_IF_ERROR(Read(&source, [&](const Record& record) {
      if (next == quarantine.size() || lines.size() > kQuarantineBytesMax) {
        return false;
      }
      if (record.offset == quarantine[next].offset) {
        lines += QuarantineLine(record, quarantine[next++]);
      }
      return true;
    }));
    if (lines.size() > kQuarantineBytesMax) {
      return absl::ResourceExhaustedError(
          absl::StrCat("the records to put into quarantine have more than ",
                       HumanBytes(static_cast<int64_t>(kQuarantineBytesMax))));
    }
    if (next < quarantine.size()) {
      return absl::DataLossError(absl::StrCat(
          restore_.source.text, ": the record at offset ",
          quarantine[next].offset, " was there a moment ago, and is gone"));
    }
    return lines;
  }

  const SalvageOptions& options_;
  const StopToken* const stop_;
  RestoreOptions restore_;
  SalvageChoice choice_;
};

}  // namespace

absl::Status RunSalvage(const SalvageOptions& options, const StopToken* stop,
                        std::string* result) {
  if (!options.product.product.has_value()) {
    return WithHint(absl::InvalidArgumentError(
                        "it is not said which registry the records are for"),
                    "--product=confluent-8.1, karapace or redpanda");
  }
  if (options.quarantine.empty() && options.restore.execute) {
    return WithHint(absl::InvalidArgumentError(
                        "no file for the records that are not kept"),
                    "--quarantine=FILE");
  }
  return Salvage(options, stop).Run(result);
}

}  // namespace sr
