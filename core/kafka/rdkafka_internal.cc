#include "core/kafka/rdkafka_internal.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <string>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "core/base/log.h"
#include "core/base/status_context.h"
#include "core/base/status_macros.h"
#include "core/base/stop_token.h"
#include "core/base/text.h"

namespace sr {
namespace {

// A consumer ends within milliseconds, or within its brokers' time-outs of some
// hundreds of them. Less than what a stop by signal has.
constexpr absl::Duration kDestroyWait = absl::Seconds(3);

constexpr char kScramHint[] =
    "if the password is right: SCRAM against Kafka 4 needs librdkafka 2.6.1 "
    "or newer, older ones repeat their nonce and are refused; PLAIN over TLS "
    "and client certificates work";

// librdkafka's lines would go to stderr unescaped and past our log level.
void LogToDebug(const rd_kafka_t*, int, const char* facility,
                const char* line) {
  LogDebug(absl::StrCat("librdkafka ", facility, ": ", line));
}

void NoteError(rd_kafka_t*, int error, const char* reason, void* opaque) {
  static_cast<RdClient*>(opaque)->events().Note(
      static_cast<rd_kafka_resp_err_t>(error), reason);
}

// Destroying a consumer of a topic that was deleted meanwhile hangs for ever
// (librdkafka's issues 3007 and 4362, seen with 2.0.2): the thread of a broker waits
// for references that nobody drops. Such a one is left behind, with its threads.
// None of them calls back: NoteError comes from a poll only, and nobody polls.
void DestroyConsumer(rd_kafka_t* client) {
  auto destroyed = std::make_shared<StopToken>();
  std::thread thread([client, destroyed] {
    // There is no group to leave, and a broker that is away must not hold us up.
    rd_kafka_destroy_flags(client, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
    destroyed->RequestStop();
  });
  if (destroyed->WaitForStop(kDestroyWait)) {
    thread.join();
    return;
  }
  thread.detach();
  LogWarning(
      "a Kafka client does not end (librdkafka issue 3007, after its topic was "
      "deleted); going on without it");
}

absl::Status SetAll(rd_kafka_conf_t* conf, const RdClient::Settings& settings) {
  char why[512];
  for (const auto& [key, value] : settings) {
    if (rd_kafka_conf_set(conf, key.c_str(), value.c_str(), why,
                          sizeof why) != RD_KAFKA_CONF_OK) {
      // Not `why`: it may quote the value, which may be a secret.
      return absl::InvalidArgumentError(absl::StrCat(
          "Kafka client property ", EscapeForTerminal(key), " refused"));
    }
  }
  return absl::OkStatus();
}

// Names that only newer librdkafka knows, worth setting where it does.
void SetOptional(rd_kafka_conf_t* conf) {
  char why[512];
  // 2.5.0 can stop the program on an assertion while pushing metrics.
  (void)rd_kafka_conf_set(conf, "enable.metrics.push", "false", why,
                          sizeof why);
}

// The hint for an error that says by itself what to do about it.
absl::string_view HintFor(rd_kafka_resp_err_t error) {
  switch (error) {
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
      return "docs/operations.md lists the ACLs that are needed";
    case RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED:
      return "the shadow's writer needs Write on TransactionalId "
             "schemas-replicator.<shadow topic>";
    default:
      return "";
  }
}

// Whether the same question may get another answer a moment later.
bool IsPassing(absl::StatusCode code) {
  return code == absl::StatusCode::kUnavailable ||
         code == absl::StatusCode::kDeadlineExceeded;
}

}  // namespace

absl::StatusCode StatusCodeOf(rd_kafka_resp_err_t error) {
  switch (error) {
    case RD_KAFKA_RESP_ERR_NO_ERROR:
      return absl::StatusCode::kOk;
    case RD_KAFKA_RESP_ERR__AUTHENTICATION:
    case RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED:
      return absl::StatusCode::kUnauthenticated;
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED:
      return absl::StatusCode::kPermissionDenied;
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
    case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
    case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
      return absl::StatusCode::kNotFound;
    case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
    case RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
#if RD_KAFKA_VERSION >= 0x020100ff
    case RD_KAFKA_RESP_ERR__LOG_TRUNCATION:
#endif
      return absl::StatusCode::kOutOfRange;
    case RD_KAFKA_RESP_ERR__BAD_MSG:
    case RD_KAFKA_RESP_ERR__BAD_COMPRESSION:
    case RD_KAFKA_RESP_ERR_INVALID_MSG:
      return absl::StatusCode::kDataLoss;
    case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
    case RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE:
      return absl::StatusCode::kResourceExhausted;
    case RD_KAFKA_RESP_ERR__FENCED:
    case RD_KAFKA_RESP_ERR_PRODUCER_FENCED:
    case RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH:
      return absl::StatusCode::kAborted;
    case RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS:
      return absl::StatusCode::kAlreadyExists;
    case RD_KAFKA_RESP_ERR_INVALID_CONFIG:
    case RD_KAFKA_RESP_ERR_POLICY_VIOLATION:
    case RD_KAFKA_RESP_ERR_INVALID_REPLICATION_FACTOR:
    case RD_KAFKA_RESP_ERR_INVALID_PARTITIONS:
    case RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION:
    case RD_KAFKA_RESP_ERR__INVALID_ARG:
      return absl::StatusCode::kInvalidArgument;
    case RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP:
    case RD_KAFKA_RESP_ERR_INVALID_RECORD:
      return absl::StatusCode::kFailedPrecondition;
    case RD_KAFKA_RESP_ERR__TIMED_OUT:
    case RD_KAFKA_RESP_ERR__MSG_TIMED_OUT:
    case RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT:
      return absl::StatusCode::kDeadlineExceeded;
    default:
      return absl::StatusCode::kUnavailable;
  }
}

int ToMillis(absl::Duration duration) {
  const absl::Duration whole = absl::Ceil(duration, absl::Milliseconds(1));
  return static_cast<int>(std::clamp<int64_t>(
      absl::ToInt64Milliseconds(whole), 0, 24 * 3600 * 1000));
}

void ClientEvents::Note(rd_kafka_resp_err_t error, absl::string_view reason) {
  MutexLock lock(&mutex_);
  // A server that cannot be connected to has nothing of ours under way.
  if (error != RD_KAFKA_RESP_ERR__RESOLVE &&
      !absl::StrContains(reason, "in state CONNECT")) {
    trouble_ = true;
  }
  if (error == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN) {
    all_brokers_down_ = true;
    return;
  }
  if (error == RD_KAFKA_RESP_ERR__AUTHENTICATION) authentication_failed_ = true;
  // A later "Disconnected" must not hide why the log-in failed.
  if (authentication_failed_ && error != RD_KAFKA_RESP_ERR__AUTHENTICATION) {
    return;
  }
  last_reason_ = std::string(reason);
}

std::string ClientEvents::last_reason() const {
  MutexLock lock(&mutex_);
  return last_reason_;
}

bool ClientEvents::authentication_failed() const {
  MutexLock lock(&mutex_);
  return authentication_failed_;
}

bool ClientEvents::TakeAllBrokersDown() {
  MutexLock lock(&mutex_);
  return std::exchange(all_brokers_down_, false);
}

bool ClientEvents::HasTrouble() const {
  MutexLock lock(&mutex_);
  return trouble_;
}

bool ClientEvents::TakeTrouble() {
  MutexLock lock(&mutex_);
  return std::exchange(trouble_, false);
}

absl::StatusOr<std::unique_ptr<RdClient>> RdClient::Create(
    rd_kafka_type_t type, const ClientProperties& properties,
    const Settings& defaults, const Settings& required,
    void (*configure)(rd_kafka_conf_t*), void* opaque) {
  auto client = std::unique_ptr<RdClient>(new RdClient(properties, opaque));
  RdConf conf(rd_kafka_conf_new());
  RETURN_IF_ERROR(SetAll(conf.get(), {{"client.id", "schemas-replicator"},
                                      {"reconnect.backoff.ms", "50"},
                                      {"reconnect.backoff.max.ms", "1000"},
                                      {"socket.nagle.disable", "true"},
                                      {"topic.metadata.refresh.interval.ms",
                                       "30000"}}));
  SetOptional(conf.get());
  RETURN_IF_ERROR(SetAll(conf.get(), defaults));
  RETURN_IF_ERROR(SetAll(conf.get(), properties.entries()));
  RETURN_IF_ERROR(SetAll(
      conf.get(), {{"bootstrap.servers", properties.bootstrap_servers()},
                   {"allow.auto.create.topics", "false"}}));
  RETURN_IF_ERROR(SetAll(conf.get(), required));
  rd_kafka_conf_set_opaque(conf.get(), client.get());
  rd_kafka_conf_set_log_cb(conf.get(), LogToDebug);
  rd_kafka_conf_set_error_cb(conf.get(), NoteError);
  if (configure != nullptr) configure(conf.get());

  char why[512];
  client->client_ = rd_kafka_new(type, conf.get(), why, sizeof why);
  if (client->client_ == nullptr) {
    return WithHint(absl::InvalidArgumentError(absl::StrCat(
                        "Kafka client properties refused: ",
                        EscapeForTerminal(why))),
                    "correct the properties file or -X");
  }
  (void)conf.release();  // Owned by the client now.
  if (type == RD_KAFKA_CONSUMER) {
    // From here on one poll of the consumer serves everything.
    rd_kafka_poll_set_consumer(client->client_);
  }
  return client;
}

RdClient::~RdClient() {
  if (client_ == nullptr) return;
  if (rd_kafka_type(client_) == RD_KAFKA_CONSUMER) {
    DestroyConsumer(client_);
  } else {
    rd_kafka_destroy(client_);
  }
}

absl::Status RdClient::ToStatus(rd_kafka_resp_err_t error,
                                absl::string_view what) {
  return ToStatus(error, what, rd_kafka_err2str(error));
}

absl::Status RdClient::ToStatus(rd_kafka_resp_err_t error,
                                absl::string_view what,
                                absl::string_view text) {
  absl::StatusCode code = StatusCodeOf(error);
  std::string message = absl::StrCat(what, ": ", EscapeForTerminal(text));
  const bool passing = IsPassing(code);
  if (passing && !events_.last_reason().empty()) {
    absl::StrAppend(&message, " (", EscapeForTerminal(events_.last_reason()),
                    ")");
  }
  if (passing && events_.authentication_failed()) {
    code = absl::StatusCode::kUnauthenticated;
  }
  absl::Status status(code, message);
  if (code == absl::StatusCode::kUnauthenticated) {
    const bool scram = absl::StartsWithIgnoreCase(sasl_mechanism_, "SCRAM");
    return WithHint(status, scram && rd_kafka_version() < 0x020601ff
                                ? kScramHint
                                : "check user, password and mechanism in the "
                                  "client properties file");
  }
  if (!HintFor(error).empty()) return WithHint(status, HintFor(error));
  if (passing) {
    return WithHint(status,
                    absl::StrCat("is a broker listening on ",
                                 EscapeForTerminal(bootstrap_servers_),
                                 ", with the security.protocol configured "
                                 "here, and does it advertise an address that "
                                 "can be reached from here?"));
  }
  return status;
}

absl::StatusOr<TopicMetadata> FetchTopicMetadata(RdClient* client,
                                                 const std::string& topic,
                                                 absl::Duration timeout) {
  const std::string what =
      absl::StrCat("cannot look at topic ", EscapeForTerminal(topic));
  RdTopic handle(rd_kafka_topic_new(client->get(), topic.c_str(), nullptr));
  if (handle == nullptr) {
    return client->ToStatus(rd_kafka_last_error(), what);
  }
  const absl::Time deadline = absl::Now() + timeout;
  while (true) {
    const absl::Duration left = deadline - absl::Now();
    const absl::Duration slice =
        std::clamp(left, absl::Milliseconds(1), absl::Milliseconds(500));
    const rd_kafka_metadata_t* found = nullptr;
    rd_kafka_resp_err_t error = rd_kafka_metadata(
        client->get(), /*all_topics=*/0, handle.get(), &found, ToMillis(slice));
    TopicMetadata metadata;
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
      metadata.brokers = found->broker_cnt;
      const int32_t controller = rd_kafka_controllerid(client->get(), 0);
      for (int i = 0; i < found->broker_cnt; ++i) {
        metadata.has_controller |= found->brokers[i].id == controller;
      }
      error = RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
      if (found->topic_cnt > 0) {
        error = found->topics[0].err;
        metadata.partitions = found->topics[0].partition_cnt;
        if (metadata.partitions > 0) {
          metadata.replicas = found->topics[0].partitions[0].replica_cnt;
        }
      }
      rd_kafka_metadata_destroy(found);
    }
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR && metadata.partitions > 0) {
      return metadata;
    }
    // Serves the error callback, and keeps answers that come at once (no leader
    // yet) from being asked for in a tight loop.
    rd_kafka_poll(client->get(), 20);
    if (StatusCodeOf(error) == absl::StatusCode::kNotFound) {
      return WithHint(
          absl::NotFoundError(absl::StrCat("topic ", EscapeForTerminal(topic),
                                           " does not exist")),
          "check the topic's name and the cluster; topics that an ACL hides "
          "look the same");
    }
    if (!IsPassing(StatusCodeOf(error)) ||
        client->events().authentication_failed() || absl::Now() >= deadline) {
      return client->ToStatus(error, what);
    }
  }
}

absl::StatusOr<std::pair<int64_t, int64_t>> QueryWatermarks(
    RdClient* client, const std::string& topic, absl::Duration timeout) {
  const absl::Time deadline = absl::Now() + timeout;
  while (true) {
    std::pair<int64_t, int64_t> watermarks;
    const absl::Duration left =
        std::max(deadline - absl::Now(), absl::Milliseconds(1));
    const rd_kafka_resp_err_t error = rd_kafka_query_watermark_offsets(
        client->get(), topic.c_str(), 0, &watermarks.first, &watermarks.second,
        ToMillis(left));
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return watermarks;
    rd_kafka_poll(client->get(), 20);  // As in FetchTopicMetadata.
    if (!IsPassing(StatusCodeOf(error)) ||
        client->events().authentication_failed() || absl::Now() >= deadline) {
      return client->ToStatus(error,
                              absl::StrCat("cannot read the offsets of topic ",
                                           EscapeForTerminal(topic)));
    }
  }
}

}  // namespace sr
