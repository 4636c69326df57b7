#include "core/record/message_set.h"

#include <zlib.h>

#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "core/base/status_macros.h"
#include "core/record/big_endian.h"

namespace sr {
namespace {

constexpr size_t kOffsetAt = 0;
constexpr size_t kSizeAt = 8;
constexpr size_t kCrcAt = 12;
constexpr size_t kMagicAt = 16;  // The CRC covers from here to the end.
constexpr size_t kAttributesAt = 17;
constexpr size_t kTimestampAt = 18;  // Format 1.

absl::Status Corrupt(const MessageHeader& header, absl::string_view why) {
  return absl::DataLossError(
      absl::StrCat("message with offset ", header.offset, ": ", why));
}

int64_t SizeMin(const MessageHeader& header) {
  // CRC, magic, attributes, two lengths; a timestamp.
  return header.magic == 0 ? 14 : 22;
}

uint32_t Crc32(absl::string_view bytes) {
  return static_cast<uint32_t>(
      crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

MessageHeader ReadHeader(absl::string_view bytes) {
  MessageHeader header;
  header.offset = ReadBigEndian<int64_t>(bytes, kOffsetAt);
  header.size = ReadBigEndian<int32_t>(bytes, kSizeAt);
  header.crc = ReadBigEndian<uint32_t>(bytes, kCrcAt);
  header.magic = ReadBigEndian<int8_t>(bytes, kMagicAt);
  header.attributes = ReadBigEndian<int8_t>(bytes, kAttributesAt);
  if (header.magic == 1) {
    header.timestamp = ReadBigEndian<int64_t>(bytes, kTimestampAt);
  }
  return header;
}

// Four bytes of length and so many bytes; -1 is null.
bool ReadNullableBytes(absl::string_view* rest, Bytes* out) {
  if (rest->size() < 4) return false;
  const auto length = ReadBigEndian<int32_t>(*rest, 0);
  rest->remove_prefix(4);
  if (length < -1) return false;
  if (length == -1) {
    *out = std::nullopt;
    return true;
  }
  if (static_cast<size_t>(length) > rest->size()) return false;
  *out = rest->substr(0, static_cast<size_t>(length));
  rest->remove_prefix(static_cast<size_t>(length));
  return true;
}

// A message whose CRC is right.
struct Message {
  MessageHeader header;
  Bytes key;
  Bytes value;
};

absl::StatusOr<Message> ReadMessage(absl::string_view bytes,
                                    const BatchLimits& limits) {
  // A format 1 message is longer than what is looked at here, but one that is
  // shorter than that can be none.
  if (static_cast<int64_t>(bytes.size()) < kMessageBytesMin) {
    return absl::OutOfRangeError(absl::StrCat("a message has ", kMessageBytesMin,
                                              " bytes at least, here are only ",
                                              bytes.size()));
  }
  Message message;
  message.header = ReadHeader(bytes);
  const MessageHeader& header = message.header;
  if (header.magic != 0 && header.magic != 1) {
    return absl::UnimplementedError(absl::StrCat(
        "message with offset ", header.offset, " has message format ",
        int{header.magic}, ", neither 0 nor 1"));
  }
  if (header.size < SizeMin(header)) {
    return Corrupt(header, absl::StrCat("size ", header.size,
                                        " is less than a message"));
  }
  if (header.size_bytes() > limits.size_bytes_max) {
    return Corrupt(header, absl::StrCat("claims ", header.size_bytes(),
                                        " bytes, more than ",
                                        limits.size_bytes_max));
  }
  if (header.size_bytes() > static_cast<int64_t>(bytes.size())) {
    return absl::OutOfRangeError(absl::StrCat(
        "message with offset ", header.offset, " claims ", header.size_bytes(),
        " bytes, here are only ", bytes.size()));
  }
  const absl::string_view whole =
      bytes.substr(0, static_cast<size_t>(header.size_bytes()));
  const uint32_t crc = Crc32(whole.substr(kMagicAt));
  if (crc != header.crc) {
    return Corrupt(header, absl::StrFormat("CRC is %08x, stored is %08x", crc,
                                           header.crc));
  }
  if (header.offset < 0) return Corrupt(header, "a negative offset");
  absl::string_view rest =
      whole.substr(header.magic == 0 ? kTimestampAt : kTimestampAt + 8);
  if (!ReadNullableBytes(&rest, &message.key)) {
    return Corrupt(header, "bad key length");
  }
  if (!ReadNullableBytes(&rest, &message.value)) {
    return Corrupt(header, "bad value length");
  }
  if (!rest.empty()) return Corrupt(header, "bytes are left over after the value");
  return message;
}

Record RecordOf(const Message& message) {
  Record record;
  record.offset = message.header.offset;
  record.timestamp = message.header.timestamp;
  record.timestamp_type = message.header.timestamp_type();
  record.key = message.key;
  record.value = message.value;
  return record;
}

absl::Status Add(const MessageHeader& header, Record record,
                 RecordBatch* records) {
  if (!records->empty() && record.offset <= records->back().offset) {
    return Corrupt(header, "offsets do not rise");
  }
  records->AddBorrowed(std::move(record));
  return absl::OkStatus();
}

// The messages compressed in `outer`, whose bytes are `plain`.
absl::StatusOr<std::vector<Message>> ReadInner(const Message& outer,
                                               absl::string_view plain,
                                               const BatchLimits& limits) {
  std::vector<Message> messages;
  while (!plain.empty()) {
    absl::StatusOr<Message> inner = ReadMessage(plain, limits);
    if (!inner.ok()) {
      return Corrupt(outer.header, absl::StrCat("compressed in it: ",
                                                inner.status().message()));
    }
    if (inner->header.magic != outer.header.magic) {
      return Corrupt(outer.header, "another message format is compressed in it");
    }
    if (inner->header.compression() != Compression::kNone) {
      return Corrupt(outer.header, "what is compressed in it is compressed again");
    }
    plain.remove_prefix(static_cast<size_t>(inner->header.size_bytes()));
    messages.push_back(*std::move(inner));
  }
  // Compaction takes an emptied one away as a whole.
  if (messages.empty()) return Corrupt(outer.header, "nothing is compressed in it");
  return messages;
}

// In format 1 inner offsets count from 0, and the outer one is that of the last;
// in format 0 they are those of the log.
int64_t FirstInnerOffset(const Message& outer, const Message& last) {
  return outer.header.magic == 0 ? 0 : outer.header.offset - last.header.offset;
}

absl::Status AddCompressed(const Message& outer, const BatchLimits& limits,
                           RecordBatch* records) {
  const MessageHeader& header = outer.header;
  if (!outer.value.has_value()) {
    return Corrupt(header, "is compressed and has no value");
  }
  auto plain = std::make_shared<std::string>();
  const absl::Status status =
      Decompress(header.compression(), header.magic, *outer.value,
                 limits.size_bytes_max, plain.get());
  if (absl::IsDataLoss(status)) return Corrupt(header, status.message());
  RETURN_IF_ERROR(status);
  ASSIGN_OR_RETURN(const std::vector<Message> inner,
                   ReadInner(outer, *plain, limits));
  const int64_t base = FirstInnerOffset(outer, inner.back());
  if (base < 0) return Corrupt(header, "offsets compressed in it are out of range");
  for (const Message& message : inner) {
    Record record = RecordOf(message);
    if (record.offset > header.offset - base) {
      return Corrupt(header, "offsets compressed in it are out of range");
    }
    record.offset += base;
    // The broker's clock is told once, outside.
    if (header.timestamp_type() == TimestampType::kLogAppendTime) {
      record.timestamp_type = TimestampType::kLogAppendTime;
      record.timestamp = header.timestamp;
    } else {
      record.timestamp_type = TimestampType::kCreateTime;
    }
    RETURN_IF_ERROR(Add(header, std::move(record), records));
  }
  records->KeepAlive(std::move(plain));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<MessageHeader> DecodeMessage(absl::string_view bytes,
                                            const BatchLimits& limits,
                                            RecordBatch* records) {
  ASSIGN_OR_RETURN(const Message message, ReadMessage(bytes, limits));
  if (message.header.compression() == Compression::kNone) {
    RETURN_IF_ERROR(Add(message.header, RecordOf(message), records));
  } else {
    RETURN_IF_ERROR(AddCompressed(message, limits, records));
  }
  return message.header;
}

}  // namespace sr
