// `schemas-verifier check COPY...`: is each copy sound?

#include <algorithm>
#include <string>
#include <utility>

#include "core/base/status_context.h"
#include "core/findings/report.h"
#include "verifier/check_levels.h"
#include "verifier/check_topic_level.h"
#include "verifier/checks/storage.h"
#include "verifier/commands.h"
#include "verifier/report_output.h"

namespace sr {
namespace {

absl::StatusOr<StorageResult> CheckStorage(const Location& location,
                                           const VerifierOptions& options,
                                           RecordObserver* observer) {
  if (location.kind == LocationKind::kArchive) {
    return CheckArchiveStorage(location, options.copy, options.quiet,
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

void AddLevelsThatDidNotRun(Report* report) {
  for (const char* name : {"record", "replay", "schema", "topic"}) {
    const bool known = std::any_of(
        report->levels.begin(), report->levels.end(),
        [name](const LevelResult& level) { return level.name == name; });
    if (known) continue;
    LevelResult* const level = LevelOf(report, name);
    level->outcome = Outcome::kSkipped;
    level->reason = "not asked for by --levels";
  }
}

}  // namespace

absl::StatusOr<ExitCode> RunCheck(const VerifierOptions& options,
                                  Output* output) {
  Report report = NewReport("check", options);
  LevelOf(&report, "storage");
  const bool above_storage =
      options.HasLevel("record") || options.HasLevel("replay") ||
      options.HasLevel("schema");
  size_t failed = 0;
  absl::Status last_failure;
  for (const Location& location : options.copies) {
    RecordLevels levels(location.text, options, &report);
    const absl::StatusOr<StorageResult> result =
        CheckStorage(location, options, above_storage ? &levels : nullptr);
    if (options.HasLevel("topic")) {
      AddTopicLevel(location, options,
                    result.ok() ? result->largest_record_bytes : 0, &report);
    }
    if (result.ok()) {
      AddResult(location, *result, &report);
      continue;
    }
    ++failed;
    last_failure = Annotate(result.status(), location.text);
    CopyResult copy;
    copy.location = location.text;
    copy.outcome = Outcome::kFailed;
    copy.reason = RenderError(result.status());
    report.copies.push_back(std::move(copy));
  }
  // Nothing could be looked at: not a result, an error. A topic that cannot be
  // read may still have been found to be wrong.
  if (failed == options.copies.size() && report.findings.empty()) {
    return last_failure;
  }
  AddLevelsThatDidNotRun(&report);
  return WriteReport(options, std::move(report), output);
}

}  // namespace sr
