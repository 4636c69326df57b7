#include "core/kafka/transactional_producer.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/status_context.h"
#include "core/base/status_macros.h"
#include "core/base/text.h"
#include "core/kafka/produced_record.h"
#include "core/kafka/rdkafka_internal.h"
#include "core/kafka/topic_admin.h"

namespace sr {
namespace {

constexpr absl::Duration kTransactionTimeout = absl::Seconds(60);
constexpr absl::Duration kPollEvery = absl::Milliseconds(100);

RdClient::Settings RequiredSettings(
    const TransactionalProducerOptions& options) {
  RdClient::Settings settings = ProducerSettings(options.batch_bytes_max);
  settings.push_back({"transactional.id", options.transactional_id});
  settings.push_back({"transaction.timeout.ms",
                      absl::StrCat(ToMillis(kTransactionTimeout))});
  return settings;
}

bool IsFencing(rd_kafka_resp_err_t error) {
  return error == RD_KAFKA_RESP_ERR__FENCED ||
         error == RD_KAFKA_RESP_ERR_PRODUCER_FENCED ||
         error == RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH;
}

}  // namespace

class TransactionalProducer::Impl {
 public:
  explicit Impl(TransactionalProducerOptions options)
      : options_(std::move(options)) {}

  absl::Status Connect();
  absl::Status Begin();
  absl::Status Produce(const std::string& topic, const Record& record);
  absl::Status Flush();
  absl::Status Commit();
  absl::Status Abort(absl::Duration timeout);

  int64_t first_topic_end() const { return first_topic_end_; }
  bool had_trouble() const {
    return trouble_ || client_->events().HasTrouble();
  }

 private:
  static void Delivered(rd_kafka_t* client, const rd_kafka_message_t* message,
                        void* opaque);
  void OnDelivery(const rd_kafka_message_t& message);
  absl::Status WaitForDeliveries(int64_t bytes_max);
  absl::Status Send(rd_kafka_topic_t* topic, const Record& record,
                    bool is_first_topic);
  absl::Status InitTransactions();
  absl::Status FromError(RdError error, absl::string_view what);
  absl::Status Failure(rd_kafka_resp_err_t error, absl::string_view what,
                       absl::string_view text);
  absl::Status DeliveryFailure() const;

