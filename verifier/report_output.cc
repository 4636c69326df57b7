#include "verifier/report_output.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "core/base/log.h"
#include "core/base/version.h"
#include "core/findings/report_json.h"
#include "core/findings/report_text.h"

namespace sr {

Report NewReport(absl::string_view command, const VerifierOptions& options) {
  Report report;
  report.findings = FindingList(options.findings_kept_per_code());
  report.tool = "schemas-verifier";
  report.version = kVersion;
  report.command = std::string(command);
  return report;
}

ExitCode WriteReport(const VerifierOptions& options, Report report,
                     Output* output) {
  report.exit_code = ReportExitCode(report);
  switch (options.output) {
    case OutputFormat::kText:
      output->Write(RenderText(report, options.findings_shown_per_code()));
      break;
    case OutputFormat::kJson:
      output->Write(RenderJson(report));
      break;
    case OutputFormat::kNdjson:
      output->Write(RenderNdjson(report));
      break;
  }
  if (options.output != OutputFormat::kText && !options.quiet) {
    WriteToStderr(absl::StrCat(Verdict(report), "\n"));
  }
  return report.exit_code;
}

}  // namespace sr
