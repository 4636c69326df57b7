#include "core/kafka/shadow_sink.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "core/base/log.h"
#include "core/base/status_context.h"
#include "core/base/status_macros.h"
#include "core/base/text.h"
#include "core/kafka/shadow_state.h"
#include "core/kafka/topic_admin.h"
#include "core/kafka/transactional_producer.h"
#include "core/record/canonical.h"

namespace sr {
namespace {

using Config = std::map<std::string, std::string>;

// Brokers forget a transactional id after seven idle days; long before that a
// new instance takes its place.
constexpr absl::Duration kIdleMax = absl::Hours(24);
constexpr absl::Duration kAbortTimeout = absl::Seconds(3);
constexpr absl::Duration kForgetTimeout = absl::Seconds(1);

Config ShadowConfig(const ShadowSinkOptions& options) {
  Config config = {
      {"cleanup.policy", "delete"},
      {"retention.ms", "-1"},
      {"retention.bytes", "-1"},
      {"message.timestamp.type", "CreateTime"},
      // Kafka 4 refuses timestamps an hour ahead by default.
      {"message.timestamp.after.max.ms", "9223372036854775807"},
  };
  if (options.compact_policy) {
    config["cleanup.policy"] = "compact";
    // Keeps what the last transaction wrote comparable.
    config["min.compaction.lag.ms"] = "604800000";
  }
  for (const auto& [key, value] : options.create_config) config[key] = value;
  return config;
}

std::string ConfigValue(const TopicState& state, const std::string& key) {
  if (!state.config.has_value()) return "";
  const auto found = state.config->find(key);
  return found == state.config->end() ? "" : found->second.value;
}

}  // namespace

class ShadowSink::Impl {
 public:
  explicit Impl(ShadowSinkOptions options) : options_(std::move(options)) {}
  ~Impl() { Forget(); }

  absl::StatusOr<DurablePosition> Open();
  absl::Status Append(const RecordBatch& batch);
  absl::StatusOr<DurablePosition> Commit();
  absl::Status Close();
  const ShadowExceptions& exceptions() const { return exceptions_; }

 private:
  absl::StatusOr<TopicState> EnsureTopic(TopicAdmin* admin,
                                         const std::string& topic,
                                         const Config& config);
  absl::StatusOr<TopicState> EnsureShadow(TopicAdmin* admin);
  absl::StatusOr<TopicState> EnsureTopics();
  absl::Status CheckShadowConfig(const TopicState& state);
  absl::Status CheckNeverWritten();
  absl::Status OpenProducer(const TopicState& state);
  absl::Status CheckIdentity(const Checkpoint& checkpoint);
  absl::StatusOr<DurablePosition> FindPosition();
  absl::Status RenewIfNeeded();
  absl::Status BeginIfNeeded();
  absl::Status AppendOne(const Record& record, bool is_near_end);
  absl::Status ProduceCheckpoint();
  void Forget();
  std::string Where() const {
    return absl::StrCat("shadow topic ", EscapeForTerminal(options_.topic));
  }

