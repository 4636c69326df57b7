// The MD5 by which a Confluent registry knows the content of a schema.
#ifndef CORE_SCHEMAS_CONTENT_MD5_H_
#define CORE_SCHEMAS_CONTENT_MD5_H_

#include <string>

#include "absl/strings/string_view.h"
#include "core/base/digests.h"
#include "core/schemas/value.h"

namespace sr {

// MD5 over text, references, metadata and rule set of `schema`, which was
// decoded without a problem: what Confluent 7.4 and later computes (older ones
// leave the last two out). With sensitive metadata that is encrypted the
// registry stores the digest of the plain form, which nobody can recompute.
// Source: spec/schemas-topic-format.md §4.4, Schema.java updateHash. Any
// thread.
Digest128 ContentMd5(const SchemaValue& schema);

// "095d71cf-1255-6b9d-5e33-0ad575b3df5d": the `guid` of REST (8.0).
std::string GuidOf(const Digest128& md5);

// Order of Java's String.compareTo, by UTF-16 units. Both as Unescaped gives.
bool Utf16Less(absl::string_view a, absl::string_view b);

}  // namespace sr

#endif  // CORE_SCHEMAS_CONTENT_MD5_H_
