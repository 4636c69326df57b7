// The zig-zag varints of Kafka's record format (ByteUtils.java).
#ifndef CORE_RECORD_VARINT_H_
#define CORE_RECORD_VARINT_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace sr {

// Appends `value`: 1 to 5 bytes for 32-bit values, up to 10 for others.
void AppendVarint(int64_t value, std::string* out);

// Bytes that AppendVarint adds for `value`.
int VarintBytes(int64_t value);

// Takes a varint off the front of `*bytes`. Returns false, and leaves `*bytes`
// anywhere, if it ends too early, is longer than 10 bytes (5 for the 32-bit
// form) or does not fit.
bool ReadVarint32(absl::string_view* bytes, int32_t* value);
bool ReadVarint64(absl::string_view* bytes, int64_t* value);

}  // namespace sr

#endif  // CORE_RECORD_VARINT_H_
