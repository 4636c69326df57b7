#include "core/json/utf8.h"

#include <cstdint>

namespace sr {
namespace {

struct Form {
  uint8_t lead_first, lead_last;      // Range of the first byte.
  uint8_t second_first, second_last;  // Of the second; others are 80..BF.
  size_t length;
};

// Table 3-7 of the Unicode standard.
constexpr Form kForms[] = {
    {0xC2, 0xDF, 0x80, 0xBF, 2}, {0xE0, 0xE0, 0xA0, 0xBF, 3},
    {0xE1, 0xEC, 0x80, 0xBF, 3}, {0xED, 0xED, 0x80, 0x9F, 3},
    {0xEE, 0xEF, 0x80, 0xBF, 3}, {0xF0, 0xF0, 0x90, 0xBF, 4},
    {0xF1, 0xF3, 0x80, 0xBF, 4}, {0xF4, 0xF4, 0x80, 0x8F, 4},
};

bool Continues(absl::string_view bytes, size_t i, uint8_t first, uint8_t last) {
  if (i >= bytes.size()) return false;
  const uint8_t byte = static_cast<uint8_t>(bytes[i]);
  return byte >= first && byte <= last;
}

}  // namespace

size_t Utf8Length(absl::string_view bytes) {
  if (bytes.empty()) return 0;
  const uint8_t lead = static_cast<uint8_t>(bytes[0]);
  if (lead < 0x80) return 1;
  for (const Form& form : kForms) {
    if (lead < form.lead_first || lead > form.lead_last) continue;
    if (!Continues(bytes, 1, form.second_first, form.second_last)) return 0;
    for (size_t i = 2; i < form.length; ++i) {
      if (!Continues(bytes, i, 0x80, 0xBF)) return 0;
    }
    return form.length;
  }
  return 0;
}

bool IsUtf8(absl::string_view bytes) {
  while (!bytes.empty()) {
    const size_t length = Utf8Length(bytes);
    if (length == 0) return false;
    bytes.remove_prefix(length);
  }
  return true;
}

}  // namespace sr
