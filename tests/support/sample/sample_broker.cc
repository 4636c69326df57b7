// A broker to try the two programs on: librdkafka's mock cluster on a free port
// of 127.0.0.1, with a `_schemas` full of sample records and the empty topics
// that a shadow needs.
//
// Prints the address to connect to, one line, on stdout. Runs until its stdin
// ends or SIGTERM or SIGINT arrives, so it never outlives the script that holds
// the other end of the pipe.
//
// The mock drops the oldest data beyond 5 MiB in a partition without a word;
// the low watermark is looked at so that nobody copies half a topic.
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/corpus/corpus.h"

namespace sr {
namespace {

constexpr char kSourceTopic[] = "_schemas";
// A mock cluster answers no request to create a topic, so the shadow and its
// checkpoints (core/kafka/checkpoint.h) are made here.
constexpr const char* kTopics[] = {kSourceTopic, "_schemas_shadow",
                                   "schemas-replicator-checkpoints"};
constexpr int kTimeoutMs = 30'000;

// A Confluent registry's, of less than the 5 MiB that a mock partition holds.
std::vector<CorpusRecord> Sample() {
  CorpusShape shape;
  shape.seed = 20250101;
  shape.largest_schema_bytes = 8000;
  return Corpus(shape, /*count=*/1400);
}

[[noreturn]] void Fail(const std::string& what, const std::string& why) {
  std::fprintf(stderr, "sample broker: %s: %s\n", what.c_str(), why.c_str());
  std::exit(1);
}

void Require(rd_kafka_resp_err_t error, const std::string& what) {
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) Fail(what, rd_kafka_err2str(error));
}

// A producer whose cluster is inside it. Idempotent: the order is the sample's.
rd_kafka_t* StartCluster() {
  const std::pair<const char*, const char*> settings[] = {
      {"test.mock.num.brokers", "1"},
      {"enable.idempotence", "true"},
      {"batch.num.messages", "50"},
      {"linger.ms", "5"},
      {"log_level", "3"},
  };
  char error[512];
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  for (const auto& [name, value] : settings) {
    if (rd_kafka_conf_set(conf, name, value, error, sizeof error) !=
        RD_KAFKA_CONF_OK) {
      Fail(name, error);
    }
  }
  rd_kafka_conf_set_dr_msg_cb(
      conf, [](rd_kafka_t*, const rd_kafka_message_t* message, void*) {
        Require(message->err, "writing a sample record");
      });
  rd_kafka_t* cluster =
      rd_kafka_new(RD_KAFKA_PRODUCER, conf, error, sizeof error);
  if (cluster == nullptr) Fail("starting the mock cluster", error);
  return cluster;
}

void Produce(rd_kafka_t* cluster, const CorpusRecord& record) {
  // A null pointer is a null value; the sample has no empty ones.
  char* value = record.value.has_value()
                    ? const_cast<char*>(record.value->data())
                    : nullptr;
  const size_t value_size =
      record.value.has_value() ? record.value->size() : size_t{0};
  Require(rd_kafka_producev(
              cluster, RD_KAFKA_V_TOPIC(kSourceTopic), RD_KAFKA_V_PARTITION(0),
              RD_KAFKA_V_KEY(record.key.data(), record.key.size()),
              RD_KAFKA_V_VALUE(value, value_size),
              RD_KAFKA_V_TIMESTAMP(record.timestamp_ms),
              RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY | RD_KAFKA_MSG_F_BLOCK),
              RD_KAFKA_V_END),
          "producing a sample record");
}

void RequireWholeTopic(rd_kafka_t* cluster, size_t records) {
  int64_t low = -1;
  int64_t high = -1;
  Require(rd_kafka_query_watermark_offsets(cluster, kSourceTopic, 0, &low,
                                           &high, kTimeoutMs),
          "asking for the offsets of the sample");
  if (low != 0 || high != static_cast<int64_t>(records)) {
    Fail("the sample is not whole",
         "offsets " + std::to_string(low) + " to " + std::to_string(high) +
             ", expected 0 to " + std::to_string(records));
  }
}

// A descriptor that becomes readable with the signal. To be called before there
// are threads, which inherit that it is blocked.
int SignalDescriptor() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  sigprocmask(SIG_BLOCK, &signals, nullptr);
  const int descriptor = signalfd(-1, &signals, SFD_CLOEXEC);
  if (descriptor < 0) Fail("waiting for signals", "signalfd failed");
  return descriptor;
}

void WaitForTheEnd(int signal_descriptor) {
  pollfd events[] = {{STDIN_FILENO, POLLIN, 0}, {signal_descriptor, POLLIN, 0}};
  char ignored[256];
  while (true) {
    if (poll(events, 2, -1) < 0) continue;  // EINTR
    if (events[1].revents != 0) return;
    if (events[0].revents != 0 &&
        read(STDIN_FILENO, ignored, sizeof ignored) <= 0) {
      return;
    }
  }
}

int Main() {
  const int signal_descriptor = SignalDescriptor();
  rd_kafka_t* cluster = StartCluster();
  rd_kafka_mock_cluster_t* mock = rd_kafka_handle_mock_cluster(cluster);
  for (const char* topic : kTopics) {
    Require(rd_kafka_mock_topic_create(mock, topic, /*partition_cnt=*/1,
                                       /*replication_factor=*/1),
            std::string("creating topic ") + topic);
  }

  const std::vector<CorpusRecord> sample = Sample();
  for (const CorpusRecord& record : sample) Produce(cluster, record);
  Require(rd_kafka_flush(cluster, kTimeoutMs), "writing the sample");
  RequireWholeTopic(cluster, sample.size());

  std::printf("%s\n", rd_kafka_mock_cluster_bootstraps(mock));
  std::fflush(stdout);
  WaitForTheEnd(signal_descriptor);
  rd_kafka_destroy(cluster);
  return 0;
}

}  // namespace
}  // namespace sr

int main() { return sr::Main(); }
