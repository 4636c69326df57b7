// `schemas-verifier check COPY...`: is each copy sound?

#include <string>
#include <utility>

#include "core/base/status_context.h"
#include "core/findings/report.h"
#include "verifier/checks/storage.h"
#include "verifier/commands.h"
#include "verifier/report_output.h"

namespace sr {
namespace {

absl::StatusOr<StorageResult> CheckStorage(const Location& location,
                                           const VerifierOptions& options) {
  if (location.kind == LocationKind::kArchive) {
    return CheckArchiveStorage(location, options.copy, options.quiet);
  }
  return CheckTopicStorage(location, options.copy, options.quiet);
}

void AddResult(const Location& location, const StorageResult& result,
               LevelResult* level, Report* report) {
  CopyResult copy;
  copy.location = location.text;
  copy.records = result.records;
  report->copies.push_back(std::move(copy));
  report->findings.Merge(result.findings);
  report->records += result.records;
  level->items += result.records;
  if (!report->verified_through.has_value()) {
    report->verified_through = result.verified_through;
  }
}

}  // namespace

absl::StatusOr<ExitCode> RunCheck(const VerifierOptions& options,
                                  Output* output) {
  Report report = NewReport("check");
  LevelResult storage;
  storage.name = "storage";
  size_t failed = 0;
  absl::Status last_failure;
  for (const Location& location : options.copies) {
    const absl::StatusOr<StorageResult> result =
        CheckStorage(location, options);
    if (result.ok()) {
      AddResult(location, *result, &storage, &report);
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
  // Nothing could be looked at: not a result, an error.
  if (failed == options.copies.size()) return last_failure;
  report.levels.push_back(std::move(storage));
  for (const char* name : {"record", "replay", "schema", "topic"}) {
    LevelResult level;
    level.name = name;
    level.outcome = Outcome::kSkipped;
    level.reason = "not in this version";
    report.levels.push_back(std::move(level));
  }
  return WriteReport(options, std::move(report), output);
}

}  // namespace sr
