// Reads a topic as the registry in a Redpanda broker does, record by record.
#ifndef CORE_SCHEMAS_REDPANDA_REPLAY_H_
#define CORE_SCHEMAS_REDPANDA_REPLAY_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "core/record/record.h"
#include "core/schemas/record_effect.h"
#include "core/schemas/registry_replay.h"
#include "core/schemas/registry_state.h"
#include "core/schemas/strict_json.h"

namespace sr {

struct RedpandaReplayOptions {
  // Versions after December 2024 read CONTEXT records, and metadata.properties
  // of schemas; for older ones both are members and types that they do not know.
  bool has_contexts = true;
};

// Read in the source of one version, never held against a server: no recording
// of a Redpanda exists here.
//
// Subjects are as they are written; ids are of the whole registry, and their
// highest is that of the default context. A record that has a value and a key
// with `seq` counts at that offset only. A second schema of an id becomes that of
// all versions with that id. Keys and values are parsed strictly: what is not
// as it writes them makes the whole registry unusable. Text is stored as it
// stands; a Redpanda prints it anew. Source: spec/schemas-topic-format.md §2.3,
// §4.10, §5.5 (schema_registry/storage.h, store.h). One thread.
class RedpandaReplay final : public RegistryReplay {
 public:
  explicit RedpandaReplay(RedpandaReplayOptions options = {})
      : options_(options) {
    state_.has_contexts = false;
  }

  // `key` and `value` are not used: they are Jackson's reading.
  RecordEffect ApplyDecoded(const Record& record, const DecodedKey& key,
                            const SchemaValue* value) override;

  void PassOver() override { stopped_at_.reset(); }
  std::optional<int64_t> stopped_at() const override { return stopped_at_; }
  const RegistryState& state() const override;

 private:
  // What stands behind an id.
  struct Content {
    std::string type;
    Digest128 text;
    std::vector<SchemaReference> references;
    // Since which version.
    std::string subject;
    int32_t number = 0;
  };
  struct Key {
    std::string type;
    std::optional<std::string> subject;
    int32_t version = 0;
    std::optional<int64_t> seq;
  };

  static bool IsSame(const Content& a, const Content& b);
  static bool IsOutOfOrder(const Key& key, const Record& record);
  static RecordEffect OutOfOrder(const Key& key);
  RecordEffect Stop(int64_t offset, std::string reason);
  // "" and *key, or what is wrong with the key.
  std::string ReadKey(const LastMembers& members, Key* key) const;
  RecordEffect ApplyKnown(const Key& key, const LastMembers* value,
                          const Record& record);
  RecordEffect ApplySchema(const Key& key, const LastMembers& value,
                           const Record& record);
  RecordEffect StoreSchema(bool deleted, int32_t id, Content content,
                           const Record& record);
  RecordEffect RemoveSchema(const Key& key);
  RecordEffect ApplySetting(const Key& key, const LastMembers* value,
                            const Record& record);
  RecordEffect ApplyDeleteSubject(const Key& key, const LastMembers* value,
                                  const Record& record);
  std::string UnknownMember(const LastMembers& members,
                            const std::vector<absl::string_view>& known) const;

  const RedpandaReplayOptions options_;
  // Versions of the ids in overwritten_ have an old content until state().
  mutable RegistryState state_;
  mutable absl::flat_hash_set<int32_t> overwritten_;
  absl::flat_hash_map<int32_t, Content> contents_;  // By id.
  std::optional<int64_t> stopped_at_;
};

}  // namespace sr

#endif  // CORE_SCHEMAS_REDPANDA_REPLAY_H_
