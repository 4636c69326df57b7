// Finds a subject's versions, with one look-up for each record, and gives each
// subject a small number for where many places name one.
#ifndef CORE_SCHEMAS_SUBJECT_INDEX_H_
#define CORE_SCHEMAS_SUBJECT_INDEX_H_

#include <cstdint>
#include <deque>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "core/schemas/registry_state.h"

namespace sr {

// One thread.
class SubjectIndex {
 public:
  // Subjects get in and out of `state` here only; it outlives this.
  explicit SubjectIndex(RegistryState* state) : state_(state) {}

  // Each subject ever seen; it stays where it is. The name is that in the state,
  // so that there is one of it, as long as the subject is there.
  struct Entry {
    absl::string_view name;
    uint32_t number = 0;
    bool has_own_name = false;
    // In the registry's state; null while it has none.
    SubjectVersions* versions = nullptr;
  };

  // The entry of `subject`, which is in the state from now on.
  Entry* Put(absl::string_view subject);

  // Takes a subject out of the state that is in there.
  void Remove(Entry* subject);

  // Null if it has never been seen.
  Entry* Find(absl::string_view subject);

  // Of the number of an entry.
  const Entry& At(uint32_t number) const { return entries_[number]; }

 private:
  RegistryState* const state_;
  std::deque<Entry> entries_;         // By number.
  std::deque<std::string> own_names_;  // Of those that have been removed once.
  absl::flat_hash_map<absl::string_view, Entry*> by_name_;
};

}  // namespace sr

#endif  // CORE_SCHEMAS_SUBJECT_INDEX_H_
