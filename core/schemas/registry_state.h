// What a registry holds in memory, whether it was read from a topic or asked
// for over REST.
#ifndef CORE_SCHEMAS_REGISTRY_STATE_H_
#define CORE_SCHEMAS_REGISTRY_STATE_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/node_hash_map.h"
#include "core/base/digests.h"
#include "core/schemas/content_hash.h"
#include "core/schemas/value.h"

namespace sr {

// One version of a subject, live or deleted softly.
struct SchemaVersion {
  int32_t id = 0;
  bool deleted = false;               // In effect, by whichever record.
  bool deleted_with_subject = false;  // By a DELETE_SUBJECT only.
  std::string type = "AVRO";
  Digest128 text;  // Of the text as TextDigest tells.
  std::vector<SchemaReference> references;
  std::optional<Digest128> md5;  // ContentMd5, or the one stored; if asked for.
  // For HashOf (content_hash.h); null unless asked for.
  std::shared_ptr<const VersionDigests> digests;
  int64_t offset = 0;  // Of the record that it is from.
  int64_t timestamp = -1;
  // What its value calls it, where that is not what its key says.
  struct OtherName {
    std::optional<std::string> subject;
    std::optional<int32_t> version;
  };
  std::shared_ptr<const OtherName> other_name;
};

// Those of one subject, by number.
using SubjectVersions = std::vector<std::pair<int32_t, SchemaVersion>>;

// The entry `version` of `versions`; null if there is none.
SchemaVersion* FindVersion(SubjectVersions* versions, int32_t version);
const SchemaVersion* FindVersion(const SubjectVersions& versions,
                                 int32_t version);

// Puts `version` where it belongs. Returns the id of the one that was there
// before; nullopt if there was none.
std::optional<int32_t> PutVersion(SubjectVersions* versions, int32_t number,
                                  SchemaVersion version);

// Takes the entry `version` away, if it is there.
void EraseVersion(SubjectVersions* versions, int32_t version);

struct SubjectConfig {
  std::optional<std::string> level;
  std::optional<std::string> alias;
  std::string json;  // The whole value.
  int64_t offset = 0;
};

struct SubjectMode {
  std::optional<std::string> mode;
  int64_t offset = 0;
};

struct AssociationEntry {
  std::string subject;
  std::string resource_name;
  std::string guid;
  std::string lifecycle;
  int64_t offset = 0;
};

// Subjects are in their normal form; "" is global.
struct RegistryState {
  absl::node_hash_map<std::string, SubjectVersions> subjects;
  std::map<std::string, SubjectConfig> configs;
  std::map<std::string, SubjectMode> modes;
  std::map<std::string, int64_t> contexts;  // To the record's offset.
  std::map<std::string, AssociationEntry> associations;  // By logical key.
  // By context; the highest ever seen.
  std::map<std::string, int32_t, std::less<>> max_ids;

  // Versions in all subjects.
  int64_t version_count() const;
  // Names of the subjects in order.
  std::vector<std::string> SortedSubjects() const;
};

// Whether `subject`, written as it is there, has a version `version` that is not
// deleted; -1: any version.
bool HasLiveVersion(const RegistryState& state, const std::string& subject,
                    int32_t version);

}  // namespace sr

#endif  // CORE_SCHEMAS_REGISTRY_STATE_H_
