#include "tests/support/raw_client.h"

#include <librdkafka/rdkafka.h>

#include <memory>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "core/base/status_macros.h"

namespace sr {
namespace {

constexpr int kTimeoutMs = 20000;

struct DestroyClient {
  void operator()(rd_kafka_t* client) const { rd_kafka_destroy(client); }
};
using Client = std::unique_ptr<rd_kafka_t, DestroyClient>;

absl::Status Failed(const std::string& what, const char* why) {
  return absl::UnavailableError(absl::StrCat("RawClient: ", what, ": ", why));
}

absl::Status Failed(const std::string& what, rd_kafka_resp_err_t error) {
  return Failed(what, rd_kafka_err2name(error));
}

absl::Status FromError(const std::string& what, rd_kafka_error_t* error) {
  if (error == nullptr) return absl::OkStatus();
  const absl::Status status = Failed(what, rd_kafka_error_string(error));
  rd_kafka_error_destroy(error);
  return status;
}

// Counts delivery reports that say no.
void CountFailures(rd_kafka_t*, const rd_kafka_message_t* message,
                   void* opaque) {
  auto* const failures = static_cast<std::vector<std::string>*>(opaque);
  if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR && failures != nullptr) {
    failures->push_back(rd_kafka_err2name(message->err));
  }
}

void DropLog(const rd_kafka_t*, int, const char*, const char*) {}

absl::StatusOr<Client> NewClient(rd_kafka_type_t type,
                                 const std::string& bootstrap,
                                 const RawClient::Properties& first,
                                 const RawClient::Properties& second,
                                 std::vector<std::string>* failures) {
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  char why[512] = "";
  bool good = rd_kafka_conf_set(conf, "bootstrap.servers", bootstrap.c_str(),
                                why, sizeof why) == RD_KAFKA_CONF_OK;
  for (const RawClient::Properties* properties : {&first, &second}) {
    for (const auto& [key, value] : *properties) {
      good = good && rd_kafka_conf_set(conf, key.c_str(), value.c_str(), why,
                                       sizeof why) == RD_KAFKA_CONF_OK;
    }
  }
  rd_kafka_conf_set_log_cb(conf, DropLog);
  if (type == RD_KAFKA_PRODUCER) {
    rd_kafka_conf_set_dr_msg_cb(conf, CountFailures);
    rd_kafka_conf_set_opaque(conf, failures);
  }
  rd_kafka_t* client = good ? rd_kafka_new(type, conf, why, sizeof why)
                            : nullptr;
  if (client == nullptr) {
    rd_kafka_conf_destroy(conf);
    return Failed("new client", why);
  }
  return Client(client);
}

std::optional<std::string> Owned(const void* data, size_t size) {
  if (data == nullptr) return std::nullopt;
  return std::string(static_cast<const char*>(data), size);
}

RawRecord FromMessage(const rd_kafka_message_t* message) {
  RawRecord record;
  record.offset = message->offset;
  rd_kafka_timestamp_type_t type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
  record.timestamp = rd_kafka_message_timestamp(message, &type);
  record.timestamp_type = type == RD_KAFKA_TIMESTAMP_CREATE_TIME       ? 0
                          : type == RD_KAFKA_TIMESTAMP_LOG_APPEND_TIME ? 1
                                                                       : -1;
  record.key = Owned(message->key, message->key_len);
  record.value = Owned(message->payload, message->len);
  rd_kafka_headers_t* headers = nullptr;
  if (rd_kafka_message_headers(message, &headers) ==
      RD_KAFKA_RESP_ERR_NO_ERROR) {
    const char* name = nullptr;
    const void* value = nullptr;
    size_t size = 0;
    for (size_t i = 0; rd_kafka_header_get_all(headers, i, &name, &value,
                                               &size) ==
                       RD_KAFKA_RESP_ERR_NO_ERROR;
         ++i) {
      record.headers.push_back({name, Owned(value, size)});
    }
  }
  return record;
}

rd_kafka_headers_t* ToHeaders(const std::vector<RawHeader>& headers) {
  rd_kafka_headers_t* list = rd_kafka_headers_new(headers.size());
  for (const RawHeader& header : headers) {
    rd_kafka_header_add(
        list, header.name.data(), static_cast<ssize_t>(header.name.size()),
        header.value.has_value() ? header.value->data() : nullptr,
        header.value.has_value() ? static_cast<ssize_t>(header.value->size())
                                 : 0);
  }
  return list;
}

absl::Status ProduceOne(rd_kafka_t* client, const std::string& topic,
                        const RawRecord& record) {
  const auto data = [](const std::optional<std::string>& bytes) {
    return bytes.has_value() ? const_cast<char*>(bytes->data()) : nullptr;
  };
  const auto size = [](const std::optional<std::string>& bytes) {
    return bytes.has_value() ? bytes->size() : 0;
  };
  while (true) {
    rd_kafka_headers_t* headers =
        record.headers.empty() ? nullptr : ToHeaders(record.headers);
    const rd_kafka_resp_err_t error = rd_kafka_producev(
        client, RD_KAFKA_V_TOPIC(topic.c_str()), RD_KAFKA_V_PARTITION(0),
        RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
        RD_KAFKA_V_KEY(data(record.key), size(record.key)),
        RD_KAFKA_V_VALUE(data(record.value), size(record.value)),
        RD_KAFKA_V_TIMESTAMP(record.timestamp), RD_KAFKA_V_HEADERS(headers),
        RD_KAFKA_V_END);
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return absl::OkStatus();
    if (headers != nullptr) rd_kafka_headers_destroy(headers);
    if (error != RD_KAFKA_RESP_ERR__QUEUE_FULL) {
      return Failed("produce", error);
    }
    rd_kafka_poll(client, 100);
  }
}

// Runs one admin call and waits for its answer.
template <typename Call>
absl::Status Admin(rd_kafka_t* client, const std::string& what,
                   const Call& call,
                   RawClient::Properties* config = nullptr) {
  rd_kafka_queue_t* queue = rd_kafka_queue_new(client);
  call(queue);
  rd_kafka_event_t* event = rd_kafka_queue_poll(queue, kTimeoutMs);
  absl::Status status = absl::OkStatus();
  if (event == nullptr) {
    status = Failed(what, "no answer");
  } else if (rd_kafka_event_error(event) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    status = Failed(what, rd_kafka_event_error_string(event));
  } else {
    size_t count = 0;
    const rd_kafka_topic_result_t** results = nullptr;
    if (rd_kafka_event_type(event) == RD_KAFKA_EVENT_CREATETOPICS_RESULT) {
      results = rd_kafka_CreateTopics_result_topics(
          rd_kafka_event_CreateTopics_result(event), &count);
    } else if (rd_kafka_event_type(event) ==
               RD_KAFKA_EVENT_DELETETOPICS_RESULT) {
      results = rd_kafka_DeleteTopics_result_topics(
          rd_kafka_event_DeleteTopics_result(event), &count);
    } else if (rd_kafka_event_type(event) ==
               RD_KAFKA_EVENT_DESCRIBECONFIGS_RESULT) {
      const rd_kafka_ConfigResource_t** resources =
          rd_kafka_DescribeConfigs_result_resources(
              rd_kafka_event_DescribeConfigs_result(event), &count);
      if (rd_kafka_ConfigResource_error(resources[0]) !=
          RD_KAFKA_RESP_ERR_NO_ERROR) {
        status = Failed(what, rd_kafka_ConfigResource_error(resources[0]));
      }
      size_t entry_count = 0;
      const rd_kafka_ConfigEntry_t** entries =
          rd_kafka_ConfigResource_configs(resources[0], &entry_count);
      for (size_t i = 0; config != nullptr && i < entry_count; ++i) {
        const char* value = rd_kafka_ConfigEntry_value(entries[i]);
        (*config)[rd_kafka_ConfigEntry_name(entries[i])] =
            value == nullptr ? "" : value;
      }
    }
    if (results != nullptr && rd_kafka_topic_result_error(results[0]) !=
                                  RD_KAFKA_RESP_ERR_NO_ERROR) {
      status = Failed(what, rd_kafka_topic_result_error(results[0]));
    }
  }
  if (event != nullptr) rd_kafka_event_destroy(event);
  rd_kafka_queue_destroy(queue);
  return status;
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const RawRecord& record) {
  const auto text = [](const std::optional<std::string>& bytes) {
    if (!bytes.has_value()) return std::string("null");
    return absl::StrCat("'", absl::CHexEscape(bytes->substr(0, 60)), "'[",
                        bytes->size(), "]");
  };
  out << "{offset " << record.offset << ", timestamp " << record.timestamp
      << " type " << record.timestamp_type << ", key " << text(record.key)
      << ", value " << text(record.value);
  for (const RawHeader& header : record.headers) {
    out << ", header '" << absl::CHexEscape(header.name) << "' "
        << text(header.value);
  }
  return out << "}";
}

RawClient::RawClient(std::string bootstrap, Properties properties)
    : bootstrap_(std::move(bootstrap)), properties_(std::move(properties)) {}

absl::StatusOr<std::vector<std::string>> RawClient::Topics() const {
  ASSIGN_OR_RETURN(const Client client,
                   NewClient(RD_KAFKA_PRODUCER, bootstrap_, properties_, {},
                             nullptr));
  const rd_kafka_metadata_t* metadata = nullptr;
  const rd_kafka_resp_err_t error =
      rd_kafka_metadata(client.get(), 1, nullptr, &metadata, 2000);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return Failed("metadata", error);
  std::vector<std::string> topics;
  for (int i = 0; i < metadata->topic_cnt; ++i) {
    topics.push_back(metadata->topics[i].topic);
  }
  const bool has_brokers = metadata->broker_cnt > 0;
  rd_kafka_metadata_destroy(metadata);
  if (!has_brokers) return Failed("metadata", "no brokers yet");
  return topics;
}

absl::Status RawClient::CreateTopic(const std::string& topic,
                                    const Properties& config,
                                    int partitions) const {
  ASSIGN_OR_RETURN(const Client client,
                   NewClient(RD_KAFKA_PRODUCER, bootstrap_, properties_, {},
                             nullptr));
  char why[256];
  rd_kafka_NewTopic_t* fresh =
      rd_kafka_NewTopic_new(topic.c_str(), partitions, -1, why, sizeof why);
  for (const auto& [key, value] : config) {
    rd_kafka_NewTopic_set_config(fresh, key.c_str(), value.c_str());
  }
  absl::Status status =
      Admin(client.get(), "create topic", [&](rd_kafka_queue_t* queue) {
        rd_kafka_CreateTopics(client.get(), &fresh, 1, nullptr, queue);
      });
  rd_kafka_NewTopic_destroy(fresh);
  RETURN_IF_ERROR(status);
  // The controller knows it before the broker does.
  const absl::Time deadline = absl::Now() + absl::Milliseconds(kTimeoutMs);
  while (!Watermarks(topic).ok() && absl::Now() < deadline) {
    absl::SleepFor(absl::Milliseconds(10));
  }
  return Watermarks(topic).status();
}

absl::Status RawClient::DeleteTopic(const std::string& topic) const {
  ASSIGN_OR_RETURN(const Client client,
                   NewClient(RD_KAFKA_PRODUCER, bootstrap_, properties_, {},
                             nullptr));
  rd_kafka_DeleteTopic_t* gone = rd_kafka_DeleteTopic_new(topic.c_str());
  absl::Status status =
      Admin(client.get(), "delete topic", [&](rd_kafka_queue_t* queue) {
        rd_kafka_DeleteTopics(client.get(), &gone, 1, nullptr, queue);
      });
  rd_kafka_DeleteTopic_destroy(gone);
  RETURN_IF_ERROR(status);
  // The controller has forgotten it before the broker has.
  const absl::Time deadline = absl::Now() + absl::Milliseconds(kTimeoutMs);
  while (absl::Now() < deadline) {
    ASSIGN_OR_RETURN(const std::vector<std::string> topics, Topics());
    if (!absl::c_linear_search(topics, topic)) return absl::OkStatus();
    absl::SleepFor(absl::Milliseconds(10));
  }
  return absl::DeadlineExceededError("the deleted topic is still there");
}

absl::Status RawClient::DeleteRecords(const std::string& topic,
                                      int64_t offset) const {
  ASSIGN_OR_RETURN(const Client client,
                   NewClient(RD_KAFKA_PRODUCER, bootstrap_, properties_, {},
                             nullptr));
  rd_kafka_topic_partition_list_t* list = rd_kafka_topic_partition_list_new(1);
  rd_kafka_topic_partition_list_add(list, topic.c_str(), 0)->offset = offset;
  rd_kafka_DeleteRecords_t* gone = rd_kafka_DeleteRecords_new(list);
  absl::Status status =
      Admin(client.get(), "delete records", [&](rd_kafka_queue_t* queue) {
        rd_kafka_DeleteRecords(client.get(), &gone, 1, nullptr, queue);
      });
  rd_kafka_DeleteRecords_destroy(gone);
  rd_kafka_topic_partition_list_destroy(list);
  return status;
}

absl::StatusOr<RawClient::Properties> RawClient::Config(
    const std::string& topic) const {
  ASSIGN_OR_RETURN(const Client client,
                   NewClient(RD_KAFKA_PRODUCER, bootstrap_, properties_, {},
                             nullptr));
  rd_kafka_ConfigResource_t* resource =
      rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.c_str());
  Properties config;
  absl::Status status = Admin(
      client.get(), "describe configs",
      [&](rd_kafka_queue_t* queue) {
        rd_kafka_DescribeConfigs(client.get(), &resource, 1, nullptr, queue);
      },
      &config);
  rd_kafka_ConfigResource_destroy(resource);
  RETURN_IF_ERROR(status);
  return config;
}

