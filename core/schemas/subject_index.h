// Gives each subject a small number for where many places name one.
#ifndef CORE_SCHEMAS_SUBJECT_INDEX_H_
#define CORE_SCHEMAS_SUBJECT_INDEX_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "core/schemas/registry_state.h"

namespace sr {

// One thread.
class SubjectIndex {
 public:
  // Subjects get in and out of `state` here only; it outlives this.
  explicit SubjectIndex(RegistryState* state) : state_(state) {}

  // A subject where it stands in the state, and stays.
  using Subject = std::pair<const std::string, SubjectVersions>;

  // `subject`, which is in the state from now on.
  Subject* Put(absl::string_view subject);

  // Takes a subject out of the state that is in there. Its number stays its own
  // if it comes back.
  void Remove(Subject* subject);

  // Null if it is not in the state.
  Subject* Find(absl::string_view subject);

  // Of the number that a subject has, or had; null if it is not in the state.
  const SubjectVersions* At(uint32_t number) const {
    const Subject* const subject = by_number_[number];
    return subject != nullptr ? &subject->second : nullptr;
  }

 private:
  RegistryState* const state_;
  std::vector<Subject*> by_number_;
  absl::flat_hash_map<std::string, uint32_t> removed_;
};

}  // namespace sr

#endif  // CORE_SCHEMAS_SUBJECT_INDEX_H_
