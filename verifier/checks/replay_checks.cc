#include "verifier/checks/replay_checks.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "core/findings/codes.h"
#include "core/schemas/subject.h"

namespace sr {
namespace {

constexpr size_t kBurst = 10;
constexpr uint64_t kBurstMs = 5 * 60 * 1000;

// Versions of `subject` that only a DELETE_SUBJECT deleted.
int64_t DeletedWithSubject(const RegistryModel& model,
                           const std::string& subject) {
  const RegistryState& state = model.replay->state();
  const auto found =
      state.subjects.find(model.product == Product::kConfluent
                              ? NormalSubject(subject)
                              : subject);
  if (found == state.subjects.end()) return 0;
  return std::count_if(
      found->second.begin(), found->second.end(),
      [](const auto& entry) { return entry.second.deleted_with_subject; });
}

// Redpanda writes these tombstones itself when it deletes for good.
void CheckDeleteSubject(const CheckedRecord& checked,
                        const RegistryModel& model, FindingSink* sink) {
  if (checked.key.key.type != KeyType::kDeleteSubject ||
      checked.record.value.has_value() || model.product == Product::kRedpanda) {
    return;
  }
  const int64_t versions =
      DeletedWithSubject(model, checked.key.key.subject.value_or(""));
  if (versions == 0) return;
  sink->Add(codes::kDeleteSubjectTombstoned, checked,
            "a DELETE_SUBJECT for as long as it is what deletes",
            absl::StrCat("a tombstone of it, and ", versions,
                         " versions that nothing else deletes"));
}

// Keytypes that Confluent writes and the other two pass over.
bool IsOfAnotherProduct(const DecodedKey& key, Product product) {
  if (product == Product::kConfluent || key.problem != KeyProblem::kNone) {
    return false;
  }
  switch (key.key.type) {
    case KeyType::kClearSubject:
    case KeyType::kAssociation:
      return true;
    case KeyType::kMode:
    case KeyType::kContext:
      return product == Product::kKarapace;
    default:
      return false;
  }
}

}  // namespace

void ReplayChecks::Check(const CheckedRecord& checked,
                         const RegistryModel& model,
                         const ProductChoice& choice, FindingSink* sink) {
  const RecordEffect& effect = checked.effect;
  if (effect.removed_live) CountRemoval(checked, sink);
  if (effect.text_rewritten) {
    sink->Add(codes::kKeyTextRewritten, checked, "the text that it had",
              "another text under the same id");
  } else if (effect.effect == Effect::kRolledBack || effect.id_conflict) {
    sink->Add(codes::kIdConflict, checked,
              "one schema for each id of a context", effect.reason);
  } else if (effect.reference_missing) {
    sink->Add(codes::kReferenceForward, checked,
              "what it refers to, live and before it", effect.reason);
  } else if (effect.replaced_id.has_value()) {
    sink->Add(codes::kKeyIdRewritten, checked,
              absl::StrCat("id ", *effect.replaced_id, ", as before"),
              "another id");
  } else if (effect.removed_live) {
    sink->Add(codes::kTombstoneNotSoftDeleted, checked,
              "a version that was deleted softly before",
              "a tombstone of a live version");
  } else if (effect.effect == Effect::kFatal &&
             model.product == Product::kConfluent &&
             !choice.confluent_version.KnowsKeyType(checked.key.key.type)) {
    sink->Add(codes::kReaderVersionMin, checked,
              "a keytype that the version knows", effect.reason);
  } else {
    CheckDeleteSubject(checked, model, sink);
  }
  if (model.product == Product::kRedpanda) CheckSequence(checked, sink);
}

// A tool, or a storm of rollbacks, that empties a registry: a registry deletes
// softly before it deletes for good.
void ReplayChecks::CountRemoval(const CheckedRecord& checked,
                                FindingSink* sink) {
  removals_ms_.push_back(checked.record.timestamp);
  if (removals_ms_.size() < kBurst) return;
  // Timestamps are anything, and not always in order.
  const auto [first, last] =
      std::minmax_element(removals_ms_.begin(), removals_ms_.end());
  const uint64_t ms =
      static_cast<uint64_t>(*last) - static_cast<uint64_t>(*first);
  removals_ms_.pop_front();
  if (ms > kBurstMs) return;
  removals_ms_.clear();
  sink->Add(codes::kTombstoneBurst, checked,
            "soft deletes before tombstones",
            absl::StrCat(kBurst, " tombstones of live versions within ",
                         ms / 1000, " seconds"));
}

// A record that lost a race has the seq of the one that won it and another
// node; one that was copied from elsewhere has the seq of no record here.
void ReplayChecks::CheckSequence(const CheckedRecord& checked,
                                 FindingSink* sink) {
  const RegistryKey& key = checked.key.key;
  if (!key.seq.has_value() || !key.node.has_value() ||
      !checked.record.value.has_value()) {
    return;
  }
  if (*key.seq == checked.record.offset) {
    writers_[*key.seq] = *key.node;
    return;
  }
  if (!checked.effect.out_of_order) return;
  const auto winner = writers_.find(*key.seq);
  const bool lost_a_race =
      winner != writers_.end() && winner->second != *key.node;
  sink->Add(lost_a_race ? codes::kSeqCollision : codes::kSeqOffsetMismatch,
            checked, absl::StrCat("seq ", checked.record.offset),
            absl::StrCat("seq ", *key.seq, lost_a_race
                                               ? ", where another broker was "
                                                 "first"
                                               : ""));
}

void CheckUnexplained(const CheckedRecord& checked, const RegistryModel& model,
                      FindingSink* sink) {
  const Effect effect = checked.effect.effect;
  const bool stops = effect == Effect::kFatal &&
                     model.replay->stopped_at() == checked.record.offset;
  if (effect != Effect::kSkipped && !stops) return;
  if (IsOfAnotherProduct(checked.key, model.product)) {
    sink->Add(codes::kKeytypeNotManaged, checked,
              absl::StrCat("a keytype of ", NameOf(model.product)),
              NameOf(checked.key.key.type));
  } else {
    sink->Add(codes::kRecordSkipped, checked, "a record that the registry takes",
              checked.effect.reason);
  }
}

}  // namespace sr
