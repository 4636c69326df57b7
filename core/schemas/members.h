// Members of objects within values, as Jackson reads them.
#ifndef CORE_SCHEMAS_MEMBERS_H_
#define CORE_SCHEMAS_MEMBERS_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "core/json/json_scanner.h"

namespace sr {

// The last member `name` of `object`; nullopt if there is none, if it is null,
// and if `object` is no object. Any thread.
std::optional<JsonSpan> MemberOf(const JsonSpan& object,
                                 absl::string_view name);

// A string, a number or a boolean as text; "" for all else.
std::string TextOf(const JsonSpan& value);

}  // namespace sr

#endif  // CORE_SCHEMAS_MEMBERS_H_
