// A report for programs. Members are a contract: added, never renamed.
#ifndef CORE_FINDINGS_REPORT_JSON_H_
#define CORE_FINDINGS_REPORT_JSON_H_

#include <string>

#include "absl/strings/string_view.h"
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

// One line for watchers: {"type":TYPE, "time":TIME, ...} with the members of a
// finding. TYPE: "opened" or "closed".
std::string RenderFindingEvent(absl::string_view type, absl::string_view time,
                               const Finding& finding);

// One line for watchers: {"type":TYPE, "time":TIME, "what":WHAT, "reason":REASON}.
// TYPE: "unchecked" or "checked".
std::string RenderLookEvent(absl::string_view type, absl::string_view time,
                            absl::string_view what, absl::string_view reason);

}  // namespace sr

#endif  // CORE_FINDINGS_REPORT_JSON_H_