  const TransactionalProducerOptions options_;
  std::unique_ptr<RdClient> client_;
  std::vector<std::pair<std::string, RdTopic>> topics_;
  absl::Duration began_;
  int64_t under_way_bytes_ = 0;
  int64_t delivered_ = 0;
  int64_t first_topic_end_ = -1;
  bool trouble_ = false;
  // The worst delivery report, and the record it was about.
  rd_kafka_resp_err_t delivery_error_ = RD_KAFKA_RESP_ERR_NO_ERROR;
  int64_t failed_offset_ = -1;
  size_t failed_bytes_ = 0;
};

void TransactionalProducer::Impl::Delivered(rd_kafka_t*,
                                            const rd_kafka_message_t* message,
                                            void* opaque) {
  static_cast<Impl*>(static_cast<RdClient*>(opaque)->opaque())
      ->OnDelivery(*message);
}

// `_private` is the record's offset in the source plus one, 0 for records of
// other topics than the first.
void TransactionalProducer::Impl::OnDelivery(
    const rd_kafka_message_t& message) {
  const int64_t tag = reinterpret_cast<intptr_t>(message._private);
  const size_t bytes = message.len + message.key_len;
  under_way_bytes_ -= UnderWayBytes(bytes);
  ++delivered_;
  if (message.err == RD_KAFKA_RESP_ERR_NO_ERROR) {
    if (tag > 0) first_topic_end_ = message.offset + 1;
    return;
  }
  const bool purged = message.err == RD_KAFKA_RESP_ERR__PURGE_QUEUE ||
                      message.err == RD_KAFKA_RESP_ERR__PURGE_INFLIGHT;
  if (purged && delivery_error_ != RD_KAFKA_RESP_ERR_NO_ERROR) return;
  // A whole batch fails for its largest record.
  if (message.err == delivery_error_ && bytes <= failed_bytes_) return;
  delivery_error_ = message.err;
  failed_offset_ = tag - 1;
  failed_bytes_ = bytes;
}

absl::Status TransactionalProducer::Impl::DeliveryFailure() const {
  const std::string what =
      failed_offset_ < 0
          ? std::string("the checkpoint record")
          : absl::StrCat("the record with source offset ", failed_offset_);
  const std::string message = absl::StrCat(
      what, " was not written: ", rd_kafka_err2str(delivery_error_));
  switch (StatusCodeOf(delivery_error_)) {
    case absl::StatusCode::kResourceExhausted:
      return WithHint(
          absl::ResourceExhaustedError(absl::StrCat(
              message, " (", WithThousands(static_cast<int64_t>(failed_bytes_)),
              " bytes of key and value)")),
          "raise max.message.bytes of the shadow topic above that of the "
          "source");
    case absl::StatusCode::kFailedPrecondition:
      return WithHint(
          absl::FailedPreconditionError(message),
          "the topic's configuration refuses it: "
          "message.timestamp.after.max.ms, message.timestamp.before.max.ms, or "
          "a null key in a compacted topic");
    case absl::StatusCode::kPermissionDenied:
      return absl::PermissionDeniedError(message);
    case absl::StatusCode::kNotFound:
      return absl::NotFoundError(message);
    default:
      return absl::UnavailableError(message);
  }
}

// Turns librdkafka's answer into what the caller can do about it: reports about
// records say more than the transaction's error that follows from them.
absl::Status TransactionalProducer::Impl::Failure(rd_kafka_resp_err_t error,
                                                  absl::string_view what,
                                                  absl::string_view text) {
  trouble_ = true;
  char fatal_text[512] = "";
  const rd_kafka_resp_err_t fatal =
      rd_kafka_fatal_error(client_->get(), fatal_text, sizeof fatal_text);
  if (fatal != RD_KAFKA_RESP_ERR_NO_ERROR) {
    error = fatal;
    text = fatal_text;
  }
  if (IsFencing(error)) {
    // The broker gives the same answer when it has ended a transaction that
    // took too long, and then nobody else is there.
    if (options_.clock->Elapsed() - began_ >= kTransactionTimeout * 0.9) {
      return absl::UnavailableError(absl::StrCat(
          what, ": the transaction took too long and was ended by the broker"));
    }
    return WithHint(
        absl::AbortedError(absl::StrCat(
            what, ": another replicator has taken over (transactional.id ",
            EscapeForTerminal(options_.transactional_id), ")")),
        "only one replicator may write a shadow: stop one of them");
  }
  if (delivery_error_ != RD_KAFKA_RESP_ERR_NO_ERROR) {
    const absl::Status delivery = DeliveryFailure();
    if (!absl::IsUnavailable(delivery)) return Annotate(delivery, what);
  }
  absl::Status status = client_->ToStatus(error, what, text);
  switch (status.code()) {
    case absl::StatusCode::kUnauthenticated:
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kResourceExhausted:
    case absl::StatusCode::kNotFound:
      return status;
    default:
      // The transaction is lost; a new instance may well succeed.
      return WithHint(absl::UnavailableError(status.message()),
                      HintOf(status));
  }
}

absl::Status TransactionalProducer::Impl::FromError(RdError error,
                                                    absl::string_view what) {
  if (error == nullptr) return absl::OkStatus();
  return Failure(rd_kafka_error_code(error.get()), what,
                 rd_kafka_error_string(error.get()));
}

absl::Status TransactionalProducer::Impl::Connect() {
  ASSIGN_OR_RETURN(
      client_,
      RdClient::Create(
          RD_KAFKA_PRODUCER, options_.properties, ProducerDefaults(),
          RequiredSettings(options_),
          [](rd_kafka_conf_t* conf) {
            rd_kafka_conf_set_dr_msg_cb(conf, Delivered);
          },
          this));
  began_ = options_.clock->Elapsed();
  RETURN_IF_ERROR(InitTransactions());
  for (const std::string& name : options_.topics) {
    // Without this the first transaction waits a second for the leader.
    ASSIGN_OR_RETURN(
        const TopicMetadata metadata,
        FetchTopicMetadata(client_.get(), name, options_.timeout));
    RETURN_IF_ERROR(RequireOnePartition(name, metadata.partitions));
    RdTopic topic(rd_kafka_topic_new(client_->get(), name.c_str(), nullptr));
    if (topic == nullptr) {
      return client_->ToStatus(rd_kafka_last_error(), "cannot write a topic");
    }
    topics_.emplace_back(name, std::move(topic));
  }
  (void)client_->events().TakeTrouble();
  return absl::OkStatus();
}

absl::Status TransactionalProducer::Impl::InitTransactions() {
  constexpr char kWhat[] = "cannot become the writer of the shadow";
  const absl::Duration deadline =
      options_.clock->Elapsed() + options_.timeout;
  while (true) {
    const absl::Duration left = deadline - options_.clock->Elapsed();
    RdError error(rd_kafka_init_transactions(
        client_->get(),
        ToMillis(std::clamp(left, absl::Milliseconds(1), absl::Seconds(2)))));
    rd_kafka_poll(client_->get(), 0);  // Serves the error callback.
    if (error == nullptr) return absl::OkStatus();
    if (!rd_kafka_error_is_retriable(error.get()) ||
        client_->events().authentication_failed() ||
        options_.clock->Elapsed() >= deadline) {
      return FromError(std::move(error), kWhat);
    }
  }
}

absl::Status TransactionalProducer::Impl::Begin() {
  began_ = options_.clock->Elapsed();
  return FromError(RdError(rd_kafka_begin_transaction(client_->get())),
                   "cannot begin a transaction");
}

// Serves delivery reports until at most `bytes_max` are under way, or one of
// them says that a record was not written: then all the others are lost too.
absl::Status TransactionalProducer::Impl::WaitForDeliveries(int64_t bytes_max) {
  absl::Duration last_progress = options_.clock->Elapsed();
  rd_kafka_poll(client_->get(), 0);
  while (under_way_bytes_ > bytes_max &&
         delivery_error_ == RD_KAFKA_RESP_ERR_NO_ERROR) {
    const int64_t delivered = delivered_;
    // What still waits for more to come is sent at once.
    rd_kafka_flush(client_->get(), ToMillis(kPollEvery));
    const absl::Duration now = options_.clock->Elapsed();
    if (delivered_ != delivered) last_progress = now;
    if (now - last_progress > options_.timeout) {
      return Failure(RD_KAFKA_RESP_ERR__TIMED_OUT, "cannot write the shadow",
                     "no delivery report came in time");
    }
  }
  if (delivery_error_ == RD_KAFKA_RESP_ERR_NO_ERROR) return absl::OkStatus();
  return Failure(delivery_error_, "cannot write the shadow",
                 rd_kafka_err2str(delivery_error_));
}

absl::Status TransactionalProducer::Impl::Send(rd_kafka_topic_t* topic,
                                               const Record& record,
                                               bool is_first_topic) {
  const intptr_t tag = is_first_topic ? record.offset + 1 : 0;
  const rd_kafka_resp_err_t error = ProduceRecord(
      client_->get(), topic, record, reinterpret_cast<void*>(tag));
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return absl::OkStatus();
  if (error == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE) {
    delivery_error_ = error;
    failed_offset_ = tag - 1;
    failed_bytes_ = KeyAndValueBytes(record);
  }
  return Failure(error, "cannot write the shadow", rd_kafka_err2str(error));
}

absl::Status TransactionalProducer::Impl::Produce(const std::string& topic,
                                                  const Record& record) {
  const int64_t bytes = UnderWayBytes(KeyAndValueBytes(record));
  if (under_way_bytes_ + bytes > kUnderWayBytesMax) {
    RETURN_IF_ERROR(
        WaitForDeliveries(std::max<int64_t>(0, kUnderWayBytesMax - bytes)));
  }
  for (size_t i = 0; i < topics_.size(); ++i) {
    if (topics_[i].first != topic) continue;
    RETURN_IF_ERROR(Send(topics_[i].second.get(), record, i == 0));
    under_way_bytes_ += bytes;
    return absl::OkStatus();
  }
  return absl::InternalError(
      absl::StrCat("producer was not told of topic ", topic));
}

// A commit would wait for them as well, but after a failed one for as long as it
// may.
absl::Status TransactionalProducer::Impl::Flush() {
  return WaitForDeliveries(0);
}

absl::Status TransactionalProducer::Impl::Commit() {
  trouble_ = client_->events().TakeTrouble();
  RdError error(rd_kafka_commit_transaction(client_->get(),
                                            ToMillis(options_.timeout)));
  rd_kafka_poll(client_->get(), 0);  // Serves the error callback.
  RETURN_IF_ERROR(FromError(std::move(error), "commit failed"));
  if (delivery_error_ == RD_KAFKA_RESP_ERR_NO_ERROR) return absl::OkStatus();
  // Not known to happen: a failed record forbids the commit.
  return Failure(delivery_error_, "commit without all records",
                 rd_kafka_err2str(delivery_error_));
}

absl::Status TransactionalProducer::Impl::Abort(absl::Duration timeout) {
  RdError error(rd_kafka_abort_transaction(client_->get(), ToMillis(timeout)));
  return FromError(std::move(error), "abort failed");
}

TransactionalProducer::TransactionalProducer(std::unique_ptr<Impl> impl)
    : impl_(std::move(impl)) {}
TransactionalProducer::~TransactionalProducer() = default;

absl::StatusOr<std::unique_ptr<TransactionalProducer>>
TransactionalProducer::Open(TransactionalProducerOptions options) {
  auto impl = std::make_unique<Impl>(std::move(options));
  RETURN_IF_ERROR(impl->Connect());
  return std::unique_ptr<TransactionalProducer>(
      new TransactionalProducer(std::move(impl)));
}

absl::Status TransactionalProducer::Begin() { return impl_->Begin(); }

absl::Status TransactionalProducer::Produce(const std::string& topic,
                                            const Record& record) {
  return impl_->Produce(topic, record);
}

absl::Status TransactionalProducer::Flush() { return impl_->Flush(); }

absl::Status TransactionalProducer::Commit() { return impl_->Commit(); }

absl::Status TransactionalProducer::Abort(absl::Duration timeout) {
  return impl_->Abort(timeout);
}

int64_t TransactionalProducer::first_topic_end() const {
  return impl_->first_topic_end();
}

bool TransactionalProducer::had_trouble() const {
  return impl_->had_trouble();
}

}  // namespace sr
