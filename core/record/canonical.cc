#include "core/record/canonical.h"

#include <cstring>

namespace sr {
namespace {

void AppendInt64(int64_t value, std::string* out) {
  char bytes[8];
  for (int i = 0; i < 8; ++i) {
    bytes[i] = static_cast<char>(static_cast<uint64_t>(value) >> (8 * i));
  }
  out->append(bytes, sizeof(bytes));
}

void AppendBytes(const Bytes& bytes, std::string* out) {
  if (!bytes.has_value()) {
    AppendInt64(-1, out);
    return;
  }
  AppendInt64(static_cast<int64_t>(bytes->size()), out);
  out->append(bytes->data(), bytes->size());
}

void AppendContent(const Record& record, std::string* out) {
  AppendBytes(record.key, out);
  AppendBytes(record.value, out);
  AppendInt64(static_cast<int64_t>(record.headers.size()), out);
  for (const Header& header : record.headers) {
    AppendBytes(header.name, out);
    AppendBytes(header.value, out);
  }
}

}  // namespace

void AppendCanonicalBytes(const Record& record, std::string* out) {
  AppendInt64(record.offset, out);
  AppendInt64(record.timestamp, out);
  out->push_back(static_cast<char>(record.timestamp_type));
  AppendContent(record, out);
}

Digest128 ContentDigest(const Record& record) {
  std::string content;
  AppendContent(record, &content);
  return Xxh3_128(content);
}

void Chain::Add(const Record& record) {
  buffer_.assign(digest_.view().data(), digest_.view().size());
  AppendCanonicalBytes(record, &buffer_);
  digest_ = Xxh3_128(buffer_);
}

}  // namespace sr
