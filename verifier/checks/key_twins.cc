#include "verifier/checks/key_twins.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/digests.h"
#include "core/findings/codes.h"

namespace sr {

void KeyTwins::Add(const CheckedRecord& checked) {
  const Record& record = checked.record;
  const DecodedKey& key = checked.key;
  if (key.key.seq.has_value() || key.key.type == KeyType::kNoop) return;
  Logical& logical = keys_[LogicalKeyDigest(key.key)];
  logical.type = key.key.type;
  logical.is_global = !key.key.subject.has_value();
  const uint64_t bytes = Xxh3_64(*record.key);
  const bool has_value =
      record.value.has_value() && checked.effect.effect != Effect::kSkipped;
  const auto form = std::find_if(
      logical.forms.begin(), logical.forms.end(),
      [bytes](const Form& each) { return each.bytes == bytes; });
  if (form == logical.forms.end()) {
    logical.forms.push_back({bytes, record.offset, has_value});
  } else {
    form->offset = record.offset;
    form->has_value = has_value;
  }
}

void KeyTwins::ReportTwins(const Logical& logical, FindingSink* sink) const {
  const auto last = std::max_element(
      logical.forms.begin(), logical.forms.end(),
      [](const Form& a, const Form& b) { return a.offset < b.offset; });
  const Form* hidden = nullptr;  // A value behind a later tombstone.
  for (const Form& form : logical.forms) {
    if (form.has_value && (hidden == nullptr || form.offset > hidden->offset)) {
      hidden = &form;
    }
  }
  if (hidden == nullptr) return;  // Tombstones only: all of them will go.
  const bool armed = !last->has_value;
  const bool is_setting =
      logical.type == KeyType::kConfig || logical.type == KeyType::kMode;
  Finding finding = MakeFinding(
      armed                                 ? codes::kKeyTwinArmed
      : logical.is_global && is_setting ? codes::kGlobalKeyTwin
                                            : codes::kKeyFormTwin,
      sink->copy());
  finding.offset = hidden->offset;
  finding.expected = "one byte form for each key";
  finding.found = absl::StrCat(
      logical.forms.size(), " forms of one ", NameOf(logical.type), " key; ",
      armed ? "deleted" : "last written", " at offset ", last->offset,
      armed ? " under another form" : "");
  finding.effect =
      armed ? "applied again when the tombstone is gone" : "applied";
  sink->Add(std::move(finding));
}

void KeyTwins::Report(FindingSink* sink) const {
  std::vector<const Logical*> twins;
  for (const auto& [digest, logical] : keys_) {
    if (logical.forms.size() > 1) twins.push_back(&logical);
  }
  // In the order of the topic, whatever the order of the map.
  std::sort(twins.begin(), twins.end(), [](const Logical* a, const Logical* b) {
    return a->forms.front().offset < b->forms.front().offset;
  });
  for (const Logical* twin : twins) ReportTwins(*twin, sink);
}

}  // namespace sr
