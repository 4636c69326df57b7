#include "tests/support/mock_cluster.h"

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

namespace sr {

struct MockCluster::Impl {
  rd_kafka_t* client = nullptr;
  rd_kafka_mock_cluster_t* cluster = nullptr;
};

MockCluster::MockCluster() : impl_(std::make_unique<Impl>()) {
  char why[256];
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  rd_kafka_conf_set(conf, "log_level", "0", why, sizeof why);
  impl_->client = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof why);
  impl_->cluster = rd_kafka_mock_cluster_new(impl_->client, 1);
  bootstrap_ = rd_kafka_mock_cluster_bootstraps(impl_->cluster);
}

MockCluster::~MockCluster() {
  rd_kafka_mock_cluster_destroy(impl_->cluster);
  rd_kafka_destroy(impl_->client);
}

void MockCluster::CreateTopic(const std::string& topic, int partitions) {
  rd_kafka_mock_topic_create(impl_->cluster, topic.c_str(), partitions, 1);
}

void MockCluster::RefuseListOffsets(const std::vector<int>& error_codes) {
  constexpr int16_t kListOffsets = 2;
  std::vector<rd_kafka_resp_err_t> errors;
  for (const int code : error_codes) {
    errors.push_back(static_cast<rd_kafka_resp_err_t>(code));
  }
  rd_kafka_mock_push_request_errors_array(impl_->cluster, kListOffsets,
                                          errors.size(), errors.data());
}

void MockCluster::SetDown(bool down) {
  if (down) {
    rd_kafka_mock_broker_set_down(impl_->cluster, 1);
  } else {
    rd_kafka_mock_broker_set_up(impl_->cluster, 1);
  }
}

}  // namespace sr
