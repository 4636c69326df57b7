// Any bytes as the text of a schema: the parsers say what they need or what is
// wrong, and say the same again. The first byte chooses the type.
#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "core/base/check.h"
#include "core/parsers/avro_schema.h"
#include "core/parsers/json_schema.h"
#include "core/parsers/protobuf_schema.h"

namespace sr {
namespace {

void CheckText(ParsedSchema (*parse)(absl::string_view),
               absl::string_view text) {
  const ParsedSchema parsed = parse(text);
  const ParsedSchema again = parse(text);
  SR_CHECK(parsed.error == again.error);
  SR_CHECK(parsed.defines == again.defines);
  SR_CHECK(parsed.needs.size() == again.needs.size());
  for (const SchemaNeed& need : parsed.needs) {
    SR_CHECK(need.name != need.or_name);
  }
}

}  // namespace
}  // namespace sr

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const absl::string_view text(reinterpret_cast<const char*>(data) + 1,
                               size - 1);
  switch (data[0]) {
    case 'a':
      sr::CheckText(sr::ParseAvroSchema, text);
      break;
    case 'j':
      sr::CheckText(sr::ParseJsonSchema, text);
      break;
    case 'p':
      sr::CheckText(sr::ParseProtobufSchema, text);
      break;
    default:
      break;
  }
  return 0;
}
