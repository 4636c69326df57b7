// Reads a topic as a Karapace registry does, record by record.
#ifndef CORE_SCHEMAS_KARAPACE_REPLAY_H_
#define CORE_SCHEMAS_KARAPACE_REPLAY_H_

#include <cstdint>
#include <optional>
#include <set>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "core/record/record.h"
#include "core/schemas/content_hash.h"
#include "core/schemas/record_effect.h"
#include "core/schemas/registry_replay.h"
#include "core/schemas/registry_state.h"
#include "core/schemas/strict_json.h"
#include "core/schemas/value.h"

namespace sr {

struct KarapaceReplayOptions {
  // 5 or 6, as far as they read differently: 5 does not look up references of
  // Avro, 6 drops what is nested deeper than 254 levels.
  int major = 6;
  // A registry that runs reads records as they come. One that starts reads up
  // to 1,000 at once, and a key that it cannot take costs the rest of them. If
  // they were the last, it never gets ready; else it goes on without them. The
  // model stops there.
  bool is_running = false;
  // Also compute what HashOf needs, texts at this level.
  std::optional<TextLevel> content_hash;
};

// Subjects are as they are written: a context in one is part of its name. Ids
// are of the whole registry; their highest is that of the default context.
//
// What is read by the value and what by the key differs from Confluent: a
// schema is stored under the subject and version of its value, and deleted by
// those of its key. Metadata and rules are dropped. Text is stored as it stands;
// a Karapace prints it anew with sorted members, and 6 with integers beyond 64
// bits as floating ones. Versions and ids beyond 32 bits, which Karapace stores, are
// not kept: the effect's reason says so. Source: spec/schemas-topic-format.md
// §2.4, §4.9, §5.3, §13.2 (schema_reader.py, in_memory_database.py, key_format.py
// of Karapace). One thread.
class KarapaceReplay final : public RegistryReplay {
 public:
  explicit KarapaceReplay(KarapaceReplayOptions options = {})
      : options_(options) {
    state_.has_contexts = false;
  }

  // `key` and `value` are not used: they are Jackson's reading.
  RecordEffect ApplyDecoded(const Record& record, const DecodedKey& key,
                            const SchemaValue* value) override;

  void PassOver() override { stopped_at_.reset(); }
  std::optional<int64_t> stopped_at() const override { return stopped_at_; }
  const RegistryState& state() const override { return state_; }
  std::string Remark() const override;

  // What GET /schemas/ids/`id` answers, as TextDigest; null: not found. Also of
  // what has been deleted.
  const Digest128* TextOfId(int64_t id) const;

  // What GET /subjects?deleted=true lists: also subjects that had a config once
  // and never a version.
  const std::set<std::string>& known_subjects() const { return subjects_; }

  // The id of the next schema. nullopt: an id that is no integer makes each
  // registration fail.
  std::optional<int64_t> next_id() const;

  // Whether keys are written with keytype last from now on, since one was read
  // that has another order than the registry's own: other bytes for each key
  // that is in the topic already.
  bool writes_old_keys() const { return writes_old_keys_; }

 private:
  // What an id stands for, and since which version.
  struct Content {
    Digest128 text;
    Digest128 meaning;
    std::string subject;
    int64_t number = 0;
  };

  RecordEffect LoseBatch(int64_t offset, std::string reason);
  RecordEffect ApplyObject(const LastMembers& key, const JsonSpan* value,
                           const Record& record);
  RecordEffect ApplyConfig(const LastMembers& key, const JsonSpan* value,
                           const Record& record);
  RecordEffect ApplyDeleteSubject(const JsonSpan* value);
  RecordEffect RemoveSchema(const LastMembers& key);
  RecordEffect ApplySchema(const JsonSpan& value, const Record& record);
  RecordEffect StoreSchema(const std::string& subject, int64_t number,
                           int64_t id, const JsonSpan& text,
                           SchemaVersion version);
  bool TakeId(int64_t id, Content content);
  // "" if the text can be stored, else why not.
  std::string Refusal(const std::string& type, const std::string& text) const;
  bool LooksUpReferences(absl::string_view type) const;

  const KarapaceReplayOptions options_;
  RegistryState state_;
  std::set<std::string> subjects_;
  absl::flat_hash_map<int64_t, Content> contents_;  // By id.
  int64_t max_id_ = 0;
  bool has_odd_id_ = false;
  bool writes_old_keys_ = false;
  std::optional<int64_t> stopped_at_;
};

}  // namespace sr

#endif  // CORE_SCHEMAS_KARAPACE_REPLAY_H_
