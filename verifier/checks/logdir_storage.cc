#include "verifier/checks/logdir_storage.h"

#include <limits>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/archive/storage_damage.h"
#include "core/base/status_macros.h"
#include "core/logdir/log_directory.h"
#include "verifier/read_through.h"

namespace sr {
namespace {

StorageDamage DamageOf(DamageKind kind, const LostBytes& lost) {
  StorageDamage damage;
  damage.kind = kind;
  damage.file = lost.file;
  damage.begin = lost.begin;
  damage.end = lost.end;
  damage.detail = lost.why;
  if (lost.has_offsets()) {
    damage.first_offset = lost.first_offset;
    if (lost.last_offset != std::numeric_limits<int64_t>::max()) {
      damage.last_offset = lost.last_offset;
    }
  }
  return damage;
}

void AddFindings(const LogDirectory& directory, const std::string& copy,
                 FindingList* findings) {
  for (const LogFile& missing : directory.summary().files.missing) {
    StorageDamage damage;
    damage.kind = DamageKind::kFileMissing;
    damage.file = missing.name;
    damage.detail = "its index is there";
    findings->Add(FindingOf(damage, copy));
  }
  for (const LostBytes& lost : directory.damage()) {
    findings->Add(FindingOf(DamageOf(DamageKind::kBatchCorrupt, lost), copy));
  }
  if (directory.torn_tail().has_value()) {
    findings->Add(FindingOf(
        DamageOf(DamageKind::kUncommittedTail, *directory.torn_tail()), copy));
  }
}

}  // namespace

absl::StatusOr<StorageResult> CheckLogdirStorage(const Location& location,
                                                 const CopyOptions& options,
                                                 bool quiet,
                                                 int64_t findings_kept_per_code,
                                                 RecordObserver* observer) {
  LogDirectoryOptions directory_options;
  directory_options.file_system = options.file_system;
  directory_options.directory = location.path;
  directory_options.committed_only = location.committed_only;
  directory_options.skip_damaged = true;
  ASSIGN_OR_RETURN(std::unique_ptr<LogDirectory> directory,
                   LogDirectory::Open(directory_options));
  StorageResult result;
  result.findings = FindingList(findings_kept_per_code);
  AddFindings(*directory, location.text, &result.findings);

  Copy copy;
  copy.info.end_offset = directory->end_offset();
  copy.source = std::move(directory);
  if (observer != nullptr) observer->Begin();
  RETURN_IF_ERROR(ReadThrough(
      absl::StrCat("check ", location.text), quiet, options.clock, &copy,
      [&result, observer](const RecordBatch& batch) {
        if (observer != nullptr) observer->Add(batch);
        result.records += static_cast<int64_t>(batch.size());
        result.verified_through =
            VerifiedThrough{batch.back().offset, batch.back().timestamp};
        return true;
      }));
  if (observer != nullptr) observer->End();
  return result;
}

}  // namespace sr
