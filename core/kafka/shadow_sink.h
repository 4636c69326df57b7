// A shadow topic as a RecordSink, exactly once.
//
// Records and the checkpoint that counts them are written in one transaction of
// a producer whose transactional.id belongs to the shadow, so a second writer
// fences the first, and whatever a crash leaves open is aborted by the next
// Open. librdkafka cannot tell every outcome of a commit that was not clean
// (no KIP-890), so after one the producer is thrown away and Open finds out
// from the topics themselves.
//
// Source: KIP-98, KIP-618; tests/core/kafka/shadow_sink_test.cc.
#ifndef CORE_KAFKA_SHADOW_SINK_H_
#define CORE_KAFKA_SHADOW_SINK_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "core/base/clock.h"
#include "core/kafka/checkpoint.h"
#include "core/kafka/client_properties.h"
#include "core/record/record.h"
#include "core/record/record_sink.h"

namespace sr {

struct ShadowSinkOptions {
  ClientProperties properties;
  std::string topic;
  SourceIdentity source;
  // Configuration of the shadow if it has to be created, over the tool's own.
  std::map<std::string, std::string> create_config;
  // The shadow is compacted: records with a null key cannot be stored and are
  // skipped and counted.
  bool compact_policy = false;
  Clock* clock = SystemClock();
  // Bounds each call that waits for the cluster.
  absl::Duration timeout = absl::Seconds(30);
};

// Records that a shadow cannot hold exactly, since this sink was made.
struct ShadowExceptions {
  int64_t timestamp_zero = 0;    // Became "now".
  int64_t log_append_time = 0;   // Became CreateTime, same number.
  int64_t null_keys_skipped = 0;  // Not in a compacted shadow.
};

class ShadowSink : public RecordSink {
 public:
  // Reaches for nothing yet.
  explicit ShadowSink(ShadowSinkOptions options);
  ~ShadowSink() override;

  // Fences other writers, aborts what a crash left open, creates what is
  // missing, and proves that the shadow ends with what the checkpoint says.
  //
  //   FailedPrecondition  the checkpoint names another source; the shadow holds
  //                       records without a checkpoint; more than one
  //                       partition; records were added by someone else
  //   DataLoss            the last transaction's records are missing or differ
  //   Unavailable, DeadlineExceeded, NotFound, Unauthenticated,
  //   PermissionDenied
  absl::StatusOr<DurablePosition> Open() override;

  // Errors as Commit. Blocks while about 4 MiB wait for the broker.
  absl::Status Append(const RecordBatch& batch) override;

  // Without anything appended since the last, returns the position and writes
  // nothing.
  //
  //   Unavailable        not clean, the outcome may be either: Open again
  //   Aborted            fenced: another replicator writes this shadow
  //   ResourceExhausted  a record is larger than the shadow takes
  //   PermissionDenied, Unauthenticated, NotFound
  absl::StatusOr<DurablePosition> Commit() override;

  bool CanReopen(const absl::Status& error) const override;

  // Aborts an open transaction.
  absl::Status Close() override;

  const ShadowExceptions& exceptions() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

enum class CheckpointReading {
  // Waits until no transaction is open: the truth for whoever goes on writing.
  kWaitForOpen,
  // What is committed at this moment: for those who only look. A writer that
  // was killed leaves its transaction open for a minute.
  kAsCommitted,
};

// Returns the checkpoint of `shadow_topic`, nullopt if the cluster has no
// checkpoint topic or that has none for it: then the topic is no shadow.
// Errors as TopicAdmin::Describe, DataLoss if the checkpoint is damaged, and
// with kWaitForOpen Unavailable if a transaction stays open.
absl::StatusOr<std::optional<Checkpoint>> ReadCheckpoint(
    const ClientProperties& properties, const std::string& shadow_topic,
    absl::Duration timeout,
    CheckpointReading reading = CheckpointReading::kWaitForOpen);

}  // namespace sr

#endif  // CORE_KAFKA_SHADOW_SINK_H_
