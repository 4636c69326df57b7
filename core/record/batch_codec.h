// Kafka's record batch, message format 2: the unit a broker stores, checksums
// and compresses, and the content of our archive's .log files.
//
// Source: DefaultRecordBatch.java and DefaultRecord.java of Apache Kafka.
// Formats 0 and 1 are in message_set.h.
#ifndef CORE_RECORD_BATCH_CODEC_H_
#define CORE_RECORD_BATCH_CODEC_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "core/record/compression.h"
#include "core/record/record.h"

namespace sr {

// Bytes of the fixed header of a batch.
inline constexpr int64_t kBatchHeaderBytes = 61;

// Bytes before the length field's own range: base offset and length.
inline constexpr int64_t kBatchLengthOverheadBytes = 12;

// The header of a batch as found, nothing judged but that it is long enough.
struct BatchHeader {
  int64_t base_offset = 0;
  int32_t batch_length = 0;  // Bytes after the length field.
  int32_t partition_leader_epoch = 0;
  int8_t magic = 0;
  uint32_t crc = 0;
  int16_t attributes = 0;
  int32_t last_offset_delta = 0;
  int64_t base_timestamp = 0;
  int64_t max_timestamp = 0;
  int64_t producer_id = 0;
  int16_t producer_epoch = 0;
  int32_t base_sequence = 0;
  int32_t record_count = 0;

  // Bytes of the whole batch.
  int64_t size_bytes() const {
    return kBatchLengthOverheadBytes + int64_t{batch_length};
  }
  int64_t last_offset() const { return base_offset + last_offset_delta; }
  Compression compression() const {
    return static_cast<Compression>(attributes & 0x07);
  }
  TimestampType timestamp_type() const {
    return (attributes & 0x08) != 0 ? TimestampType::kLogAppendTime
                                    : TimestampType::kCreateTime;
  }
  bool is_transactional() const { return (attributes & 0x10) != 0; }
  bool is_control() const { return (attributes & 0x20) != 0; }
};

// Reads the header at the start of `bytes`. OutOfRange if there are fewer than
// kBatchHeaderBytes bytes.
absl::StatusOr<BatchHeader> DecodeBatchHeader(absl::string_view bytes);

struct BatchLimits {
  // A batch that claims to be larger, or whose records decompress to more, is
  // refused before anything is allocated for it.
  int64_t size_bytes_max = int64_t{1} << 30;
};

// Decodes the batch at the start of `bytes` and appends its records to
// `*records`. An uncompressed batch's records borrow from `bytes`, which must
// outlive `*records`; those of a compressed one are owned by it.
//
// Returns the header. Errors:
//   OutOfRange   `bytes` ends before the batch does
//   DataLoss     the CRC is wrong or the content contradicts the format; the
//                message says what
//   Unimplemented  another message format, a codec that Kafka does not have, or a
//                control batch: see DecodeTransactionMarker
// On error `*records` may hold some of the records and is not to be used.
absl::StatusOr<BatchHeader> DecodeBatch(absl::string_view bytes,
                                        const BatchLimits& limits,
                                        RecordBatch* records);

// What a control batch says of its producer's transaction.
enum class TransactionMarker { kAbort, kCommit, kOther };

// Decodes the control batch at the start of `bytes`: kOther for the types that
// end no transaction (KRaft's). Errors as those of DecodeBatch; DataLoss also if
// it is no control batch.
absl::StatusOr<TransactionMarker> DecodeTransactionMarker(
    absl::string_view bytes, const BatchLimits& limits);

// Whether `a` and `b` may stand in one batch: same timestamp type, and for
// LogAppendTime the same timestamp (all records of such a batch share it).
bool CanShareBatch(const Record& a, const Record& b);

// Appends one batch with `records` to `*out`: no producer id, leader epoch 0,
// base offset that of the first record. `records` is not empty, offsets rise
// and differ by less than 2^31, and all can share a batch.
//
// InvalidArgument if the batch would exceed 2^31-1 bytes.
// `compression` is kNone or kZstd.
absl::Status EncodeBatch(absl::Span<const Record> records,
                         Compression compression, std::string* out);

}  // namespace sr

#endif  // CORE_RECORD_BATCH_CODEC_H_
