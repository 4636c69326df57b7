// Messages of the formats 0 and 1, in which brokers up to 0.10 stored a log: in a
// `_schemas` that has lived since then they still stand before the record
// batches, because compaction keeps a batch in the format it was written in.
//
// Source: LegacyRecord.java and AbstractLegacyRecordBatch.java of Apache Kafka.
#ifndef CORE_RECORD_MESSAGE_SET_H_
#define CORE_RECORD_MESSAGE_SET_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/record/batch_codec.h"
#include "core/record/compression.h"
#include "core/record/record.h"

namespace sr {

// Offset, size, CRC, magic, attributes and two lengths.
inline constexpr int64_t kMessageBytesMin = 26;

// What stands before a message's key.
struct MessageHeader {
  int64_t offset = 0;  // Of a compressed message that of the last one in it.
  int32_t size = 0;    // Bytes after this field.
  uint32_t crc = 0;
  int8_t magic = 0;
  int8_t attributes = 0;
  int64_t timestamp = -1;  // -1 in format 0, which has none.

  int64_t size_bytes() const { return kBatchLengthOverheadBytes + int64_t{size}; }
  Compression compression() const {
    return static_cast<Compression>(attributes & 0x07);
  }
  TimestampType timestamp_type() const {
    return magic == 1 && (attributes & 0x08) != 0 ? TimestampType::kLogAppendTime
                                                  : TimestampType::kCreateTime;
  }
};

// Decodes the message at the start of `bytes` and appends its record, or the
// records compressed in it, to `*records`, which may borrow from `bytes`.
// A record of format 0 has the timestamp -1.
//
//   OutOfRange   `bytes` ends before the message does
//   DataLoss     a CRC is wrong, the content contradicts the format, or offsets
//                do not rise; the message says what
//   Unimplemented  another format, or a codec that Kafka does not have
// On error `*records` may hold some of the records and is not to be used.
absl::StatusOr<MessageHeader> DecodeMessage(absl::string_view bytes,
                                            const BatchLimits& limits,
                                            RecordBatch* records);

}  // namespace sr

#endif  // CORE_RECORD_MESSAGE_SET_H_
