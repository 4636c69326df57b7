#include "tests/reference/reference_decoder.h"

#include <cstddef>

namespace sr {
namespace {

// Takes bytes off a string from the left; remembers if there were too few.
struct Cursor {
  const std::string& bytes;
  size_t at;
  size_t end;
  bool bad = false;

  uint8_t Byte() {
    if (at >= end) {
      bad = true;
      return 0;
    }
    return static_cast<uint8_t>(bytes[at++]);
  }

  // Big-endian two's complement of `size` bytes.
  int64_t Int(int size) {
    uint64_t value = 0;
    for (int i = 0; i < size; ++i) value = value * 256 + Byte();
    if (size < 8 && value >= (uint64_t{1} << (8 * size - 1))) {
      return static_cast<int64_t>(value) -
             static_cast<int64_t>(uint64_t{1} << (8 * size));
    }
    return static_cast<int64_t>(value);
  }

  // Zig-zag: 0, -1, 1, -2, 2 ...
  int64_t Varint() {
    uint64_t value = 0;
    uint64_t place = 1;
    for (int i = 0; i < 10; ++i) {
      const uint8_t byte = Byte();
      value += place * (byte % 128);
      place *= 128;
      if (byte < 128) {
        const int64_t half = static_cast<int64_t>(value / 2);
        return value % 2 == 0 ? half : -half - 1;
      }
    }
    bad = true;
    return 0;
  }

  std::optional<std::string> NullableString() {
    const int64_t length = Varint();
    if (length == -1) return std::nullopt;
    if (length < 0 || static_cast<size_t>(length) > end - at) {
      bad = true;
      return std::nullopt;
    }
    std::string text = bytes.substr(at, static_cast<size_t>(length));
    at += static_cast<size_t>(length);
    return text;
  }
};

bool DecodeRecord(Cursor* in, int64_t base_offset, int64_t base_timestamp,
                  int64_t max_timestamp, bool log_append_time,
                  std::vector<TestRecord>* out) {
  const int64_t length = in->Varint();
  if (in->bad || length < 0 ||
      static_cast<size_t>(length) > in->end - in->at) {
    return false;
  }
  const size_t record_end = in->at + static_cast<size_t>(length);
  TestRecord record;
  if (in->Byte() != 0) return false;
  const int64_t timestamp_delta = in->Varint();
  record.offset = base_offset + in->Varint();
  record.timestamp =
      log_append_time
          ? max_timestamp
          : static_cast<int64_t>(static_cast<uint64_t>(base_timestamp) +
                                 static_cast<uint64_t>(timestamp_delta));
  record.timestamp_type = log_append_time ? TimestampType::kLogAppendTime
                                          : TimestampType::kCreateTime;
  record.key = in->NullableString();
  record.value = in->NullableString();
  const int64_t headers = in->Varint();
  if (headers < 0) return false;
  for (int64_t i = 0; i < headers && !in->bad; ++i) {
    const std::optional<std::string> name = in->NullableString();
    if (!name.has_value()) return false;
    std::optional<std::string> value = in->NullableString();
    record.headers.emplace_back(*name, std::move(value));
  }
  if (in->bad || in->at != record_end) return false;
  out->push_back(std::move(record));
  return true;
}

}  // namespace

uint32_t ReferenceCrc32c(const std::string& bytes) {
  uint32_t crc = 0xFFFFFFFF;
  for (const char c : bytes) {
    crc ^= static_cast<uint8_t>(c);
    for (int bit = 0; bit < 8; ++bit) {
      crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x82F63B78 : crc >> 1;
    }
  }
  return crc ^ 0xFFFFFFFF;
}

std::optional<std::vector<TestRecord>> ReferenceDecode(const std::string& log) {
  std::vector<TestRecord> records;
  size_t at = 0;
  while (at < log.size()) {
    Cursor in{log, at, log.size()};
    const int64_t base_offset = in.Int(8);
    const int64_t length = in.Int(4);
    in.Int(4);  // Leader epoch.
    const int64_t magic = in.Int(1);
    const uint32_t crc = static_cast<uint32_t>(in.Int(4));
    if (in.bad || magic != 2 || length < 49 ||
        static_cast<size_t>(length) > log.size() - at - 12) {
      return std::nullopt;
    }
    in.end = at + 12 + static_cast<size_t>(length);
    if (ReferenceCrc32c(log.substr(in.at, in.end - in.at)) != crc) {
      return std::nullopt;
    }
    const int64_t attributes = in.Int(2);
    in.Int(4);  // Last offset delta.
    const int64_t base_timestamp = in.Int(8);
    const int64_t max_timestamp = in.Int(8);
    in.Int(8);  // Producer id.
    in.Int(2);  // Producer epoch.
    in.Int(4);  // Base sequence.
    const int64_t count = in.Int(4);
    if (attributes % 8 != 0) return std::nullopt;  // Compressed.
    const bool log_append_time = attributes / 8 % 2 == 1;
    const bool control = attributes / 32 % 2 == 1;
    for (int64_t i = 0; !control && i < count; ++i) {
      if (!DecodeRecord(&in, base_offset, base_timestamp, max_timestamp,
                        log_append_time, &records)) {
        return std::nullopt;
      }
    }
    if (!control && in.at != in.end) return std::nullopt;
    at = in.end;
  }
  return records;
}

}  // namespace sr
