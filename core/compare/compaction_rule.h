// What compaction may have removed, and what it may not.
//
// A compacted copy of a history lacks records that a fuller copy holds. Most
// of those absences are what Kafka's log cleaner does; the others are lost
// records. An absence is explained if
//   (a) a later record, in either copy and below the compacted copy's end, has
//       the same key bytes;
//   (b) it is a tombstone, the last record of its key, older than the delete
//       retention, and every earlier record of that key is absent too;
//   (c) its key is null: the cleaner drops such records;
// and never if
//   (d) it is younger than the minimum compaction lag, or the very last record
//       of the log: the active segment is not cleaned.
//
// Source: docs/design.md; LogCleaner.java, Cleaner.shouldRetainRecord and
// LogCleanerManager.cleanableOffsets of Apache Kafka.
#ifndef CORE_COMPARE_COMPACTION_RULE_H_
#define CORE_COMPARE_COMPACTION_RULE_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "core/base/digests.h"
#include "core/record/record.h"

namespace sr {

// The compacted topic's configuration, as far as it is known. What is not
// known is judged in favour of the topic: a wrong alarm is worse than none.
struct CompactionPolicy {
  std::optional<absl::Duration> delete_retention;    // delete.retention.ms
  std::optional<absl::Duration> min_compaction_lag;  // min.compaction.lag.ms
  // How far the broker's clock, or a producer's, may be from ours.
  absl::Duration clock_skew_max = absl::Minutes(5);
};

// A record as far as the rule looks at it.
struct KeyedRecord {
  // Rises from call to call; only order and equality with the end matter.
  int64_t offset = 0;
  int64_t timestamp = -1;  // Milliseconds; -1 none.
  // Digest of the key's bytes, nullopt for a null key. All of one rule by the
  // same function.
  std::optional<Digest128> key;
  bool tombstone = false;
};

// Digests are hashes already; their first bytes will do.
struct DigestHash {
  size_t operator()(const Digest128& digest) const {
    size_t hash = 0;
    std::memcpy(&hash, digest.bytes.data(), sizeof(hash));
    return hash;
  }
};

// With Xxh3_128 over the key.
KeyedRecord KeyedRecordOf(const Record& record);

enum class AbsenceReason {
  kLatestOfKey,        // Nothing later has its key, and it is no tombstone.
  kTombstoneTooYoung,  // delete.retention.ms has not passed.
  kTombstoneAlone,     // An earlier record of its key is still there: a deleted
                       // thing has come back.
  kBelowCompactionLag,  // The cleaner does not touch records that young.
  kLastOfLog,           // The active segment is not cleaned.
};

// "no later record has its key" and so on, for findings.
absl::string_view AbsenceReasonText(AbsenceReason reason);

struct UnexplainedAbsence {
  int64_t offset = 0;
  AbsenceReason reason = AbsenceReason::kLatestOfKey;
};

// Fed with every record of both copies below the end of the compacted one, each
// offset once, in order. Memory: about 24 bytes a distinct key present in the
// compacted copy (for the last part of (b)) and 64 a key whose newest record so
// far is absent; independent of the number of records. Not thread-safe.
class CompactionRule {
 public:
  // `now`: when the compacted copy was read.
  CompactionRule(const CompactionPolicy& policy, absl::Time now);

  // The compacted copy holds `record`.
  void Present(const KeyedRecord& record);

  // Only the fuller copy holds `record`.
  void Absent(const KeyedRecord& record);

  // Returns the absences that compaction does not explain, offsets rising.
  // `end_offset` is the end (exclusive) of the compacted copy: only if the last
  // record stands right below it is it known to be the last of the log, else
  // transaction markers may follow. Nothing may be fed afterwards.
  std::vector<UnexplainedAbsence> Finish(int64_t end_offset);

  // Absent records so far; less those that Finish returns, the number that
  // compaction explains.
  int64_t absent() const { return absent_; }

 private:
  struct Pending {
    int64_t offset = 0;
    int64_t timestamp = -1;
    bool tombstone = false;
    bool earlier_present = false;
  };

  bool IsTooYoungToCompact(int64_t timestamp) const;
  bool IsExpired(int64_t timestamp) const;
  std::optional<AbsenceReason> Judge(const Pending& pending) const;

  const CompactionPolicy policy_;
  const absl::Time now_;
  int64_t absent_ = 0;
  int64_t last_offset_ = -1;
  bool last_was_absent_ = false;
  // Keys whose newest record so far is absent.
  absl::flat_hash_map<Digest128, Pending, DigestHash> pending_;
  absl::flat_hash_set<Digest128, DigestHash> present_keys_;
  std::vector<UnexplainedAbsence> unexplained_;
};

}  // namespace sr

#endif  // CORE_COMPARE_COMPACTION_RULE_H_
