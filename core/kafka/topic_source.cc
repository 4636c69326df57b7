#include "core/kafka/topic_source.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "core/base/status_context.h"
#include "core/base/status_macros.h"
#include "core/base/text.h"
#include "core/kafka/rdkafka_internal.h"
#include "core/kafka/topic_admin.h"

namespace sr {
namespace {

// One batch: up to so many records, and as soon as so many bytes are reached.
constexpr int kBatchRecordsMax = 1000;
constexpr size_t kBatchBytesTarget = size_t{1} << 20;
// How often a wait looks whether there is still a broker to wait for.
constexpr absl::Duration kLookAround = absl::Milliseconds(200);
// A new connection gets at least this long, however short the call's timeout.
constexpr absl::Duration kReconnectMin = absl::Seconds(3);

// The messages a RecordBatch borrows from. Each holds on to the buffer it was
// received in, and to the client: destroying that first would wait for ever.
class Messages {
 public:
  explicit Messages(std::shared_ptr<RdClient> client)
      : client_(std::move(client)) {}
  ~Messages() {
    for (rd_kafka_message_t* message : messages_) {
      rd_kafka_message_destroy(message);
    }
  }
  Messages(const Messages&) = delete;
  Messages& operator=(const Messages&) = delete;

  void Add(rd_kafka_message_t* message) { messages_.push_back(message); }

 private:
  const std::shared_ptr<RdClient> client_;
  std::vector<rd_kafka_message_t*> messages_;
};

// Null is a null pointer; an empty value has a pointer and no length.
Bytes ToBytes(const void* data, size_t size) {
  if (data == nullptr) return std::nullopt;
  return absl::string_view(static_cast<const char*>(data), size);
}

std::vector<Header> HeadersOf(const rd_kafka_message_t* message) {
  std::vector<Header> headers;
  rd_kafka_headers_t* list = nullptr;
  if (rd_kafka_message_headers(message, &list) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return headers;
  }
  const size_t count = rd_kafka_header_cnt(list);
  headers.reserve(count);
  for (size_t i = 0; i < count; ++i) {
    const char* name = nullptr;
    const void* value = nullptr;
    size_t size = 0;
    if (rd_kafka_header_get_all(list, i, &name, &value, &size) !=
        RD_KAFKA_RESP_ERR_NO_ERROR) {
      break;
    }
    headers.push_back({name, ToBytes(value, size)});
  }
  return headers;
}

RdClient::Settings RequiredSettings(TopicSourceOptions::Isolation isolation) {
  return {
      {"check.crcs", "true"},
      {"auto.offset.reset", "error"},
      {"isolation.level", isolation == TopicSourceOptions::kReadCommitted
                              ? "read_committed"
                              : "read_uncommitted"},
      {"enable.partition.eof", "true"},
      {"enable.auto.commit", "false"},
      {"enable.auto.offset.store", "false"},
  };
}

RdClient::Settings DefaultSettings() {
  return {
      // assign() wants a group; none is ever joined, nothing is committed.
      {"group.id", "schemas-replicator"},
      {"fetch.message.max.bytes", "8388608"},
      {"fetch.max.bytes", "16777216"},
      {"receive.message.max.bytes", "1073741824"},
      // The broker answers at once when a record comes; librdkafka's mock
      // broker answers only when this time is over.
      {"fetch.wait.max.ms", "100"},
      {"fetch.error.backoff.ms", "100"},
      {"queued.min.messages", "1000000"},
      {"queued.max.messages.kbytes", "65536"},
  };
}

}  // namespace

class TopicSource::Impl {
 public:
  explicit Impl(TopicSourceOptions options) : options_(std::move(options)) {}

  absl::Status Connect(absl::Duration timeout);
  void ReadClusterId();
  absl::Status Seek(int64_t offset);
  absl::StatusOr<Fetched> Next(absl::Duration timeout, RecordBatch* batch);
  absl::StatusOr<std::pair<int64_t, int64_t>> Watermarks();

