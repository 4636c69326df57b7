#include "bench/bare_client.h"

#include <librdkafka/rdkafka.h>

#include <array>
#include <cstddef>
#include <cstdio>
#include <utility>

#include "core/base/check.h"

namespace sr {
namespace {

constexpr int kTimeoutMs = 60'000;

using Settings = std::vector<std::pair<std::string, std::string>>;

rd_kafka_t* NewClient(rd_kafka_type_t type, const Settings& settings) {
  std::array<char, 512> why;
  rd_kafka_conf_t* const conf = rd_kafka_conf_new();
  for (const auto& [name, value] : settings) {
    SR_CHECK(rd_kafka_conf_set(conf, name.c_str(), value.c_str(), why.data(),
                               why.size()) == RD_KAFKA_CONF_OK);
  }
  rd_kafka_t* const client = rd_kafka_new(type, conf, why.data(), why.size());
  SR_CHECK(client != nullptr);
  return client;
}

void CheckDone(rd_kafka_error_t* error) {
  if (error != nullptr) {
    std::fprintf(stderr, "%s\n", rd_kafka_error_string(error));
  }
  SR_CHECK(error == nullptr);
}

// Partition 0 from its start.
void Assign(rd_kafka_t* consumer, const std::string& topic) {
  rd_kafka_topic_partition_list_t* const partitions =
      rd_kafka_topic_partition_list_new(1);
  rd_kafka_topic_partition_list_add(partitions, topic.c_str(), 0)->offset = 0;
  SR_CHECK(rd_kafka_assign(consumer, partitions) == RD_KAFKA_RESP_ERR_NO_ERROR);
  rd_kafka_topic_partition_list_destroy(partitions);
}

void Produce(rd_kafka_t* producer, const std::string& topic,
             const Record& record) {
  const absl::string_view key = record.key.value_or(absl::string_view());
  const absl::string_view value = record.value.value_or(absl::string_view());
  while (true) {
    const rd_kafka_resp_err_t error = rd_kafka_producev(
        producer, RD_KAFKA_V_TOPIC(topic.c_str()), RD_KAFKA_V_PARTITION(0),
        RD_KAFKA_V_KEY(record.key.has_value() ? key.data() : nullptr,
                       key.size()),
        RD_KAFKA_V_VALUE(const_cast<char*>(
                             record.value.has_value() ? value.data() : nullptr),
                         value.size()),
        RD_KAFKA_V_TIMESTAMP(record.timestamp),
        RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END);
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return;
    SR_CHECK(error == RD_KAFKA_RESP_ERR__QUEUE_FULL);
    rd_kafka_poll(producer, 10);
  }
}

}  // namespace

int64_t BareConsume(const std::string& bootstrap, const std::string& topic,
                    int64_t records) {
  rd_kafka_t* const consumer =
      NewClient(RD_KAFKA_CONSUMER, {{"bootstrap.servers", bootstrap},
                                    {"group.id", "bench"},
                                    {"enable.auto.commit", "false"},
                                    {"enable.auto.offset.store", "false"},
                                    {"isolation.level", "read_uncommitted"},
                                    {"check.crcs", "true"},
                                    {"fetch.message.max.bytes", "8388608"},
                                    {"fetch.max.bytes", "16777216"}});
  Assign(consumer, topic);
  rd_kafka_queue_t* const queue = rd_kafka_queue_get_consumer(consumer);

  int64_t bytes = 0;
  std::array<rd_kafka_message_t*, 1000> messages;
  for (int64_t seen = 0; seen < records;) {
    const ssize_t got = rd_kafka_consume_batch_queue(
        queue, kTimeoutMs, messages.data(), messages.size());
    SR_CHECK(got > 0);
    for (ssize_t i = 0; i < got; ++i) {
      rd_kafka_message_t* const message = messages[static_cast<size_t>(i)];
      SR_CHECK(message->err == RD_KAFKA_RESP_ERR_NO_ERROR);
      bytes += static_cast<int64_t>(message->len + message->key_len);
      rd_kafka_message_destroy(message);
    }
    seen += got;
  }
  rd_kafka_queue_destroy(queue);
  rd_kafka_destroy(consumer);
  return bytes;
}

BareProducer::BareProducer(const std::string& bootstrap)
    : client_(NewClient(RD_KAFKA_PRODUCER, {{"bootstrap.servers", bootstrap},
                                            {"linger.ms", "0"}})) {}

BareProducer::~BareProducer() { rd_kafka_destroy(client_); }

void BareProducer::ProduceAndWait(const std::string& topic,
                                  const Record& record) {
  Produce(client_, topic, record);
  SR_CHECK(rd_kafka_flush(client_, kTimeoutMs) == RD_KAFKA_RESP_ERR_NO_ERROR);
}

BareFollower::BareFollower(const std::string& bootstrap,
                           const std::string& topic)
    : client_(NewClient(RD_KAFKA_CONSUMER,
                        {{"bootstrap.servers", bootstrap},
                         {"group.id", "bench"},
                         {"enable.auto.commit", "false"},
                         {"isolation.level", "read_committed"}})) {
  Assign(client_, topic);
}

BareFollower::~BareFollower() { rd_kafka_destroy(client_); }

void BareFollower::WaitForNext() {
  rd_kafka_message_t* const message =
      rd_kafka_consumer_poll(client_, kTimeoutMs);
  SR_CHECK(message != nullptr && message->err == RD_KAFKA_RESP_ERR_NO_ERROR);
  rd_kafka_message_destroy(message);
}

int64_t BareProduceInTransactions(const std::string& bootstrap,
                                  const std::string& topic,
                                  const std::vector<Record>& records,
                                  int64_t transaction_bytes) {
  rd_kafka_t* const producer =
      NewClient(RD_KAFKA_PRODUCER, {{"bootstrap.servers", bootstrap},
                                    {"transactional.id", "bench-" + topic},
                                    {"linger.ms", "5"},
                                    {"queue.buffering.max.kbytes", "2097151"},
                                    {"message.max.bytes", "134217728"}});
  CheckDone(rd_kafka_init_transactions(producer, kTimeoutMs));
  int64_t transactions = 0;
  for (size_t at = 0; at < records.size(); ++transactions) {
    CheckDone(rd_kafka_begin_transaction(producer));
    for (int64_t bytes = 0; at < records.size() && bytes < transaction_bytes;
         ++at) {
      Produce(producer, topic, records[at]);
      bytes += static_cast<int64_t>(PayloadBytes(records[at]));
    }
    CheckDone(rd_kafka_commit_transaction(producer, kTimeoutMs));
  }
  rd_kafka_destroy(producer);
  return transactions;
}

}  // namespace sr
