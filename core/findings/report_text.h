// A report for people.
#ifndef CORE_FINDINGS_REPORT_TEXT_H_
#define CORE_FINDINGS_REPORT_TEXT_H_

#include <cstdint>
#include <string>

#include "core/findings/report.h"

namespace sr {

// Copies, levels, a table of the findings by code if there are several, the first
// `shown_per_code` findings of each code with the advice once per code, exceptions;
// the last line is the Verdict. Aligned, ends with a newline; whatever a terminal
// would obey is escaped.
std::string RenderText(const Report& report, int64_t shown_per_code);

}  // namespace sr

#endif  // CORE_FINDINGS_REPORT_TEXT_H_
