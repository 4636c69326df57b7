# A real Kafka broker and a bare client: for tests that carry the label broker.
if(TARGET sr_base)
  sr_library(sr_test_broker
    SOURCES kafka_broker.cc raw_client.cc
    DEPS sr_base
    PRIVATE PkgConfig::RDKAFKA)
endif()
