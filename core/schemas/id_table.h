// The uses of each id of a context. Registries count ids up, so that most stand
// one behind the other; what a topic says may be any number.
#ifndef CORE_SCHEMAS_ID_TABLE_H_
#define CORE_SCHEMAS_ID_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <deque>

#include "absl/container/flat_hash_map.h"
#include "core/schemas/id_uses.h"

namespace sr {

// Sixteen bytes for each id up to the highest of those that are dense, of which
// at most every ninth and 64 more have never been in use, whatever ids come.
// Movable. One thread.
class IdTable {
 public:
  // Null if `id` is not in use. Valid until the next call of Make.
  IdUses* Find(int32_t id);

  // Those of `id`, none yet if it was not in use. Valid until the next call.
  IdUses* Make(int32_t id);

  // To be called when there may be none left.
  void Drop(int32_t id);

  // Room taken by the dense ones, in ids.
  size_t dense_size() const { return dense_.size(); }

 private:
  bool IsDense(int32_t id) const {
    return id >= 0 && static_cast<size_t>(id) < dense_.size();
  }

  std::deque<IdUses> dense_;  // By id, from 0.
  size_t made_ = 0;           // Ids that have been made.
  absl::flat_hash_map<int32_t, IdUses> sparse_;
};

}  // namespace sr

#endif  // CORE_SCHEMAS_ID_TABLE_H_
