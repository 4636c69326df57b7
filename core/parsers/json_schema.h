// Does a text parse as a JSON Schema?
#ifndef CORE_PARSERS_JSON_SCHEMA_H_
#define CORE_PARSERS_JSON_SCHEMA_H_

#include "absl/strings/string_view.h"
#include "core/parsers/parsed_schema.h"

namespace sr {

// A registry that starts takes any JSON object, true or false: which keywords
// count depends on the draft, and a $ref that leads nowhere is found when data
// is validated (real servers took such schemas). So does this. Any bytes are
// fine. Any thread.
ParsedSchema ParseJsonSchema(absl::string_view text);

}  // namespace sr

#endif  // CORE_PARSERS_JSON_SCHEMA_H_
