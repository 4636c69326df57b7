// Any bytes as a record batch: refused with a reason, or decoded to records
// that survive being encoded again.
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "core/base/check.h"
#include "core/base/digests.h"
#include "core/record/batch_codec.h"
#include "core/record/big_endian.h"
#include "core/record/record.h"

namespace sr {
namespace {

constexpr BatchLimits kLimits = {.size_bytes_max = 1 << 20};
constexpr size_t kLengthAt = 8;
constexpr size_t kMagicAt = 16;
constexpr size_t kCrcAt = 17;
constexpr size_t kCoveredFrom = 21;

// `bytes` with the length, magic and CRC that a broker would have given them:
// what lies behind those checks is seldom reached by chance.
std::string WithValidFrame(absl::string_view bytes) {
  std::string batch(bytes);
  if (batch.size() < static_cast<size_t>(kBatchHeaderBytes)) return batch;
  WriteBigEndian<uint32_t>(
      static_cast<uint32_t>(batch.size()) - kBatchLengthOverheadBytes,
      kLengthAt, &batch);
  batch[kMagicAt] = 2;
  WriteBigEndian<uint32_t>(Crc32c(absl::string_view(batch).substr(kCoveredFrom)), kCrcAt,
                 &batch);
  return batch;
}

void CheckSurvivesEncoding(const RecordBatch& records,
                           Compression compression) {
  const std::vector<Record> given(records.begin(), records.end());
  std::string bytes;
  SR_CHECK(EncodeBatch(given, compression, &bytes).ok());
  RecordBatch again;
  SR_CHECK(DecodeBatch(bytes, BatchLimits(), &again).ok());
  SR_CHECK(again.size() == records.size());
  for (size_t i = 0; i < again.size(); ++i) {
    SR_CHECK(again[i] == records[i]);
  }
}

void CheckDecode(absl::string_view bytes) {
  RecordBatch records;
  const absl::StatusOr<BatchHeader> header =
      DecodeBatch(bytes, kLimits, &records);
  if (!header.ok()) {
    SR_CHECK(absl::IsOutOfRange(header.status()) ||
             absl::IsDataLoss(header.status()) ||
             absl::IsUnimplemented(header.status()));
    SR_CHECK(!header.status().message().empty());
    return;
  }
  SR_CHECK(header->size_bytes() <= static_cast<int64_t>(bytes.size()));
  SR_CHECK(static_cast<int64_t>(records.size()) == header->record_count);
  SR_CHECK(static_cast<int64_t>(records.payload_bytes()) <=
           kLimits.size_bytes_max);
  if (records.empty()) return;
  SR_CHECK(records.front().offset >= header->base_offset);
  SR_CHECK(records.back().offset <= header->last_offset());
  CheckSurvivesEncoding(records, Compression::kNone);
  CheckSurvivesEncoding(records, Compression::kZstd);
}

}  // namespace
}  // namespace sr

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view bytes(reinterpret_cast<const char*>(data), size);
  sr::CheckDecode(bytes);
  sr::CheckDecode(sr::WithValidFrame(bytes));
  return 0;
}
