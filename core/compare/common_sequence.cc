#include "core/compare/common_sequence.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "absl/strings/string_view.h"
#include "core/base/digests.h"

namespace sr {
namespace {

// Of records that are all equal, how many are looked at on either side of the
// expected place. It bounds the time; any choice among equals is right.
constexpr ptrdiff_t kCandidatesPerSide = 16;

constexpr uint32_t kNoNode = std::numeric_limits<uint32_t>::max();

uint64_t WholeDigest(const RecordShape& shape) {
  const uint64_t parts[] = {shape.key, shape.value, shape.headers,
                            static_cast<uint64_t>(shape.timestamp)};
  char bytes[sizeof(parts)];
  std::memcpy(bytes, parts, sizeof(parts));
  return Xxh3_64(absl::string_view(bytes, sizeof(bytes)));
}

// Finds the longest rising sequence among candidate pairs, which are given
// reference by reference.
class RisingSequence {
 public:
  // The candidates of one reference record, falling: so no two of them can be
  // in one sequence.
  void Add(uint32_t reference, absl::Span<const uint32_t> falling) {
    for (const uint32_t shadow : falling) AddOne(reference, shadow);
  }

  std::vector<IndexPair> Longest() const {
    std::vector<IndexPair> pairs;
    for (uint32_t node = ends_.empty() ? kNoNode : ends_.back();
         node != kNoNode; node = nodes_[node].previous) {
      pairs.push_back(nodes_[node].pair);
    }
    std::reverse(pairs.begin(), pairs.end());
    return pairs;
  }

 private:
  struct Node {
    IndexPair pair;
    uint32_t previous = kNoNode;
  };

  void AddOne(uint32_t reference, uint32_t shadow) {
    const auto end = std::lower_bound(ends_.begin(), ends_.end(), shadow,
                                      [&](uint32_t node, uint32_t s) {
                                        return nodes_[node].pair.shadow < s;
                                      });
    if (end != ends_.end() && nodes_[*end].pair.shadow == shadow) return;
    const uint32_t previous = end == ends_.begin() ? kNoNode : *(end - 1);
    nodes_.push_back(Node{IndexPair{reference, shadow}, previous});
    const uint32_t node = static_cast<uint32_t>(nodes_.size() - 1);
    if (end == ends_.end()) {
      ends_.push_back(node);
    } else {
      *end = node;
    }
  }

  std::vector<Node> nodes_;
  // By length - 1: the node that ends a sequence of that length with the
  // smallest shadow index.
  std::vector<uint32_t> ends_;
};

}  // namespace

ShapeIndex::ShapeIndex(absl::Span<const RecordShape> shadow, size_t begin,
                       size_t end)
    : begin_(begin), unique_(end - begin, true) {
  entries_.reserve(end - begin);
  for (size_t i = begin; i < end; ++i) {
    entries_.push_back(Entry{WholeDigest(shadow[i]), static_cast<uint32_t>(i)});
  }
  std::sort(
      entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) {
        return a.digest != b.digest ? a.digest < b.digest : a.index < b.index;
      });
  for (size_t i = 1; i < entries_.size(); ++i) {
    if (entries_[i - 1].digest != entries_[i].digest) continue;
    unique_[entries_[i - 1].index - begin] = false;
    unique_[entries_[i].index - begin] = false;
  }
}

std::vector<uint32_t> ShapeIndex::Find(const RecordShape& shape,
                                       size_t near) const {
  const uint64_t digest = WholeDigest(shape);
  auto first = std::lower_bound(
      entries_.begin(), entries_.end(), digest,
      [](const Entry& entry, uint64_t d) { return entry.digest < d; });
  auto last = first;
  while (last != entries_.end() && last->digest == digest &&
         last - first <= 2 * kCandidatesPerSide) {
    ++last;
  }
  if (last - first > 2 * kCandidatesPerSide) {
    const auto end = std::upper_bound(
        first, entries_.end(), digest,
        [](uint64_t d, const Entry& entry) { return d < entry.digest; });
    const auto middle = std::lower_bound(
        first, end, near,
        [](const Entry& entry, size_t n) { return entry.index < n; });
    first = middle - std::min(middle - first, kCandidatesPerSide);
    last = middle + std::min(end - middle, kCandidatesPerSide);
  }
  std::vector<uint32_t> indexes;
  for (auto entry = first; entry != last; ++entry) {
    indexes.push_back(entry->index);
  }
  return indexes;
}

std::vector<IndexPair> LongestCommonSequence(
    absl::Span<const RecordShape> reference, size_t reference_begin,
    size_t reference_end, absl::Span<const RecordShape> shadow, size_t begin,
    size_t end, const ShapeIndex& index) {
  RisingSequence sequence;
  size_t expected = begin;  // Right behind the pair before.
  for (size_t i = reference_begin; i < reference_end; ++i) {
    const uint32_t reference_index = static_cast<uint32_t>(i);
    // Almost always the next one, and then there is no other candidate. For a
    // timestamp of 0, which matches any, the index knows none.
    if (expected < end && SameRecord(reference[i], shadow[expected]) &&
        (index.IsUnique(expected) || reference[i].timestamp == 0)) {
      const uint32_t shadow_index = static_cast<uint32_t>(expected++);
      sequence.Add(reference_index, {shadow_index});
      continue;
    }
    std::vector<uint32_t> candidates = index.Find(reference[i], expected);
    if (candidates.empty()) continue;
    const auto ahead =
        std::lower_bound(candidates.begin(), candidates.end(), expected);
    expected = (ahead != candidates.end() ? *ahead : candidates.front()) + 1;
    std::reverse(candidates.begin(), candidates.end());
    sequence.Add(reference_index, candidates);
  }
  return sequence.Longest();
}

}  // namespace sr
