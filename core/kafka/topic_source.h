// A live single-partition topic as a RecordSource.
//
// Nothing is left to the broker's or the library's choice: the offset to read
// from is always given, CRCs are checked, and whatever goes wrong is a barrier:
// all that is queued is dropped with the client that queued it, and a new one
// reads again from the first record not yet delivered. A batch skipped after an
// error would look exactly like a gap left by compaction.
//
// Source: librdkafka 2.0.2 (rd_kafka_consume_batch_queue, CHANGELOG "known
// issues"); tests/core/kafka/topic_source_test.cc.
#ifndef CORE_KAFKA_TOPIC_SOURCE_H_
#define CORE_KAFKA_TOPIC_SOURCE_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "core/kafka/client_properties.h"
#include "core/record/record.h"
#include "core/record/record_source.h"

namespace sr {

struct TopicSourceOptions {
  enum Isolation {
    // Everything in the log, records of aborted transactions included: what a
    // Confluent registry applies.
    kReadUncommitted,
    // Only what was committed: what a shadow means.
    kReadCommitted,
  };

  ClientProperties properties;
  std::string topic;
  Isolation isolation = kReadUncommitted;
  // Bounds the calls that wait for the cluster, Next excepted.
  absl::Duration timeout = absl::Seconds(10);
};

// One thread at a time.
class TopicSource : public RecordSource {
 public:
  // Reaches for the cluster and finds the topic. NotFound, Unavailable,
  // Unauthenticated, PermissionDenied as TopicAdmin::Describe;
  // FailedPrecondition if the topic has more than one partition.
  static absl::StatusOr<std::unique_ptr<TopicSource>> Open(
      TopicSourceOptions options);
  ~TopicSource() override;

  // OutOfRange is not noticed here but by the Next that follows.
  absl::Status Seek(int64_t offset) override;

  // As RecordSource::Next. A batch borrows librdkafka's own buffers and keeps
  // them alive. Waits for the first record only, so what is there is never
  // held back.
  //
  // Returns kCaughtUp as soon as the end is reached, and again whenever
  // `timeout` passes while still there. While no broker can be reached it
  // returns Unavailable, never kCaughtUp.
  absl::StatusOr<Fetched> Next(absl::Duration timeout,
                               RecordBatch* batch) override;

  // With kReadCommitted the end is the last stable offset.
  int64_t position() const override;

  // First offset still in the topic, and its end (exclusive), asked for now.
  absl::StatusOr<int64_t> low_watermark();
  absl::StatusOr<int64_t> high_watermark();

  // The end (exclusive) as the last Next heard of it, -1 if none has yet. Costs
  // nothing: for lag. Any thread, while another one reads.
  int64_t cached_high_watermark() const;

  // Cluster id as found by Open, empty if the broker gives none.
  const std::string& cluster_id() const;

  // Named exception of what librdkafka shows: records delivered without a
  // timestamp (message format 0, or format 1 with a timestamp of 0), given as
  // CreateTime -1.
  int64_t records_without_timestamp() const;

 private:
  class Impl;
  explicit TopicSource(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace sr

#endif  // CORE_KAFKA_TOPIC_SOURCE_H_
