#include "replicator/salvage.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/file_system.h"
#include "core/base/status_context.h"
#include "core/base/status_macros.h"
#include "core/base/text.h"
#include "core/record/canonical.h"
#include "core/sources/copy.h"
#include "replicator/patched_source.h"
#include "replicator/read_records.h"
#include "replicator/restore.h"
#include "replicator/salvage_choice.h"
#include "replicator/verify_copy.h"

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
    if (options_.from.has_value()) {
      RETURN_IF_ERROR(
          VerifyCopy(*options_.from, restore_.copy, restore_.quiet));
      RETURN_IF_ERROR(ReadOther());
    }
    RETURN_IF_ERROR(Choose());
    RestoreHooks hooks;
    hooks.command = "salvage";
    hooks.product = options_.product.product;
    hooks.notes = Notes();
    if (options_.from.has_value()) hooks.open = [this] { return Open(); };
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
    std::optional<int64_t> differs_at;
    RETURN_IF_ERROR(Read(&source, [&](const Record& record) {
      if (!IsAsInOther(record)) differs_at = record.offset;
      (void)choice_.Add(record);
      return !differs_at.has_value();
    }));
    if (differs_at.has_value()) {
      return WithHint(
          absl::FailedPreconditionError(absl::StrCat(
              options_.from->text, " has another record at offset ",
              *differs_at, ": it is a copy of another history")),
          "schemas-verifier compare tells them apart");
    }
    if (options_.from.has_value()) {
      patches_ = static_cast<PatchedSource*>(source.source.get())->patches();
    }
    return absl::OkStatus();
  }

  absl::Status ReadOther() {
    ASSIGN_OR_RETURN(Copy other, OpenAt(*options_.from));
    return Read(&other, [this](const Record& record) {
      other_[record.offset] = ContentDigest(record);
      return true;
    });
  }

  bool IsAsInOther(const Record& record) const {
    const auto other = other_.find(record.offset);
    return other == other_.end() || other->second == ContentDigest(record);
  }

  absl::StatusOr<Copy> OpenAt(const Location& location) const {
    absl::StatusOr<Copy> copy = OpenCopy(location, restore_.copy);
    if (!copy.ok()) return Annotate(copy.status(), location.text);
    return copy;
  }

  absl::StatusOr<Copy> Open() const {
    ASSIGN_OR_RETURN(Copy source, OpenAt(restore_.source));
    if (!options_.from.has_value()) return source;
    ASSIGN_OR_RETURN(Copy other, OpenAt(*options_.from));
    source.source = std::make_unique<PatchedSource>(
        std::move(source.source), source.info.start_offset,
        std::move(other.source));
    source.info.start_offset =
        std::min(source.info.start_offset, other.info.start_offset);
    RETURN_IF_ERROR(source.source->Seek(source.info.start_offset));
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
    for (const Patch& patch : patches_) {
      notes.push_back(absl::StrCat(
          "offsets ", WithThousands(patch.first_offset), " to ",
          WithThousands(patch.last_offset), " are from ", options_.from->text,
          ": ", patch.why));
    }
    notes.push_back("on the source such a registry " + choice_.Before());
    notes.push_back("on the target it " + choice_.After());
    notes.push_back("the difference: " + choice_.Difference());
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
  std::unordered_map<int64_t, Digest128> other_;  // Of options_.from, by offset.
  std::vector<Patch> patches_;
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
