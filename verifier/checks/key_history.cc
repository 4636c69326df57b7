#include "verifier/checks/key_history.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/digests.h"
#include "core/findings/codes.h"

namespace sr {

void KeyHistory::Add(const CheckedRecord& checked) {
  const Record& record = checked.record;
  const RegistryKey& key = checked.key.key;
  if (key.seq.has_value() || key.type == KeyType::kNoop) return;
  // Behind a record that stops the reader nothing is known; as if it went on.
  const Effect effect = checked.effect.effect;
  const bool is_taken = effect == Effect::kApplied || effect == Effect::kFatal;
  const uint64_t digest = LogicalKeyDigest(key);
  const uint64_t bytes = Xxh3_64(*record.key);
  const auto found = keys_.find(digest);
  if (found != keys_.end()) {
    AddTo(&found->second, bytes, checked, is_taken);
    return;
  }
  const auto [place, is_new] = plain_.try_emplace(digest);
  Plain& plain = place->second;
  if ((is_new || plain.bytes == bytes) && is_taken &&
      record.offset <= kPlainOffsetMax) {
    plain.bytes = bytes;
    plain.offset = static_cast<uint64_t>(record.offset);
    plain.type = static_cast<uint64_t>(key.type);
    plain.is_global = key.subject.has_value() ? 0 : 1;
    plain.has_value = record.value.has_value() ? 1 : 0;
    return;
  }
  Logical& logical =
      keys_.emplace(digest, is_new ? Logical() : LogicalOf(plain))
          .first->second;
  plain_.erase(place);
  AddTo(&logical, bytes, checked, is_taken);
}

KeyHistory::Logical KeyHistory::LogicalOf(const Plain& plain) {
  Logical logical;
  logical.type = static_cast<KeyType>(plain.type);
  logical.is_global = plain.is_global != 0;
  const auto offset = static_cast<int64_t>(plain.offset);
  logical.forms.push_back({plain.bytes, offset, offset, plain.has_value != 0});
  return logical;
}

void KeyHistory::AddTo(Logical* logical, uint64_t bytes,
                       const CheckedRecord& checked, bool is_taken) {
  const Record& record = checked.record;
  logical->type = checked.key.key.type;
  logical->is_global = !checked.key.key.subject.has_value();
  auto form =
      std::find_if(logical->forms.begin(), logical->forms.end(),
                   [bytes](const Form& each) { return each.bytes == bytes; });
  if (form == logical->forms.end()) {
    logical->forms.push_back({bytes});
    form = logical->forms.end() - 1;
  }
  form->offset = record.offset;
  if (!is_taken) return;
  form->taken_offset = record.offset;
  form->taken_has_value = record.value.has_value();
}

// A value is in force that is not the last record of its key.
void KeyHistory::ReportDivergence(const Logical& logical, FindingSink* sink) {
  for (const Form& form : logical.forms) {
    if (form.taken_offset == form.offset || !form.taken_has_value) continue;
    Finding finding = MakeFinding(codes::kCompactionDivergence, sink->copy());
    finding.offset = form.taken_offset;
    finding.expected = "the value in force is the last of its key";
    finding.found = absl::StrCat("a ", NameOf(logical.type),
                                 " value in force; the last record of its key, "
                                 "at offset ",
                                 form.offset, ", is not taken");
    finding.effect = "applied, until compaction removes it";
    sink->Add(std::move(finding));
  }
}

void KeyHistory::ReportTwins(const Logical& logical, FindingSink* sink) {
  int64_t taken = 0;
  for (const Form& form : logical.forms)
    taken += form.taken_offset >= 0 ? 1 : 0;
  if (taken < 2) return;
  const auto last = std::max_element(logical.forms.begin(), logical.forms.end(),
                                     [](const Form& a, const Form& b) {
                                       return a.taken_offset < b.taken_offset;
                                     });
  const Form* hidden = nullptr;  // A value behind a later tombstone.
  for (const Form& form : logical.forms) {
    if (form.taken_has_value &&
        (hidden == nullptr || form.taken_offset > hidden->taken_offset)) {
      hidden = &form;
    }
  }
  if (hidden == nullptr) return;  // Tombstones only: all of them will go.
  const bool armed = !last->taken_has_value;
  const bool is_setting =
      logical.type == KeyType::kConfig || logical.type == KeyType::kMode;
  Finding finding =
      MakeFinding(armed                             ? codes::kKeyTwinArmed
                  : logical.is_global && is_setting ? codes::kGlobalKeyTwin
                                                    : codes::kKeyFormTwin,
                  sink->copy());
  finding.offset = hidden->taken_offset;
  finding.expected = "one byte form for each key";
  finding.found =
      absl::StrCat(taken, " forms of one ", NameOf(logical.type), " key; ",
                   armed ? "deleted" : "last written", " at offset ",
                   last->taken_offset, armed ? " under another form" : "");
  finding.effect =
      armed ? "applied again when the tombstone is gone" : "applied";
  sink->Add(std::move(finding));
}

void KeyHistory::Report(FindingSink* sink) const {
  std::vector<const Logical*> suspects;
  for (const auto& [digest, logical] : keys_) {
    const bool has_divergence = std::any_of(
        logical.forms.begin(), logical.forms.end(),
        [](const Form& form) { return form.taken_offset != form.offset; });
    if (logical.forms.size() > 1 || has_divergence) {
      suspects.push_back(&logical);
    }
  }
  // In the order of the topic, whatever the order of the map.
  std::sort(suspects.begin(), suspects.end(),
            [](const Logical* a, const Logical* b) {
              return a->forms.front().offset < b->forms.front().offset;
            });
  for (const Logical* suspect : suspects) {
    ReportTwins(*suspect, sink);
    ReportDivergence(*suspect, sink);
  }
}

}  // namespace sr
