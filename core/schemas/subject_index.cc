#include "core/schemas/subject_index.h"

namespace sr {

SubjectIndex::Subject* SubjectIndex::Find(absl::string_view subject) {
  const auto found = state_->subjects.find(subject);
  return found != state_->subjects.end() ? &*found : nullptr;
}

SubjectIndex::Subject* SubjectIndex::Put(absl::string_view name) {
  if (Subject* const subject = Find(name)) return subject;
  Subject* const subject =
      &*state_->subjects.try_emplace(std::string(name)).first;
  const auto before = removed_.find(name);
  if (before != removed_.end()) {
    subject->second.number = before->second;
    by_number_[before->second] = subject;
    removed_.erase(before);
  } else {
    subject->second.number = static_cast<uint32_t>(by_number_.size());
    by_number_.push_back(subject);
  }
  return subject;
}

void SubjectIndex::Remove(Subject* subject) {
  by_number_[subject->second.number] = nullptr;
  removed_.emplace(subject->first, subject->second.number);
  state_->subjects.erase(state_->subjects.find(subject->first));
}

}  // namespace sr
