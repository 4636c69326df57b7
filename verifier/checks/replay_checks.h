// The replay level: what a record does to what the registry holds.
#ifndef VERIFIER_CHECKS_REPLAY_CHECKS_H_
#define VERIFIER_CHECKS_REPLAY_CHECKS_H_

#include <cstdint>
#include <deque>

#include "absl/container/flat_hash_map.h"
#include "core/schemas/registry_model.h"
#include "verifier/checks/finding_sink.h"

namespace sr {

// One thread.
class ReplayChecks {
 public:
  // Of a record that `model` has just read. `model` is the same for all records;
  // `choice` is what it was made from.
  void Check(const CheckedRecord& checked, const RegistryModel& model,
             const ProductChoice& choice, FindingSink* sink);

 private:
  void CountRemoval(const CheckedRecord& checked, FindingSink* sink);
  void CheckSequence(const CheckedRecord& checked, FindingSink* sink);

  // When live versions were removed last, since what was told of.
  std::deque<int64_t> removals_ms_;
  // Redpanda: the node that wrote the record that stands at its seq.
  absl::flat_hash_map<int64_t, int64_t> writers_;
};

// Of a record that nothing has been found of: whether the registry took it.
void CheckUnexplained(const CheckedRecord& checked, const RegistryModel& model,
                      FindingSink* sink);

}  // namespace sr

#endif  // VERIFIER_CHECKS_REPLAY_CHECKS_H_
