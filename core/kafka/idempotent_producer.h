// A producer of records into one topic, in order, none twice: for topics that a
// registry will read, which must hold no transactions.
//
// An instance lives as long as everything goes well: after a failure it is not
// known which of the records under way were written; the topic says.
//
// Source: KIP-98 (idempotence); librdkafka 2.0.2.
#ifndef CORE_KAFKA_IDEMPOTENT_PRODUCER_H_
#define CORE_KAFKA_IDEMPOTENT_PRODUCER_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "core/base/clock.h"
#include "core/kafka/client_properties.h"
#include "core/record/record.h"

namespace sr {

struct IdempotentProducerOptions {
  ClientProperties properties;
  std::string topic;  // With one partition.
  // No batch is larger unless a record alone is: the topic's
  // max.message.bytes applies to batches.
  int64_t batch_bytes_max = 1000000;
  Clock* clock = SystemClock();
  // How long nothing may be delivered.
  absl::Duration timeout = absl::Seconds(30);
};

// One thread at a time.
//
// Errors of all methods: ResourceExhausted (a record is too large; the message
// names its offset), PermissionDenied, Unauthenticated, NotFound,
// FailedPrecondition (the topic refuses a record), Unavailable (everything else).
class IdempotentProducer {
 public:
  static absl::StatusOr<std::unique_ptr<IdempotentProducer>> Open(
      IdempotentProducerOptions options);
  ~IdempotentProducer();

  IdempotentProducer(const IdempotentProducer&) = delete;
  IdempotentProducer& operator=(const IdempotentProducer&) = delete;

  // Hands a copy of `record` over; its timestamp goes along, its offset only
  // serves messages. Waits while about 4 MiB are under way.
  absl::Status Produce(const Record& record);

  // Waits until everything produced is acknowledged by all replicas in sync, or
  // one record is known not to be.
  absl::Status Flush();

 private:
  class Impl;
  explicit IdempotentProducer(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace sr

#endif  // CORE_KAFKA_IDEMPOTENT_PRODUCER_H_
