#include "core/compare/record_shape.h"

#include <cstring>

#include "core/base/digests.h"

namespace sr {
namespace {

// Seeds keep null, empty and the parts of a header apart.
constexpr uint64_t kNullSeed = 0x6e756c6c;

uint64_t DigestOf(const Bytes& bytes, uint64_t seed = 0) {
  return bytes.has_value() ? Xxh3_64(*bytes, seed)
                           : Xxh3_64(absl::string_view(), seed ^ kNullSeed);
}

}  // namespace

RecordShape ShapeOf(const Record& record) {
  RecordShape shape;
  shape.offset = record.offset;
  shape.timestamp = record.timestamp;
  shape.key = DigestOf(record.key);
  shape.value = DigestOf(record.value);
  for (const Header& header : record.headers) {
    // Each header's digest is the seed of the next, so order counts.
    shape.headers = DigestOf(header.value, Xxh3_64(header.name, shape.headers));
    ++shape.headers;
  }
  shape.null_key = !record.key.has_value();
  shape.tombstone = record.IsTombstone();
  shape.log_append_time =
      record.timestamp_type == TimestampType::kLogAppendTime;
  return shape;
}

KeyedRecord KeyedRecordOf(const RecordShape& shape, int64_t sequence) {
  KeyedRecord keyed;
  keyed.offset = sequence;
  keyed.timestamp = shape.timestamp;
  keyed.tombstone = shape.tombstone;
  if (!shape.null_key) {
    keyed.key.emplace();
    std::memcpy(keyed.key->bytes.data(), &shape.key, sizeof(shape.key));
  }
  return keyed;
}

}  // namespace sr
