#include "core/record/varint.h"

namespace sr {
namespace {

uint64_t ZigZag(int64_t value) {
  return (static_cast<uint64_t>(value) << 1) ^
         static_cast<uint64_t>(value >> 63);
}

// Reads an unsigned varint of at most `bytes_max` bytes and `bits` bits.
bool ReadUnsigned(absl::string_view* bytes, int bits, uint64_t* value) {
  uint64_t result = 0;
  for (int shift = 0; shift < bits; shift += 7) {
    if (bytes->empty()) return false;
    const uint8_t byte = static_cast<uint8_t>(bytes->front());
    bytes->remove_prefix(1);
    const uint64_t part = byte & 0x7F;
    // The last byte may carry only the bits that are left.
    if (bits - shift < 7 && (part >> (bits - shift)) != 0) return false;
    result |= part << shift;
    if ((byte & 0x80) == 0) {
      *value = result;
      return true;
    }
  }
  return false;
}

int64_t UnZigZag(uint64_t value) {
  return static_cast<int64_t>(value >> 1) ^ -static_cast<int64_t>(value & 1);
}

}  // namespace

void AppendVarint(int64_t value, std::string* out) {
  uint64_t rest = ZigZag(value);
  while (rest >= 0x80) {
    out->push_back(static_cast<char>(rest | 0x80));
    rest >>= 7;
  }
  out->push_back(static_cast<char>(rest));
}

int VarintBytes(int64_t value) {
  int bytes = 1;
  for (uint64_t rest = ZigZag(value); rest >= 0x80; rest >>= 7) ++bytes;
  return bytes;
}

bool ReadVarint32(absl::string_view* bytes, int32_t* value) {
  uint64_t raw;
  if (!ReadUnsigned(bytes, 32, &raw)) return false;
  *value = static_cast<int32_t>(UnZigZag(raw));
  return true;
}

bool ReadVarint64(absl::string_view* bytes, int64_t* value) {
  uint64_t raw;
  if (!ReadUnsigned(bytes, 64, &raw)) return false;
  *value = UnZigZag(raw);
  return true;
}

}  // namespace sr
