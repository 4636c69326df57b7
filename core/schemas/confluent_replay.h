// Reads a topic as a Confluent registry does at its start, record by record.
#ifndef CORE_SCHEMAS_CONFLUENT_REPLAY_H_
#define CORE_SCHEMAS_CONFLUENT_REPLAY_H_

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/record/record.h"
#include "core/schemas/confluent_version.h"
#include "core/schemas/content_hash.h"
#include "core/schemas/id_table.h"
#include "core/schemas/key.h"
#include "core/schemas/record_effect.h"
#include "core/schemas/registry_replay.h"
#include "core/schemas/registry_state.h"
#include "core/schemas/subject_index.h"
#include "core/schemas/value.h"

namespace sr {

struct ConfluentReplayOptions {
  ConfluentVersion version;
  // Also compute the content's MD5 of each version: what REST's guid is
  // compared with. Costs the unescaping of every text.
  bool content_md5 = false;
  // Also compute what HashOf needs, texts at this level. Costs the unescaping
  // of every text, three SHA-256 of it, and 144 bytes for each version.
  std::optional<TextLevel> content_hash;
};

// A registry that is not the leader, which each is until it has read the whole
// topic. Source: spec/schemas-topic-format.md §4.1, §5.1, §5.2, §5.4, §13.1
// (KafkaStoreReaderThread.doWork, KafkaStoreMessageHandler, InMemoryCache). One
// thread.
class ConfluentReplay final : public RegistryReplay {
 public:
  explicit ConfluentReplay(ConfluentReplayOptions options = {})
      : options_(std::move(options)) {}

  RecordEffect ApplyDecoded(const Record& record, const DecodedKey& key,
                            const SchemaValue* value) override;

  // Whether a record stopped the reader: the registry does not start.
  bool stopped() const { return stopped_at_.has_value(); }
  void PassOver() override;
  std::optional<int64_t> stopped_at() const override { return stopped_at_; }

  const RegistryState& state() const override { return state_; }

 private:
  RecordEffect Stop(int64_t offset, std::string reason);
  RecordEffect ApplyKnown(const DecodedKey& key, const Record& record,
                          const SchemaValue* value);
  RecordEffect ApplySchema(const RegistryKey& key, const SchemaValue& value,
                           const Record& record);
  RecordEffect StoreSchema(const RegistryKey& key, const SchemaValue& value,
                           const Digest128& text, IdUses* uses,
                           const Record& record);
  void RaiseMaxId(absl::string_view context, int32_t id);
  RecordEffect RemoveSchema(const RegistryKey& key);
  RecordEffect ApplyConfig(const RegistryKey& key, const Record& record);
  RecordEffect ApplyMode(const RegistryKey& key, const Record& record);
  RecordEffect ApplyDeleteSubject(const Record& record);
  RecordEffect ApplyClearSubject(const Record& record);
  RecordEffect ApplyContext(const RegistryKey& key, const Record& record);
  RecordEffect ApplyAssociation(const RegistryKey& key, const Record& record);
  std::optional<std::string> Unreadable(const DecodedValue& value) const;
  bool HasId(const RegistryKey& key, int32_t id);
  bool HasOtherText(const IdUses& uses, const Digest128& text) const;
  // Null if `id` is not in use there.
  IdUses* FindUses(absl::string_view context, int32_t id);
  void DropUse(int32_t id, const SubjectIndex::Subject& subject, int32_t version);
  void ForgetVersion(SubjectIndex::Subject* subject, int32_t version);

  const ConfluentReplayOptions options_;
  RegistryState state_;
  SubjectIndex subjects_{&state_};
  // Ids in use, by the context of keys, not of values.
  std::map<std::string, IdTable, std::less<>> ids_;
  std::optional<int64_t> stopped_at_;
  std::string stop_reason_;
  // What the record that stopped the reader had deleted by then.
  std::vector<std::pair<std::string, int32_t>> deleted_by_stop_;
  // Of the record that is read; here for the sake of its memory.
  SchemaValue value_;
};

}  // namespace sr

#endif  // CORE_SCHEMAS_CONFLUENT_REPLAY_H_
