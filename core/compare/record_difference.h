// In which parts two records differ, and how to say so in a finding.
#ifndef CORE_COMPARE_RECORD_DIFFERENCE_H_
#define CORE_COMPARE_RECORD_DIFFERENCE_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "core/findings/finding.h"
#include "core/record/record.h"

namespace sr {

struct PartDifference {
  absl::string_view code;  // RECORD_KEY, _VALUE, _HEADER or _TIMESTAMP.
  // "value byte 17 of 120": the first byte that differs, from 0, and the size
  // in the copy. For other parts what serves instead.
  std::string position;
  // Escaped; of long texts what stands around the first difference.
  std::string expected;
  std::string found;
};

// Returns the parts in which `found` differs from `expected`, at most one of
// each code; offsets are not looked at. Timestamps differ if number or type do.
std::vector<PartDifference> DifferencesOf(const Record& expected,
                                          const Record& found);

// `bytes` escaped, "null" for null, cut after some 200 bytes: for
// Finding::key.
std::string Snippet(const Bytes& bytes);

// "key K, value V (12 bytes), 2024-...Z CreateTime": one record in one line.
std::string DescribeRecord(const Record& record);

// "1700000000000 CreateTime (2023-11-14T22:13:20.000Z)".
std::string DescribeTimestamp(int64_t timestamp, TimestampType type);

}  // namespace sr

#endif  // CORE_COMPARE_RECORD_DIFFERENCE_H_
