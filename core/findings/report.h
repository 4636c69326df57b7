// The whole result of a run, as plain data; report_text.h and report_json.h
// render it. Field by field as in docs/design.md §2.
#ifndef CORE_FINDINGS_REPORT_H_
#define CORE_FINDINGS_REPORT_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "core/base/exit_code.h"
#include "core/findings/finding.h"

namespace sr {

// What became of a copy or a level.
enum class Outcome {
  kRun,      // Read, or checked, to its end.
  kSkipped,  // Not asked for, or does not apply; `reason` says which.
  kFailed,   // Could not be done, or not to its end; `reason` says why.
};

// "run", "skipped", "failed": in reports; never rename.
absl::string_view OutcomeName(Outcome outcome);

struct CopyResult {
  std::string location;  // As the user named it.
  Outcome outcome = Outcome::kRun;
  int64_t records = 0;  // Read from it.
  std::string reason;
};

struct LevelResult {
  std::string name;  // "storage", "record", ...
  Outcome outcome = Outcome::kRun;
  int64_t items = 0;  // Things looked at: files, records, schemas.
  std::string reason;
};

struct VerifiedThrough {
  int64_t offset = 0;         // Inclusive, of the reference copy.
  int64_t timestamp_ms = -1;  // Of that record.
};

// What comes next for a copy, as a sentence for people.
struct Outlook {
  std::string copy;
  std::string text;
};

struct Report {
  std::string tool;  // "schemas-verifier"
  std::string version;
  std::string command;  // "compare"
  std::vector<CopyResult> copies;
  std::vector<LevelResult> levels;
  FindingList findings;
  std::vector<Outlook> outlooks;
  std::map<std::string, int64_t> exceptions;  // Names from codes.h.
  int64_t records = 0;                        // Verified.
  std::optional<VerifiedThrough> verified_through;
  ExitCode exit_code = ExitCode::kIncomplete;
};

// Whether a copy or a level of `report` could not be looked at, or not to its end;
// the exit code does not say so beside a finding.
bool AnythingFailed(const Report& report);

// Returns the exit code that `report` asks for:
//   kDamage      a finding of severity error or warning
//   kIncomplete  otherwise, if a copy or level failed, or if no level that was
//                run looked at anything: nothing compared is never clean
//   kClean       otherwise
// Only reads levels, copies and findings; the caller sets report.exit_code.
ExitCode ReportExitCode(const Report& report);

// One line on how it ended, by report.exit_code: "clean: 20,000 records
// verified through offset 19,999 (2026-11-25T04:25:33.123Z)". No newline;
// nothing in it that a terminal would obey.
std::string Verdict(const Report& report);

}  // namespace sr

#endif  // CORE_FINDINGS_REPORT_H_
