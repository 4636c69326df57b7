// The checkpoint of a shadow topic: one record in a compacted topic of its own,
// written in the same transaction as the records it counts, so that it is never
// ahead of them nor behind. Pure: bytes and values.
#ifndef CORE_KAFKA_CHECKPOINT_H_
#define CORE_KAFKA_CHECKPOINT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/record/record_sink.h"

namespace sr {

// Holds the checkpoints of all shadows of a cluster, keyed by the shadow
// topic's name. One partition, compacted.
inline constexpr char kCheckpointTopic[] = "schemas-replicator-checkpoints";

// Which history a shadow is a copy of. A shadow belongs to one for ever.
struct SourceIdentity {
  std::string store_id;  // Of the archive; empty when fed from a topic directly.
  int64_t generation = 0;  // Of the archive; 0 when fed from a topic directly.
  std::string cluster_id;  // Of the source topic.
  std::string topic;

  friend bool operator==(const SourceIdentity& a, const SourceIdentity& b) {
    return a.store_id == b.store_id && a.generation == b.generation &&
           a.cluster_id == b.cluster_id && a.topic == b.topic;
  }
};

// "topic _schemas of cluster 5L6g... (archive 0f3c..., generation 1)", for
// messages. Not escaped.
std::string DescribeSource(const SourceIdentity& source);

struct Checkpoint {
  SourceIdentity source;
  // next_offset, records, chain and anchors (at most kAnchorsMax) of the
  // shadow, last transaction included.
  DurablePosition position;
  // Records of the last transaction that are in the shadow.
  int64_t transaction_records = 0;
  // Shadow offset at or below which the last transaction begins: everything
  // before it belongs to earlier ones.
  int64_t prev_shadow_end = 0;
};

// Returns the value of the checkpoint record as JSON, one line.
std::string EncodeCheckpoint(const Checkpoint& checkpoint);

// Reads what EncodeCheckpoint wrote; unknown members are ignored. DataLoss if
// `value` is anything else: not JSON, a member missing, of another type or out
// of its range, anchors out of order. Unimplemented if its version is newer.
absl::StatusOr<Checkpoint> DecodeCheckpoint(absl::string_view value);

}  // namespace sr

#endif  // CORE_KAFKA_CHECKPOINT_H_
