// Where an id is in use: mostly in one place, sometimes, for "string" as the
// key of every topic, in a hundred thousand.
#ifndef CORE_SCHEMAS_ID_USES_H_
#define CORE_SCHEMAS_ID_USES_H_

#include <cstddef>
#include <cstdint>
#include <memory>

#include "absl/container/flat_hash_map.h"
#include "absl/container/inlined_vector.h"

namespace sr {

// One version of each subject; subjects by their number (SubjectIndex), which is
// below 2^32 - 1. 16 bytes, since there is one for each id. Movable.
class IdUses {
 public:
  // A later version of a subject takes the place of the one before.
  void Put(uint32_t subject, int32_t version);
  // If it is this version of the subject that is there.
  void Remove(uint32_t subject, int32_t version);
  bool empty() const;

  struct Use {
    uint32_t subject = 0;
    int32_t version = 0;
  };
  // Any one of them; there must be one.
  Use Any() const;

 private:
  static constexpr size_t kFewMax = 8;
  static constexpr uint32_t kNone = 0xFFFFFFFF;

  // Two and more; once there, it stays.
  struct More {
    absl::InlinedVector<Use, 4> few;  // Empty if there is `many`.
    std::unique_ptr<absl::flat_hash_map<uint32_t, int32_t>> many;
  };
  void PutMore(uint32_t subject, int32_t version);

  Use one_ = {kNone, 0};  // If there is no `more_`.
  std::unique_ptr<More> more_;
};

}  // namespace sr

#endif  // CORE_SCHEMAS_ID_USES_H_
