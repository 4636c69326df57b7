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
#include "absl/strings/string_view.h"
#include "core/base/digests.h"
#include "core/schemas/content_hash.h"
#include "core/schemas/value.h"

namespace sr {

// One version of a subject, live or deleted softly. There are as many as a topic
// has schemas, so it is kept to 56 bytes: what few versions have, or few replays
// ask for, is apart.
class SchemaVersion {
 public:
  // What its value calls it, where that is not what its key says.
  struct OtherName {
    std::optional<std::string> subject;
    std::optional<int32_t> version;
  };

  SchemaVersion() = default;
  SchemaVersion(const SchemaVersion& other);
  SchemaVersion& operator=(const SchemaVersion& other);
  SchemaVersion(SchemaVersion&&) = default;
  SchemaVersion& operator=(SchemaVersion&&) = default;

  int32_t id = 0;
  bool deleted = false;               // In effect, by whichever record.
  bool deleted_with_subject = false;  // By a DELETE_SUBJECT only.
  bool encrypted = false;             // Sensitive metadata, by __enc__.
  Digest128 text;                     // Of the text as TextDigest tells.
  int64_t offset = 0;                 // Of the record that it is from.
  int64_t timestamp = -1;

  // "AVRO" until set.
  absl::string_view type() const;
  void set_type(absl::string_view type);

  const std::vector<SchemaReference>& references() const;
  void set_references(std::vector<SchemaReference> references);

  // ContentMd5, or the one stored; if asked for.
  std::optional<Digest128> md5() const;
  void set_md5(const Digest128& md5) { rare()->md5 = md5; }

  // For HashOf (content_hash.h); null unless asked for.
  const VersionDigests* digests() const;
  void set_digests(VersionDigests digests);

  // Null: as its key says.
  const OtherName* other_name() const;
  void set_other_name(OtherName name) { rare()->other_name = std::move(name); }

 private:
  enum class Type : uint8_t { kAvro, kJson, kProtobuf, kOther };
  struct Rare {
    std::string type;  // With kOther.
    std::vector<SchemaReference> references;
    std::optional<Digest128> md5;
    std::optional<VersionDigests> digests;
    std::optional<OtherName> other_name;
  };
  // Made if it is not there.
  Rare* rare();

  Type type_ = Type::kAvro;
  std::unique_ptr<Rare> rare_;
};

// Those of one subject, in the order of their numbers.
class SubjectVersions {
 public:
  using Entry = std::pair<int32_t, SchemaVersion>;

  std::vector<Entry>::const_iterator begin() const { return entries_.begin(); }
  std::vector<Entry>::const_iterator end() const { return entries_.end(); }
  std::vector<Entry>::iterator begin() { return entries_.begin(); }
  std::vector<Entry>::iterator end() { return entries_.end(); }
  const Entry& back() const { return entries_.back(); }
  size_t size() const { return entries_.size(); }
  bool empty() const { return entries_.empty(); }

  // Null if there is none.
  SchemaVersion* Find(int32_t version);
  const SchemaVersion* Find(int32_t version) const;

  // Puts `version` where it belongs. Returns the id of the one that was there
  // before; nullopt if there was none.
  std::optional<int32_t> Put(int32_t number, SchemaVersion version);

  // Takes the entry `version` away, if it is there.
  void Erase(int32_t version);

  // Of a SubjectIndex; no two subjects of one have the same.
  uint32_t number = 0;

 private:
  void MakeRoom();

  std::vector<Entry> entries_;
};

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
  // Whether ":.ctx:s" is s of a context; a plain name where there are none.
  bool has_contexts = true;
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
