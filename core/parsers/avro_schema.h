// Does a text parse as an Avro schema?
#ifndef CORE_PARSERS_AVRO_SCHEMA_H_
#define CORE_PARSERS_AVRO_SCHEMA_H_

#include "absl/strings/string_view.h"
#include "core/parsers/parsed_schema.h"

namespace sr {

// Parses `text` (UTF-8, unescaped) as a registry parses what it has stored:
// defaults are not held against their types, logical types and unknown
// attributes are not looked at, names may have letters of any script. Where
// implementations differ, what one of them takes is taken. Any bytes are fine;
// time and memory are bounded by the length of the text times its depth, which
// is at most kJsonScanDepthMax. Source: Avro specification, org.apache.avro.Schema.
// Any thread.
ParsedSchema ParseAvroSchema(absl::string_view text);

}  // namespace sr

#endif  // CORE_PARSERS_AVRO_SCHEMA_H_
