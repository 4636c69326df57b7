// The end of every command that makes a report: exit code, form, stdout, and
// the one line on stderr.
#ifndef VERIFIER_REPORT_OUTPUT_H_
#define VERIFIER_REPORT_OUTPUT_H_

#include "absl/strings/string_view.h"
#include "core/base/exit_code.h"
#include "core/findings/report.h"
#include "verifier/options.h"
#include "verifier/output.h"

namespace sr {

// A report with tool, version and command filled in, which keeps as many findings
// as `options` ask for.
Report NewReport(absl::string_view command, const VerifierOptions& options);

// Sets the exit code of `report`, writes it in the form asked for and returns
// the code. Where stdout is for a program the verdict also goes to stderr.
ExitCode WriteReport(const VerifierOptions& options, Report report,
                     Output* output);

}  // namespace sr

#endif  // VERIFIER_REPORT_OUTPUT_H_