absl::StatusOr<std::pair<int64_t, int64_t>> RawClient::Watermarks(
    const std::string& topic) const {
  ASSIGN_OR_RETURN(const Client client,
                   NewClient(RD_KAFKA_PRODUCER, bootstrap_, properties_, {},
                             nullptr));
  std::pair<int64_t, int64_t> watermarks;
  const rd_kafka_resp_err_t error = rd_kafka_query_watermark_offsets(
      client.get(), topic.c_str(), 0, &watermarks.first, &watermarks.second,
      kTimeoutMs);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return Failed("watermarks", error);
  return watermarks;
}

absl::Status RawClient::Produce(const std::string& topic,
                                const std::vector<RawRecord>& records,
                                RawProducer kind,
                                const Properties& properties) const {
  Properties all = {{"message.max.bytes", "100000000"},
                    {"queue.buffering.max.messages", "5000"},
                    {"linger.ms", "5"}};
  const bool transactional =
      kind == RawProducer::kCommit || kind == RawProducer::kAbort;
  if (kind == RawProducer::kIdempotent) all["enable.idempotence"] = "true";
  if (transactional) all["transactional.id"] = "raw-client-" + topic;
  for (const auto& [key, value] : properties) all[key] = value;
  std::vector<std::string> failures;
  ASSIGN_OR_RETURN(const Client client,
                   NewClient(RD_KAFKA_PRODUCER, bootstrap_, properties_, all,
                             &failures));
  rd_kafka_t* const producer = client.get();
  if (transactional) {
    RETURN_IF_ERROR(FromError(
        "init", rd_kafka_init_transactions(producer, kTimeoutMs)));
    RETURN_IF_ERROR(FromError("begin", rd_kafka_begin_transaction(producer)));
  }
  for (const RawRecord& record : records) {
    RETURN_IF_ERROR(ProduceOne(producer, topic, record));
  }
  if (rd_kafka_flush(producer, kTimeoutMs) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return Failed("flush", "not delivered in time");
  }
  if (!failures.empty()) return Failed("delivery", failures[0].c_str());
  if (kind == RawProducer::kCommit) {
    return FromError("commit",
                     rd_kafka_commit_transaction(producer, kTimeoutMs));
  }
  if (kind == RawProducer::kAbort) {
    return FromError("abort", rd_kafka_abort_transaction(producer, kTimeoutMs));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<RawRecord>> RawClient::Consume(
    const std::string& topic, const std::string& isolation_level,
    int64_t from) const {
  ASSIGN_OR_RETURN(
      const Client client,
      NewClient(RD_KAFKA_CONSUMER, bootstrap_, properties_,
                {{"isolation.level", isolation_level},
                 {"enable.partition.eof", "true"},
                 {"check.crcs", "true"},
                 {"auto.offset.reset", "earliest"},
                 {"fetch.wait.max.ms", "20"},
                 {"receive.message.max.bytes", "500000000"}},
                nullptr));
  rd_kafka_topic_t* handle =
      rd_kafka_topic_new(client.get(), topic.c_str(), nullptr);
  std::vector<RawRecord> records;
  absl::Status status = absl::OkStatus();
  if (rd_kafka_consume_start(handle, 0, from) != 0) {
    status = Failed("consume start", rd_kafka_last_error());
  }
  const absl::Time deadline = absl::Now() + absl::Milliseconds(3 * kTimeoutMs);
  bool done = false;
  while (status.ok() && !done) {
    rd_kafka_message_t* message = rd_kafka_consume(handle, 0, 100);
    if (message == nullptr) {
      if (absl::Now() > deadline) status = Failed("consume", "no end reached");
      continue;
    }
    if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
      records.push_back(FromMessage(message));
    } else if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
      done = true;
    } else {
      status = Failed("consume", message->err);
    }
    rd_kafka_message_destroy(message);
  }
  rd_kafka_consume_stop(handle, 0);
  rd_kafka_topic_destroy(handle);
  RETURN_IF_ERROR(status);
  return records;
}

