// `schemas-verifier check COPY...`: is each copy sound?

#include <algorithm>
#include <string>
#include <utility>

#include "core/findings/report.h"
#include "verifier/check_copy.h"
#include "verifier/check_levels.h"
#include "verifier/commands.h"
#include "verifier/report_output.h"

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
  LevelOf(&report, "storage");
  size_t failed = 0;
  absl::Status last_failure;
  for (const Location& location : options.copies) {
    const absl::Status status = CheckCopy(location, options, &report);
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
  return WriteReport(options, std::move(report), output);
}

}  // namespace sr
