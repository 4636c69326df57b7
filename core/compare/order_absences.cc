#include "core/compare/order_absences.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace sr {
namespace {

// The compaction rule of one copy, fed in the order of the alignment: offsets
// of two copies do not compare, so their place in that order stands for them.
class SequenceRule {
 public:
  SequenceRule(const CopyTraits& traits, absl::Time now) {
    if (traits.may_be_compacted) rule_.emplace(traits.policy, now);
  }

  void Present(const RecordShape& shape) {
    if (rule_.has_value()) rule_->Present(KeyedRecordOf(shape, ++sequence_));
  }

  // `index`: of `shape` in the copy that holds it.
  void Absent(const RecordShape& shape, size_t index) {
    if (!rule_.has_value()) {
      unexplained_.push_back(OrderAbsence{index, std::nullopt});
      return;
    }
    absent_.emplace_back(++sequence_, index);
    rule_->Absent(KeyedRecordOf(shape, sequence_));
  }

  // Returns what is not explained and adds the number of others to
  // `*explained`.
  std::vector<OrderAbsence> Finish(int64_t* explained) {
    if (!rule_.has_value()) return std::move(unexplained_);
    // What ends a sequence is judged by the callers of Absent; the offset given
    // keeps the rule from doing so.
    auto absent = absent_.begin();
    for (const UnexplainedAbsence& absence : rule_->Finish(sequence_ + 2)) {
      while (absent->first != absence.offset) ++absent;
      unexplained_.push_back(OrderAbsence{absent->second, absence.reason});
    }
    *explained += rule_->absent() - static_cast<int64_t>(unexplained_.size());
    return std::move(unexplained_);
  }

 private:
  std::optional<CompactionRule> rule_;
  int64_t sequence_ = 0;
  std::vector<std::pair<int64_t, size_t>> absent_;  // Sequence, index.
  std::vector<OrderAbsence> unexplained_;
};

class Walk {
 public:
  Walk(absl::Span<const RecordShape> reference,
       absl::Span<const RecordShape> shadow, const Alignment& alignment,
       const CopyTraits& reference_traits, const CopyTraits& shadow_traits,
       absl::Time now)
      : reference_(reference),
        shadow_(shadow),
        alignment_(alignment),
        reference_traits_(reference_traits),
        shadow_traits_(shadow_traits),
        reference_rule_(reference_traits, now),
        shadow_rule_(shadow_traits, now) {
    first_shadow_ = shadow.size();
    for (size_t i = reference.size(); i-- > 0;) {
      if (alignment.reference[i] == Pairing::kInOrder) {
        first_shadow_ = alignment.shadow_of[i];
      }
    }
    for (size_t i = 0; i < reference.size(); ++i) {
      if (alignment.reference[i] != Pairing::kAlone) reference_tail_ = i + 1;
    }
    for (size_t s = 0; s < shadow.size(); ++s) {
      const Pairing pairing = alignment.shadow[s];
      if (pairing == Pairing::kInOrder || pairing == Pairing::kChanged) {
        shadow_tail_ = s + 1;
      }
    }
  }

  OrderAbsences Run() {
    size_t reference_begin = 0;
    size_t shadow_begin = 0;
    for (size_t i = 0; i < reference_.size(); ++i) {
      if (alignment_.reference[i] != Pairing::kInOrder) continue;
      const size_t shadow = alignment_.shadow_of[i];
      Gap(reference_begin, i, shadow_begin, shadow);
      reference_rule_.Present(reference_[i]);
      shadow_rule_.Present(shadow_[shadow]);
      reference_begin = i + 1;
      shadow_begin = shadow + 1;
    }
    Tail(reference_begin, shadow_begin);
    absences_.missing_in_shadow = shadow_rule_.Finish(&absences_.explained);
    std::vector<OrderAbsence> extra =
        reference_rule_.Finish(&absences_.explained);
    extra.insert(extra.end(), beyond_end_.begin(), beyond_end_.end());
    TakeBeforeStart(&extra);
    absences_.extra_in_shadow = std::move(extra);
    return std::move(absences_);
  }

