// Digests of what a registry holds: equal for two copies that say the same,
// whether they are topics, archives or a registry's answers, and taken for each
// entry so that a difference has a place.
//
// An entry is written as JSON in one way and digested with SHA-256. What no two
// copies need have in common is left out: key bytes, the stored md5, offset and
// ts of values, timestamps, tombstones, how something was deleted. Source:
// spec/schemas-topic-format.md §9.
#ifndef CORE_SCHEMAS_CONTENT_HASH_H_
#define CORE_SCHEMAS_CONTENT_HASH_H_

#include <cstdint>
#include <map>
#include <string>

#include "absl/strings/string_view.h"
#include "core/base/digests.h"
#include "core/schemas/value.h"

namespace sr {

struct RegistryState;

// How much of a schema's text two copies have in common.
enum class TextLevel {
  // Each character: topics of Confluent and what it answers.
  kExact,
  // What the JSON of an Avro or JSON Schema says, as kExact where it is none:
  // products that write the text anew.
  kStructural,
  // Nothing: Protobuf that another implementation printed.
  kNone,
};

// Of one version of a subject.
struct VersionDigests {
  Digest256 live;     // If it is not deleted.
  Digest256 deleted;  // If it is, softly.
  Digest256 content;  // Whatever subjects and versions it is under.
  // To tell what differs: of the text at its level, and of metadata and rules.
  Digest128 text;
  Digest128 extras;
};

// Of `schema`, which was decoded without a problem and has a subject, a version
// and an id. Sensitive properties count by their names only, since a topic may
// hold them encrypted and REST tells them in clear. Any thread.
VersionDigests DigestsOf(const SchemaValue& schema, TextLevel level);

// What the three are digests of: for tests and for people who compare with
// tools of their own.
std::string CanonicalVersion(const SchemaValue& schema, TextLevel level,
                             bool deleted);

// The members of a config's value (SubjectConfig::json, or REST's answer) that
// two copies have in common, by name, each in its one written form: without the
// subject, what belongs to the record, and null. `json` is an object.
std::map<std::string, std::string> ConfigMembers(const std::string& json);

// Of all that a registry holds. Each is SHA-256 over the digests of its entries
// in the order of subject (bytes) and version; of no entries, of no bytes.
struct ContentHash {
  Digest256 all;           // Over the five that follow the next.
  Digest256 content;       // Ids and what they stand for; no subjects.
  Digest256 associations;
  Digest256 configs;
  Digest256 contexts;
  Digest256 modes;
  Digest256 versions;
};

// Versions without digests (ConfluentReplayOptions::content_hash was not set)
// stop the program.
ContentHash HashOf(const RegistryState& state);

}  // namespace sr

#endif  // CORE_SCHEMAS_CONTENT_HASH_H_
