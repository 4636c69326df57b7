#include "core/kafka/produced_record.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"

namespace sr {
namespace {

// What a record weighs besides its bytes.
constexpr int64_t kRecordOverheadBytes = 64;

// Null has no pointer; empty has one.
const char* DataOf(const Bytes& bytes) {
  if (!bytes.has_value()) return nullptr;
  return bytes->empty() ? "" : bytes->data();
}

size_t SizeOf(const Bytes& bytes) {
  return bytes.has_value() ? bytes->size() : 0;
}

rd_kafka_headers_t* NewHeaders(const std::vector<Header>& headers) {
  rd_kafka_headers_t* list = rd_kafka_headers_new(headers.size());
  for (const Header& header : headers) {
    // Never refuses: it copies what it is given.
    (void)rd_kafka_header_add(list, header.name.empty() ? "" : header.name.data(),
                              static_cast<ssize_t>(header.name.size()),
                              DataOf(header.value),
                              static_cast<ssize_t>(SizeOf(header.value)));
  }
  return list;
}

}  // namespace

int64_t UnderWayBytes(size_t key_and_value_bytes) {
  return static_cast<int64_t>(key_and_value_bytes) + kRecordOverheadBytes;
}

size_t KeyAndValueBytes(const Record& record) {
  return SizeOf(record.key) + SizeOf(record.value);
}

rd_kafka_resp_err_t ProduceRecord(rd_kafka_t* client, rd_kafka_topic_t* topic,
                                  const Record& record, void* opaque) {
  rd_kafka_headers_t* const headers =
      record.headers.empty() ? nullptr : NewHeaders(record.headers);
  const rd_kafka_resp_err_t error = rd_kafka_producev(
      client, RD_KAFKA_V_RKT(topic), RD_KAFKA_V_PARTITION(0),
      RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
      RD_KAFKA_V_KEY(DataOf(record.key), SizeOf(record.key)),
      RD_KAFKA_V_VALUE(const_cast<char*>(DataOf(record.value)),
                       SizeOf(record.value)),
      RD_KAFKA_V_TIMESTAMP(record.timestamp), RD_KAFKA_V_HEADERS(headers),
      RD_KAFKA_V_OPAQUE(opaque), RD_KAFKA_V_END);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR && headers != nullptr) {
    rd_kafka_headers_destroy(headers);
  }
  return error;
}

RdClient::Settings ProducerSettings(int64_t batch_bytes_max) {
  return {
      // Far above what is under way: librdkafka takes no record that is larger
      // than its whole queue, so the bound is ours (kUnderWayBytesMax).
      {"queue.buffering.max.kbytes", "2097151"},
      {"batch.size",
       absl::StrCat(std::clamp<int64_t>(batch_bytes_max, 1, 1000000))},
  };
}

RdClient::Settings ProducerDefaults() {
  return {
      {"linger.ms", "5"},
      // librdkafka's own limit counts a record before compression.
      {"message.max.bytes", "134217728"},
  };
}

}  // namespace sr
