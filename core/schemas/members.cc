#include "core/schemas/members.h"

#include "core/schemas/jackson.h"

namespace sr {

std::optional<JsonSpan> MemberOf(const JsonSpan& object,
                                 absl::string_view name) {
  std::optional<JsonSpan> found;
  if (!object.is_object()) return found;
  for (JsonMembers members(object); members.Next();) {
    if (Unescaped(members.name()) != name) continue;
    found.reset();
    if (!members.value().is_null()) found = members.value();
  }
  return found;
}

std::string TextOf(const JsonSpan& value) {
  std::optional<std::string> text;
  (void)JacksonString(value, &text);
  return text.value_or("");
}

}  // namespace sr
