#include "core/schemas/id_uses.h"

#include <algorithm>

namespace sr {

void IdUses::Put(uint32_t subject, int32_t version) {
  if (more_ != nullptr) return PutMore(subject, version);
  if (one_.subject == subject || one_.subject == kNone) {
    one_ = {subject, version};
    return;
  }
  more_ = std::make_unique<More>();
  more_->few.push_back(one_);
  PutMore(subject, version);
}

void IdUses::PutMore(uint32_t subject, int32_t version) {
  if (more_->many != nullptr) {
    (*more_->many)[subject] = version;
    return;
  }
  auto& few = more_->few;
  const auto use = std::find_if(few.begin(), few.end(), [&](const Use& each) {
    return each.subject == subject;
  });
  if (use != few.end()) {
    use->version = version;
    return;
  }
  few.push_back({subject, version});
  if (few.size() <= kFewMax) return;
  more_->many = std::make_unique<absl::flat_hash_map<uint32_t, int32_t>>();
  for (const Use& each : few) (*more_->many)[each.subject] = each.version;
  few.clear();
}

void IdUses::Remove(uint32_t subject, int32_t version) {
  const auto is_meant = [&](const Use& use) {
    return use.subject == subject && use.version == version;
  };
  if (more_ == nullptr) {
    if (is_meant(one_)) one_.subject = kNone;
    return;
  }
  if (more_->many != nullptr) {
    const auto use = more_->many->find(subject);
    if (use != more_->many->end() && use->second == version) {
      more_->many->erase(use);
    }
    return;
  }
  auto& few = more_->few;
  few.erase(std::remove_if(few.begin(), few.end(), is_meant), few.end());
}

bool IdUses::empty() const {
  if (more_ == nullptr) return one_.subject == kNone;
  return more_->many != nullptr ? more_->many->empty() : more_->few.empty();
}

IdUses::Use IdUses::Any() const {
  if (more_ == nullptr) return one_;
  if (more_->many == nullptr) return more_->few.front();
  return {more_->many->begin()->first, more_->many->begin()->second};
}

}  // namespace sr