  int64_t high_watermark() const { return high_watermark_; }
  int64_t position() const { return position_; }
  const std::string& cluster_id() const { return cluster_id_; }
  int64_t without_timestamp() const { return without_timestamp_; }

 private:
  absl::Status Assign(absl::Duration timeout);
  absl::Status Drain(absl::Duration timeout, RecordBatch* batch);
  absl::Status Take(rd_kafka_message_t* message, RecordBatch* batch,
                    Messages* messages);
  absl::Status TakeRecord(const rd_kafka_message_t* message,
                          RecordBatch* batch);
  absl::Status TakeEvent(const rd_kafka_message_t* message);
  absl::Status CheckBrokers();
  absl::Status Barrier(absl::Status error);
  void NoteHighWatermark();
  std::string Where() const;

  const TopicSourceOptions options_;
  std::string cluster_id_;
  std::shared_ptr<RdClient> client_;  // Null after a barrier.
  RdTopic topic_;
  RdQueue queue_;
  bool assigned_ = false;
  bool sought_ = false;
  int64_t position_ = 0;
  std::atomic<int64_t> high_watermark_{-1};  // Asked for by others.
  // Everything up to the end as the broker last reported it was delivered.
  bool at_end_ = false;
  // The end was reached in a call that had records to return: the next call
  // says so at once instead of waiting.
  bool end_to_report_ = false;
  int64_t without_timestamp_ = 0;
};

std::string TopicSource::Impl::Where() const {
  return absl::StrCat("topic ", EscapeForTerminal(options_.topic));
}

absl::Status TopicSource::Impl::Connect(absl::Duration timeout) {
  ASSIGN_OR_RETURN(std::unique_ptr<RdClient> client,
                   RdClient::Create(RD_KAFKA_CONSUMER, options_.properties,
                                    DefaultSettings(),
                                    RequiredSettings(options_.isolation)));
  ASSIGN_OR_RETURN(
      const TopicMetadata metadata,
      FetchTopicMetadata(client.get(), options_.topic, timeout));
  RETURN_IF_ERROR(RequireOnePartition(options_.topic, metadata.partitions));
  topic_.reset(rd_kafka_topic_new(client->get(), options_.topic.c_str(),
                                  /*conf=*/nullptr));
  queue_.reset(rd_kafka_queue_get_consumer(client->get()));
  client_ = std::move(client);
  assigned_ = false;
  return absl::OkStatus();
}

void TopicSource::Impl::ReadClusterId() {
  char* id = rd_kafka_clusterid(client_->get(), ToMillis(options_.timeout));
  if (id == nullptr) return;
  cluster_id_ = id;
  rd_kafka_mem_free(client_->get(), id);
}

// Drops everything queued together with the client that queued it: seeking in
// one that reads in batches loses or mixes records in librdkafka 2.0.2.
absl::Status TopicSource::Impl::Barrier(absl::Status error) {
  topic_.reset();
  queue_.reset();
  // A batch that is still about keeps the client; it need not fetch for it.
  if (assigned_) (void)rd_kafka_assign(client_->get(), nullptr);
  client_.reset();
  assigned_ = false;
  at_end_ = false;
  end_to_report_ = false;
  return error;
}

absl::Status TopicSource::Impl::Seek(int64_t offset) {
  if (offset < 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("offset ", offset, " is negative"));
  }
  if (assigned_) (void)Barrier(absl::OkStatus());
  position_ = offset;
  sought_ = true;
  at_end_ = false;
  end_to_report_ = false;
  return absl::OkStatus();
}

absl::Status TopicSource::Impl::Assign(absl::Duration timeout) {
  if (!sought_) return absl::InternalError("Next before Seek");
  if (client_ == nullptr) {
    RETURN_IF_ERROR(Connect(std::min(timeout, options_.timeout)));
  }
  RdPartitions partitions(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_list_add(partitions.get(), options_.topic.c_str(), 0)
      ->offset = position_;
  const rd_kafka_resp_err_t error =
      rd_kafka_assign(client_->get(), partitions.get());
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return client_->ToStatus(error, absl::StrCat("cannot read ", Where()));
  }
  // Servers that were tried in vain on the way here are no news.
  (void)client_->events().TakeAllBrokersDown();
  assigned_ = true;
  return absl::OkStatus();
}

