// Integers as Kafka stores them.
#ifndef CORE_RECORD_BIG_ENDIAN_H_
#define CORE_RECORD_BIG_ENDIAN_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>

#include "absl/strings/string_view.h"

namespace sr {

// The integer at `bytes[at]`; `bytes` reaches behind it.
template <typename T>
T ReadBigEndian(absl::string_view bytes, size_t at) {
  T value = 0;
  for (size_t i = 0; i < sizeof(T); ++i) {
    value = static_cast<T>(static_cast<std::make_unsigned_t<T>>(value) << 8 |
                           static_cast<uint8_t>(bytes[at + i]));
  }
  return value;
}

// Puts `value` over `(*out)[at]` and what follows; `*out` reaches behind it.
template <typename T>
void WriteBigEndian(T value, size_t at, std::string* out) {
  for (size_t i = 0; i < sizeof(T); ++i) {
    (*out)[at + i] = static_cast<char>(
        static_cast<std::make_unsigned_t<T>>(value) >>
        (8 * (sizeof(T) - 1 - i)));
  }
}

}  // namespace sr

#endif  // CORE_RECORD_BIG_ENDIAN_H_
