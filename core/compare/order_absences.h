// Which records that an alignment leaves alone are missing or extra, and which
// compaction, a null key or a copy that simply ends explains.
#ifndef CORE_COMPARE_ORDER_ABSENCES_H_
#define CORE_COMPARE_ORDER_ABSENCES_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "core/compare/alignment.h"
#include "core/compare/compaction_rule.h"
#include "core/compare/compare.h"
#include "core/compare/record_shape.h"

namespace sr {

struct OrderAbsence {
  size_t index = 0;  // In the sequence that holds the record.
  // Why compaction does not explain it; nullopt if nothing was compacted.
  std::optional<AbsenceReason> reason;

  // ", and compaction may not remove it: ..." or "".
  std::string ReasonText() const;
};

struct OrderAbsences {
  std::vector<OrderAbsence> missing_in_shadow;  // Indexes of the reference.
  std::vector<OrderAbsence> extra_in_shadow;    // Indexes of the shadow.
  int64_t explained = 0;                        // By compaction.
  int64_t null_keys = 0;  // Absent from a compacted shadow.
  // Records of the shadow before all that are paired, where the reference is a
  // topic whose start was deleted.
  int64_t before_start = 0;
  size_t before_start_first = 0;  // Indexes of the shadow; only if there are.
  size_t before_start_last = 0;
  // Records of the reference behind the last one that is paired.
  int64_t behind = 0;
  size_t behind_begin = 0;  // Index of the first; only if there is one.
};

OrderAbsences FindOrderAbsences(absl::Span<const RecordShape> reference,
                                absl::Span<const RecordShape> shadow,
                                const Alignment& alignment,
                                const CopyTraits& reference_traits,
                                const CopyTraits& shadow_traits,
                                absl::Time now);

}  // namespace sr

#endif  // CORE_COMPARE_ORDER_ABSENCES_H_