 private:
  // Records between two pairs in order. What is absent from a copy is fed to
  // its rule before what is there: in doubt the later one explains.
  void Gap(size_t reference_begin, size_t reference_end, size_t shadow_begin,
           size_t shadow_end) {
    for (size_t s = shadow_begin; s < shadow_end; ++s) {
      if (alignment_.shadow[s] == Pairing::kAlone) {
        reference_rule_.Absent(shadow_[s], s);
      }
    }
    for (size_t i = reference_begin; i < reference_end; ++i) {
      reference_rule_.Present(reference_[i]);
      if (alignment_.reference[i] == Pairing::kAlone) AbsentInShadow(i);
    }
    for (size_t s = shadow_begin; s < shadow_end; ++s) {
      shadow_rule_.Present(shadow_[s]);
    }
  }

  void AbsentInShadow(size_t i) {
    if (IsNullKeyException(i)) {
      ++absences_.null_keys;
    } else {
      shadow_rule_.Absent(reference_[i], i);
    }
  }

  bool IsNullKeyException(size_t i) const {
    return shadow_traits_.may_be_compacted && reference_[i].null_key;
  }

  // What stands behind the last pair in order.
  void Tail(size_t reference_begin, size_t shadow_begin) {
    for (size_t i = reference_tail_; i < reference_.size(); ++i) {
      if (IsNullKeyException(i)) {
        ++absences_.null_keys;
        continue;
      }
      if (absences_.behind == 0) absences_.behind_begin = i;
      ++absences_.behind;
    }
    if (reference_tail_ < reference_.size()) {
      // The shadow ends early; what it holds more may have been compacted in
      // favour of records it does not have yet.
      Gap(reference_begin, reference_tail_, shadow_begin, shadow_.size());
      for (size_t i = reference_tail_; i < reference_.size(); ++i) {
        reference_rule_.Present(reference_[i]);
      }
      return;
    }
    // The reference's last record is never compacted, so behind it there was
    // nothing.
    Gap(reference_begin, reference_.size(), shadow_begin, shadow_tail_);
    for (size_t s = shadow_tail_; s < shadow_.size(); ++s) {
      if (alignment_.shadow[s] != Pairing::kAlone) continue;
      beyond_end_.push_back(OrderAbsence{s, std::nullopt});
    }
  }

  // Offsets of two copies do not compare, but what stands before the first
  // record of a topic that begins late is what was deleted there.
  void TakeBeforeStart(std::vector<OrderAbsence>* extra) {
    if (!reference_traits_.is_topic || reference_traits_.start_offset == 0) {
      return;
    }
    size_t taken = 0;
    while (taken < extra->size() && (*extra)[taken].index < first_shadow_) {
      ++taken;
    }
    if (taken == 0) return;
    absences_.before_start = static_cast<int64_t>(taken);
    absences_.before_start_first = extra->front().index;
    absences_.before_start_last = (*extra)[taken - 1].index;
    extra->erase(extra->begin(),
                 extra->begin() + static_cast<ptrdiff_t>(taken));
  }

  const absl::Span<const RecordShape> reference_;
  const absl::Span<const RecordShape> shadow_;
  const Alignment& alignment_;
  const CopyTraits& reference_traits_;
  const CopyTraits& shadow_traits_;
  SequenceRule reference_rule_;
  SequenceRule shadow_rule_;
  size_t first_shadow_ = 0;    // Index of the first paired in order.
  size_t reference_tail_ = 0;  // Index behind the last paired record.
  size_t shadow_tail_ = 0;     // Same, but for those moved there.
  std::vector<OrderAbsence> beyond_end_;
  OrderAbsences absences_;
};

}  // namespace

std::string OrderAbsence::ReasonText() const {
  if (!reason.has_value()) return "";
  return absl::StrCat(", and compaction may not remove it: ",
                      AbsenceReasonText(*reason));
}

OrderAbsences FindOrderAbsences(absl::Span<const RecordShape> reference,
                                absl::Span<const RecordShape> shadow,
                                const Alignment& alignment,
                                const CopyTraits& reference_traits,
                                const CopyTraits& shadow_traits,
                                absl::Time now) {
  return Walk(reference, shadow, alignment, reference_traits, shadow_traits,
              now)
      .Run();
}

}  // namespace sr
