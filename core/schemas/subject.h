// Subject names with contexts: "[:.context:]name".
#ifndef CORE_SCHEMAS_SUBJECT_H_
#define CORE_SCHEMAS_SUBJECT_H_

#include <string>

#include "absl/strings/string_view.h"

namespace sr {

inline constexpr char kDefaultContext[] = ".";
// The context of what is set for all contexts (Confluent 7.9.3, 8.0.1).
inline constexpr char kGlobalContext[] = ".__GLOBAL";

// A subject taken apart. Borrows from its text.
struct QualifiedSubject {
  absl::string_view context = kDefaultContext;  // With its leading dot.
  absl::string_view name;                       // Empty: the context itself.

  bool in_default_context() const { return context == kDefaultContext; }
};

// ":.ctx:s" is s of .ctx, ":.ctx:" and ":.ctx" are the context itself, ":.:s"
// and "s" are s of the default context. What begins otherwise is a plain name.
// Source: spec/schemas-topic-format.md §4.6, QualifiedSubject.java. Any thread.
QualifiedSubject ParseSubject(absl::string_view subject);

// Whether `subject` is written the one way it should be: NormalSubject of it is
// itself.
bool IsNormalSubject(absl::string_view subject);

// The one way to write it: no prefix in the default context, the closing colon
// always.
std::string NormalSubject(absl::string_view subject);

// `subject` as a schema in the context of `referrer` means it: unqualified ones
// are of that context.
std::string QualifiedFor(absl::string_view referrer, absl::string_view subject);

}  // namespace sr

#endif  // CORE_SCHEMAS_SUBJECT_H_
