// The forms in which nearly all SCHEMA keys and values are written, read without
// a JSON reader. What is written in any other way is left to that, and what is
// read here comes out as it does there.
#ifndef CORE_SCHEMAS_USUAL_FORM_H_
#define CORE_SCHEMAS_USUAL_FORM_H_

#include "absl/strings/string_view.h"
#include "core/schemas/key.h"
#include "core/schemas/value.h"

namespace sr {

// {"keytype":"SCHEMA","subject":"s","version":1,"magic":1}
//
// False if `text` is something else; then *decoded is as it was but for the
// subject. Everything else in *decoded has its default. Any thread.
bool ReadUsualKey(absl::string_view text, DecodedKey* decoded);

// {"subject":"s","version":1,"id":1[,"schemaType":"T"],"schema":"...",
//  "deleted":false}
bool ReadUsualValue(absl::string_view text, SchemaValue* decoded);

}  // namespace sr

#endif  // CORE_SCHEMAS_USUAL_FORM_H_
