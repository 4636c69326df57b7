#include "core/compare/compaction_rule.h"

#include <algorithm>

#include "core/base/check.h"

namespace sr {

KeyedRecord KeyedRecordOf(const Record& record) {
  KeyedRecord keyed;
  keyed.offset = record.offset;
  keyed.timestamp = record.timestamp;
  if (record.key.has_value()) keyed.key = Xxh3_128(*record.key);
  keyed.tombstone = record.IsTombstone();
  return keyed;
}

absl::string_view AbsenceReasonText(AbsenceReason reason) {
  switch (reason) {
    case AbsenceReason::kLatestOfKey:
      return "it is the latest record of its key";
    case AbsenceReason::kTombstoneTooYoung:
      return "it is a tombstone younger than delete.retention.ms";
    case AbsenceReason::kTombstoneAlone:
      return "it is a tombstone, and an earlier record of its key is still "
             "there: what it deleted has come back";
    case AbsenceReason::kBelowCompactionLag:
      return "it is younger than min.compaction.lag.ms";
    case AbsenceReason::kLastOfLog:
      return "it is the last record of the log, which is never compacted";
  }
  return "";
}

CompactionRule::CompactionRule(const CompactionPolicy& policy, absl::Time now)
    : policy_(policy), now_(now) {}

// Kafka looks at the largest timestamp of the record's segment, which is at
// least the record's own, and not at all with a lag of 0.
bool CompactionRule::IsTooYoungToCompact(int64_t timestamp) const {
  if (!policy_.min_compaction_lag.has_value() ||
      *policy_.min_compaction_lag <= absl::ZeroDuration()) {
    return false;
  }
  return absl::FromUnixMillis(timestamp) >
         now_ - *policy_.min_compaction_lag + policy_.clock_skew_max;
}

bool CompactionRule::IsExpired(int64_t timestamp) const {
  if (!policy_.delete_retention.has_value()) return true;
  return now_ + policy_.clock_skew_max >=
         absl::FromUnixMillis(timestamp) + *policy_.delete_retention;
}

void CompactionRule::Present(const KeyedRecord& record) {
  SR_CHECK(record.offset > last_offset_);
  last_offset_ = record.offset;
  last_was_absent_ = false;
  if (!record.key.has_value()) return;
  pending_.erase(*record.key);  // Superseded.
  present_keys_.insert(*record.key);
}

void CompactionRule::Absent(const KeyedRecord& record) {
  SR_CHECK(record.offset > last_offset_);
  last_offset_ = record.offset;
  last_was_absent_ = true;
  ++absent_;
  if (record.key.has_value()) pending_.erase(*record.key);  // Superseded.
  if (IsTooYoungToCompact(record.timestamp)) {
    unexplained_.push_back({record.offset, AbsenceReason::kBelowCompactionLag});
    return;
  }
  if (!record.key.has_value()) return;
  pending_[*record.key] =
      Pending{record.offset, record.timestamp, record.tombstone,
              present_keys_.contains(*record.key)};
}

std::optional<AbsenceReason> CompactionRule::Judge(
    const Pending& pending) const {
  if (!pending.tombstone) return AbsenceReason::kLatestOfKey;
  if (pending.earlier_present) return AbsenceReason::kTombstoneAlone;
  if (!IsExpired(pending.timestamp)) return AbsenceReason::kTombstoneTooYoung;
  return std::nullopt;
}

std::vector<UnexplainedAbsence> CompactionRule::Finish(int64_t end_offset) {
  for (const auto& entry : pending_) {
    const std::optional<AbsenceReason> reason = Judge(entry.second);
    if (reason.has_value()) {
      unexplained_.push_back({entry.second.offset, *reason});
    }
  }
  std::sort(unexplained_.begin(), unexplained_.end(),
            [](const UnexplainedAbsence& a, const UnexplainedAbsence& b) {
              return a.offset < b.offset;
            });
  // An expired tombstone or a null key at the very end.
  if (last_was_absent_ && last_offset_ + 1 == end_offset &&
      (unexplained_.empty() || unexplained_.back().offset != last_offset_)) {
    unexplained_.push_back({last_offset_, AbsenceReason::kLastOfLog});
  }
  return std::move(unexplained_);
}

}  // namespace sr
