// A report for people.
#ifndef CORE_FINDINGS_REPORT_TEXT_H_
#define CORE_FINDINGS_REPORT_TEXT_H_

#include <string>

#include "core/findings/report.h"

namespace sr {

// Copies, levels, findings grouped by code with the advice once per code,
// exceptions; the last line is the Verdict. Aligned, ends with a newline;
// whatever a terminal would obey is escaped.
std::string RenderText(const Report& report);

}  // namespace sr

#endif  // CORE_FINDINGS_REPORT_TEXT_H_
