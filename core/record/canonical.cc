#include "core/record/canonical.h"

#include <cstddef>
#include <cstring>

namespace sr {
namespace {

constexpr size_t kInt64Bytes = 8;
// Offset, timestamp and timestamp type.
constexpr size_t kPositionBytes = 2 * kInt64Bytes + 1;

// The Put functions write at `to`, where there is room, and return where the
// next byte goes: a million records a second leave no time for a growing
// string.

char* PutInt64(int64_t value, char* to) {
  for (size_t i = 0; i < kInt64Bytes; ++i) {
    to[i] = static_cast<char>(static_cast<uint64_t>(value) >> (8 * i));
  }
  return to + kInt64Bytes;
}

size_t SizeOf(const Bytes& bytes) {
  return kInt64Bytes + (bytes.has_value() ? bytes->size() : 0);
}

char* PutBytes(const Bytes& bytes, char* to) {
  if (!bytes.has_value()) return PutInt64(-1, to);
  to = PutInt64(static_cast<int64_t>(bytes->size()), to);
  // An empty view may have no data to copy from.
  if (!bytes->empty()) std::memcpy(to, bytes->data(), bytes->size());
  return to + bytes->size();
}

size_t ContentBytes(const Record& record) {
  size_t size = SizeOf(record.key) + SizeOf(record.value) + kInt64Bytes;
  for (const Header& header : record.headers) {
    size += SizeOf(header.name) + SizeOf(header.value);
  }
  return size;
}

char* PutContent(const Record& record, char* to) {
  to = PutBytes(record.key, to);
  to = PutBytes(record.value, to);
  to = PutInt64(static_cast<int64_t>(record.headers.size()), to);
  for (const Header& header : record.headers) {
    to = PutBytes(header.name, to);
    to = PutBytes(header.value, to);
  }
  return to;
}

char* PutCanonicalBytes(const Record& record, char* to) {
  to = PutInt64(record.offset, to);
  to = PutInt64(record.timestamp, to);
  *to++ = static_cast<char>(record.timestamp_type);
  return PutContent(record, to);
}

}  // namespace

void AppendCanonicalBytes(const Record& record, std::string* out) {
  const size_t begin = out->size();
  out->resize(begin + kPositionBytes + ContentBytes(record));
  PutCanonicalBytes(record, out->data() + begin);
}

Digest128 ContentDigest(const Record& record) {
  std::string content(ContentBytes(record), '\0');
  PutContent(record, content.data());
  return Xxh3_128(content);
}

void Chain::Add(const Record& record) {
  const size_t size =
      digest_.bytes.size() + kPositionBytes + ContentBytes(record);
  // It only grows: to the largest record so far.
  if (buffer_.size() < size) buffer_.resize(size);
  std::memcpy(buffer_.data(), digest_.bytes.data(), digest_.bytes.size());
  PutCanonicalBytes(record, buffer_.data() + digest_.bytes.size());
  digest_ = Xxh3_128(absl::string_view(buffer_.data(), size));
}

}  // namespace sr
