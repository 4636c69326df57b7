// What the parsers of schema texts tell.
#ifndef CORE_PARSERS_PARSED_SCHEMA_H_
#define CORE_PARSERS_PARSED_SCHEMA_H_

#include <string>
#include <vector>

namespace sr {

// Something that a text uses and does not define.
struct SchemaNeed {
  std::string name;  // Avro: a full name. Protobuf: an imported file.
  // Avro: the name that serves as well, without the enclosing namespace; "" if
  // there is none.
  std::string or_name;
};

struct ParsedSchema {
  // Why the text is not what it claims to be, for people, bytes of the text
  // within it not escaped; "" if it is.
  std::string error;
  std::vector<std::string> defines;  // Avro: full names.
  std::vector<SchemaNeed> needs;     // Each once, in the order of the text.

  bool ok() const { return error.empty(); }
};

}  // namespace sr

#endif  // CORE_PARSERS_PARSED_SCHEMA_H_
