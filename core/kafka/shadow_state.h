// What a shadow topic and its checkpoint say at a moment when nobody writes:
// right after a new producer has fenced all others.
#ifndef CORE_KAFKA_SHADOW_STATE_H_
#define CORE_KAFKA_SHADOW_STATE_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "core/kafka/checkpoint.h"
#include "core/kafka/client_properties.h"

namespace sr {

struct ShadowTopic {
  ClientProperties properties;
  std::string name;
  // Compaction may have removed records from it.
  bool compacted = false;
  absl::Duration timeout;
};

// Reads the shadow from where the last transaction of `checkpoint` begins and
// requires exactly its records, known by their content. Returns the offset at
// or above which the next transaction begins.
//
//   FailedPrecondition  records follow that are not ours
//   DataLoss            records are missing or differ
//   Unavailable         a transaction of someone else stays open
absl::StatusOr<int64_t> VerifyShadowTail(const ShadowTopic& shadow,
                                         const Checkpoint& checkpoint);

// FailedPrecondition if the shadow, which has no checkpoint, holds a committed
// record. Returns the offset as VerifyShadowTail.
absl::StatusOr<int64_t> VerifyShadowEmpty(const ShadowTopic& shadow);

}  // namespace sr

#endif  // CORE_KAFKA_SHADOW_STATE_H_
