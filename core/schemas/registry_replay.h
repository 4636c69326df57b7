// Reads a topic as a registry does, record by record: what ConfluentReplay,
// KarapaceReplay and RedpandaReplay have in common.
#ifndef CORE_SCHEMAS_REGISTRY_REPLAY_H_
#define CORE_SCHEMAS_REGISTRY_REPLAY_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/record/record.h"
#include "core/schemas/key.h"
#include "core/schemas/record_effect.h"
#include "core/schemas/registry_state.h"
#include "core/schemas/value.h"

namespace sr {

// One thread.
class RegistryReplay {
 public:
  RegistryReplay() = default;
  RegistryReplay(const RegistryReplay&) = delete;
  RegistryReplay& operator=(const RegistryReplay&) = delete;
  virtual ~RegistryReplay() = default;

  // Reads the next record; offsets rise. After kFatal nothing is read any more,
  // and every further record is kFatal.
  RecordEffect Apply(const Record& record) {
    DecodeKey(record.key, &key_);
    return ApplyDecoded(record, key_, nullptr);
  }
  // Same, where the key has been decoded already, and of a SCHEMA record
  // perhaps the value; null: it has not.
  virtual RecordEffect ApplyDecoded(const Record& record,
                                    const DecodedKey& key,
                                    const SchemaValue* value) = 0;

  // Takes the record that stopped the reader for one that is not in the topic, and
  // reads on behind it: what it had done by then is undone. Nothing, if none did.
  virtual void PassOver() = 0;

  // The record that stopped the reader: the registry does not start, or does
  // not get ready. nullopt: none did.
  virtual std::optional<int64_t> stopped_at() const = 0;

  virtual const RegistryState& state() const = 0;

  // What else there is to say of its next start, to follow a sentence on it:
  // "; it ...". "" if nothing.
  virtual std::string Remark() const { return ""; }

 protected:
  // The record is skipped because one of `references` is to no version of `state`
  // that is live; nullopt: all are.
  static std::optional<RecordEffect> MissingReference(
      const RegistryState& state,
      const std::vector<SchemaReference>& references);

 private:
  DecodedKey key_;  // Here for the sake of its memory.
};

}  // namespace sr

#endif  // CORE_SCHEMAS_REGISTRY_REPLAY_H_
