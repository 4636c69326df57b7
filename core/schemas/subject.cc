#include "core/schemas/subject.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace sr {

QualifiedSubject ParseSubject(absl::string_view subject) {
  QualifiedSubject parsed;
  if (!absl::StartsWith(subject, ":.")) {
    parsed.name = subject;
    return parsed;
  }
  const size_t end = subject.find(':', 1);
  if (end == absl::string_view::npos) {
    parsed.context = subject.substr(1);
    return parsed;
  }
  parsed.context = subject.substr(1, end - 1);
  parsed.name = subject.substr(end + 1);
  return parsed;
}

bool IsNormalSubject(absl::string_view subject) {
  if (!absl::StartsWith(subject, ":.")) return true;
  const QualifiedSubject parsed = ParseSubject(subject);
  return !parsed.in_default_context() &&
         subject.size() == parsed.context.size() + parsed.name.size() + 2;
}

std::string NormalSubject(absl::string_view subject) {
  const QualifiedSubject parsed = ParseSubject(subject);
  if (parsed.in_default_context()) return std::string(parsed.name);
  return absl::StrCat(":", parsed.context, ":", parsed.name);
}

std::string QualifiedFor(absl::string_view referrer,
                         absl::string_view subject) {
  const QualifiedSubject from = ParseSubject(referrer);
  if (absl::StartsWith(subject, ":.") || from.in_default_context()) {
    return NormalSubject(subject);
  }
  return absl::StrCat(":", from.context, ":", subject);
}

}  // namespace sr
