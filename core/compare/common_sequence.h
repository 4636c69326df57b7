// The longest common subsequence of two sequences of records.
#ifndef CORE_COMPARE_COMMON_SEQUENCE_H_
#define CORE_COMPARE_COMMON_SEQUENCE_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "core/compare/record_shape.h"

namespace sr {

struct IndexPair {
  uint32_t reference = 0;
  uint32_t shadow = 0;
};

// Where in a sequence records with the same content and timestamp are.
class ShapeIndex {
 public:
  // Of shadow[begin, end). `shadow` must outlive this.
  ShapeIndex(absl::Span<const RecordShape> shadow, size_t begin, size_t end);

  // Returns the indexes in `shadow` of the records equal to `shape`, rising; if
  // there are many, only those around `near`.
  std::vector<uint32_t> Find(const RecordShape& shape, size_t near) const;

  // Whether no other record in the range equals shadow[i].
  bool IsUnique(size_t i) const { return unique_[i - begin_]; }

 private:
  struct Entry {
    uint64_t digest = 0;
    uint32_t index = 0;
  };

  const size_t begin_;
  std::vector<Entry> entries_;  // Sorted by digest, then index.
  std::vector<bool> unique_;    // By index less begin_.
};

// Returns pairs of equal records (SameRecord), both indexes rising, as many as
// possible. `index` is that of shadow[begin, end), and of the reference only
// [reference_begin, reference_end) is looked at.
std::vector<IndexPair> LongestCommonSequence(
    absl::Span<const RecordShape> reference, size_t reference_begin,
    size_t reference_end, absl::Span<const RecordShape> shadow, size_t begin,
    size_t end, const ShapeIndex& index);

}  // namespace sr

#endif  // CORE_COMPARE_COMMON_SEQUENCE_H_
