// librdkafka's mock cluster, for what needs a broker's protocol and no more:
// no transactions, compaction, admin calls or TLS in it. See RawClient and
// KafkaBroker for the real thing.
#ifndef TESTS_SUPPORT_MOCK_CLUSTER_H_
#define TESTS_SUPPORT_MOCK_CLUSTER_H_

#include <memory>
#include <string>
#include <vector>

namespace sr {

class MockCluster {
 public:
  MockCluster();
  ~MockCluster();

  const std::string& bootstrap() const { return bootstrap_; }

  // Unknown topics are made by the mock itself, with four partitions.
  void CreateTopic(const std::string& topic, int partitions = 1);
  // The next ListOffsets requests are refused with these error codes of the
  // Kafka protocol, one each.
  void RefuseListOffsets(const std::vector<int>& error_codes);
  // Closes all connections and refuses new ones, or lets them in again.
  void SetDown(bool down);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
  std::string bootstrap_;
};

}  // namespace sr

#endif  // TESTS_SUPPORT_MOCK_CLUSTER_H_
