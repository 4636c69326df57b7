// Versions of the Confluent registry, as far as they read a topic differently.
#ifndef CORE_SCHEMAS_CONFLUENT_VERSION_H_
#define CORE_SCHEMAS_CONFLUENT_VERSION_H_

#include <optional>
#include <string>
#include <tuple>

#include "absl/strings/string_view.h"
#include "core/schemas/key.h"

namespace sr {

struct ConfluentVersion {
  int major = 8;
  int minor = 2;
  int patch = 2;

  // "8.2", "7.6.13": a missing patch is the newest there is. nullopt for
  // anything else.
  static std::optional<ConfluentVersion> Parse(absl::string_view text);
  std::string ToString() const;

  // A record of another type stops its reader (spec §5.1).
  bool KnowsKeyType(KeyType type) const;
  // Members that it does not know: ignored, where older ones skip the record.
  bool IgnoresUnknownMembers() const;
  // Whether a second text of an id is refused at all (spec §5.4).
  bool RefusesDuplicateIds() const;

  friend bool operator<(const ConfluentVersion& a, const ConfluentVersion& b) {
    return std::tie(a.major, a.minor, a.patch) <
           std::tie(b.major, b.minor, b.patch);
  }
};

}  // namespace sr

#endif  // CORE_SCHEMAS_CONFLUENT_VERSION_H_
