// Any bytes as a message of format 0 or 1: refused with a reason, or records whose
// offsets rise.
#include <zlib.h>

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "core/base/check.h"
#include "core/record/big_endian.h"
#include "core/record/message_set.h"
#include "core/record/record.h"

namespace sr {
namespace {

constexpr BatchLimits kLimits = {.size_bytes_max = 1 << 20};
constexpr size_t kSizeAt = 8;
constexpr size_t kCrcAt = 12;
constexpr size_t kMagicAt = 16;

// `bytes` with the size, format and CRC that a broker would have given them.
std::string WithValidFrame(absl::string_view bytes, int8_t magic) {
  std::string message(bytes);
  if (message.size() < static_cast<size_t>(kMessageBytesMin)) return message;
  WriteBigEndian<uint32_t>(static_cast<uint32_t>(message.size()) - kBatchLengthOverheadBytes,
                 kSizeAt, &message);
  message[0] = 0;  // An offset is not negative.
  message[kMagicAt] = static_cast<char>(magic);
  WriteBigEndian<uint32_t>(static_cast<uint32_t>(crc32(
                     0, reinterpret_cast<const Bytef*>(message.data()) + kMagicAt,
                     static_cast<uInt>(message.size() - kMagicAt))),
                 kCrcAt, &message);
  return message;
}

void CheckDecode(absl::string_view bytes) {
  RecordBatch records;
  const absl::StatusOr<MessageHeader> header =
      DecodeMessage(bytes, kLimits, &records);
  if (!header.ok()) {
    SR_CHECK(absl::IsOutOfRange(header.status()) ||
             absl::IsDataLoss(header.status()) ||
             absl::IsUnimplemented(header.status()));
    SR_CHECK(!header.status().message().empty());
    return;
  }
  SR_CHECK(header->size_bytes() <= static_cast<int64_t>(bytes.size()));
  SR_CHECK(!records.empty());
  SR_CHECK(static_cast<int64_t>(records.payload_bytes()) <= kLimits.size_bytes_max);
  int64_t last = -1;
  for (const Record& record : records) {
    SR_CHECK(record.offset > last);
    SR_CHECK(record.headers.empty());
    last = record.offset;
  }
  SR_CHECK(last <= header->offset);
}

}  // namespace
}  // namespace sr

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view bytes(reinterpret_cast<const char*>(data), size);
  sr::CheckDecode(bytes);
  sr::CheckDecode(sr::WithValidFrame(bytes, 0));
  sr::CheckDecode(sr::WithValidFrame(bytes, 1));
  return 0;
}
