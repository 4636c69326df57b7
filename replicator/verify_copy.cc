#include "replicator/verify_copy.h"

#include "absl/strings/str_cat.h"
#include "core/archive/archive_scan.h"
#include "core/archive/archive_store.h"
#include "core/base/exit_code.h"
#include "core/base/progress.h"
#include "core/base/status_context.h"
#include "core/base/status_macros.h"

namespace sr {

absl::Status VerifyCopy(const Location& location, const CopyOptions& options,
                        bool quiet) {
  if (location.kind != LocationKind::kArchive) return absl::OkStatus();
  const absl::StatusOr<int64_t> generation = ChooseGeneration(
      options.file_system, location.path, location.generation);
  if (absl::IsInvalidArgument(generation.status())) {
    return WithExitCode(generation.status(), ExitCode::kRefused);
  }
  if (!generation.ok()) return generation.status();
  ArchiveScanOptions scan_options;
  scan_options.file_system = options.file_system;
  scan_options.directory = location.path;
  scan_options.generation = *generation;
  Progress progress("verify " + location.text, options.clock, !quiet);
  ProgressState state;
  ASSIGN_OR_RETURN(const ArchiveScan scan,
                   ScanArchive(
                       scan_options,
                       [&](const RecordBatch& batch) {
                         state.records += static_cast<int64_t>(batch.size());
                         progress.Update(state);
                       },
                       [&state] { state = ProgressState(); }));
  for (const StorageDamage& damage : scan.damage) {
    if (!IsDamage(damage.kind)) continue;
    return WithHint(
        absl::FailedPreconditionError(absl::StrCat(
            location.text, " is damaged: ", damage.file, ": ", damage.detail)),
        "schemas-verifier check names all of it; use another copy");
  }
  return absl::OkStatus();
}

}  // namespace sr
