// Bytes of a broker's log files, of every message format and codec: what Kafka
// writes and our own writer does not. Made independently of the reader.
#ifndef TESTS_SUPPORT_KAFKA_LOG_H_
#define TESTS_SUPPORT_KAFKA_LOG_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "core/record/compression.h"
#include "core/record/record.h"

namespace sr {

// How a codec is framed.
enum class Framing {
  kUsual,       // As Java's clients write it; snappy in snappy-java's frame.
  kRawSnappy,   // As librdkafka writes snappy.
  kBrokenLz4,   // As message format 0 has lz4: a wrong header checksum.
};

std::string CompressWith(Compression codec, Framing framing,
                         absl::string_view plain);

// What a batch of format 2 says besides its records.
struct BatchForm {
  Compression codec = Compression::kNone;
  Framing framing = Framing::kUsual;
  int64_t producer_id = -1;
  bool transactional = false;
  bool control = false;
  std::optional<int64_t> base_offset;  // Else that of the first record.
  std::optional<int64_t> last_offset;  // Else that of the last one.
};

// A batch with `records`, none if compaction has emptied it: then `form` gives
// both offsets.
std::string BatchBytes(const std::vector<Record>& records, const BatchForm& form);

// The control batch that ends the transaction of a producer.
std::string MarkerBytes(int64_t offset, int64_t producer_id, bool commit);

// A message of format 0 or 1. `attributes`: the codec, 8 for LogAppendTime.
std::string MessageBytes(int8_t magic, const Record& record, int8_t attributes = 0);

// A message whose value is `records`, compressed: offset and timestamp are those of
// the last record, inner offsets as `magic` has them.
std::string CompressedMessageBytes(int8_t magic, const std::vector<Record>& records,
                                   Compression codec, Framing framing,
                                   int8_t more_attributes = 0);

}  // namespace sr

#endif  // TESTS_SUPPORT_KAFKA_LOG_H_
