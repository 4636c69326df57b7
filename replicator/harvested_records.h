// The records of a topic from which a registry would hold what another one answers.
#ifndef REPLICATOR_HARVESTED_RECORDS_H_
#define REPLICATOR_HARVESTED_RECORDS_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/base/digests.h"
#include "core/record/record_source.h"
#include "core/registry/registry_answer.h"
#include "core/registry/registry_identity.h"
#include "core/schemas/encode.h"
#include "core/schemas/registry_state.h"
#include "replicator/schema_record.h"

namespace sr {

struct HarvestedRecord {
  std::string key;
  std::optional<std::string> value;  // nullopt: a tombstone.
  int64_t timestamp = 0;
};

// Some of what a registry holds.
struct HarvestedItems {
  std::set<VersionName> versions;
  std::set<std::string> configs;
  std::set<std::string> modes;
  std::set<std::string> contexts;
};

// Collects what the registry answers, and makes records of it in the bytes that this
// product and version writes. One thread.
class HarvestedRecords {
 public:
  explicit HarvestedRecords(const RegistryIdentity& identity);

  // For RegistryQuestions::on_schema; the last of a version counts.
  void Add(const AnsweredSchema& schema);

  // Contexts, the global config and mode, versions, each behind those that it
  // refers to and those of its subject before it, then configs and modes of
  // subjects. `state`: what the registry told, with what is deleted. Records without
  // a time of their own get `now_ms`. A version that refers to itself by way of
  // others, as no registry takes one, comes where its turn is. `only`: nothing else;
  // configs and modes of it that are not in the state become tombstones. Null: all.
  std::vector<HarvestedRecord> Make(const RegistryState& state, int64_t now_ms,
                                    const HarvestedItems* only = nullptr) const;

 private:
  struct Answered {
    std::string json;
    std::optional<Digest128> guid;
  };

  std::vector<VersionName> InOrder() const;
  void AddSettings(const RegistryState& state, bool global, int64_t now_ms,
                   const HarvestedItems* only,
                   std::vector<HarvestedRecord>* records) const;
  void AddTombstones(const RegistryState& state, const HarvestedItems& only,
                     int64_t now_ms,
                     std::vector<HarvestedRecord>* records) const;
  HarvestedRecord SchemaRecord(const VersionName& name, bool deleted,
                               int64_t now_ms) const;
  std::string Key(KeyType type, const std::string& subject,
                  int32_t version = 0) const;

  const RegistryIdentity identity_;
  RecordWriter writer_;
  std::map<VersionName, Answered> schemas_;
};

// `records` as a source, at offsets from 0 on.
std::unique_ptr<RecordSource> SourceOf(
    std::shared_ptr<const std::vector<HarvestedRecord>> records);

// The records of `base` below `base_end`, and then `records`, from that offset on.
std::unique_ptr<RecordSource> SourceBehind(
    std::unique_ptr<RecordSource> base, int64_t base_end,
    std::shared_ptr<const std::vector<HarvestedRecord>> records);

}  // namespace sr

#endif  // REPLICATOR_HARVESTED_RECORDS_H_
