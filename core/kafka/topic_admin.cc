#include "core/kafka/topic_admin.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "core/base/status_context.h"
#include "core/base/status_macros.h"
#include "core/base/text.h"
#include "core/kafka/rdkafka_internal.h"

namespace sr {
namespace {

using Config = std::map<std::string, std::string>;

// Brokers that may not be asked never answer.
constexpr absl::Duration kConfigTimeout = absl::Seconds(3);

constexpr char kTimestampLimit[] = "message.timestamp.after.max.ms";

// Waits for the answer to one admin call. Null if none came in time.
RdEvent WaitFor(rd_kafka_queue_t* queue, absl::Duration timeout) {
  // The call's own time limit makes an event, so this ends with one.
  return RdEvent(rd_kafka_queue_poll(
      queue, ToMillis(timeout + absl::Seconds(1))));
}

RdAdminOptions Options(rd_kafka_t* client, rd_kafka_admin_op_t call,
                       absl::Duration timeout) {
  char why[256];
  RdAdminOptions options(rd_kafka_AdminOptions_new(client, call));
  (void)rd_kafka_AdminOptions_set_request_timeout(
      options.get(), ToMillis(timeout), why, sizeof why);
  if (call == RD_KAFKA_ADMIN_OP_CREATETOPICS) {
    (void)rd_kafka_AdminOptions_set_operation_timeout(
        options.get(), ToMillis(timeout), why, sizeof why);
  }
  return options;
}

std::map<std::string, ConfigEntry> ReadConfig(
    const rd_kafka_ConfigResource_t* resource) {
  std::map<std::string, ConfigEntry> config;
  size_t count = 0;
  const rd_kafka_ConfigEntry_t** entries =
      rd_kafka_ConfigResource_configs(resource, &count);
  for (size_t i = 0; i < count; ++i) {
    const char* value = rd_kafka_ConfigEntry_value(entries[i]);
    // Null is a sensitive value; topics have none.
    config[rd_kafka_ConfigEntry_name(entries[i])] = {
        value == nullptr ? "" : value,
        rd_kafka_ConfigEntry_source(entries[i]) ==
            RD_KAFKA_CONFIG_SOURCE_DYNAMIC_TOPIC_CONFIG};
  }
  return config;
}

}  // namespace

struct TopicAdmin::Impl {
  std::unique_ptr<RdClient> client;
  absl::Duration timeout;

  absl::StatusOr<std::map<std::string, ConfigEntry>> DescribeConfig(
      const std::string& topic);
  absl::Status CreateOnce(const std::string& topic, const Config& config,
                          int replication_factor);
  absl::Status DeleteOnce(const std::string& topic);
  absl::Status ResultOf(const RdEvent& event, const std::string& what);
  absl::Status WaitUntilKnown(const std::string& topic);
};

absl::StatusOr<std::map<std::string, ConfigEntry>>
TopicAdmin::Impl::DescribeConfig(const std::string& topic) {
  constexpr char kWhat[] = "cannot read the topic's configuration";
  const absl::Duration limit = std::min(timeout, kConfigTimeout);
  RdQueue queue(rd_kafka_queue_new(client->get()));
  RdAdminOptions options =
      Options(client->get(), RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS, limit);
  RdConfigResource resource(
      rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.c_str()));
  rd_kafka_ConfigResource_t* resources[] = {resource.get()};
  rd_kafka_DescribeConfigs(client->get(), resources, 1, options.get(),
                           queue.get());
  RdEvent event = WaitFor(queue.get(), limit);
  if (event == nullptr) return absl::DeadlineExceededError(kWhat);
  if (const auto error = rd_kafka_event_error(event.get());
      error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return absl::Status(StatusCodeOf(error),
                        absl::StrCat(kWhat, ": ",
                                     rd_kafka_event_error_string(event.get())));
  }
  size_t count = 0;
  const rd_kafka_ConfigResource_t** answers =
      rd_kafka_DescribeConfigs_result_resources(
          rd_kafka_event_DescribeConfigs_result(event.get()), &count);
  if (count != 1) return absl::UnavailableError(kWhat);
  if (const auto error = rd_kafka_ConfigResource_error(answers[0]);
      error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return absl::Status(StatusCodeOf(error),
                        absl::StrCat(kWhat, ": ", rd_kafka_err2str(error)));
  }
  return ReadConfig(answers[0]);
}

