#include "core/schemas/id_table.h"

#include <utility>

namespace sr {

IdUses* IdTable::Find(int32_t id) {
  if (IsDense(id)) {
    IdUses* const uses = &dense_[static_cast<size_t>(id)];
    return uses->empty() ? nullptr : uses;
  }
  const auto found = sparse_.find(id);
  return found != sparse_.end() ? &found->second : nullptr;
}

IdUses* IdTable::Make(int32_t id) {
  if (IsDense(id)) {
    IdUses* const uses = &dense_[static_cast<size_t>(id)];
    if (uses->empty()) ++made_;
    return uses;
  }
  // By what has been made, not by how far it reaches already: else a topic whose
  // ids grow a little each time would make it grow without end.
  const size_t reach = made_ + made_ / 8 + 64;
  ++made_;
  if (id < 0 || static_cast<size_t>(id) >= reach) return &sparse_[id];
  for (auto next = static_cast<int32_t>(dense_.size()); next <= id; ++next) {
    const auto early = sparse_.find(next);
    if (early == sparse_.end()) {
      dense_.emplace_back();
    } else {
      dense_.push_back(std::move(early->second));
      sparse_.erase(early);
    }
  }
  return &dense_.back();
}

void IdTable::Drop(int32_t id) {
  if (IsDense(id)) return;
  const auto found = sparse_.find(id);
  if (found != sparse_.end() && found->second.empty()) sparse_.erase(found);
}

}  // namespace sr
