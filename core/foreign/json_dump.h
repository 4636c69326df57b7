// Records as JSON objects, one after the other: kcat -J and rpk topic consume.
#ifndef CORE_FOREIGN_JSON_DUMP_H_
#define CORE_FOREIGN_JSON_DUMP_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/foreign/foreign_copy.h"

namespace sr {

// Whether `text` begins with an object that has a topic, as these have and keys of a
// registry have not.
bool IsJsonDump(absl::string_view text);

// As ParseTextDump (text_dump.h), of such objects with any white space between them.
absl::StatusOr<ForeignCopy> ParseJsonDump(absl::string_view text);

}  // namespace sr

#endif  // CORE_FOREIGN_JSON_DUMP_H_