absl::Status TopicAdmin::Impl::CreateOnce(const std::string& topic,
                                          const Config& config,
                                          int replication_factor) {
  const std::string what =
      absl::StrCat("cannot create topic ", EscapeForTerminal(topic));
  char why[512];
  RdNewTopic fresh(rd_kafka_NewTopic_new(topic.c_str(), 1, replication_factor,
                                         why, sizeof why));
  if (fresh == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat(what, ": ", EscapeForTerminal(why)));
  }
  for (const auto& [key, value] : config) {
    (void)rd_kafka_NewTopic_set_config(fresh.get(), key.c_str(), value.c_str());
  }
  RdQueue queue(rd_kafka_queue_new(client->get()));
  RdAdminOptions options =
      Options(client->get(), RD_KAFKA_ADMIN_OP_CREATETOPICS, timeout);
  rd_kafka_NewTopic_t* topics[] = {fresh.get()};
  rd_kafka_CreateTopics(client->get(), topics, 1, options.get(), queue.get());
  return ResultOf(WaitFor(queue.get(), timeout), what);
}

absl::Status TopicAdmin::Impl::DeleteOnce(const std::string& topic) {
  RdDeleteTopic gone(rd_kafka_DeleteTopic_new(topic.c_str()));
  RdQueue queue(rd_kafka_queue_new(client->get()));
  RdAdminOptions options =
      Options(client->get(), RD_KAFKA_ADMIN_OP_DELETETOPICS, timeout);
  rd_kafka_DeleteTopic_t* topics[] = {gone.get()};
  rd_kafka_DeleteTopics(client->get(), topics, 1, options.get(), queue.get());
  return ResultOf(
      WaitFor(queue.get(), timeout),
      absl::StrCat("cannot delete topic ", EscapeForTerminal(topic)));
}

// Of a call about one topic.
absl::Status TopicAdmin::Impl::ResultOf(const RdEvent& event,
                                        const std::string& what) {
  rd_kafka_poll(client->get(), 0);  // Serves the error callback.
  if (event == nullptr) {
    return client->ToStatus(RD_KAFKA_RESP_ERR__TIMED_OUT, what);
  }
  if (const auto error = rd_kafka_event_error(event.get());
      error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return client->ToStatus(error, what,
                            rd_kafka_event_error_string(event.get()));
  }
  size_t count = 0;
  const rd_kafka_topic_result_t** const results =
      rd_kafka_event_type(event.get()) == RD_KAFKA_EVENT_CREATETOPICS_RESULT
          ? rd_kafka_CreateTopics_result_topics(
                rd_kafka_event_CreateTopics_result(event.get()), &count)
          : rd_kafka_DeleteTopics_result_topics(
                rd_kafka_event_DeleteTopics_result(event.get()), &count);
  if (count != 1) return absl::UnavailableError(what);
  const auto error = rd_kafka_topic_result_error(results[0]);
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return absl::OkStatus();
  const char* text = rd_kafka_topic_result_error_string(results[0]);
  return client->ToStatus(error, what,
                          text != nullptr ? text : rd_kafka_err2str(error));
}

// The controller knows a new topic before every broker does, and its leader
// may be the last to hear of it.
absl::Status TopicAdmin::Impl::WaitUntilKnown(const std::string& topic) {
  const absl::Time deadline = absl::Now() + timeout;
  while (true) {
    absl::Status status =
        FetchTopicMetadata(client.get(), topic, timeout).status();
    if (status.ok()) {
      status = QueryWatermarks(client.get(), topic, timeout).status();
    }
    if (status.ok() || !absl::IsNotFound(status) || absl::Now() >= deadline) {
      return status;
    }
  }
}

