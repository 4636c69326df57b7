// Puts two sequences of records side by side, so that what differs is as
// little as possible.
//
// Equal records that stand in the same order in both are paired first, as many
// as can be (a longest common subsequence, after Hunt and Szymanski: nearly all
// records are unique, which makes it n log n). What is left is paired with an
// equal record elsewhere (moved), or with one between the same neighbours that
// shares enough to be the same record changed. The rest stands alone.
#ifndef CORE_COMPARE_ALIGNMENT_H_
#define CORE_COMPARE_ALIGNMENT_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "absl/types/span.h"
#include "core/compare/record_shape.h"

namespace sr {

enum class Pairing : uint8_t {
  kAlone,    // Nothing to pair it with.
  kInOrder,  // With an equal record, in order.
  kMoved,    // With an equal record at another place.
  kChanged,  // With one of same key and timestamp; or same timestamp, value and
             // headers; or same key, value and headers.
};

struct Alignment {
  static constexpr uint32_t kNone = std::numeric_limits<uint32_t>::max();

  // By index in the reference: how it is paired, and the index in the shadow.
  std::vector<Pairing> reference;
  std::vector<uint32_t> shadow_of;
  // By index in the shadow.
  std::vector<Pairing> shadow;
};

struct AlignmentOptions {
  // Of equal records the last one is paired, not the first: a compacted copy
  // keeps the last.
  bool reference_keeps_last = false;
  bool shadow_keeps_last = false;
};

// Returns the alignment of two sequences of fewer than 2^32-1 records. Time
// n log n unless many records are equal in every part, of which only those
// near the place where one is expected are looked at.
Alignment Align(absl::Span<const RecordShape> reference,
                absl::Span<const RecordShape> shadow,
                const AlignmentOptions& options);

}  // namespace sr

#endif  // CORE_COMPARE_ALIGNMENT_H_
