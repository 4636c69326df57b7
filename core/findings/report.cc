#include "core/findings/report.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/text.h"

namespace sr {
namespace {

std::string Records(int64_t count) {
  return absl::StrCat(WithThousands(count),
                      count == 1 ? " record" : " records");
}

// "verified through offset 19,999 (2026-...Z)"; empty if nothing was.
std::string Through(const Report& report, absl::string_view verb) {
  if (!report.verified_through.has_value()) return "";
  return absl::StrCat(
      verb, " through offset ", WithThousands(report.verified_through->offset),
      " (", TimestampText(report.verified_through->timestamp_ms), ")");
}

std::string Clean(const Report& report) {
  const std::string through = Through(report, "verified");
  return absl::StrCat("clean: ", Records(report.records), " ",
                      through.empty() ? "verified" : through);
}

std::string Damage(const Report& report) {
  std::vector<std::string> counts;
  for (const auto& [code, count] : report.findings.counts()) {
    counts.push_back(absl::StrCat(WithThousands(count), " ", code));
  }
  const std::string through = Through(report, "compared");
  return absl::StrCat(
      "differences or damage: ",
      counts.empty() ? "see above" : absl::StrJoin(counts, ", "), "; ",
      Records(report.records), through.empty() ? "" : " ", through);
}

std::string Incomplete(const Report& report) {
  std::vector<std::string> failed;
  for (const CopyResult& copy : report.copies) {
    if (copy.outcome == Outcome::kFailed) failed.push_back(copy.location);
  }
  for (const LevelResult& level : report.levels) {
    if (level.outcome == Outcome::kFailed) {
      failed.push_back(absl::StrCat("level ", level.name));
    }
  }
  if (failed.empty()) return "incomplete: nothing was there to be checked";
  return EscapeForTerminal(absl::StrCat("incomplete: could not check ",
                                        absl::StrJoin(failed, ", ")));
}

}  // namespace

absl::string_view OutcomeName(Outcome outcome) {
  switch (outcome) {
    case Outcome::kRun:
      return "run";
    case Outcome::kSkipped:
      return "skipped";
    case Outcome::kFailed:
      return "failed";
  }
  return "";
}

bool AnythingFailed(const Report& report) {
  return std::any_of(report.copies.begin(), report.copies.end(),
                     [](const CopyResult& copy) {
                       return copy.outcome == Outcome::kFailed;
                     }) ||
         std::any_of(report.levels.begin(), report.levels.end(),
                     [](const LevelResult& level) {
                       return level.outcome == Outcome::kFailed;
                     });
}

ExitCode ReportExitCode(const Report& report) {
  if (report.findings.count(Severity::kError) > 0 ||
      report.findings.count(Severity::kWarning) > 0) {
    return ExitCode::kDamage;
  }
  if (AnythingFailed(report)) return ExitCode::kIncomplete;
  const bool looked_at_anything = std::any_of(
      report.levels.begin(), report.levels.end(), [](const LevelResult& level) {
        return level.outcome == Outcome::kRun && level.items > 0;
      });
  return looked_at_anything ? ExitCode::kClean : ExitCode::kIncomplete;
}

std::string Verdict(const Report& report) {
  switch (report.exit_code) {
    case ExitCode::kClean:
      return Clean(report);
    case ExitCode::kDamage:
      return Damage(report);
    case ExitCode::kIncomplete:
      return Incomplete(report);
    case ExitCode::kInterrupted:
    case ExitCode::kTerminated:
      return "stopped by a signal before the end; nothing is proved";
    case ExitCode::kUsage:
    case ExitCode::kCouldNotRun:
    case ExitCode::kRefused:
      return "not run";
  }
  return "";
}

}  // namespace sr
