// A report for programs. Members are a contract: added, never renamed.
#ifndef CORE_FINDINGS_REPORT_JSON_H_
#define CORE_FINDINGS_REPORT_JSON_H_

#include <string>

#include "core/findings/report.h"

namespace sr {

// One JSON object, indented, and a newline:
//   {tool, version, command, copies[{location,status,records,reason}],
//    levels[{name,status,items,reason}], findings[], counts{code:n},
//    exceptions{name:n}, records, verified_through{offset,time}|null,
//    exit_code}
// A finding: {code, severity, copy, offset|null, position, key, expected,
// found, effect, advice}. `findings` holds the first of each code, `counts` all
// of them. Text that is no UTF-8 has U+FFFD in its place.
std::string RenderJson(const Report& report);

// One line per finding, {"type":"finding", ...}, then one line
// {"type":"summary", ...} with everything else of RenderJson.
std::string RenderNdjson(const Report& report);

}  // namespace sr

#endif  // CORE_FINDINGS_REPORT_JSON_H_
