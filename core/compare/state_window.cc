#include "core/compare/state_window.h"

#include <set>
#include <utility>

#include "core/schemas/subject.h"
#include "core/schemas/value.h"

namespace sr {
namespace {

// What a record touches: under which names a registry may know it, as written and
// in their normal form, by the key and by the value.
struct Touched {
  std::set<std::string> subjects;
  std::optional<int32_t> only_version;  // Of SCHEMA; nullopt: not known which.

  void Add(const std::optional<std::string>& subject) {
    subjects.insert(subject.value_or(""));
    subjects.insert(NormalSubject(subject.value_or("")));
  }
};

Touched TouchedBy(const Record& record, const RegistryKey& key) {
  Touched touched;
  touched.Add(key.subject);
  if (key.type == KeyType::kSchema) {
    const SchemaValue value = DecodeSchemaValue(record.value);
    if (value.subject.has_value()) touched.Add(value.subject);
    if (value.version.value_or(key.version) == key.version) {
      touched.only_version = key.version;
    }
  } else if (key.type == KeyType::kDeleteSubject) {
    const SubjectValue value = DecodeSubjectValue(record.value);
    if (value.subject.has_value()) touched.Add(value.subject);
  }
  return touched;
}

template <typename Map>
auto CopyOf(const Map& map, const std::string& key)
    -> std::optional<typename Map::mapped_type> {
  const auto found = map.find(key);
  if (found == map.end()) return std::nullopt;
  return found->second;
}

template <typename Map>
auto* PointerIn(const Map& map, const std::string& key) {
  const auto found = map.find(key);
  return found != map.end() ? &found->second : nullptr;
}

// Drops what is of records below `offset`, and entries with nothing left.
template <typename Map>
void Forget(int64_t offset, Map* map) {
  for (auto entry = map->begin(); entry != map->end();) {
    auto& befores = entry->second;
    while (!befores.empty() && befores.front().offset < offset) {
      befores.pop_front();
    }
    entry = befores.empty() ? map->erase(entry) : std::next(entry);
  }
}

}  // namespace

RecordEffect StateWindow::Apply(const Record& record, bool remember) {
  DecodeKey(record.key, &key_);
  if (remember && key_.problem == KeyProblem::kNone) Remember(record, key_);
  const RecordEffect effect = replay_->ApplyDecoded(record, key_, nullptr);
  // A key that is none to Confluent may be one to others.
  const bool is_unknown = key_.problem != KeyProblem::kNone &&
                          effect.effect == Effect::kApplied;
  if (remember && (effect.id_conflict || is_unknown ||
                   key_.key.type == KeyType::kClearSubject)) {
    wide_.push_back(record.offset);
    written_.everything = true;
  }
  return effect;
}

void StateWindow::Remember(const Record& record, const DecodedKey& key) {
  if (key.key.type == KeyType::kNoop ||
      key.key.type == KeyType::kAssociation) {
    return;
  }
  if (key.key.type == KeyType::kContext) {
    contexts_[key.key.context].push_back(
        {record.offset, state().contexts.count(key.key.context) != 0});
    written_.contexts = true;
    return;
  }
  const Touched touched = TouchedBy(record, key.key);
  for (const std::string& subject : touched.subjects) {
    NoteWritten(subject, key.key.type, touched.only_version);
    RememberSubject(subject,
                    {record.offset, key.key.type, touched.only_version});
  }
}

void StateWindow::NoteWritten(const std::string& subject, KeyType part,
                              std::optional<int32_t> only_version) {
  if (part == KeyType::kConfig) {
    written_.configs.insert(subject);
  } else if (part == KeyType::kMode) {
    written_.modes.insert(subject);
  } else if (only_version.has_value()) {
    written_.versions.emplace(subject, *only_version);
  } else {
    written_.subjects.insert(subject);
  }
}

RegistryScope StateWindow::TakeWritten() {
  return std::exchange(written_, RegistryScope());
}

void StateWindow::RememberSubject(const std::string& subject, Before before) {
  if (before.part == KeyType::kConfig) {
    before.config = CopyOf(state().configs, subject);
  } else if (before.part == KeyType::kMode) {
    before.mode = CopyOf(state().modes, subject);
  } else if (const SubjectVersions* const versions =
                 PointerIn(state().subjects, subject)) {
    if (!before.only_version.has_value()) {
      before.versions = *versions;
    } else if (const SchemaVersion* const version =
                   versions->Find(*before.only_version)) {
      before.versions.Put(*before.only_version, *version);
    }
  }
  subjects_[subject].push_back(std::move(before));
}

void StateWindow::ForgetBefore(int64_t offset) {
  Forget(offset, &subjects_);
  Forget(offset, &contexts_);
  while (!wide_.empty() && wide_.front() < offset) wide_.pop_front();
}

const std::deque<StateWindow::Before>* StateWindow::Find(
    const std::string& subject) const {
  return PointerIn(subjects_, subject);
}

std::vector<const SchemaVersion*> StateWindow::Versions(
    const std::string& subject, int32_t version) const {
  std::vector<const SchemaVersion*> said;
  const auto found = state().subjects.find(subject);
  said.push_back(found != state().subjects.end() ? found->second.Find(version)
                                                 : nullptr);
  if (const auto* const befores = Find(subject)) {
    for (auto before = befores->rbegin(); before != befores->rend(); ++before) {
      const bool is_touched =
          before->part != KeyType::kConfig && before->part != KeyType::kMode &&
          before->only_version.value_or(version) == version;
      if (is_touched) said.push_back(before->versions.Find(version));
    }
  }
  return said;
}

std::vector<const SubjectConfig*> StateWindow::Configs(
    const std::string& subject) const {
  std::vector<const SubjectConfig*> said = {
      PointerIn(state().configs, subject)};
  if (const auto* const befores = Find(subject)) {
    for (auto before = befores->rbegin(); before != befores->rend(); ++before) {
      if (before->part != KeyType::kConfig) continue;
      said.push_back(before->config.has_value() ? &*before->config : nullptr);
    }
  }
  return said;
}

std::vector<const SubjectMode*> StateWindow::Modes(
    const std::string& subject) const {
  std::vector<const SubjectMode*> said = {PointerIn(state().modes, subject)};
  if (const auto* const befores = Find(subject)) {
    for (auto before = befores->rbegin(); before != befores->rend(); ++before) {
      if (before->part != KeyType::kMode) continue;
      said.push_back(before->mode.has_value() ? &*before->mode : nullptr);
    }
  }
  return said;
}

std::vector<bool> StateWindow::Contexts(const std::string& context) const {
  std::vector<bool> said = {state().contexts.count(context) != 0};
  if (const auto* const befores = PointerIn(contexts_, context)) {
    for (auto before = befores->rbegin(); before != befores->rend(); ++before) {
      said.push_back(before->is_there);
    }
  }
  return said;
}

}  // namespace sr
