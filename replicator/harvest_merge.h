// Records from several registries, and from a copy that has some of them as they were
// written: each thing once, and what contradicts itself named.
#ifndef REPLICATOR_HARVEST_MERGE_H_
#define REPLICATOR_HARVEST_MERGE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "core/compare/compare_states.h"
#include "core/compare/state_window.h"
#include "core/record/record.h"
#include "replicator/harvested_registry.h"

namespace sr {

// One thread. AddBase for each record of the copy, if there is one, then Add for each
// registry in the order in which they are believed.
class HarvestMerge {
 public:
  explicit HarvestMerge(int64_t now_ms) : now_ms_(now_ms) {}

  // Of which product the records of the copy are read.
  void BeginBase(const RegistryIdentity& like);
  void AddBase(const Record& record);

  // Makes records of what the ones before lack. What a registry says of deletions,
  // configs and modes counts against the copy; against a registry before it, it
  // becomes a note. FailedPrecondition: another product than the ones before; the
  // copy has a record that stops a registry; or two schemas claim one id, or in two
  // registries one version: the first ten are named.
  absl::Status Add(const HarvestedRegistry& registry);

  // To be asked for in the next registry as well.
  std::set<std::string> Names() const;

  // nullopt: before anything was added.
  std::optional<Product> product() const { return product_; }

  // Behind those of the copy.
  const std::vector<HarvestedRecord>& records() const { return records_; }
  const std::vector<std::string>& notes() const { return notes_; }

 private:
  // What of the differences with one registry is done.
  struct Choice {
    HarvestedItems add;
    std::vector<std::string> conflicts;
    std::vector<std::string> overruled;
    std::vector<std::string> replaced;  // Of the copy.
    int64_t only_before = 0;  // Versions and contexts that this one lacks.
  };

  void Open(const RegistryIdentity& like);
  Choice Choose(const HarvestedRegistry& registry) const;
  void ChooseOne(const StateDifference& difference, const RegistryState& there,
                 Choice* choice) const;
  void FindIdConflicts(const HarvestedRegistry& registry, Choice* choice) const;
  void Apply(std::vector<HarvestedRecord> records);
  void Note(const HarvestedRegistry& registry, const Choice& choice,
            size_t added);

  const int64_t now_ms_;
  std::optional<Product> product_;
  std::unique_ptr<StateWindow> window_;
  bool has_base_ = false;
  int registries_ = 0;
  int64_t next_offset_ = 0;
  std::optional<int64_t> stopped_at_;  // In the copy.
  std::vector<HarvestedRecord> records_;
  std::vector<std::string> notes_;
};

}  // namespace sr

#endif  // REPLICATOR_HARVEST_MERGE_H_