absl::Status TopicSource::Impl::TakeRecord(const rd_kafka_message_t* message,
                                           RecordBatch* batch) {
  if (message->offset < position_) {
    return absl::DataLossError(absl::StrCat(
        Where(), ": offset ", message->offset, " came where ", position_,
        " or a greater one was due"));
  }
  Record record;
  record.offset = message->offset;
  rd_kafka_timestamp_type_t type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
  record.timestamp = rd_kafka_message_timestamp(message, &type);
  if (type == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE) {
    record.timestamp = -1;
    ++without_timestamp_;
  }
  record.timestamp_type = type == RD_KAFKA_TIMESTAMP_LOG_APPEND_TIME
                              ? TimestampType::kLogAppendTime
                              : TimestampType::kCreateTime;
  record.key = ToBytes(message->key, message->key_len);
  record.value = ToBytes(message->payload, message->len);
  record.headers = HeadersOf(message);
  position_ = record.offset + 1;
  at_end_ = false;
  batch->AddBorrowed(std::move(record));
  return absl::OkStatus();
}

absl::Status TopicSource::Impl::TakeEvent(const rd_kafka_message_t* message) {
  if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
    // Also past what is not delivered: markers, emptied batches.
    position_ = std::max(position_, message->offset);
    at_end_ = true;
    return absl::OkStatus();
  }
  if (message->err == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED) {
    // The group is a name that assign() asks for and nothing else uses.
    return absl::OkStatus();
  }
  absl::Status status = client_->ToStatus(
      message->err,
      absl::StrCat("cannot read ", Where(), " at offset ", position_),
      rd_kafka_message_errstr(message));
  if (absl::IsOutOfRange(status)) {
    return WithHint(std::move(status),
                    "the topic was truncated or recreated, or retention "
                    "deleted what comes next; no copy was changed");
  }
  return status;
}

// Takes one message over: a record stays with `*messages`, all else ends here.
absl::Status TopicSource::Impl::Take(rd_kafka_message_t* message,
                                     RecordBatch* batch, Messages* messages) {
  messages->Add(message);
  if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
    return TakeRecord(message, batch);
  }
  return TakeEvent(message);
}

// Waits up to `timeout` for one message, then takes what else is there: reading
// a larger array would wait until it is full or the whole time is over.
absl::Status TopicSource::Impl::Drain(absl::Duration timeout,
                                      RecordBatch* batch) {
  auto messages = std::make_shared<Messages>(client_);
  batch->KeepAlive(messages);
  std::array<rd_kafka_message_t*, kBatchRecordsMax> array;
  size_t wanted = 1;
  int wait_ms = ToMillis(timeout);
  while (batch->size() < kBatchRecordsMax &&
         batch->payload_bytes() < kBatchBytesTarget) {
    const ssize_t count = rd_kafka_consume_batch_queue(queue_.get(), wait_ms,
                                                       array.data(), wanted);
    absl::Status status;
    for (ssize_t i = 0; i < count; ++i) {
      if (status.ok()) {
        status = Take(array[i], batch, messages.get());
      } else {
        rd_kafka_message_destroy(array[i]);  // After an error: read again.
      }
    }
    RETURN_IF_ERROR(status);
    if (count < static_cast<ssize_t>(wanted)) break;
    wait_ms = 0;
    const size_t mean =
        batch->empty() ? 1 : batch->payload_bytes() / batch->size() + 1;
    wanted = std::clamp<size_t>(kBatchBytesTarget / mean, 1,
                                kBatchRecordsMax - batch->size());
  }
  return CheckBrokers();
}

