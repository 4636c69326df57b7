#include "core/schemas/confluent_replay.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/text.h"
#include "core/schemas/content_md5.h"
#include "core/schemas/rules.h"
#include "core/schemas/subject.h"

namespace sr {
namespace {

// What stops the reader instead of costing one record.
bool StopsTheReader(KeyProblem problem) {
  switch (problem) {
    case KeyProblem::kNull:
    case KeyProblem::kJsonNull:
    case KeyProblem::kKeytypeMissing:
    case KeyProblem::kKeytypeNotAString:
    case KeyProblem::kKeytypeUnknown:
      return true;
    default:
      return false;
  }
}

std::string WithDetail(absl::string_view what, absl::string_view detail) {
  return detail.empty() ? std::string(what) : absl::StrCat(what, ": ", detail);
}

// Sixteen bytes in base64, or what makes indexing the record fail.
std::optional<Digest128> StoredMd5(const std::string& md5) {
  const absl::StatusOr<std::string> bytes = FromBase64(md5);
  Digest128 digest;
  if (!bytes.ok() || bytes->size() != digest.bytes.size()) return std::nullopt;
  std::copy(bytes->begin(), bytes->end(), digest.bytes.begin());
  return digest;
}

absl::string_view ContextOf(absl::string_view subject) {
  return ParseSubject(subject).context;
}

// The normal form of a subject, which it has already, as a rule: then this costs
// nothing.
class Normal {
 public:
  explicit Normal(const std::string& subject) {
    if (IsNormalSubject(subject)) {
      view_ = subject;
    } else {
      changed_ = NormalSubject(subject);
      view_ = changed_;
    }
  }
  Normal(const Normal&) = delete;
  Normal& operator=(const Normal&) = delete;

  absl::string_view view() const { return view_; }

