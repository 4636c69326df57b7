#include "core/schemas/subject_index.h"

namespace sr {

SubjectIndex::Entry* SubjectIndex::Find(absl::string_view subject) {
  const auto found = by_name_.find(subject);
  return found != by_name_.end() ? found->second : nullptr;
}

SubjectIndex::Entry* SubjectIndex::Put(absl::string_view subject) {
  Entry* entry = Find(subject);
  if (entry != nullptr && entry->versions != nullptr) return entry;
  const auto in_state =
      state_->subjects.try_emplace(std::string(subject)).first;
  if (entry == nullptr) {
    entries_.push_back(
        {in_state->first, static_cast<uint32_t>(entries_.size())});
    entry = &entries_.back();
    by_name_.emplace(entry->name, entry);
  }
  entry->versions = &in_state->second;
  return entry;
}

void SubjectIndex::Remove(Entry* subject) {
  const auto in_state = state_->subjects.find(subject->name);
  if (!subject->has_own_name) {
    own_names_.push_back(in_state->first);
    by_name_.erase(subject->name);
    subject->name = own_names_.back();
    subject->has_own_name = true;
    by_name_.emplace(subject->name, subject);
  }
  state_->subjects.erase(in_state);
  subject->versions = nullptr;
}

}  // namespace sr
