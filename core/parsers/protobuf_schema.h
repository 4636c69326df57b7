// Does a text parse as a Protobuf schema?
#ifndef CORE_PARSERS_PROTOBUF_SCHEMA_H_
#define CORE_PARSERS_PROTOBUF_SCHEMA_H_

#include "absl/strings/string_view.h"
#include "core/parsers/parsed_schema.h"

namespace sr {

// Deeper braces are an error; libprotoc descends with each.
inline constexpr int kProtobufDepthMax = 400;

// Parses `text` (UTF-8, unescaped) with libprotoc's parser: the syntax of one
// file, nothing is looked up. What only the parser of Confluent's registries takes
// back, because its own printer writes it, is taken as well. `needs` are its
// imports. Any bytes are fine. Any
// thread.
ParsedSchema ParseProtobufSchema(absl::string_view text);

// Whether registries supply the file `import` themselves: google/protobuf/*,
// google/type/*, and what Confluent adds.
bool IsBuiltInProtobuf(absl::string_view import);

}  // namespace sr

#endif  // CORE_PARSERS_PROTOBUF_SCHEMA_H_
