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
  // Each subject ever seen; it stays where it is.
  struct Entry {
    std::string name;
    uint32_t number = 0;
    // In the registry's state; null while it has none.
    SubjectVersions* versions = nullptr;
  };

  // The entry of `subject`, a new one if there is none yet.
  Entry* Get(absl::string_view subject);

  // Null if it has never been seen.
  Entry* Find(absl::string_view subject);

  // Of the number of an entry.
  const Entry& At(uint32_t number) const { return entries_[number]; }

 private:
  std::deque<Entry> entries_;  // By number.
  absl::flat_hash_map<absl::string_view, Entry*> by_name_;
};

}  // namespace sr

#endif  // CORE_SCHEMAS_SUBJECT_INDEX_H_
