#include "tests/support/kafka_log.h"

#include <lz4frame.h>
#include <snappy.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <utility>

#include "core/base/check.h"
#include "core/base/digests.h"

namespace sr {
namespace {

void Put(uint64_t value, size_t bytes, std::string* out) {
  for (size_t i = bytes; i-- > 0;) {
    out->push_back(static_cast<char>(value >> (8 * i)));
  }
}

void PutVarint(int64_t value, std::string* out) {
  uint64_t zigzag = (static_cast<uint64_t>(value) << 1) ^
                    static_cast<uint64_t>(value >> 63);
  while (zigzag >= 0x80) {
    out->push_back(static_cast<char>(zigzag | 0x80));
    zigzag >>= 7;
  }
  out->push_back(static_cast<char>(zigzag));
}

void PutVarintBytes(const Bytes& bytes, std::string* out) {
  PutVarint(bytes.has_value() ? static_cast<int64_t>(bytes->size()) : -1, out);
  if (bytes.has_value()) out->append(bytes->data(), bytes->size());
}

void PutBytes(const Bytes& bytes, std::string* out) {
  Put(bytes.has_value() ? bytes->size() : 0xFFFFFFFFU, 4, out);
  if (bytes.has_value()) out->append(bytes->data(), bytes->size());
}

std::string Gzip(absl::string_view plain) {
  z_stream stream = {};
  SR_CHECK(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string out(deflateBound(&stream, plain.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
  stream.avail_in = static_cast<uInt>(plain.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  SR_CHECK(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

// Blocks of 32 KiB, as SnappyOutputStream makes them.
std::string SnappyJava(absl::string_view plain) {
  std::string out("\x82SNAPPY\0\0\0\0\1\0\0\0\1", 16);
  for (size_t at = 0; at < plain.size(); at += 32768) {
    std::string block;
    snappy::Compress(plain.data() + at, std::min<size_t>(32768, plain.size() - at),
                     &block);
    Put(block.size(), 4, &out);
    out += block;
  }
  return out;
}

std::string Lz4(absl::string_view plain, bool broken) {
  LZ4F_preferences_t preferences = {};
  preferences.frameInfo.blockMode = LZ4F_blockIndependent;
  std::string out(LZ4F_compressFrameBound(plain.size(), &preferences), '\0');
  const size_t size = LZ4F_compressFrame(out.data(), out.size(), plain.data(),
                                         plain.size(), &preferences);
  SR_CHECK(LZ4F_isError(size) == 0);
  out.resize(size);
  if (broken) out[6] = static_cast<char>(Xxh32(out.substr(0, 6)) >> 8);
  return out;
}

// One record of format 2, relative to what its batch says.
std::string RecordBytes(const Record& record, int64_t base_offset,
                        int64_t base_timestamp) {
  std::string body(1, '\0');
  PutVarint(record.timestamp_type == TimestampType::kCreateTime
                ? record.timestamp - base_timestamp
                : 0,
            &body);
  PutVarint(record.offset - base_offset, &body);
  PutVarintBytes(record.key, &body);
  PutVarintBytes(record.value, &body);
  PutVarint(static_cast<int64_t>(record.headers.size()), &body);
  for (const Header& header : record.headers) {
    PutVarintBytes(header.name, &body);
    PutVarintBytes(header.value, &body);
  }
  std::string out;
  PutVarint(static_cast<int64_t>(body.size()), &out);
  return out + body;
}

}  // namespace

std::string CompressWith(Compression codec, Framing framing,
                         absl::string_view plain) {
  std::string out;
  switch (codec) {
    case Compression::kNone:
      return std::string(plain);
    case Compression::kGzip:
      return Gzip(plain);
    case Compression::kSnappy:
      if (framing != Framing::kRawSnappy) return SnappyJava(plain);
      snappy::Compress(plain.data(), plain.size(), &out);
      return out;
    case Compression::kLz4:
      return Lz4(plain, framing == Framing::kBrokenLz4);
    case Compression::kZstd:
      out.resize(ZSTD_compressBound(plain.size()));
      out.resize(ZSTD_compress(out.data(), out.size(), plain.data(), plain.size(), 3));
      return out;
  }
  SR_CHECK(false);
  return out;
}

std::string BatchBytes(const std::vector<Record>& records, const BatchForm& form) {
  const int64_t base = form.base_offset.has_value() ? *form.base_offset
                                                    : records.front().offset;
  const int64_t last = form.last_offset.has_value() ? *form.last_offset
                                                    : records.back().offset;
  const int64_t base_timestamp = records.empty() ? -1 : records.front().timestamp;
  int64_t max_timestamp = base_timestamp;
  std::string content;
  bool append_time = false;
  for (const Record& record : records) {
    content += RecordBytes(record, base, base_timestamp);
    max_timestamp = std::max(max_timestamp, record.timestamp);
    append_time |= record.timestamp_type == TimestampType::kLogAppendTime;
  }
  if (!records.empty()) content = CompressWith(form.codec, form.framing, content);

  std::string covered;
  Put(static_cast<uint64_t>(form.codec) | (append_time ? 8U : 0U) |
          (form.transactional ? 16U : 0U) | (form.control ? 32U : 0U),
      2, &covered);
  Put(static_cast<uint64_t>(last - base), 4, &covered);
  Put(static_cast<uint64_t>(base_timestamp), 8, &covered);
  Put(static_cast<uint64_t>(max_timestamp), 8, &covered);
  Put(static_cast<uint64_t>(form.producer_id), 8, &covered);
  Put(form.producer_id < 0 ? 0xFFFFU : 0U, 2, &covered);
  Put(form.producer_id < 0 ? 0xFFFFFFFFU : 0U, 4, &covered);
  Put(records.size(), 4, &covered);
  covered += content;

  std::string out;
  Put(static_cast<uint64_t>(base), 8, &out);
  Put(covered.size() + 9, 4, &out);
  Put(7, 4, &out);  // Leader epoch.
  Put(2, 1, &out);
  Put(Crc32c(covered), 4, &out);
  return out + covered;
}

std::string MarkerBytes(int64_t offset, int64_t producer_id, bool commit) {
  const std::string key{0, 0, 0, static_cast<char>(commit ? 1 : 0)};
  const std::string value(6, '\0');
  Record record;
  record.offset = offset;
  record.timestamp = 1700000000000;
  record.key = key;
  record.value = value;
  BatchForm form;
  form.producer_id = producer_id;
  form.transactional = true;
  form.control = true;
  return BatchBytes({record}, form);
}

std::string MessageBytes(int8_t magic, const Record& record, int8_t attributes) {
  std::string covered;
  Put(static_cast<uint8_t>(magic), 1, &covered);
  Put(static_cast<uint8_t>(attributes), 1, &covered);
  if (magic == 1) Put(static_cast<uint64_t>(record.timestamp), 8, &covered);
  PutBytes(record.key, &covered);
  PutBytes(record.value, &covered);
  std::string out;
  Put(static_cast<uint64_t>(record.offset), 8, &out);
  Put(covered.size() + 4, 4, &out);
  Put(crc32(0, reinterpret_cast<const Bytef*>(covered.data()),
            static_cast<uInt>(covered.size())),
      4, &out);
  return out + covered;
}

std::string CompressedMessageBytes(int8_t magic, const std::vector<Record>& records,
                                   Compression codec, Framing framing,
                                   int8_t more_attributes) {
  std::string plain;
  for (Record inner : records) {
    if (magic == 1) inner.offset -= records.front().offset;
    plain += MessageBytes(magic, inner);
  }
  const std::string value = CompressWith(codec, framing, plain);
  Record outer;
  outer.offset = records.back().offset;
  outer.timestamp = records.back().timestamp;
  outer.value = value;
  return MessageBytes(magic, outer,
                      static_cast<int8_t>(static_cast<int>(codec) | more_attributes));
}

}  // namespace sr
