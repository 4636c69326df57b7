// Comparing two copies record by record: what goes in and what comes out. The
// two ways to do it are compare_by_offset.h and compare_by_order.h.
#ifndef CORE_COMPARE_COMPARE_H_
#define CORE_COMPARE_COMPARE_H_

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "core/base/clock.h"
#include "core/base/stop_token.h"
#include "core/compare/compaction_rule.h"
#include "core/findings/finding.h"
#include "core/record/record_source.h"

namespace sr {

// What is known about a copy when its reading begins.
struct CopyTraits {
  std::string name;  // As the user gave it; stands in findings and errors.
  bool is_topic = false;
  bool is_shadow = false;
  // Whether records may be absent because a cleaner removed them: a topic with
  // cleanup.policy=compact, or one whose policy could not be asked for.
  bool may_be_compacted = false;
  // Read when may_be_compacted; what could not be asked for stays nullopt.
  CompactionPolicy policy;
  // First offset the copy can hold: a topic's low watermark.
  int64_t start_offset = 0;
  // The end (exclusive) of what is compared, taken once before reading. While
  // copies are being written, take the reference's end last and not above what
  // the other copy is known to have reached.
  int64_t end_offset = 0;
};

struct ComparedCopy {
  RecordSource* source = nullptr;  // Not owned.
  CopyTraits traits;
};

struct CompareSettings {
  // When the copies are read, for the ages that compaction depends on.
  absl::Time now = absl::InfinitePast();
  // Measures `idle_timeout`. Never null when comparing.
  Clock* clock = nullptr;
  // Stops the comparison early (Cancelled); may be null.
  const StopToken* stop = nullptr;
  // A source that brings nothing for so long, without being at its end, ends
  // the comparison with DeadlineExceeded.
  absl::Duration idle_timeout = absl::Seconds(30);
  // How long one call of RecordSource::Next may wait.
  absl::Duration poll_timeout = absl::Milliseconds(500);
  int64_t findings_kept_per_code = FindingList::kKeptPerCode;
  // Called now and then with the records read so far from both copies.
  std::function<void(int64_t records)> progress;
};

struct ComparedThrough {
  int64_t offset = 0;  // Inclusive, in the reference.
  int64_t timestamp_ms = -1;
};

struct CompareResult {
  // Records found in both copies, equal or not.
  int64_t records_compared = 0;
  int64_t reference_records = 0;  // Read.
  int64_t other_records = 0;
  // Codes RECORD_*, TOPIC_HEAD_TRUNCATED and COPY_BEHIND.
  FindingList findings;
  // Named exceptions (codes.h), by number of records.
  std::map<std::string, int64_t> exceptions;
  // Absent records that compaction explains. Not differences.
  int64_t explained_by_compaction = 0;
  // The last record of the reference that the other copy reaches; nullopt if
  // nothing was compared.
  std::optional<ComparedThrough> verified_through;
  // Records at the end of the reference that the other copy does not reach:
  // also the finding COPY_BEHIND. A caller that can wait tries again first.
  int64_t behind = 0;
};

// The name of the copy that `status`, of a comparison that failed, is about;
// empty if it is about none. A DataLoss in there is damage of that copy, which
// callers report as a finding; any other error means "could not look".
std::string FailedCopyOf(const absl::Status& status);

// Returns `status` with "reading `name`" before its message and `name` for
// FailedCopyOf. OK stays OK.
absl::Status AboutCopy(const absl::Status& status, absl::string_view name);

}  // namespace sr

#endif  // CORE_COMPARE_COMPARE_H_
