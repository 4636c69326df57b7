// Everything that a registry holds, asked for over REST.
#ifndef CORE_REGISTRY_REGISTRY_READER_H_
#define CORE_REGISTRY_REGISTRY_READER_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "core/registry/http_client.h"
#include "core/registry/registry_identity.h"
#include "core/registry/registry_answer.h"
#include "core/schemas/content_hash.h"
#include "core/schemas/registry_scope.h"
#include "core/schemas/registry_state.h"

namespace sr {

struct RegistryQuestions {
  // For the digests of versions.
  TextLevel text_level = TextLevel::kExact;
  // Asked for their config and mode besides the registry's own subjects and
  // contexts, as far as they have names in it: "s", ":.ctx:s", ":.ctx:".
  std::set<std::string> names;
  // Ask for configs, modes and contexts at all.
  bool settings = true;
  // (Subject, version) asked for besides those that are listed, for a registry that
  // cannot list what is deleted (Confluent before 6.0).
  std::set<std::pair<std::string, int32_t>> versions;
  // Nothing but this is asked for; nullopt: everything there is.
  std::optional<RegistryScope> only;
  // Told each schema as it is answered, those of a listing that cannot be used to its
  // end as well, and then again; may be empty. Whether it is deleted is in the
  // reading only, before Confluent 8.0.
  std::function<void(const AnsweredSchema&)> on_schema;
  // Schemas read so far; may be empty.
  std::function<void(int64_t)> progress;
};

// Something that the registry was asked for and did not tell.
struct RegistryUnread {
  std::string what;  // "orders version 3", "config of orders", escaped.
  std::string why;
};

// What a registry answered for, if only by saying that it is not there.
struct RegistryTold {
  bool Version(const std::string& subject, int32_t version) const;
  bool Config(const std::string& subject) const;
  bool Mode(const std::string& subject) const;

  std::optional<RegistryScope> only;  // As it was asked.
  bool contexts = false;
  std::set<std::string> subjects_untold;  // Some version, not known which.
  std::set<std::pair<std::string, int32_t>> versions_untold;
  std::set<std::string> configs;
  std::set<std::string> modes;
};

// What a registry told, and what it did not.
struct RegistryReading {
  // Versions with digests; offsets mean nothing. A config or mode of "" is the
  // global one, the registry's default if it has none.
  RegistryState state;
  std::vector<RegistryUnread> unread;
  // Configs and modes of subjects that the registry takes in no path (HTTP 400,
  // Confluent 8: quotes, backslashes, controls). Nobody can ask for these.
  int64_t not_addressable = 0;

  RegistryTold told;
};

// Asks for all subjects, versions, deleted ones included, in all contexts,
// configs, modes and contexts (spec §6.3), or for those of questions.only, by their
// names in the normal form where the product has one. Paging is no snapshot: of what is
// written meanwhile the reading may have one state or the other. Requests that
// fail are `unread`; only if not even the names of the subjects can be had it is
// an error, as of HttpClient and StatusOfAnswer. Any bytes are fine as answers.
absl::StatusOr<RegistryReading> ReadRegistry(HttpClient* client,
                                             const RegistryIdentity& identity,
                                             const RegistryQuestions& questions);

}  // namespace sr

#endif  // CORE_REGISTRY_REGISTRY_READER_H_