struct RawOpenTransaction::Impl {
  Client client;
};

RawOpenTransaction::RawOpenTransaction(const std::string& bootstrap,
                                       const std::string& topic,
                                       const std::string& key)
    : impl_(std::make_unique<Impl>()),
      status_(Begin(bootstrap, topic, key)) {}

RawOpenTransaction::~RawOpenTransaction() = default;

absl::Status RawOpenTransaction::Begin(const std::string& bootstrap,
                                       const std::string& topic,
                                       const std::string& key) {
  ASSIGN_OR_RETURN(impl_->client,
                   NewClient(RD_KAFKA_PRODUCER, bootstrap,
                             {{"transactional.id", "raw-open-" + key}}, {},
                             nullptr));
  rd_kafka_t* const client = impl_->client.get();
  RETURN_IF_ERROR(
      FromError("init", rd_kafka_init_transactions(client, kTimeoutMs)));
  RETURN_IF_ERROR(FromError("begin", rd_kafka_begin_transaction(client)));
  RawRecord record;
  record.key = key;
  RETURN_IF_ERROR(ProduceOne(client, topic, record));
  if (rd_kafka_flush(client, kTimeoutMs) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return Failed("flush", "not delivered in time");
  }
  return absl::OkStatus();
}

void RawOpenTransaction::Abort() {
  status_ = FromError("abort", rd_kafka_abort_transaction(impl_->client.get(),
                                                          kTimeoutMs));
}