  const ShadowSinkOptions options_;
  std::unique_ptr<TransactionalProducer> producer_;  // Null: Open is due.
  DurablePosition durable_;  // As of the last commit.
  DurablePosition pending_;  // With what was appended since.
  Chain chain_;              // Of pending_.
  int64_t transaction_records_ = 0;
  // Shadow offset at or above which the next transaction's records lie.
  int64_t shadow_end_ = 0;
  bool in_transaction_ = false;
  bool renew_ = false;
  absl::Duration committed_at_;
  ShadowExceptions exceptions_;
};

// From here on only what the topics say counts. An open transaction is aborted
// first: librdkafka 2.0.2 stops the program (an assertion in
// rdkafka_txnmgr.c:1007) if it is destroyed while it begins one.
void ShadowSink::Impl::Forget() {
  if (producer_ != nullptr && in_transaction_) {
    (void)producer_->Abort(kForgetTimeout);
  }
  producer_.reset();
  in_transaction_ = false;
  transaction_records_ = 0;
  renew_ = false;
}

absl::StatusOr<TopicState> ShadowSink::Impl::EnsureTopic(
    TopicAdmin* admin, const std::string& topic, const Config& config) {
  absl::StatusOr<TopicState> state = admin->Describe(topic);
  if (!absl::IsNotFound(state.status())) return state;
  const absl::Status created = admin->CreateTopic(topic, config);
  // Another replicator may have been quicker.
  if (!absl::IsAlreadyExists(created)) {
    RETURN_IF_ERROR(WithHint(
        created, "create it yourself, with one partition, and start again"));
    LogInfo(absl::StrCat("created topic ", topic));
  }
  return admin->Describe(topic);
}

// A checkpoint without its shadow: the shadow was deleted. Making a new one
// under the old name would hide that.
absl::Status ShadowSink::Impl::CheckNeverWritten() {
  ASSIGN_OR_RETURN(const std::optional<Checkpoint> checkpoint,
                   ReadCheckpoint(options_.properties, options_.topic,
                                  options_.timeout));
  if (!checkpoint.has_value()) return absl::OkStatus();
  return WithHint(absl::DataLossError(absl::StrCat(
                      Where(), " is gone, its checkpoint counts ",
                      checkpoint->position.records, " records")),
                  "mirror to a new topic under another name");
}

// One look decides both whether the shadow is gone and whether to create it: a
// broker's metadata lag behind a deletion, and of two looks the first may still
// see the topic that the second then misses.
absl::StatusOr<TopicState> ShadowSink::Impl::EnsureShadow(TopicAdmin* admin) {
  absl::StatusOr<TopicState> state = admin->Describe(options_.topic);
  if (!absl::IsNotFound(state.status())) return state;
  RETURN_IF_ERROR(CheckNeverWritten());
  return EnsureTopic(admin, options_.topic, ShadowConfig(options_));
}

absl::Status ShadowSink::Impl::CheckShadowConfig(const TopicState& state) {
  if (ConfigValue(state, "message.timestamp.type") == "LogAppendTime") {
    return WithHint(
        absl::FailedPreconditionError(absl::StrCat(
            Where(), " replaces timestamps (message.timestamp.type is "
                     "LogAppendTime)")),
        "set message.timestamp.type=CreateTime, or name a new topic");
  }
  const std::string policy = ConfigValue(state, "cleanup.policy");
  if (policy == "delete" && ConfigValue(state, "retention.ms") != "-1") {
    LogWarning(absl::StrCat(
        Where(), " deletes old records: retention.ms is ",
        ConfigValue(state, "retention.ms"), "; set it to -1"));
  }
  return absl::OkStatus();
}

absl::StatusOr<TopicState> ShadowSink::Impl::EnsureTopics() {
  ASSIGN_OR_RETURN(const auto admin,
                   TopicAdmin::Open(options_.properties, options_.timeout));
  RETURN_IF_ERROR(EnsureTopic(admin.get(), kCheckpointTopic,
                              {{"cleanup.policy", "compact"}})
                      .status());
  ASSIGN_OR_RETURN(const TopicState state, EnsureShadow(admin.get()));
  RETURN_IF_ERROR(RequireOnePartition(options_.topic, state.partitions));
  RETURN_IF_ERROR(CheckShadowConfig(state));
  return state;
}

absl::Status ShadowSink::Impl::OpenProducer(const TopicState& state) {
  TransactionalProducerOptions producer;
  producer.properties = options_.properties;
  producer.transactional_id =
      absl::StrCat("schemas-replicator.", options_.topic);
  producer.topics = {options_.topic, kCheckpointTopic};
  producer.clock = options_.clock;
  producer.timeout = options_.timeout;
  int64_t max_message_bytes = 0;
  if (absl::SimpleAtoi(ConfigValue(state, "max.message.bytes"),
                       &max_message_bytes) &&
      max_message_bytes > 0) {
    producer.batch_bytes_max =
        std::min(producer.batch_bytes_max, max_message_bytes);
  }
  ASSIGN_OR_RETURN(producer_,
                   TransactionalProducer::Open(std::move(producer)));
  return absl::OkStatus();
}

absl::Status ShadowSink::Impl::CheckIdentity(const Checkpoint& checkpoint) {
  if (checkpoint.source == options_.source) return absl::OkStatus();
  return WithHint(
      absl::FailedPreconditionError(absl::StrCat(
          Where(), " is a copy of ",
          EscapeForTerminal(DescribeSource(checkpoint.source)), ", not of ",
          EscapeForTerminal(DescribeSource(options_.source)))),
      "a shadow belongs to one history: name a new, empty topic");
}

absl::StatusOr<DurablePosition> ShadowSink::Impl::FindPosition() {
  const ShadowTopic shadow = {options_.properties, options_.topic,
                              options_.compact_policy, options_.timeout};
  ASSIGN_OR_RETURN(const std::optional<Checkpoint> checkpoint,
                   ReadCheckpoint(options_.properties, options_.topic,
                                  options_.timeout));
  if (!checkpoint.has_value()) {
    ASSIGN_OR_RETURN(shadow_end_, VerifyShadowEmpty(shadow));
    return DurablePosition();
  }
  RETURN_IF_ERROR(CheckIdentity(*checkpoint));
  ASSIGN_OR_RETURN(shadow_end_, VerifyShadowTail(shadow, *checkpoint));
  return checkpoint->position;
}

absl::StatusOr<DurablePosition> ShadowSink::Impl::Open() {
  Forget();
  ASSIGN_OR_RETURN(const TopicState state, EnsureTopics());
  RETURN_IF_ERROR(OpenProducer(state));
  absl::StatusOr<DurablePosition> position = FindPosition();
  if (!position.ok()) {
    Forget();
    return position;
  }
  durable_ = *std::move(position);
  pending_ = durable_;
  chain_ = Chain(durable_.chain);
  committed_at_ = options_.clock->Elapsed();
  return durable_;
}

// Before a transaction: replaces a producer that has idled for long, or whose
// last commit was not undisturbed. Another replicator may have taken over
// meanwhile, and must not be fenced by one that is behind.
absl::Status ShadowSink::Impl::RenewIfNeeded() {
  if (!renew_ && options_.clock->Elapsed() - committed_at_ < kIdleMax) {
    return absl::OkStatus();
  }
  const DurablePosition before = durable_;
  ASSIGN_OR_RETURN(const DurablePosition after, Open());
  if (after.next_offset == before.next_offset && after.chain == before.chain) {
    return absl::OkStatus();
  }
  Forget();
  return absl::AbortedError(absl::StrCat(
      Where(), " was written by another replicator meanwhile"));
}

absl::Status ShadowSink::Impl::BeginIfNeeded() {
  if (in_transaction_) return absl::OkStatus();
  RETURN_IF_ERROR(RenewIfNeeded());
  RETURN_IF_ERROR(producer_->Begin());
  in_transaction_ = true;
  transaction_records_ = 0;
  return absl::OkStatus();
}

absl::Status ShadowSink::Impl::AppendOne(const Record& record,
                                         bool is_near_end) {
  RETURN_IF_ERROR(BeginIfNeeded());
  pending_.next_offset = record.offset + 1;
  if (options_.compact_policy && !record.key.has_value()) {
    ++exceptions_.null_keys_skipped;
    return absl::OkStatus();
  }
  RETURN_IF_ERROR(producer_->Produce(options_.topic, record));
  if (record.timestamp == 0) ++exceptions_.timestamp_zero;
  if (record.timestamp_type == TimestampType::kLogAppendTime) {
    ++exceptions_.log_append_time;
  }
  chain_.Add(record);
  ++pending_.records;
  ++transaction_records_;
  if (!is_near_end) return absl::OkStatus();
  if (pending_.anchors.size() == kAnchorsMax) {
    pending_.anchors.erase(pending_.anchors.begin());
  }
  pending_.anchors.push_back(
      {record.offset, record.timestamp, ContentDigest(record)});
  return absl::OkStatus();
}

absl::Status ShadowSink::Impl::Append(const RecordBatch& batch) {
  if (producer_ == nullptr) {
    return absl::InternalError("Append to a shadow that is not open");
  }
  for (size_t i = 0; i < batch.size(); ++i) {
    // Only the last few can become anchors; with a compacted shadow those that
    // are skipped do not count among them.
    const bool is_near_end =
        options_.compact_policy || batch.size() - i <= kAnchorsMax;
    const absl::Status status = AppendOne(batch[i], is_near_end);
    if (!status.ok()) {
      Forget();
      return Annotate(status, Where());
    }
  }
  return absl::OkStatus();
}

absl::Status ShadowSink::Impl::ProduceCheckpoint() {
  Checkpoint checkpoint;
  checkpoint.source = options_.source;
  checkpoint.position = pending_;
  checkpoint.transaction_records = transaction_records_;
  checkpoint.prev_shadow_end = shadow_end_;
  const std::string value = EncodeCheckpoint(checkpoint);
  Record record;
  record.timestamp = absl::ToUnixMillis(options_.clock->Now());
  record.key = options_.topic;
  record.value = value;
  return producer_->Produce(kCheckpointTopic, record);
}

absl::StatusOr<DurablePosition> ShadowSink::Impl::Commit() {
  if (producer_ == nullptr) {
    return absl::InternalError("Commit to a shadow that is not open");
  }
  if (!in_transaction_) return durable_;
  pending_.chain = chain_.digest();
  absl::Status status = ProduceCheckpoint();
  if (status.ok()) status = producer_->Flush();
  if (status.ok()) {
    in_transaction_ = false;  // Neither to be aborted nor to be added to.
    status = producer_->Commit();
  }
  if (!status.ok()) {
    // What became of the transaction is for the next Open to find out.
    Forget();
    return Annotate(status, Where());
  }
  renew_ = producer_->had_trouble();
  shadow_end_ = std::max(shadow_end_, producer_->first_topic_end());
  committed_at_ = options_.clock->Elapsed();
  durable_ = pending_;
  return durable_;
}

absl::Status ShadowSink::Impl::Close() {
  absl::Status status;
  if (producer_ != nullptr && in_transaction_) {
    status = Annotate(producer_->Abort(kAbortTimeout), Where());
    in_transaction_ = false;
  }
  Forget();
  return status;
}

ShadowSink::ShadowSink(ShadowSinkOptions options)
    : impl_(std::make_unique<Impl>(std::move(options))) {}
ShadowSink::~ShadowSink() = default;

absl::StatusOr<DurablePosition> ShadowSink::Open() { return impl_->Open(); }

absl::Status ShadowSink::Append(const RecordBatch& batch) {
  return impl_->Append(batch);
}

absl::StatusOr<DurablePosition> ShadowSink::Commit() {
  return impl_->Commit();
}

bool ShadowSink::CanReopen(const absl::Status& error) const {
  return absl::IsUnavailable(error) || absl::IsDeadlineExceeded(error);
}

absl::Status ShadowSink::Close() { return impl_->Close(); }

const ShadowExceptions& ShadowSink::exceptions() const {
  return impl_->exceptions();
}

}  // namespace sr
