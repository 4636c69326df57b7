#include "core/foreign/avro_fields.h"

#include <limits>

namespace sr {

int64_t AvroFields::Long() {
  uint64_t bits = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    if (left_.empty()) break;
    const auto byte = static_cast<uint8_t>(left_.front());
    left_.remove_prefix(1);
    const uint64_t part = byte & 0x7F;
    if (shift == 63 && part > 1) break;
    bits |= part << shift;
    if ((byte & 0x80) != 0) continue;
    if (part == 0 && shift > 0) break;  // Longer than it has to be.
    return static_cast<int64_t>(bits >> 1) ^ -static_cast<int64_t>(bits & 1);
  }
  Fail();
  return 0;
}

absl::string_view AvroFields::Bytes() {
  const int64_t size = Long();
  if (!ok_ || size < 0 || static_cast<uint64_t>(size) > left_.size()) {
    Fail();
    return absl::string_view();
  }
  const absl::string_view bytes = left_.substr(0, static_cast<size_t>(size));
  left_.remove_prefix(static_cast<size_t>(size));
  return bytes;
}

std::optional<absl::string_view> AvroFields::OptionalBytes() {
  const int64_t branch = Long();
  if (branch == 0 && ok_) {
    const absl::string_view bytes = Bytes();
    if (ok_) return bytes;
  } else if (branch != 1) {
    Fail();
  }
  return std::nullopt;
}

void AvroFields::Items(absl::FunctionRef<void()> item) {
  while (ok_) {
    int64_t count = Long();
    if (count == 0) return;
    if (count == std::numeric_limits<int64_t>::min()) return Fail();
    // Negative: the size of the block in bytes follows, for those who skip it.
    if (count < 0) {
      count = -count;
      (void)Long();
    }
    if (static_cast<uint64_t>(count) > left_.size()) return Fail();
    for (; count > 0 && ok_; --count) item();
  }
}

}  // namespace sr
