#include "core/compare/alignment.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "core/base/check.h"
#include "core/compare/common_sequence.h"

namespace sr {
namespace {

// What a changed record still shares with its original, most telling first.
enum class Likeness { kKeyAndTimestamp, kAllButKey, kContent };
constexpr Likeness kLikenesses[] = {Likeness::kKeyAndTimestamp,
                                    Likeness::kAllButKey, Likeness::kContent};

std::array<uint64_t, 3> PartsOf(const RecordShape& shape, Likeness likeness) {
  switch (likeness) {
    case Likeness::kKeyAndTimestamp:
      return {shape.key, static_cast<uint64_t>(shape.timestamp), 0};
    case Likeness::kAllButKey:
      return {shape.value, shape.headers,
              static_cast<uint64_t>(shape.timestamp)};
    case Likeness::kContent:
      return {shape.key, shape.value, shape.headers};
  }
  return {};
}

class Aligner {
 public:
  Aligner(absl::Span<const RecordShape> reference,
          absl::Span<const RecordShape> shadow, const AlignmentOptions& options)
      : reference_(reference), shadow_(shadow), options_(options) {
    SR_CHECK(reference.size() < Alignment::kNone &&
             shadow.size() < Alignment::kNone);
    alignment_.reference.resize(reference.size(), Pairing::kAlone);
    alignment_.shadow_of.resize(reference.size(), Alignment::kNone);
    alignment_.shadow.resize(shadow.size(), Pairing::kAlone);
  }

  Alignment Run() {
    // Equal starts and ends, which are nearly everything, cost nothing.
    size_t begin = 0;
    size_t reference_end = reference_.size();
    size_t shadow_end = shadow_.size();
    while (begin < std::min(reference_end, shadow_end) &&
           SameRecord(reference_[begin], shadow_[begin])) {
      Pair(begin, begin, Pairing::kInOrder);
      ++begin;
    }
    while (reference_end > begin && shadow_end > begin &&
           SameRecord(reference_[reference_end - 1], shadow_[shadow_end - 1])) {
      Pair(--reference_end, --shadow_end, Pairing::kInOrder);
    }
    if (begin < reference_end && begin < shadow_end) {
      PairMiddle(begin, reference_end, shadow_end);
    }
    if (options_.reference_keeps_last) SlideInShadow();
    if (options_.shadow_keeps_last) SlideInReference();
    ForEachGap();
    return std::move(alignment_);
  }

 private:
  void Pair(size_t reference, size_t shadow, Pairing pairing) {
    alignment_.reference[reference] = pairing;
    alignment_.shadow_of[reference] = static_cast<uint32_t>(shadow);
    alignment_.shadow[shadow] = pairing;
  }
  void Unpair(size_t reference) {
    alignment_.shadow[alignment_.shadow_of[reference]] = Pairing::kAlone;
    alignment_.shadow_of[reference] = Alignment::kNone;
    alignment_.reference[reference] = Pairing::kAlone;
  }
  bool ReferenceAlone(size_t i) const {
    return alignment_.reference[i] == Pairing::kAlone;
  }
  bool ShadowAlone(size_t i) const {
    return alignment_.shadow[i] == Pairing::kAlone;
  }

  void PairMiddle(size_t begin, size_t reference_end, size_t shadow_end) {
    const ShapeIndex index(shadow_, begin, shadow_end);
    for (const IndexPair& pair :
         LongestCommonSequence(reference_, begin, reference_end, shadow_, begin,
                               shadow_end, index)) {
      Pair(pair.reference, pair.shadow, Pairing::kInOrder);
    }
    for (size_t i = begin; i < reference_end; ++i) {
      if (!ReferenceAlone(i)) continue;
      for (const uint32_t shadow : index.Find(reference_[i], i)) {
        if (!ShadowAlone(shadow)) continue;
        Pair(i, shadow, Pairing::kMoved);
        break;
      }
    }
  }

  // A pair's shadow gives way to the last equal one before the next pair.
  void SlideInShadow() {
    size_t limit = shadow_.size();
    for (size_t i = reference_.size(); i-- > 0;) {
      if (alignment_.reference[i] != Pairing::kInOrder) continue;
      const size_t shadow = alignment_.shadow_of[i];
      for (size_t s = limit; s-- > shadow + 1;) {
        if (!ShadowAlone(s) || !SameRecord(reference_[i], shadow_[s])) continue;
        Unpair(i);
        Pair(i, s, Pairing::kInOrder);
        break;
      }
      limit = alignment_.shadow_of[i];
    }
  }

  // Same the other way round.
  void SlideInReference() {
    size_t limit = reference_.size();
    for (size_t i = reference_.size(); i-- > 0;) {
      if (alignment_.reference[i] != Pairing::kInOrder) continue;
      const size_t shadow = alignment_.shadow_of[i];
      size_t target = i;
      for (size_t r = limit; r-- > i + 1;) {
        if (!ReferenceAlone(r) || !SameRecord(reference_[r], shadow_[shadow])) {
          continue;
        }
        Unpair(i);
        Pair(r, shadow, Pairing::kInOrder);
        target = r;
        break;
      }
      limit = target;
    }
  }

  // Pairs what is left between each two pairs in order.
  void ForEachGap() {
    size_t reference_begin = 0;
    size_t shadow_begin = 0;
    for (size_t i = 0; i <= reference_.size(); ++i) {
      const bool at_end = i == reference_.size();
      if (!at_end && alignment_.reference[i] != Pairing::kInOrder) continue;
      const size_t shadow_end =
          at_end ? shadow_.size() : alignment_.shadow_of[i];
      if (i > reference_begin && shadow_end > shadow_begin) {
        for (const Likeness likeness : kLikenesses) {
          PairChanged(reference_begin, i, shadow_begin, shadow_end, likeness);
        }
      }
      reference_begin = i + 1;
      shadow_begin = shadow_end + 1;
    }
  }

  // From the end, so that of several equal ones a compacted copy's is the last.
  void PairChanged(size_t reference_begin, size_t reference_end,
                   size_t shadow_begin, size_t shadow_end, Likeness likeness) {
    absl::flat_hash_map<std::array<uint64_t, 3>, std::vector<uint32_t>> alike;
    for (size_t s = shadow_begin; s < shadow_end; ++s) {
      if (!ShadowAlone(s)) continue;
      alike[PartsOf(shadow_[s], likeness)].push_back(static_cast<uint32_t>(s));
    }
    if (alike.empty()) return;
    for (size_t i = reference_end; i-- > reference_begin;) {
      if (!ReferenceAlone(i)) continue;
      const auto found = alike.find(PartsOf(reference_[i], likeness));
      if (found == alike.end() || found->second.empty()) continue;
      Pair(i, found->second.back(), Pairing::kChanged);
      found->second.pop_back();
    }
  }

  const absl::Span<const RecordShape> reference_;
  const absl::Span<const RecordShape> shadow_;
  const AlignmentOptions options_;
  Alignment alignment_;
};

}  // namespace

Alignment Align(absl::Span<const RecordShape> reference,
                absl::Span<const RecordShape> shadow,
                const AlignmentOptions& options) {
  return Aligner(reference, shadow, options).Run();
}

}  // namespace sr
