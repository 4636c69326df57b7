// Backups of Karapace as text: V1, one JSON array, and V2, lines of hex.
#ifndef CORE_FOREIGN_KARAPACE_TEXT_H_
#define CORE_FOREIGN_KARAPACE_TEXT_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/foreign/foreign_copy.h"

namespace sr {

inline constexpr absl::string_view kKarapaceV2Marker = "/V2\n";

// A JSON array of [key, value]; each an object, a string or null. What was an object
// becomes compact JSON with its members in their order, as the registry wrote it:
// other bytes than the topic had where Karapace's JSON library wrote other escapes.
// DataLoss, with the place, if it is anything else. Source: study/peers.md §6.1
// (karapace/backup/encoders.py, tags up to 3.2.0 write it). Any thread.
absl::StatusOr<ForeignCopy> ParseKarapaceV1(absl::string_view text);

// Behind the marker, lines of HEX(key) TAB HEX(value), upper case, the word "null"
// for none. DataLoss, with the line, if one is not of that form, or the last has no
// end. Any thread.
absl::StatusOr<ForeignCopy> ParseKarapaceV2(absl::string_view text);

}  // namespace sr

#endif  // CORE_FOREIGN_KARAPACE_TEXT_H_
