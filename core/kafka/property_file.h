// Client property files: the text, and Java's names in it. Pure.
#ifndef CORE_KAFKA_PROPERTY_FILE_H_
#define CORE_KAFKA_PROPERTY_FILE_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace sr {

using PropertyEntries = std::vector<std::pair<std::string, std::string>>;

// Returns the `key=value` lines of `text` in order. A file that holds a key
// beginning with "kafkastore." or named "sasl.jaas.config" is read by the rules
// of java.util.Properties (escapes, lines continued by a backslash); any other
// verbatim, with white space around key and value taken off, as kcat does.
// InvalidArgument names the line that has no '='.
absl::StatusOr<PropertyEntries> ParsePropertyFile(absl::string_view text);

struct MappedProperties {
  std::string bootstrap_servers;  // Empty if the file has none.
  PropertyEntries entries;        // Under librdkafka's names.
};

// Turns Java's names into librdkafka's: kafkastore.* if there is any (then
// everything else is ignored), and sasl.jaas.config of PLAIN and SCRAM.
// InvalidArgument, with a hint, for what librdkafka cannot be told: key stores
// that are not PEM, other log-in modules. Messages quote no value of a secret.
absl::StatusOr<MappedProperties> MapJavaNames(const PropertyEntries& entries);

}  // namespace sr

#endif  // CORE_KAFKA_PROPERTY_FILE_H_
