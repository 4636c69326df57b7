// A producer whose records become readable all at once or never.
//
// An instance lives as long as everything goes well: after any failure it is to
// be thrown away, because librdkafka cannot tell a commit that was lost from
// one that is late (no KIP-890). A new instance fences the old one's requests.
//
// Source: KIP-98; librdkafka 2.0.2, rdkafka_txnmgr.c.
#ifndef CORE_KAFKA_TRANSACTIONAL_PRODUCER_H_
#define CORE_KAFKA_TRANSACTIONAL_PRODUCER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "core/base/clock.h"
#include "core/kafka/client_properties.h"
#include "core/record/record.h"

namespace sr {

struct TransactionalProducerOptions {
  ClientProperties properties;
  std::string transactional_id;
  // All with one partition. Offsets are reported for the first.
  std::vector<std::string> topics;
  // No batch is larger unless a record alone is: the topic's
  // max.message.bytes applies to batches.
  int64_t batch_bytes_max = 1000000;
  Clock* clock = SystemClock();
  // Bounds each call, and how long nothing may be delivered.
  absl::Duration timeout = absl::Seconds(30);
};

// One thread at a time.
//
// Errors of all methods: Aborted (fenced: another instance has taken the id
// over), ResourceExhausted (a record is too large; the message names its
// offset), PermissionDenied, Unauthenticated, NotFound, FailedPrecondition (the
// topic refuses a record), Unavailable (everything that may pass).
class TransactionalProducer {
 public:
  // Fences every other instance with this id and aborts the transaction that
  // one may have left open.
  static absl::StatusOr<std::unique_ptr<TransactionalProducer>> Open(
      TransactionalProducerOptions options);
  // Leaves an open transaction to be aborted by the next Open, or by the broker
  // after a minute.
  ~TransactionalProducer();

  TransactionalProducer(const TransactionalProducer&) = delete;
  TransactionalProducer& operator=(const TransactionalProducer&) = delete;

  absl::Status Begin();

  // Hands a copy of `record` to librdkafka for partition 0 of `topic`; its
  // timestamp goes along, its offset only serves messages. Waits while about
  // 4 MiB are under way.
  absl::Status Produce(const std::string& topic, const Record& record);

  // Waits until everything produced is written, or one record is known not to
  // be. After an error the transaction is still open, to be aborted.
  absl::Status Flush();

  // Commits what Flush has written. After an error it is not known whether the
  // transaction was committed; there is nothing left to abort.
  absl::Status Commit();
  absl::Status Abort(absl::Duration timeout);

  // End of the first topic as far as delivery reports tell: one above the
  // offset of the last record written, -1 if none was.
  int64_t first_topic_end() const;

  // Whether connections broke since the last Commit began. Then a late request
  // of that transaction may still arrive, and this instance is to be replaced
  // before the next one.
  bool had_trouble() const;

 private:
  class Impl;
  explicit TransactionalProducer(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace sr

#endif  // CORE_KAFKA_TRANSACTIONAL_PRODUCER_H_
