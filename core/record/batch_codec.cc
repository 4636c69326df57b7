#include "core/record/batch_codec.h"

#include <zstd.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "core/base/check.h"
#include "core/base/digests.h"
#include "core/base/status_macros.h"
#include "core/record/big_endian.h"
#include "core/record/varint.h"

namespace sr {
namespace {

// Positions of the header's fields (DefaultRecordBatch.java).
constexpr size_t kBaseOffsetAt = 0;
constexpr size_t kLengthAt = 8;
constexpr size_t kLeaderEpochAt = 12;
constexpr size_t kMagicAt = 16;
constexpr size_t kCrcAt = 17;
constexpr size_t kAttributesAt = 21;  // The CRC covers from here to the end.
constexpr size_t kLastOffsetDeltaAt = 23;
constexpr size_t kBaseTimestampAt = 27;
constexpr size_t kMaxTimestampAt = 35;
constexpr size_t kProducerIdAt = 43;
constexpr size_t kProducerEpochAt = 51;
constexpr size_t kBaseSequenceAt = 53;
constexpr size_t kRecordCountAt = 57;

constexpr int8_t kMagic2 = 2;
constexpr int64_t kBatchLengthMin = kBatchHeaderBytes - kBatchLengthOverheadBytes;
// Codec, timestamp type, transactional, control, delete horizon; the rest must
// be zero.
constexpr uint16_t kKnownAttributes = 0x7F;

// What a record takes at least: length, attributes, two deltas, two lengths,
// header count. Bounds a claimed count before anything is reserved for it.
constexpr int64_t kRecordBytesMin = 7;

absl::Status Corrupt(const BatchHeader& header, absl::string_view why) {
  return absl::DataLossError(absl::StrCat("record batch with base offset ",
                                          header.base_offset, ": ", why));
}

// Reads a length and that many bytes; -1 is null, other negatives are refused.
bool ReadNullableBytes(absl::string_view* rest, Bytes* out) {
  int32_t length;
  if (!ReadVarint32(rest, &length) || length < -1) return false;
  if (length == -1) {
    *out = std::nullopt;
    return true;
  }
  if (static_cast<size_t>(length) > rest->size()) return false;
  *out = rest->substr(0, static_cast<size_t>(length));
  rest->remove_prefix(static_cast<size_t>(length));
  return true;
}

bool ReadHeaders(absl::string_view* rest, std::vector<Header>* headers) {
  int32_t count;
  if (!ReadVarint32(rest, &count) || count < 0) return false;
  // Each takes two bytes at least.
  if (static_cast<size_t>(count) > rest->size() / 2) return false;
  headers->reserve(static_cast<size_t>(count));
  for (int32_t i = 0; i < count; ++i) {
    Bytes name;
    Header header;
    if (!ReadNullableBytes(rest, &name) || !name.has_value()) return false;
    if (!ReadNullableBytes(rest, &header.value)) return false;
    header.name = *name;
    headers->push_back(header);
  }
  return true;
}

// Reads one record off the front of `*rest`. Returns what is wrong with it, or
// null.
const char* ReadRecord(const BatchHeader& header, absl::string_view* rest,
                       Record* record) {
  int32_t length;
  if (!ReadVarint32(rest, &length)) return "a record's length is not readable";
  if (length < 0 || static_cast<size_t>(length) > rest->size()) {
    return "a record is longer than the batch";
  }
  absl::string_view body = rest->substr(0, static_cast<size_t>(length));
  rest->remove_prefix(static_cast<size_t>(length));

  if (body.empty() || body[0] != 0) return "record attributes are not zero";
  body.remove_prefix(1);
  int64_t timestamp_delta;
  int32_t offset_delta;
  if (!ReadVarint64(&body, &timestamp_delta)) return "bad timestamp delta";
  if (!ReadVarint32(&body, &offset_delta)) return "bad offset delta";
  if (offset_delta < 0 || offset_delta > header.last_offset_delta) {
    return "a record's offset is outside its batch";
  }
  record->offset = header.base_offset + offset_delta;
  record->timestamp_type = header.timestamp_type();
  // Unsigned, since hostile deltas may wrap.
  record->timestamp =
      record->timestamp_type == TimestampType::kLogAppendTime
          ? header.max_timestamp
          : static_cast<int64_t>(static_cast<uint64_t>(header.base_timestamp) +
                                 static_cast<uint64_t>(timestamp_delta));
  if (!ReadNullableBytes(&body, &record->key)) return "bad key length";
  if (!ReadNullableBytes(&body, &record->value)) return "bad value length";
  if (!ReadHeaders(&body, &record->headers)) return "bad headers";
  if (!body.empty()) return "bytes are left over after a record's headers";
  return nullptr;
}

absl::Status ReadRecords(const BatchHeader& header, absl::string_view rest,
                         RecordBatch* records) {
  if (int64_t{header.record_count} * kRecordBytesMin >
      static_cast<int64_t>(rest.size())) {
    return Corrupt(header, "the record count does not fit the batch");
  }
  // Batches decoded into `*records` before must end before this one begins.
  int64_t last_offset = header.base_offset - 1;
  if (!records->empty()) {
    last_offset = std::max(last_offset, records->back().offset);
  }
  for (int32_t i = 0; i < header.record_count; ++i) {
    Record record;
    if (const char* why = ReadRecord(header, &rest, &record)) {
      return Corrupt(header, absl::StrCat("record ", i, ": ", why));
    }
    if (record.offset <= last_offset) {
      return Corrupt(header, absl::StrCat("record ", i,
                                          ": offsets do not rise"));
    }
    last_offset = record.offset;
    records->AddBorrowed(std::move(record));
  }
  if (!rest.empty()) {
    return Corrupt(header, "bytes are left over after the last record");
  }
  return absl::OkStatus();
}

absl::Status CheckHeader(const BatchHeader& header, absl::string_view batch) {
  if (header.magic != kMagic2) {
    return absl::UnimplementedError(absl::StrCat(
        "record batch with base offset ", header.base_offset,
        " has message format ", int{header.magic}, ", not 2"));
  }
  const uint32_t crc = Crc32c(batch.substr(kAttributesAt));
  if (crc != header.crc) {
    return Corrupt(header, absl::StrFormat("CRC is %08x, stored is %08x", crc,
                                           header.crc));
  }
  if ((static_cast<uint16_t>(header.attributes) & ~kKnownAttributes) != 0) {
    return Corrupt(header, "reserved attribute bits are set");
  }
  if (header.base_offset < 0 || header.last_offset_delta < 0 ||
      header.base_offset > std::numeric_limits<int64_t>::max() -
                               header.last_offset_delta) {
    return Corrupt(header, "offsets are out of range");
  }
  if (header.record_count < 0) return Corrupt(header, "negative record count");
  return absl::OkStatus();
}

int64_t TimestampDelta(const Record& record, const Record& first) {
  if (record.timestamp_type != TimestampType::kCreateTime) return 0;
  // Unsigned: timestamps are kept as found and their distance may wrap.
  return static_cast<int64_t>(static_cast<uint64_t>(record.timestamp) -
                              static_cast<uint64_t>(first.timestamp));
}

size_t EncodedBytes(const Bytes& bytes) {
  if (!bytes.has_value()) return static_cast<size_t>(VarintBytes(-1));
  return static_cast<size_t>(VarintBytes(static_cast<int64_t>(bytes->size()))) +
         bytes->size();
}

void AppendBytes(const Bytes& bytes, std::string* out) {
  if (!bytes.has_value()) {
    AppendVarint(-1, out);
    return;
  }
  AppendVarint(static_cast<int64_t>(bytes->size()), out);
  out->append(bytes->data(), bytes->size());
}

// Bytes of `record` in a batch that begins with `first`, its length field left
// out.
size_t BodyBytes(const Record& record, const Record& first) {
  size_t size = 1;  // Attributes.
  size += static_cast<size_t>(VarintBytes(TimestampDelta(record, first)));
  size += static_cast<size_t>(VarintBytes(record.offset - first.offset));
  size += EncodedBytes(record.key) + EncodedBytes(record.value);
  size += static_cast<size_t>(
      VarintBytes(static_cast<int64_t>(record.headers.size())));
  for (const Header& header : record.headers) {
    size += EncodedBytes(header.name) + EncodedBytes(header.value);
  }
  return size;
}

void AppendRecord(const Record& record, const Record& first, std::string* out) {
  const size_t body_bytes = BodyBytes(record, first);
  AppendVarint(static_cast<int64_t>(body_bytes), out);
  const size_t begin = out->size();
  out->push_back(0);  // Attributes: none are defined.
  AppendVarint(TimestampDelta(record, first), out);
  AppendVarint(record.offset - first.offset, out);
  AppendBytes(record.key, out);
  AppendBytes(record.value, out);
  AppendVarint(static_cast<int64_t>(record.headers.size()), out);
  for (const Header& header : record.headers) {
    AppendBytes(header.name, out);
    AppendBytes(header.value, out);
  }
  SR_CHECK(out->size() - begin == body_bytes);
}

void AppendRecords(absl::Span<const Record> records, std::string* out) {
  for (const Record& record : records) {
    SR_CHECK(CanShareBatch(records.front(), record));
    AppendRecord(record, records.front(), out);
  }
}

absl::Status Compress(absl::string_view plain, std::string* out) {
  const size_t used = out->size();
  out->resize(used + ZSTD_compressBound(plain.size()));
  const size_t size = ZSTD_compress(out->data() + used, out->size() - used,
                                    plain.data(), plain.size(), 3);
  if (ZSTD_isError(size) != 0) {
    return absl::InternalError(
        absl::StrCat("zstd: ", ZSTD_getErrorName(size)));
  }
  out->resize(used + size);
  return absl::OkStatus();
}

int64_t MaxTimestamp(absl::Span<const Record> records) {
  int64_t max = records.front().timestamp;
  for (const Record& record : records) max = std::max(max, record.timestamp);
  return max;
}

}  // namespace

absl::StatusOr<BatchHeader> DecodeBatchHeader(absl::string_view bytes) {
  if (bytes.size() < static_cast<size_t>(kBatchHeaderBytes)) {
    return absl::OutOfRangeError(absl::StrCat(
        "a batch header has ", kBatchHeaderBytes, " bytes, here are only ",
        bytes.size()));
  }
  BatchHeader header;
  header.base_offset = ReadBigEndian<int64_t>(bytes, kBaseOffsetAt);
  header.batch_length = ReadBigEndian<int32_t>(bytes, kLengthAt);
  header.partition_leader_epoch = ReadBigEndian<int32_t>(bytes, kLeaderEpochAt);
  header.magic = ReadBigEndian<int8_t>(bytes, kMagicAt);
  header.crc = ReadBigEndian<uint32_t>(bytes, kCrcAt);
  header.attributes = ReadBigEndian<int16_t>(bytes, kAttributesAt);
  header.last_offset_delta = ReadBigEndian<int32_t>(bytes, kLastOffsetDeltaAt);
  header.base_timestamp = ReadBigEndian<int64_t>(bytes, kBaseTimestampAt);
  header.max_timestamp = ReadBigEndian<int64_t>(bytes, kMaxTimestampAt);
  header.producer_id = ReadBigEndian<int64_t>(bytes, kProducerIdAt);
  header.producer_epoch = ReadBigEndian<int16_t>(bytes, kProducerEpochAt);
  header.base_sequence = ReadBigEndian<int32_t>(bytes, kBaseSequenceAt);
  header.record_count = ReadBigEndian<int32_t>(bytes, kRecordCountAt);
  return header;
}

namespace {

// The batch at the start of `bytes`, whose header is `header`, and nothing
// behind it; what is not right in the header is refused.
absl::StatusOr<absl::string_view> CheckedBatch(const BatchHeader& header,
                                               absl::string_view bytes,
                                               const BatchLimits& limits) {
  if (header.batch_length < kBatchLengthMin) {
    return Corrupt(header, absl::StrCat("length ", header.batch_length,
                                        " is less than a header"));
  }
  if (header.size_bytes() > limits.size_bytes_max) {
    return Corrupt(header, absl::StrCat("claims ", header.size_bytes(),
                                        " bytes, more than ",
                                        limits.size_bytes_max));
  }
  if (header.size_bytes() > static_cast<int64_t>(bytes.size())) {
    return absl::OutOfRangeError(absl::StrCat(
        "record batch with base offset ", header.base_offset, " claims ",
        header.size_bytes(), " bytes, here are only ", bytes.size()));
  }
  const absl::string_view batch =
      bytes.substr(0, static_cast<size_t>(header.size_bytes()));
  RETURN_IF_ERROR(CheckHeader(header, batch));
  return batch;
}

// Appends the records of a batch whose header is right, whatever kind it is.
absl::Status DecodeContent(const BatchHeader& header, absl::string_view batch,
                           const BatchLimits& limits, RecordBatch* records) {
  const absl::string_view content =
      batch.substr(static_cast<size_t>(kBatchHeaderBytes));
  // A batch that compaction has emptied is nothing but its header.
  if (header.compression() == Compression::kNone ||
      (header.record_count == 0 && content.empty())) {
    return ReadRecords(header, content, records);
  }
  auto plain = std::make_shared<std::string>();
  const absl::Status status = Decompress(header.compression(), header.magic,
                                         content, limits.size_bytes_max,
                                         plain.get());
  if (absl::IsDataLoss(status)) return Corrupt(header, status.message());
  RETURN_IF_ERROR(status);
  RETURN_IF_ERROR(ReadRecords(header, *plain, records));
  records->KeepAlive(std::move(plain));
  return absl::OkStatus();
}

// EndTransactionMarker.java and ControlRecordType.java: version and type.
TransactionMarker MarkerOf(const Record& record) {
  if (!record.key.has_value() || record.key->size() < 4) {
    return TransactionMarker::kOther;
  }
  switch (ReadBigEndian<int16_t>(*record.key, 2)) {
    case 0:
      return TransactionMarker::kAbort;
    case 1:
      return TransactionMarker::kCommit;
    default:
      return TransactionMarker::kOther;
  }
}

}  // namespace

absl::StatusOr<BatchHeader> DecodeBatch(absl::string_view bytes,
                                        const BatchLimits& limits,
                                        RecordBatch* records) {
  ASSIGN_OR_RETURN(const BatchHeader header, DecodeBatchHeader(bytes));
  ASSIGN_OR_RETURN(const absl::string_view batch,
                   CheckedBatch(header, bytes, limits));
  if (header.is_control()) {
    return absl::UnimplementedError(
        absl::StrCat("record batch with base offset ", header.base_offset,
                     " is a control batch: it has no records"));
  }
  RETURN_IF_ERROR(DecodeContent(header, batch, limits, records));
  return header;
}

absl::StatusOr<TransactionMarker> DecodeTransactionMarker(
    absl::string_view bytes, const BatchLimits& limits) {
  ASSIGN_OR_RETURN(const BatchHeader header, DecodeBatchHeader(bytes));
  ASSIGN_OR_RETURN(const absl::string_view batch,
                   CheckedBatch(header, bytes, limits));
  if (!header.is_control()) return Corrupt(header, "is no control batch");
  RecordBatch records;
  RETURN_IF_ERROR(DecodeContent(header, batch, limits, &records));
  // One record each; compaction may have taken it away.
  if (records.empty()) return TransactionMarker::kOther;
  if (records.size() > 1) return Corrupt(header, "has more than one marker");
  return MarkerOf(records.front());
}

bool CanShareBatch(const Record& a, const Record& b) {
  return a.timestamp_type == b.timestamp_type &&
         (a.timestamp_type == TimestampType::kCreateTime ||
          a.timestamp == b.timestamp);
}

absl::Status EncodeBatch(absl::Span<const Record> records,
                         Compression compression, std::string* out) {
  SR_CHECK(!records.empty());
  const Record& first = records.front();
  const Record& last = records.back();
  SR_CHECK(last.offset - first.offset <= std::numeric_limits<int32_t>::max());

  const size_t start = out->size();
  out->append(static_cast<size_t>(kBatchHeaderBytes), '\0');
  if (compression == Compression::kZstd) {
    std::string content;
    AppendRecords(records, &content);
    RETURN_IF_ERROR(Compress(content, out));
  } else {
    SR_CHECK(compression == Compression::kNone);
    AppendRecords(records, out);
  }
  const size_t size = out->size() - start;
  if (size - kBatchLengthOverheadBytes >
      static_cast<size_t>(std::numeric_limits<int32_t>::max())) {
    out->resize(start);
    return absl::InvalidArgumentError(absl::StrCat(
        "the batch at offset ", first.offset, " would have ", size,
        " bytes, more than a batch can"));
  }

  WriteBigEndian<int64_t>(first.offset, start + kBaseOffsetAt, out);
  WriteBigEndian<int32_t>(static_cast<int32_t>(size - kBatchLengthOverheadBytes),
                          start + kLengthAt, out);
  // Leader epoch stays 0: any other one confuses a broker that is given the
  // file (too high: consumers see a truncation; -1: followers fail).
  WriteBigEndian<int8_t>(kMagic2, start + kMagicAt, out);
  const int16_t attributes = static_cast<int16_t>(
      static_cast<int>(compression) |
      (first.timestamp_type == TimestampType::kLogAppendTime ? 0x08 : 0));
  WriteBigEndian<int16_t>(attributes, start + kAttributesAt, out);
  WriteBigEndian<int32_t>(static_cast<int32_t>(last.offset - first.offset),
                          start + kLastOffsetDeltaAt, out);
  WriteBigEndian<int64_t>(first.timestamp, start + kBaseTimestampAt, out);
  WriteBigEndian<int64_t>(MaxTimestamp(records), start + kMaxTimestampAt, out);
  WriteBigEndian<int64_t>(-1, start + kProducerIdAt, out);
  WriteBigEndian<int16_t>(-1, start + kProducerEpochAt, out);
  WriteBigEndian<int32_t>(-1, start + kBaseSequenceAt, out);
  WriteBigEndian<int32_t>(static_cast<int32_t>(records.size()),
                          start + kRecordCountAt, out);
  const uint32_t crc =
      Crc32c(absl::string_view(*out).substr(start + kAttributesAt));
  WriteBigEndian<uint32_t>(crc, start + kCrcAt, out);
  return absl::OkStatus();
}

}  // namespace sr
