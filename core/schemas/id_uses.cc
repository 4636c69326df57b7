#include "core/schemas/id_uses.h"

#include <algorithm>

namespace sr {

void IdUses::Put(uint32_t subject, int32_t version) {
  if (many_ != nullptr) {
    (*many_)[subject] = version;
    return;
  }
  const auto use = std::find_if(few_.begin(), few_.end(), [&](const Use& each) {
    return each.subject == subject;
  });
  if (use != few_.end()) {
    use->version = version;
    return;
  }
  few_.push_back({subject, version});
  if (few_.size() <= kFewMax) return;
  many_ = std::make_unique<absl::flat_hash_map<uint32_t, int32_t>>();
  for (const Use& each : few_) (*many_)[each.subject] = each.version;
  few_.clear();
}

void IdUses::Remove(uint32_t subject, int32_t version) {
  if (many_ != nullptr) {
    const auto use = many_->find(subject);
    if (use != many_->end() && use->second == version) many_->erase(use);
    return;
  }
  few_.erase(std::remove_if(few_.begin(), few_.end(),
                            [&](const Use& use) {
                              return use.subject == subject &&
                                     use.version == version;
                            }),
             few_.end());
}

bool IdUses::empty() const {
  return many_ != nullptr ? many_->empty() : few_.empty();
}

IdUses::Use IdUses::Any() const {
  if (many_ == nullptr) return few_.front();
  return {many_->begin()->first, many_->begin()->second};
}

}  // namespace sr
