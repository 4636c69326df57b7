// What was found in records, as lines that a test can compare.
#ifndef TESTS_VERIFIER_FINDING_LINES_H_
#define TESTS_VERIFIER_FINDING_LINES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "verifier/checks/topic_records.h"

namespace sr {

// "error KEY_NULL@17" for each finding that is kept of the levels record, replay
// and schema; offsets counted from `first`. A finding without one has -1.
inline std::vector<std::string> FindingLines(const TopicRecordsResult& result,
                                             int64_t first = 0) {
  std::vector<std::string> lines;
  for (const FindingList* list :
       {&result.record_findings, &result.replay_findings,
        &result.schema_findings}) {
    for (const Finding& finding : list->kept()) {
      lines.push_back(absl::StrCat(SeverityName(finding.severity), " ",
                                   finding.code, "@",
                                   finding.offset.value_or(first - 1) - first));
    }
  }
  return lines;
}

}  // namespace sr

#endif  // TESTS_VERIFIER_FINDING_LINES_H_
