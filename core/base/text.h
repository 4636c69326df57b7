// Bytes as text: escaping for a terminal, base64, hex, and the bridge between
// absl::string_view and std::string_view, which Debian's Abseil keeps apart.
#ifndef CORE_BASE_TEXT_H_
#define CORE_BASE_TEXT_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace sr {

inline absl::string_view ToAbsl(std::string_view text) {
  return absl::string_view(text.data(), text.size());
}
inline std::string_view ToStd(absl::string_view text) {
  return std::string_view(text.data(), text.size());
}

// Returns `bytes` so that a terminal or a log obeys nothing in them: printable
// UTF-8 is kept; C0 and C1 controls, DEL, line separators, zero-width and
// bidirectional controls and bytes that are not UTF-8 become \n, \t, \r,
// \xHH or \u{HHHH}; a backslash is doubled. The result is one line.
std::string EscapeForTerminal(absl::string_view bytes);

// The same of the first 120 bytes, with "..." if there are more: for a sentence
// that names something from a topic, which may be of any length.
std::string Excerpt(absl::string_view bytes);

// Standard base64 with padding.
std::string Base64(absl::string_view bytes);

// Returns the bytes of `text`. InvalidArgument if it is not base64.
absl::StatusOr<std::string> FromBase64(absl::string_view text);

// Lower-case hex, two digits a byte.
std::string Hex(absl::string_view bytes);

// Returns the bytes of `text`. InvalidArgument unless it is an even number of
// hex digits.
absl::StatusOr<std::string> FromHex(absl::string_view text);

// "1,234,567".
std::string WithThousands(int64_t number);

// "1.5 MiB", "312 B"; binary units.
std::string HumanBytes(int64_t bytes);

// Milliseconds since the epoch as "2026-11-25T04:25:33.123Z"; "-1" and other
// times before the epoch are given as the bare number.
std::string TimestampText(int64_t timestamp_ms);

}  // namespace sr

#endif  // CORE_BASE_TEXT_H_
