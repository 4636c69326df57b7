#include "core/kafka/idempotent_producer.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/status_context.h"
#include "core/base/status_macros.h"
#include "core/base/text.h"
#include "core/kafka/produced_record.h"
#include "core/kafka/rdkafka_internal.h"
#include "core/kafka/topic_admin.h"

namespace sr {
namespace {

constexpr absl::Duration kPollEvery = absl::Milliseconds(100);

RdClient::Settings RequiredSettings(const IdempotentProducerOptions& options) {
  RdClient::Settings settings = ProducerSettings(options.batch_bytes_max);
  settings.push_back({"enable.idempotence", "true"});
  settings.push_back({"acks", "all"});
  settings.push_back({"compression.codec", "none"});
  return settings;
}

}  // namespace

class IdempotentProducer::Impl {
 public:
  explicit Impl(IdempotentProducerOptions options)
      : options_(std::move(options)) {}

  absl::Status Connect();
  absl::Status Produce(const Record& record);
  absl::Status WaitForDeliveries(int64_t bytes_max);

 private:
  static void Delivered(rd_kafka_t* client, const rd_kafka_message_t* message,
                        void* opaque);
  void OnDelivery(const rd_kafka_message_t& message);
  absl::Status Failure() const;
  std::string Where() const {
    return absl::StrCat("cannot write topic ",
                        EscapeForTerminal(options_.topic));
  }

  const IdempotentProducerOptions options_;
  std::unique_ptr<RdClient> client_;
  RdTopic topic_;
  int64_t under_way_bytes_ = 0;
  int64_t delivered_ = 0;
  // The first that was not written, and why.
  rd_kafka_resp_err_t error_ = RD_KAFKA_RESP_ERR_NO_ERROR;
  int64_t failed_offset_ = -1;
  size_t failed_bytes_ = 0;
};

void IdempotentProducer::Impl::Delivered(rd_kafka_t*,
                                         const rd_kafka_message_t* message,
                                         void* opaque) {
  static_cast<Impl*>(static_cast<RdClient*>(opaque)->opaque())
      ->OnDelivery(*message);
}

// `_private` is the record's offset in the source.
void IdempotentProducer::Impl::OnDelivery(const rd_kafka_message_t& message) {
  const size_t bytes = message.len + message.key_len;
  under_way_bytes_ -= UnderWayBytes(bytes);
  ++delivered_;
  if (message.err == RD_KAFKA_RESP_ERR_NO_ERROR) return;
  // A whole batch fails for its largest record.
  if (error_ != RD_KAFKA_RESP_ERR_NO_ERROR &&
      (message.err != error_ || bytes <= failed_bytes_)) {
    return;
  }
  error_ = message.err;
  failed_offset_ = reinterpret_cast<intptr_t>(message._private);
  failed_bytes_ = bytes;
}

absl::Status IdempotentProducer::Impl::Failure() const {
  const absl::Status status = client_->ToStatus(
      error_, absl::StrCat(Where(), ": the record with source offset ",
                           failed_offset_));
  switch (status.code()) {
    case absl::StatusCode::kResourceExhausted:
      return WithHint(
          absl::ResourceExhaustedError(absl::StrCat(
              status.message(), " (",
              WithThousands(static_cast<int64_t>(failed_bytes_)),
              " bytes of key and value)")),
          "raise max.message.bytes of the topic");
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kUnauthenticated:
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kFailedPrecondition:
      return status;
    default:
      return WithHint(absl::UnavailableError(status.message()),
                      HintOf(status));
  }
}

absl::Status IdempotentProducer::Impl::Connect() {
  ASSIGN_OR_RETURN(
      client_,
      RdClient::Create(
          RD_KAFKA_PRODUCER, options_.properties, ProducerDefaults(),
          RequiredSettings(options_),
          [](rd_kafka_conf_t* conf) {
            rd_kafka_conf_set_dr_msg_cb(conf, Delivered);
          },
          this));
  ASSIGN_OR_RETURN(
      const TopicMetadata metadata,
      FetchTopicMetadata(client_.get(), options_.topic, options_.timeout));
  RETURN_IF_ERROR(RequireOnePartition(options_.topic, metadata.partitions));
  topic_.reset(
      rd_kafka_topic_new(client_->get(), options_.topic.c_str(), nullptr));
  if (topic_ == nullptr) {
    return client_->ToStatus(rd_kafka_last_error(), Where());
  }
  return absl::OkStatus();
}

absl::Status IdempotentProducer::Impl::Produce(const Record& record) {
  const int64_t bytes = UnderWayBytes(KeyAndValueBytes(record));
  RETURN_IF_ERROR(
      WaitForDeliveries(std::max<int64_t>(0, kUnderWayBytesMax - bytes)));
  const rd_kafka_resp_err_t error = ProduceRecord(
      client_->get(), topic_.get(), record,
      reinterpret_cast<void*>(static_cast<intptr_t>(record.offset)));
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
    under_way_bytes_ += bytes;
    return absl::OkStatus();
  }
  error_ = error;
  failed_offset_ = record.offset;
  failed_bytes_ = KeyAndValueBytes(record);
  return Failure();
}

absl::Status IdempotentProducer::Impl::WaitForDeliveries(int64_t bytes_max) {
  absl::Duration last_progress = options_.clock->Elapsed();
  rd_kafka_poll(client_->get(), 0);
  while (under_way_bytes_ > bytes_max &&
         error_ == RD_KAFKA_RESP_ERR_NO_ERROR) {
    const int64_t delivered = delivered_;
    // What still waits for more to come is sent at once.
    rd_kafka_flush(client_->get(), ToMillis(kPollEvery));
    const absl::Duration now = options_.clock->Elapsed();
    if (delivered_ != delivered) last_progress = now;
    if (now - last_progress > options_.timeout) {
      return client_->ToStatus(RD_KAFKA_RESP_ERR__TIMED_OUT, Where(),
                               "no delivery report came in time");
    }
  }
  return error_ == RD_KAFKA_RESP_ERR_NO_ERROR ? absl::OkStatus() : Failure();
}

IdempotentProducer::IdempotentProducer(std::unique_ptr<Impl> impl)
    : impl_(std::move(impl)) {}
IdempotentProducer::~IdempotentProducer() = default;

absl::StatusOr<std::unique_ptr<IdempotentProducer>> IdempotentProducer::Open(
    IdempotentProducerOptions options) {
  auto impl = std::make_unique<Impl>(std::move(options));
  RETURN_IF_ERROR(impl->Connect());
  return std::unique_ptr<IdempotentProducer>(
      new IdempotentProducer(std::move(impl)));
}

absl::Status IdempotentProducer::Produce(const Record& record) {
  return impl_->Produce(record);
}

absl::Status IdempotentProducer::Flush() { return impl_->WaitForDeliveries(0); }

}  // namespace sr