TopicAdmin::TopicAdmin(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TopicAdmin::~TopicAdmin() = default;

absl::StatusOr<std::unique_ptr<TopicAdmin>> TopicAdmin::Open(
    const ClientProperties& properties, absl::Duration timeout) {
  auto impl = std::make_unique<Impl>();
  impl->timeout = timeout;
  // A producer handle: it needs no group, and one that never produces asks
  // for no producer id. Offsets are asked for at the isolation of the client:
  // the end is the high watermark, not where an open transaction begins.
  ASSIGN_OR_RETURN(impl->client,
                   RdClient::Create(RD_KAFKA_PRODUCER, properties, {},
                                    {{"isolation.level", "read_uncommitted"}}));
  return std::unique_ptr<TopicAdmin>(new TopicAdmin(std::move(impl)));
}

absl::StatusOr<TopicState> TopicAdmin::Describe(const std::string& topic) {
  RdClient* const client = impl_->client.get();
  ASSIGN_OR_RETURN(const TopicMetadata metadata,
                   FetchTopicMetadata(client, topic, impl_->timeout));
  TopicState state;
  state.partitions = metadata.partitions;
  state.replicas = metadata.replicas;
  char* id = rd_kafka_clusterid(client->get(), ToMillis(impl_->timeout));
  if (id != nullptr) {
    state.cluster_id = id;
    rd_kafka_mem_free(client->get(), id);
  }
  ASSIGN_OR_RETURN(
      const auto watermarks,
      QueryWatermarks(client, topic, impl_->timeout));
  std::tie(state.low_watermark, state.high_watermark) = watermarks;
  absl::StatusOr<std::map<std::string, ConfigEntry>> config =
      absl::UnavailableError("the cluster has no controller to ask");
  if (metadata.has_controller) config = impl_->DescribeConfig(topic);
  if (config.ok()) {
    state.config = *std::move(config);
  } else {
    state.config_missing_reason = std::string(config.status().message());
  }
  return state;
}

absl::StatusOr<int64_t> TopicAdmin::GroupMembers(const std::string& group) {
  RdClient* const client = impl_->client.get();
  const struct rd_kafka_group_list* list = nullptr;
  const rd_kafka_resp_err_t error =
      rd_kafka_list_groups(client->get(), group.c_str(), &list,
                           ToMillis(impl_->timeout));
  const std::string what =
      absl::StrCat("cannot ask for the group ", EscapeForTerminal(group));
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return client->ToStatus(error, what);
  const RdGroups owner(list);
  int64_t members = 0;
  for (int i = 0; i < list->group_cnt; ++i) {
    const struct rd_kafka_group_info& info = list->groups[i];
    // One that is not there is "Dead", or since Kafka 4 an error.
    if (info.err != RD_KAFKA_RESP_ERR_NO_ERROR &&
        info.err != RD_KAFKA_RESP_ERR_GROUP_ID_NOT_FOUND) {
      return client->ToStatus(info.err, what);
    }
    members += info.member_cnt;
  }
  return members;
}

absl::Status TopicAdmin::DeleteTopic(const std::string& topic) {
  return impl_->DeleteOnce(topic);
}

absl::Status TopicAdmin::CreateTopic(const std::string& topic,
                                     const Config& config) {
  Config wanted = config;
  int replication_factor = -1;  // The broker's default; needs Kafka 2.4.
  for (int attempt = 0; attempt < 6; ++attempt) {
    const absl::Status status =
        impl_->CreateOnce(topic, wanted, replication_factor);
    if (status.ok()) return impl_->WaitUntilKnown(topic);
    if (!absl::IsInvalidArgument(status)) return status;
    if (wanted.count(kTimestampLimit) != 0 &&
        absl::StrContains(status.message(), kTimestampLimit)) {
      wanted.erase(kTimestampLimit);  // Unknown before Kafka 3.6.
    } else if (replication_factor != 1 &&
               absl::StrContains(absl::AsciiStrToLower(status.message()),
                                 "replication")) {
      replication_factor = replication_factor < 0 ? 3 : replication_factor - 1;
    } else {
      return status;
    }
  }
  return absl::InternalError("topic creation kept changing its mind");
}

absl::Status RequireOnePartition(const std::string& topic, int partitions) {
  if (partitions == 1) return absl::OkStatus();
  return WithHint(
      absl::FailedPreconditionError(
          absl::StrCat("topic ", EscapeForTerminal(topic), " has ", partitions,
                       " partitions; a registry's topic has exactly one")),
      "name the registry's topic (kafkastore.topic), or a topic made with one "
      "partition");
}

}  // namespace sr
