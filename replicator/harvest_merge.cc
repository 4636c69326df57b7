#include "replicator/harvest_merge.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/status_context.h"
#include "core/base/text.h"
#include "core/findings/codes.h"
#include "core/schemas/registry_model.h"
#include "core/schemas/subject.h"

namespace sr {
namespace {

constexpr size_t kNamedMax = 10;

std::string FirstOf(const std::vector<std::string>& all) {
  const size_t named = std::min(all.size(), kNamedMax);
  return absl::StrCat(
      absl::StrJoin(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(named),
                    "; "),
      all.size() > named
          ? absl::StrCat("; and ", all.size() - named, " more")
          : "");
}

std::string ContextOf(const RegistryState& state, const std::string& subject) {
  return std::string(state.has_contexts ? ParseSubject(subject).context
                                        : kDefaultContext);
}

bool IsSameSchema(const SchemaVersion& a, const SchemaVersion& b) {
  if (a.type() != b.type() || a.references() != b.references()) return false;
  if (a.digests() == nullptr || b.digests() == nullptr) return true;
  return a.digests()->text == b.digests()->text;
}

}  // namespace

void HarvestMerge::Open(const RegistryIdentity& like) {
  product_ = like.product;
  // As it runs: what it has told, it has seen come.
  window_ = std::make_unique<StateWindow>(
      MakeRegistryModel(like.product, ChoiceOf(like), /*with_hash=*/true,
                        /*with_md5=*/false, /*is_running=*/true)
          .replay);
}

void HarvestMerge::BeginBase(const RegistryIdentity& like) {
  has_base_ = true;
  Open(like);
}

void HarvestMerge::AddBase(const Record& record) {
  next_offset_ = record.offset + 1;
  const RecordEffect effect = window_->Apply(record, /*remember=*/false);
  if (effect.effect == Effect::kFatal && !stopped_at_.has_value()) {
    stopped_at_ = record.offset;
  }
}

std::set<std::string> HarvestMerge::Names() const {
  std::set<std::string> names;
  if (window_ == nullptr) return names;
  for (const auto& [name, config] : window_->state().configs) {
    names.insert(name);
  }
  for (const auto& [name, mode] : window_->state().modes) names.insert(name);
  return names;
}

absl::Status HarvestMerge::Add(const HarvestedRegistry& registry) {
  if (stopped_at_.has_value()) {
    return WithHint(
        absl::FailedPreconditionError(absl::StrCat(
            "the copy has a record, at offset ", *stopped_at_,
            ", that stops a ", registry.identity.Name())),
        "schemas-replicator salvage takes it out: harvest without --base, or "
        "with what it makes as --base");
  }
  if (product_.has_value() && *product_ != registry.identity.product) {
    return absl::FailedPreconditionError(absl::StrCat(
        registry.location.text, " is a ", registry.identity.Name(),
        ", and the ones before are of another product"));
  }
  Choice choice;
  std::vector<HarvestedRecord> records;
  if (window_ == nullptr) {
    Open(registry.identity);
    records = registry.records.Make(registry.reading.state, now_ms_);
  } else {
    choice = Choose(registry);
    if (!choice.conflicts.empty()) {
      return WithHint(
          absl::FailedPreconditionError(absl::StrCat(
              registry.location.text, " contradicts what comes before it: ",
              FirstOf(choice.conflicts))),
          "find out which is right, and harvest that one alone; messages may "
          "have been written with either");
    }
    records =
        registry.records.Make(registry.reading.state, now_ms_, &choice.add);
  }
  const size_t added = records.size();
  Apply(std::move(records));
  Note(registry, choice, added);
  ++registries_;
  return absl::OkStatus();
}

HarvestMerge::Choice HarvestMerge::Choose(
    const HarvestedRegistry& registry) const {
  ComparableParts parts = ComparablePartsOf(
      registry.identity.product, registry.identity.has_guid(),
      registry.identity.has_contexts(), registry.identity.has_metadata());
  // Of one schema, whenever it was written.
  parts.guid = false;
  parts.timestamp = false;
  const RegistryTold& told = registry.reading.told;
  const StatesCompared compared = CompareStates(
      *window_, registry.reading.state, parts,
      [&told](const RegistryItem& item) { return IsTold(told, item); });
  Choice choice;
  for (const StateDifference& difference : compared.differences) {
    ChooseOne(difference, registry.reading.state, &choice);
  }
  FindIdConflicts(registry, &choice);
  return choice;
}

void HarvestMerge::ChooseOne(const StateDifference& difference,
                             const RegistryState& there,
                             Choice* choice) const {
  const RegistryItem& item = difference.item;
  const bool is_believed = registries_ == 0;
  if (item.kind == RegistryItem::Kind::kVersion) {
    if (difference.code == codes::kRegistryLacksSchema ||
        difference.code == codes::kRegistryCannotDecrypt) {
      ++choice->only_before;
    } else if (difference.code == codes::kTopicLostSchema) {
      choice->add.versions.emplace(item.subject, item.version);
    } else if (difference.code == codes::kDeletedInTopicOnly ||
               difference.code == codes::kDeletedInRegistryOnly) {
      if (is_believed) {
        choice->add.versions.emplace(item.subject, item.version);
      } else {
        choice->overruled.push_back(absl::StrCat(
            NameOf(item), " (",
            difference.code == codes::kDeletedInRegistryOnly ? "deleted"
                                                             : "not deleted",
            " there)"));
      }
    } else if (is_believed) {
      // Deleted for good since the copy, and made anew.
      choice->add.versions.emplace(item.subject, item.version);
      choice->replaced.push_back(NameOf(item));
    } else {
      choice->conflicts.push_back(absl::StrCat(
          NameOf(item), " has ", difference.expected, " before, and ",
          difference.found, " there"));
    }
    return;
  }
  if (item.kind == RegistryItem::Kind::kContext) {
    if (there.contexts.count(item.subject) != 0) {
      choice->add.contexts.insert(item.subject);
    } else {
      ++choice->only_before;
    }
  } else if (!is_believed) {
    choice->overruled.push_back(absl::StrCat(NameOf(item), " (",
                                             difference.found, " there)"));
  } else if (item.kind == RegistryItem::Kind::kConfig) {
    choice->add.configs.insert(item.subject);
  } else {
    choice->add.modes.insert(item.subject);
  }
}

// An id that is added, and stands for another schema already.
void HarvestMerge::FindIdConflicts(const HarvestedRegistry& registry,
                                   Choice* choice) const {
  if (choice->add.versions.empty()) return;
  const RegistryState& before = window_->state();
  struct Use {
    VersionName name;
    const SchemaVersion* version;
  };
  std::map<std::pair<std::string, int32_t>, Use> uses;
  for (const auto& [subject, versions] : before.subjects) {
    for (const auto& [number, version] : versions) {
      if (choice->add.versions.count({subject, number}) != 0) continue;
      uses.insert({{ContextOf(before, subject), version.id},
                   {{subject, number}, &version}});
    }
  }
  for (const VersionName& name : choice->add.versions) {
    const auto subject = registry.reading.state.subjects.find(name.first);
    if (subject == registry.reading.state.subjects.end()) continue;
    const SchemaVersion* const version = subject->second.Find(name.second);
    if (version == nullptr) continue;
    const auto use = uses.find({ContextOf(before, name.first), version->id});
    if (use == uses.end() || IsSameSchema(*use->second.version, *version)) {
      continue;
    }
    choice->conflicts.push_back(absl::StrCat(
        "id ", version->id, " is that of ",
        EscapeForTerminal(use->second.name.first), " version ",
        use->second.name.second, " before, and of another schema, ",
        EscapeForTerminal(name.first), " version ", name.second, ", there"));
  }
}

void HarvestMerge::Apply(std::vector<HarvestedRecord> records) {
  for (HarvestedRecord& harvested : records) {
    Record record;
    record.offset = next_offset_++;
    record.timestamp = harvested.timestamp;
    record.key = harvested.key;
    record.value = harvested.value.has_value() ? Bytes(*harvested.value)
                                               : std::nullopt;
    (void)window_->Apply(record, /*remember=*/false);
    records_.push_back(std::move(harvested));
  }
}

void HarvestMerge::Note(const HarvestedRegistry& registry, const Choice& choice,
                        size_t added) {
  notes_.push_back(absl::StrCat(
      registry.location.text, ": ", WhatItHolds(registry), "; ",
      WithThousands(static_cast<int64_t>(added)), " records made of it"));
  if (choice.only_before > 0) {
    notes_.push_back(absl::StrCat(
        WithThousands(choice.only_before), " versions or contexts that came before are not in ",
        registry.location.text,
        ", deleted for good since or lost by it: they are kept"));
  }
  if (!choice.replaced.empty()) {
    notes_.push_back(absl::StrCat(
        "of another schema than in the copy, deleted for good and made anew since: ",
        FirstOf(choice.replaced)));
  }
  if (!choice.overruled.empty()) {
    notes_.push_back(absl::StrCat(registry.location.text,
                                  " says otherwise, and is not followed: ",
                                  FirstOf(choice.overruled)));
  }
  if (registry.reading.not_addressable > 0) {
    notes_.push_back(absl::StrCat(
        WithThousands(registry.reading.not_addressable),
        " configs and modes of subjects that no path can name were not asked "
        "for"));
  }
}

}  // namespace sr
