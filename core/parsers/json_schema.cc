#include "core/parsers/json_schema.h"

#include <string>

#include "core/json/json_scanner.h"

namespace sr {

ParsedSchema ParseJsonSchema(absl::string_view text) {
  ParsedSchema result;
  const absl::StatusOr<JsonScan> scan = ScanJson(text);
  if (!scan.ok()) {
    result.error = std::string(scan.status().message());
  } else if (scan->has_trailing) {
    result.error = "bytes behind the schema";
  } else if (!scan->value.is_object() && !scan->value.is_bool()) {
    result.error = "neither an object nor true nor false";
  }
  return result;
}

}  // namespace sr