absl::Status TopicSource::Impl::CheckBrokers() {
  const std::string what = absl::StrCat("cannot read ", Where());
  if (client_->events().authentication_failed()) {
    return client_->ToStatus(RD_KAFKA_RESP_ERR__AUTHENTICATION, what);
  }
  if (client_->events().TakeAllBrokersDown()) {
    return client_->ToStatus(RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, what);
  }
  return absl::OkStatus();
}

absl::StatusOr<Fetched> TopicSource::Impl::Next(absl::Duration timeout,
                                                RecordBatch* batch) {
  batch->Clear();
  if (!assigned_) {
    absl::Status status = Assign(std::max(timeout, kReconnectMin));
    if (!status.ok()) return Barrier(std::move(status));
  }
  const bool report_end = std::exchange(end_to_report_, false);
  const absl::Time deadline = absl::Now() + timeout;
  bool end_reached_now = report_end;
  do {
    const bool was_at_end = at_end_;
    const absl::Duration wait =
        report_end ? absl::ZeroDuration()
                   : std::clamp(deadline - absl::Now(), absl::ZeroDuration(),
                                kLookAround);
    absl::Status status = Drain(wait, batch);
    NoteHighWatermark();
    if (!status.ok()) {
      // What came before the error is good and goes first; the error comes
      // again, or not, when it is read again from there.
      status = Barrier(std::move(status));
      if (!batch->empty()) return Fetched::kRecords;
      batch->Clear();
      return status;
    }
    end_reached_now = end_reached_now || (at_end_ && !was_at_end);
  } while (batch->empty() && !end_reached_now && absl::Now() < deadline);
  if (!batch->empty()) {
    end_to_report_ = at_end_;
    return Fetched::kRecords;
  }
  batch->Clear();  // Lets go of the messages that were events.
  return at_end_ ? Fetched::kCaughtUp : Fetched::kNothing;
}

absl::StatusOr<std::pair<int64_t, int64_t>> TopicSource::Impl::Watermarks() {
  if (client_ == nullptr) RETURN_IF_ERROR(Connect(options_.timeout));
  return QueryWatermarks(client_.get(), options_.topic, options_.timeout);
}

// Here and not where it is asked for: another thread must not meet a client that a
// barrier drops.
void TopicSource::Impl::NoteHighWatermark() {
  int64_t low = -1;
  int64_t high = -1;
  const rd_kafka_resp_err_t error = rd_kafka_get_watermark_offsets(
      client_->get(), options_.topic.c_str(), 0, &low, &high);
  // Not known yet is -1001 there.
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR && high >= 0) high_watermark_ = high;
}

TopicSource::TopicSource(std::unique_ptr<Impl> impl)
    : impl_(std::move(impl)) {}
TopicSource::~TopicSource() = default;

absl::StatusOr<std::unique_ptr<TopicSource>> TopicSource::Open(
    TopicSourceOptions options) {
  const absl::Duration timeout = options.timeout;
  auto impl = std::make_unique<Impl>(std::move(options));
  RETURN_IF_ERROR(impl->Connect(timeout));
  impl->ReadClusterId();
  return std::unique_ptr<TopicSource>(new TopicSource(std::move(impl)));
}

absl::Status TopicSource::Seek(int64_t offset) { return impl_->Seek(offset); }

absl::StatusOr<Fetched> TopicSource::Next(absl::Duration timeout,
                                          RecordBatch* batch) {
  return impl_->Next(timeout, batch);
}

int64_t TopicSource::position() const { return impl_->position(); }

absl::StatusOr<int64_t> TopicSource::low_watermark() {
  ASSIGN_OR_RETURN(const auto watermarks, impl_->Watermarks());
  return watermarks.first;
}

absl::StatusOr<int64_t> TopicSource::high_watermark() {
  ASSIGN_OR_RETURN(const auto watermarks, impl_->Watermarks());
  return watermarks.second;
}

int64_t TopicSource::cached_high_watermark() const {
  return impl_->high_watermark();
}

const std::string& TopicSource::cluster_id() const {
  return impl_->cluster_id();
}

int64_t TopicSource::records_without_timestamp() const {
  return impl_->without_timestamp();
}

}  // namespace sr
