# A real Kafka broker, librdkafka's mock of one, and a bare client. Tests that
# start a KafkaBroker carry the label broker.
sr_library(sr_test_broker
  SOURCES kafka_broker.cc mock_cluster.cc raw_client.cc
  DEPS sr_base
  PRIVATE PkgConfig::RDKAFKA)
