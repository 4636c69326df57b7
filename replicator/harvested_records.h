// The records of a topic from which a registry would hold what another one answers.
#ifndef REPLICATOR_HARVESTED_RECORDS_H_
#define REPLICATOR_HARVESTED_RECORDS_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/base/digests.h"
#include "core/record/record_source.h"
#include "core/registry/registry_answer.h"
#include "core/registry/registry_identity.h"
#include "core/schemas/encode.h"
#include "core/schemas/registry_state.h"

namespace sr {

struct HarvestedRecord {
  std::string key;
  std::string value;
  int64_t timestamp = 0;
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
  // others, as no registry takes one, comes where its turn is.
  std::vector<HarvestedRecord> Make(const RegistryState& state,
                                    int64_t now_ms) const;

 private:
  using Version = std::pair<std::string, int32_t>;
  struct Answered {
    std::string json;
    std::optional<Digest128> guid;
  };

  std::vector<Version> InOrder() const;
  void AddSettings(const RegistryState& state, bool global, int64_t now_ms,
                   std::vector<HarvestedRecord>* records) const;
  HarvestedRecord SchemaRecord(const Version& name, bool deleted,
                               int64_t now_ms) const;
  std::string Key(KeyType type, const std::string& subject,
                  int32_t version = 0) const;

  const RegistryIdentity identity_;
  RecordWriter writer_;
  std::map<Version, Answered> schemas_;
};

// `records` as a source, at offsets from 0 on.
std::unique_ptr<RecordSource> SourceOf(
    std::shared_ptr<const std::vector<HarvestedRecord>> records);

}  // namespace sr

#endif  // REPLICATOR_HARVESTED_RECORDS_H_
