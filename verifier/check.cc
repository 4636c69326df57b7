// `schemas-verifier check COPY...`: is each copy sound?

#include <algorithm>
#include <string>
#include <utility>

#include "core/base/log.h"
#include "core/base/status_context.h"
#include "core/base/status_macros.h"
#include "core/findings/report.h"
#include "verifier/check_copy.h"
#include "verifier/check_levels.h"
#include "verifier/commands.h"
#include "verifier/report_output.h"
#include "verifier/verified_segments.h"

namespace sr {
namespace {

void AddLevelsThatDidNotRun(const VerifierOptions& options, Report* report) {
  for (const char* name : {"record", "replay", "schema", "topic"}) {
    const bool known = std::any_of(
        report->levels.begin(), report->levels.end(),
        [name](const LevelResult& level) { return level.name == name; });
    if (known) continue;
    LevelResult* const level = LevelOf(report, name);
    level->outcome = Outcome::kSkipped;
    level->reason = options.archive.slices > 1
                        ? "not of a part, --slice"
                        : "not asked for by --levels";
  }
}

}  // namespace

absl::StatusOr<ExitCode> RunCheck(const VerifierOptions& options,
                                  Output* output) {
  Report report = NewReport("check", options);
  VerifiedSegments verified;
  if (!options.verified_path.empty()) {
    ASSIGN_OR_RETURN(verified,
                     VerifiedSegments::Read(options.copy.file_system,
                                            options.verified_path));
  }
  LevelOf(&report, "storage");
  size_t failed = 0;
  absl::Status last_failure;
  for (const Location& location : options.copies) {
    const absl::Status status = CheckCopy(location, options, &report, &verified);
    if (status.ok()) continue;
    ++failed;
    last_failure = status;
  }
  // Nothing could be looked at: not a result, an error. A topic that cannot be
  // read may still have been found to be wrong.
  if (failed == options.copies.size() && report.findings.empty()) {
    return last_failure;
  }
  AddLevelsThatDidNotRun(options, &report);
  const ExitCode result = WriteReport(options, std::move(report), output);
  if (options.verified_path.empty()) return result;
  const absl::Status noted =
      verified.Write(options.copy.file_system, options.verified_path);
  if (noted.ok()) return result;
  // What was found weighs more than that it could not be noted.
  if (result == ExitCode::kClean) return noted;
  LogError(RenderError(noted));
  return result;
}

}  // namespace sr
