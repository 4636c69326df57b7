// A record on its way to a topic: what the producers share. Internal to
// core/kafka, as rdkafka_internal.h is.
#ifndef CORE_KAFKA_PRODUCED_RECORD_H_
#define CORE_KAFKA_PRODUCED_RECORD_H_

#include <cstddef>
#include <cstdint>

#include "core/kafka/rdkafka_internal.h"
#include "core/record/record.h"

namespace sr {

// More under way than five requests hold makes the idempotent producer of
// librdkafka 2.0.2 spin (examples/kafka-broker, README 7).
inline constexpr int64_t kUnderWayBytesMax = int64_t{4} << 20;

size_t KeyAndValueBytes(const Record& record);

// What a record of so many bytes of key and value counts towards it.
int64_t UnderWayBytes(size_t key_and_value_bytes);

// Hands a copy of `record` to `client` for partition 0 of `topic`, with its
// timestamp, headers, nulls and empties as they are; `opaque` comes with the
// delivery report. A timestamp of 0 becomes "now".
rd_kafka_resp_err_t ProduceRecord(rd_kafka_t* client, rd_kafka_topic_t* topic,
                                  const Record& record, void* opaque);

// What librdkafka needs to have from a producer of such records: acknowledged by
// all replicas, never twice, never compressed by us.
RdClient::Settings ProducerSettings(int64_t batch_bytes_max);
RdClient::Settings ProducerDefaults();

}  // namespace sr

#endif  // CORE_KAFKA_PRODUCED_RECORD_H_
