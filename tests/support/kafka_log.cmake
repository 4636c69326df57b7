# Log files as brokers write them.
add_library(sr_test_kafka_log STATIC ${CMAKE_CURRENT_LIST_DIR}/kafka_log.cc)
target_include_directories(sr_test_kafka_log PUBLIC ${CMAKE_SOURCE_DIR})
target_link_libraries(sr_test_kafka_log PUBLIC sr_record sr_base
  PRIVATE PkgConfig::LZ4 PkgConfig::SNAPPY PkgConfig::ZLIB PkgConfig::ZSTD)