struct RawGroupMember::Impl {
  Client client;
};

RawGroupMember::RawGroupMember(const std::string& bootstrap,
                               const std::string& group,
                               const std::string& topic)
    : impl_(std::make_unique<Impl>()), status_(Join(bootstrap, group, topic)) {}

RawGroupMember::~RawGroupMember() {
  if (impl_->client != nullptr) rd_kafka_consumer_close(impl_->client.get());
}

absl::Status RawGroupMember::Join(const std::string& bootstrap,
                                  const std::string& group,
                                  const std::string& topic) {
  ASSIGN_OR_RETURN(impl_->client, NewClient(RD_KAFKA_CONSUMER, bootstrap,
                                            {{"group.id", group}}, {}, nullptr));
  rd_kafka_t* const client = impl_->client.get();
  rd_kafka_topic_partition_list_t* topics =
      rd_kafka_topic_partition_list_new(1);
  rd_kafka_topic_partition_list_add(topics, topic.c_str(), -1);
  const rd_kafka_resp_err_t error = rd_kafka_subscribe(client, topics);
  rd_kafka_topic_partition_list_destroy(topics);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return Failed("subscribe", rd_kafka_err2str(error));
  }
  for (int i = 0; i < kTimeoutMs / 100; ++i) {
    rd_kafka_message_t* const message = rd_kafka_consumer_poll(client, 100);
    if (message != nullptr) rd_kafka_message_destroy(message);
    rd_kafka_topic_partition_list_t* assigned = nullptr;
    if (rd_kafka_assignment(client, &assigned) != RD_KAFKA_RESP_ERR_NO_ERROR) {
      continue;
    }
    const bool is_in = assigned->cnt > 0;
    rd_kafka_topic_partition_list_destroy(assigned);
    if (is_in) return absl::OkStatus();
  }
  return Failed("subscribe", "not in the group in time");
}

}  // namespace sr