 private:
  std::string changed_;
  absl::string_view view_;
};

const std::string& EmptyString() {
  static const auto* const empty = new std::string;
  return *empty;
}

// "" is global.
std::string SettingSubject(const RegistryKey& key) {
  return key.subject.has_value() ? NormalSubject(*key.subject) : "";
}

}  // namespace

void ConfluentReplay::PassOver() {
  for (const auto& [subject, number] : deleted_by_stop_) {
    SchemaVersion* const version = subjects_.Find(subject)->second.Find(number);
    version->deleted = false;
    version->deleted_with_subject = false;
  }
  deleted_by_stop_.clear();
  stopped_at_.reset();
}

RecordEffect ConfluentReplay::Stop(int64_t offset, std::string reason) {
  stopped_at_ = offset;
  stop_reason_ = reason;
  return RecordEffect::Fatal(std::move(reason));
}

RecordEffect ConfluentReplay::ApplyDecoded(const Record& record,
                                           const DecodedKey& key,
                                           const SchemaValue* value) {
  if (stopped()) {
    return RecordEffect::Fatal(
        absl::StrCat("not read: the reader stopped at offset ", *stopped_at_,
                     " (", stop_reason_, ")"));
  }
  if (key.problem != KeyProblem::kNone) {
    std::string reason = WithDetail(Describe(key.problem), key.detail);
    return StopsTheReader(key.problem)
               ? Stop(record.offset, std::move(reason))
               : RecordEffect::Skipped(std::move(reason));
  }
  if (!options_.version.KnowsKeyType(key.key.type)) {
    return Stop(
        record.offset,
        absl::StrCat("version ", options_.version.ToString(),
                     " does not know the keytype ", NameOf(key.key.type)));
  }
  if (!key.extra_member.empty() && !options_.version.IgnoresUnknownMembers()) {
    return RecordEffect::Skipped(absl::StrCat(
        "version ", options_.version.ToString(), " does not know the member ",
        Excerpt(key.extra_member), " of the key"));
  }
  return ApplyKnown(key, record, value);
}

RecordEffect ConfluentReplay::ApplyKnown(const DecodedKey& key,
                                         const Record& record,
                                         const SchemaValue* value) {
  switch (key.key.type) {
    case KeyType::kNoop:
      // Equal to the reader's own NOOP: it looks no further.
      if (key.key.magic == 0 || !record.value.has_value()) {
        return RecordEffect::Applied();
      }
      return RecordEffect::Skipped("a NOOP with another magic and a value");
    case KeyType::kSchema:
      if (value == nullptr) DecodeSchemaValue(record.value, &value_);
      return ApplySchema(key.key, value != nullptr ? *value : value_, record);
    case KeyType::kConfig:
      return ApplyConfig(key.key, record);
    case KeyType::kMode:
      return ApplyMode(key.key, record);
    case KeyType::kDeleteSubject:
      return ApplyDeleteSubject(record);
    case KeyType::kClearSubject:
      return ApplyClearSubject(record);
    case KeyType::kContext:
      return ApplyContext(key.key, record);
    case KeyType::kAssociation:
      return ApplyAssociation(key.key, record);
  }
  return RecordEffect::Applied();
}

// Why the registry cannot read `value`; nullopt if it can.
std::optional<std::string> ConfluentReplay::Unreadable(
    const DecodedValue& value) const {
  if (value.problem != ValueProblem::kNone) {
    return WithDetail(Describe(value.problem), value.detail);
  }
  if (!value.extra_member.empty() &&
      !options_.version.IgnoresUnknownMembers()) {
    return absl::StrCat("version ", options_.version.ToString(),
                        " does not know the member ",
                        Excerpt(value.extra_member), " of the value");
  }
  return std::nullopt;
}

RecordEffect ConfluentReplay::ApplySchema(const RegistryKey& key,
                                          const SchemaValue& value,
                                          const Record& record) {
  if (const auto reason = Unreadable(value)) {
    return RecordEffect::Skipped(*reason);
  }
  if (value.is_null) return RemoveSchema(key);
  if (!value.id.has_value()) {
    return RecordEffect::Skipped("the value has no id");
  }
  if (!value.subject.has_value()) {
    return RecordEffect::Skipped("the value has no subject");
  }
  const Digest128 text =
      TextDigest(value.schema.value_or(JsonSpan{JsonKind::kString, ""}));
  IdUses* const uses = FindUses(ContextOf(*value.subject), *value.id);
  if (options_.version.RefusesDuplicateIds() && uses != nullptr &&
      HasOtherText(*uses, text)) {
    RecordEffect effect = RecordEffect::RolledBack(absl::StrCat(
        "id ", *value.id, " of context ", Excerpt(ContextOf(*value.subject)),
        " already stands for another schema"));
    effect.text_rewritten = HasId(key, *value.id);
    return effect;
  }
  return StoreSchema(key, value, text, uses, record);
}

IdUses* ConfluentReplay::FindUses(absl::string_view context, int32_t id) {
  const auto ids = ids_.find(context);
  return ids != ids_.end() ? ids->second.Find(id) : nullptr;
}

// Whether the version that `key` names is there and has this id.
bool ConfluentReplay::HasId(const RegistryKey& key, int32_t id) {
  if (!key.subject.has_value()) return false;
  const SubjectIndex::Subject* const subject =
      subjects_.Find(Normal(*key.subject).view());
  if (subject == nullptr) return false;
  const SchemaVersion* const version = subject->second.Find(key.version);
  return version != nullptr && version->id == id;
}

// Whether an id with these uses stands for another text. Any one is looked at.
bool ConfluentReplay::HasOtherText(const IdUses& uses,
                                   const Digest128& text) const {
  const IdUses::Use use = uses.Any();
  const SubjectVersions* const versions = subjects_.At(use.subject);
  if (versions == nullptr) return false;
  const SchemaVersion* const stored = versions->Find(use.version);
  return stored != nullptr && !(stored->text == text);
}

// `uses` are those of the id in the context of the value's subject; null: none.
RecordEffect ConfluentReplay::StoreSchema(const RegistryKey& key,
                                          const SchemaValue& value,
                                          const Digest128& text, IdUses* uses,
                                          const Record& record) {
  SchemaVersion stored;
  stored.id = *value.id;
  stored.deleted = value.deleted.value_or(false);
  stored.encrypted = IsEncrypted(value);
  stored.set_type(value.type());
  stored.text = text;
  stored.set_references(value.references);
  stored.offset = record.offset;
  stored.timestamp = record.timestamp;
  const std::optional<Digest128> md5 =
      value.md5.has_value() ? StoredMd5(*value.md5) : std::nullopt;
  if (md5.has_value()) {
    stored.set_md5(*md5);
  } else if (options_.content_md5) {
    stored.set_md5(ContentMd5(value));
  }
  if (options_.content_hash.has_value()) {
    stored.set_digests(DigestsOf(value, *options_.content_hash));
  }
  const Normal subject(key.subject.has_value() ? *key.subject : EmptyString());
  if (*value.subject != subject.view() || value.version != key.version) {
    stored.set_other_name({value.subject, value.version});
  }
  SubjectVersions& versions = subjects_.Put(subject.view())->second;
  RecordEffect effect;
  if (const auto before = versions.Put(key.version, std::move(stored));
      before.has_value() && *before != *value.id) {
    effect.replaced_id = before;
  }
  const absl::string_view context = ContextOf(subject.view());
  RaiseMaxId(context, *value.id);
  if (!key.subject.has_value()) {
    effect.reason = "stored, but not indexed: the key has no subject";
    return effect;
  }
  if (uses == nullptr || context != ContextOf(*value.subject)) {
    auto ids = ids_.find(context);
    if (ids == ids_.end()) ids = ids_.try_emplace(std::string(context)).first;
    uses = ids->second.Make(*value.id);
  }
  uses->Put(versions.number, key.version);
  if (value.md5.has_value() && !md5.has_value()) {
    effect.reason =
        "stored, but not indexed by its content: md5 is not 16 bytes of base64";
  }
  return effect;
}

void ConfluentReplay::RaiseMaxId(absl::string_view context, int32_t id) {
  const auto found = state_.max_ids.find(context);
  if (found == state_.max_ids.end()) {
    state_.max_ids.emplace(context, id);
  } else {
    found->second = std::max(found->second, id);
  }
}

// `id` is one of the context of `subject`.
void ConfluentReplay::DropUse(int32_t id, const SubjectIndex::Subject& subject,
                              int32_t version) {
  const auto ids = ids_.find(ContextOf(subject.first));
  if (ids == ids_.end()) return;
  IdUses* const uses = ids->second.Find(id);
  if (uses == nullptr) return;
  uses->Remove(subject.second.number, version);
  ids->second.Drop(id);
}

RecordEffect ConfluentReplay::RemoveSchema(const RegistryKey& key) {
  if (!key.subject.has_value()) return RecordEffect::Applied();
  SubjectIndex::Subject* const subject =
      subjects_.Find(Normal(*key.subject).view());
  if (subject == nullptr) return RecordEffect::Applied();
  const SchemaVersion* const old = subject->second.Find(key.version);
  if (old == nullptr) return RecordEffect::Applied();
  RecordEffect effect;
  effect.removed_live = !old->deleted;
  DropUse(old->id, *subject, key.version);
  ForgetVersion(subject, key.version);
  return effect;
}

void ConfluentReplay::ForgetVersion(SubjectIndex::Subject* subject,
                                    int32_t version) {
  subject->second.Erase(version);
  if (subject->second.empty()) subjects_.Remove(subject);
}

RecordEffect ConfluentReplay::ApplyConfig(const RegistryKey& key,
                                          const Record& record) {
  const ConfigValue value = DecodeConfigValue(record.value);
  if (const auto reason = Unreadable(value)) {
    return RecordEffect::Skipped(*reason);
  }
  const std::string subject = SettingSubject(key);
  if (value.is_null) {
    state_.configs.erase(subject);
  } else {
    state_.configs[subject] = {value.compatibility_level, value.alias,
                               std::string(value.object->text), record.offset};
  }
  return RecordEffect::Applied();
}

RecordEffect ConfluentReplay::ApplyMode(const RegistryKey& key,
                                        const Record& record) {
  const ModeValue value = DecodeModeValue(record.value);
  if (const auto reason = Unreadable(value)) {
    return RecordEffect::Skipped(*reason);
  }
  const std::string subject = SettingSubject(key);
  if (value.is_null) {
    state_.modes.erase(subject);
  } else {
    state_.modes[subject] = {value.mode, record.offset};
  }
  return RecordEffect::Applied();
}

RecordEffect ConfluentReplay::ApplyDeleteSubject(const Record& record) {
  const SubjectValue value = DecodeSubjectValue(record.value);
  if (const auto reason = Unreadable(value)) {
    return RecordEffect::Skipped(*reason);
  }
  if (value.is_null) return RecordEffect::Applied();
  if (!value.version.has_value()) {
    return RecordEffect::Skipped("DELETE_SUBJECT without a version");
  }
  const bool endless = *value.version == std::numeric_limits<int32_t>::max();
  const std::string subject = NormalSubject(value.subject.value_or(""));
  const auto found = state_.subjects.find(subject);
  if (found != state_.subjects.end()) {
    for (auto& [number, version] : found->second) {
      if (number < 1 || number > *value.version || version.deleted) continue;
      version.deleted = true;
      version.deleted_with_subject = true;
      if (endless) deleted_by_stop_.emplace_back(subject, number);
    }
  }
  // What it counted past it has deleted, and answers so (recorded case
  // t-v-delete-subject-maxint).
  if (endless) {
    return Stop(record.offset,
                "DELETE_SUBJECT up to version 2147483647: the reader counts "
                "for ever");
  }
  return RecordEffect::Applied();
}

// Takes softly deleted versions away: of one subject, of one context (":.c:"),
// or all.
RecordEffect ConfluentReplay::ApplyClearSubject(const Record& record) {
  const SubjectValue value = DecodeSubjectValue(record.value);
  if (const auto reason = Unreadable(value)) {
    return RecordEffect::Skipped(*reason);
  }
  if (value.is_null) return RecordEffect::Applied();
  const std::string cleared = NormalSubject(value.subject.value_or(""));
  const QualifiedSubject target = ParseSubject(cleared);
  const bool all =
      !value.subject.has_value() || target.context == kGlobalContext;
  std::vector<std::pair<std::string, int32_t>> gone;
  const auto add = [&gone](const std::string& subject,
                           const SubjectVersions& versions) {
    for (const auto& [number, version] : versions) {
      if (version.deleted) gone.emplace_back(subject, number);
    }
  };
  if (!all && !target.name.empty()) {
    const auto found = state_.subjects.find(cleared);
    if (found != state_.subjects.end()) add(cleared, found->second);
  } else {
    for (const auto& [subject, versions] : state_.subjects) {
      if (all || ParseSubject(subject).context == target.context) {
        add(subject, versions);
      }
    }
  }
  for (const auto& [name, number] : gone) {
    SubjectIndex::Subject* const subject = subjects_.Find(name);
    // Ids are taken back in the context of the value only.
    if (ContextOf(name) == target.context) {
      DropUse(subject->second.Find(number)->id, *subject, number);
    }
    ForgetVersion(subject, number);
  }
  return RecordEffect::Applied();
}

RecordEffect ConfluentReplay::ApplyContext(const RegistryKey& key,
                                           const Record& record) {
  const ContextValue value = DecodeContextValue(record.value);
  if (const auto reason = Unreadable(value)) {
    return RecordEffect::Skipped(*reason);
  }
  if (value.is_null) {
    state_.contexts.erase(key.context);
  } else {
    state_.contexts[key.context] = record.offset;
  }
  return RecordEffect::Applied();
}

RecordEffect ConfluentReplay::ApplyAssociation(const RegistryKey& key,
                                               const Record& record) {
  const AssociationValue value = DecodeAssociationValue(record.value);
  if (const auto reason = Unreadable(value)) {
    return RecordEffect::Skipped(*reason);
  }
  if (value.is_null) {
    state_.associations.erase(LogicalKey(key));
  } else {
    state_.associations[LogicalKey(key)] = {
        value.subject.value_or(""), value.resource_name.value_or(""),
        value.guid.value_or(""), value.lifecycle.value_or(""), record.offset};
  }
  return RecordEffect::Applied();
}

}  // namespace sr
