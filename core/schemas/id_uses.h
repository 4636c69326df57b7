// Where an id is in use: mostly in one place, sometimes, for "string" as the
// key of every topic, in a hundred thousand.
#ifndef CORE_SCHEMAS_ID_USES_H_
#define CORE_SCHEMAS_ID_USES_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/container/inlined_vector.h"
#include "absl/strings/string_view.h"

namespace sr {

// One version of each subject. Movable.
class IdUses {
 public:
  // A later version of a subject takes the place of the one before.
  void Put(const std::string& subject, int32_t version);
  // If it is this version of the subject that is there.
  void Remove(absl::string_view subject, int32_t version);
  bool empty() const;

  struct Use {
    std::string subject;
    int32_t version = 0;
  };
  // Any one of them; there must be one.
  Use Any() const;

 private:
  static constexpr size_t kFewMax = 8;

  // One of the two is empty.
  absl::InlinedVector<Use, 1> few_;
  std::unique_ptr<absl::flat_hash_map<std::string, int32_t>> many_;
};

}  // namespace sr

#endif  // CORE_SCHEMAS_ID_USES_H_
