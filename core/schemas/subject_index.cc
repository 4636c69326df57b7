#include "core/schemas/subject_index.h"

namespace sr {

SubjectIndex::Entry* SubjectIndex::Find(absl::string_view subject) {
  const auto found = by_name_.find(subject);
  return found != by_name_.end() ? found->second : nullptr;
}

SubjectIndex::Entry* SubjectIndex::Get(absl::string_view subject) {
  if (Entry* const found = Find(subject)) return found;
  entries_.push_back(
      {std::string(subject), static_cast<uint32_t>(entries_.size()), nullptr});
  Entry* const entry = &entries_.back();
  by_name_.emplace(entry->name, entry);
  return entry;
}

}  // namespace sr
