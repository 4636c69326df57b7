// The codecs of Kafka's record batches and message sets, for reading: what a
// broker's log may hold, whoever compressed it.
//
// Source: org.apache.kafka.common.compress (CompressionType, Lz4BlockInputStream)
// of Apache Kafka, and rdkafka_msgset_reader.c of librdkafka for snappy without
// a frame.
#ifndef CORE_RECORD_COMPRESSION_H_
#define CORE_RECORD_COMPRESSION_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace sr {

// Attribute bits 0-2 of a batch; stored, never renumber. 5 to 7 are none.
enum class Compression : uint8_t {
  kNone = 0,
  kGzip = 1,
  kSnappy = 2,
  kLz4 = 3,
  kZstd = 4,
};

// "none", "gzip", "snappy", "lz4", "zstd"; "unknown" for 5 to 7.
absl::string_view NameOf(Compression codec);

// Replaces `*plain` by what `compressed` holds. `magic` is the message format
// it was found in: lz4 of format 0 has a wrong checksum in its frame's header.
//
// The sizes that `compressed` claims are not trusted: memory grows with what
// comes out of it, up to `size_bytes_max`. Any thread.
//
//   DataLoss       not what the codec writes, more than `size_bytes_max` bytes,
//                  or bytes left over; the message names the codec
//   Unimplemented  a codec that Kafka does not have
absl::Status Decompress(Compression codec, int8_t magic,
                        absl::string_view compressed, int64_t size_bytes_max,
                        std::string* plain);

}  // namespace sr

#endif  // CORE_RECORD_COMPRESSION_H_
