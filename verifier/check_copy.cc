#include "verifier/check_copy.h"

#include <utility>

#include "absl/time/time.h"
#include "core/base/status_context.h"
#include "verifier/check_levels.h"
#include "verifier/check_topic_level.h"
#include "verifier/checks/logdir_storage.h"
#include "verifier/checks/storage.h"

namespace sr {
namespace {

absl::StatusOr<StorageResult> CheckStorage(const Location& location,
                                           const VerifierOptions& options,
                                           RecordObserver* observer) {
  if (location.kind == LocationKind::kArchive) {
    return CheckArchiveStorage(location, options.archive, options.copy,
                               options.quiet, options.findings_kept_per_code(),
                               observer);
  }
  if (location.kind == LocationKind::kLogdir) {
    return CheckLogdirStorage(location, options.copy, options.quiet,
                              options.findings_kept_per_code(), observer);
  }
  return CheckTopicStorage(location, options.copy, options.quiet,
                           options.findings_kept_per_code(), observer);
}

void AddResult(const Location& location, const StorageResult& result,
               Report* report) {
  CopyResult copy;
  copy.location = location.text;
  copy.records = result.records;
  report->copies.push_back(std::move(copy));
  report->findings.Merge(result.findings);
  report->records += result.records;
  LevelOf(report, "storage")->items += result.records;
  if (!report->verified_through.has_value()) {
    report->verified_through = result.verified_through;
  }
}

}  // namespace

absl::Status CheckCopy(const Location& location, const VerifierOptions& options,
                       Report* report, VerifiedSegments* verified) {
  const bool whole = options.archive.slices == 1;
  const bool above_storage = whole &&
                             (options.HasLevel("record") ||
                              options.HasLevel("replay") ||
                              options.HasLevel("schema"));
  RecordLevels levels(location.text, options, report);
  const absl::StatusOr<StorageResult> result =
      CheckStorage(location, options, above_storage ? &levels : nullptr);
  if (options.HasLevel("topic")) {
    AddTopicLevel(location, options,
                  result.ok() ? result->largest_record_bytes : 0, report);
  }
  if (result.ok()) {
    AddResult(location, *result, report);
    if (verified != nullptr) {
      const int64_t now = absl::ToUnixMillis(options.copy.clock->Now());
      for (const SegmentId& segment : result->whole_segments) {
        verified->Note(segment, {now, options.archive.from_medium});
      }
    }
    return absl::OkStatus();
  }
  CopyResult copy;
  copy.location = location.text;
  copy.outcome = Outcome::kFailed;
  copy.reason = RenderError(result.status());
  report->copies.push_back(std::move(copy));
  return Annotate(result.status(), location.text);
}

}  // namespace sr
