#include "core/schemas/karapace_replay.h"

#include <algorithm>
#include <initializer_list>
#include <limits>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/text.h"
#include "core/json/canonical_json.h"
#include "core/json/utf8.h"
#include "core/parsers/protobuf_schema.h"
#include "core/schemas/members.h"
#include "core/schemas/subject.h"

namespace sr {
namespace {

// orjson prints no deeper ones.
constexpr int kPrintedDepthMax = 254;

// Whether the names are in one of the three orders that the registry writes.
bool HasOwnOrder(const LastMembers& key) {
  const auto is = [&key](std::initializer_list<absl::string_view> names) {
    return std::equal(key.members().begin(), key.members().end(),
                      names.begin(), names.end(),
                      [](const LastMembers::Member& member,
                         absl::string_view name) { return member.name == name; });
  };
  return is({"keytype", "subject", "version", "magic"}) ||
         is({"keytype", "subject", "magic"}) || is({"keytype", "magic"});
}

// What Python calls false: null, "", {} and no value at all.
bool IsFalsy(const JsonSpan* value) {
  if (value == nullptr || value->is_null()) return true;
  if (value->is_string()) return value->text.empty();
  return value->is_object() && !JsonMembers(*value).Next();
}

// A subject as text. Python's None is a subject like another.
std::string SubjectText(const JsonSpan& subject) {
  return subject.is_null() ? "None" : TextOf(subject);
}

RecordEffect NotManaged(absl::string_view what) {
  return RecordEffect::Skipped(
      absl::StrCat("discarded: ", what, " is not managed"));
}

RecordEffect Without(absl::string_view member) {
  return RecordEffect::Skipped(absl::StrCat("discarded: no member ", member));
}

RecordEffect AppliedWith(std::string reason) {
  RecordEffect effect = RecordEffect::Applied();
  effect.reason = std::move(reason);
  return effect;
}

// The references of a value. nullopt: they cannot be taken as such.
std::optional<std::vector<SchemaReference>> ReferencesOf(const JsonSpan* value) {
  std::vector<SchemaReference> references;
  if (IsFalsy(value)) return references;
  if (value->kind != JsonKind::kArray) return std::nullopt;
  for (JsonElements elements(*value); elements.Next();) {
    if (!elements.value().is_object()) return std::nullopt;
    const LastMembers members(elements.value());
    const JsonSpan* const name = members.Find("name");
    const JsonSpan* const subject = members.Find("subject");
    const JsonSpan* const version = members.Find("version");
    if (name == nullptr || subject == nullptr || version == nullptr) {
      return std::nullopt;
    }
    const auto number = NumberOf(*version);
    if (!number.has_value() || !number->integer.has_value() ||
        *number->integer > std::numeric_limits<int32_t>::max() ||
        *number->integer < -1) {
      return std::nullopt;
    }
    references.push_back({TextOf(*name), SubjectText(*subject),
                          static_cast<int32_t>(*number->integer)});
  }
  return references;
}

// A digest of what a schema says however it is printed. Of Protobuf nothing: two
// versions of the registry need not print it alike.
Digest128 MeaningOf(absl::string_view type, const JsonSpan& text) {
  if (type == "PROTOBUF") return Xxh3_128(type);
  const std::string unescaped = Unescaped(text);
  std::string canonical(type);
  if (const auto json = StrictJson(unescaped)) {
    AppendCanonicalJson(*json, &canonical);
  }
  return Xxh3_128(canonical);
}

}  // namespace

RecordEffect KarapaceReplay::LoseBatch(int64_t offset, std::string reason) {
  if (options_.is_running) {
    return RecordEffect::Skipped(
        absl::StrCat(reason, "; what was read with it is lost"));
  }
  stopped_at_ = offset;
  return RecordEffect::Fatal(
      absl::StrCat(reason, "; up to 1,000 records read with it are lost"));
}

RecordEffect KarapaceReplay::ApplyDecoded(const Record& record,
                                          const DecodedKey& /*key*/,
                                          const SchemaValue* /*value*/) {
  if (stopped_at_.has_value()) {
    return RecordEffect::Fatal(
        absl::StrCat("perhaps lost with offset ", *stopped_at_));
  }
  const bool no_value = !record.value.has_value() || record.value->empty();
  if ((!record.key.has_value() || record.key->empty()) && no_value) {
    return RecordEffect::Applied();
  }
  if (!record.key.has_value()) return RecordEffect::Skipped("empty key");
  if (!IsUtf8(*record.key)) {
    return LoseBatch(record.offset, "the key is not UTF-8");
  }
  const std::optional<JsonSpan> key = StrictJson(*record.key);
  if (!key.has_value()) return RecordEffect::Skipped("the key is not JSON");
  if (!key->is_object()) {
    return LoseBatch(record.offset, "the key is JSON, but no object");
  }
  const LastMembers members(*key);
  if (!HasOwnOrder(members)) writes_old_keys_ = true;
  if (no_value) return ApplyObject(members, nullptr, record);
  const std::optional<JsonSpan> value = StrictJson(*record.value);
  if (!value.has_value() || (!value->is_object() && !IsFalsy(&*value))) {
    return RecordEffect::Skipped("the value is not a JSON object");
  }
  return ApplyObject(members, &*value, record);
}

// `value` null: there is none.
RecordEffect KarapaceReplay::ApplyObject(const LastMembers& key,
                                         const JsonSpan* value,
                                         const Record& record) {
  const JsonSpan* const keytype = key.Find("keytype");
  if (keytype == nullptr) return Without("keytype");
  if (!keytype->is_string()) return NotManaged(Excerpt(keytype->text));
  const std::string type = Unescaped(*keytype);
  if (type == "SCHEMA") {
    return IsFalsy(value) ? RemoveSchema(key) : ApplySchema(*value, record);
  }
  if (type == "CONFIG") return ApplyConfig(key, value, record);
  if (type == "DELETE_SUBJECT") return ApplyDeleteSubject(value);
  if (type == "NOOP") return RecordEffect::Applied();
  return NotManaged(Excerpt(type));
}

RecordEffect KarapaceReplay::ApplyConfig(const LastMembers& key,
                                         const JsonSpan* value,
                                         const Record& record) {
  const JsonSpan* const subject = key.Find("subject");
  const bool is_global = subject == nullptr || subject->is_null();
  const std::string name = is_global ? "" : SubjectText(*subject);
  if (!is_global) subjects_.insert(name);
  if (value == nullptr || value->is_null() || (!is_global && IsFalsy(value))) {
    if (is_global) return AppliedWith("a global config is never deleted");
    state_.configs.erase(name);
    return RecordEffect::Applied();
  }
  if (!value->is_object()) return Without("compatibilityLevel");
  const LastMembers members(*value);
  const JsonSpan* const level = members.Find("compatibilityLevel");
  if (level == nullptr) return Without("compatibilityLevel");
  SubjectConfig config;
  if (!level->is_null()) config.level = TextOf(*level);
  config.json = std::string(value->text);
  config.offset = record.offset;
  state_.configs[name] = std::move(config);
  return RecordEffect::Applied();
}

RecordEffect KarapaceReplay::ApplyDeleteSubject(const JsonSpan* value) {
  if (value == nullptr || !value->is_object()) return Without("subject");
  const LastMembers members(*value);
  const JsonSpan* const subject = members.Find("subject");
  const JsonSpan* const version = members.Find("version");
  if (subject == nullptr) return Without("subject");
  if (version == nullptr) return Without("version");
  const auto found = state_.subjects.find(SubjectText(*subject));
  if (found == state_.subjects.end()) {
    return AppliedWith("there is no such subject");
  }
  const std::optional<JsonNumber> last = NumberOf(*version);
  if (!last.has_value() || !last->integer.has_value()) {
    return RecordEffect::Skipped("the version is no integer");
  }
  for (auto& [number, stored] : found->second) {
    if (number > *last->integer || stored.deleted) continue;
    stored.deleted = true;
    stored.deleted_with_subject = true;
  }
  return RecordEffect::Applied();
}

// A hard delete: by no value, by an empty one, and by what Python calls false.
RecordEffect KarapaceReplay::RemoveSchema(const LastMembers& key) {
  const JsonSpan* const subject = key.Find("subject");
  const JsonSpan* const version = key.Find("version");
  if (subject == nullptr) return Without("subject");
  if (version == nullptr) return Without("version");
  const auto found = state_.subjects.find(SubjectText(*subject));
  const std::optional<JsonNumber> number = NumberOf(*version);
  if (found == state_.subjects.end() || !number.has_value() ||
      !number->integer.has_value() ||
      *number->integer != static_cast<int32_t>(*number->integer)) {
    return AppliedWith("there is no such version");
  }
  const auto sought = static_cast<int32_t>(*number->integer);
  const SchemaVersion* const old = found->second.Find(sought);
  if (old == nullptr) return AppliedWith("there is no such version");
  RecordEffect effect;
  effect.removed_live = !old->deleted;
  found->second.Erase(sought);
  if (found->second.empty()) {
    // The subject's level goes with it.
    subjects_.erase(found->first);
    state_.configs.erase(found->first);
    state_.subjects.erase(found);
  }
  return effect;
}

std::string KarapaceReplay::Refusal(const std::string& type,
                                    const std::string& text) const {
  if (type == "PROTOBUF") {
    const ParsedSchema parsed = ParseProtobufSchema(text);
    return parsed.ok() ? ""
                       : absl::StrCat("the schema is not Protobuf: ",
                                      Excerpt(parsed.error));
  }
  if (!StrictJson(text).has_value()) return "the schema is not JSON";
  if (options_.major >= 6 && JsonDepth(text) > kPrintedDepthMax) {
    return absl::StrCat("the schema is nested deeper than ", kPrintedDepthMax,
                        " levels");
  }
  return "";
}

bool KarapaceReplay::LooksUpReferences(absl::string_view type) const {
  return type == "PROTOBUF" || (type == "AVRO" && options_.major >= 6);
}

RecordEffect KarapaceReplay::ApplySchema(const JsonSpan& value,
                                         const Record& record) {
  const LastMembers members(value);
  const JsonSpan* const text = members.Find("schema");
  const JsonSpan* const subject = members.Find("subject");
  const JsonSpan* const id = members.Find("id");
  const JsonSpan* const version = members.Find("version");
  if (text == nullptr) return Without("schema");
  if (subject == nullptr) return Without("subject");
  if (id == nullptr) return Without("id");
  if (version == nullptr) return Without("version");
  SchemaVersion stored;
  std::string type = "AVRO";
  if (const JsonSpan* const named = members.Find("schemaType")) {
    type = named->is_null() ? "None" : TextOf(*named);
  }
  if (type != "AVRO" && type != "JSON" && type != "PROTOBUF") {
    return RecordEffect::Skipped(
        absl::StrCat("unknown schema type ", Excerpt(type)));
  }
  stored.set_type(type);
  if (!text->is_string()) {
    return LoseBatch(record.offset, "the schema is no text");
  }
  if (std::string refusal = Refusal(type, Unescaped(*text));
      !refusal.empty()) {
    return RecordEffect::Skipped(std::move(refusal));
  }
  auto references = ReferencesOf(members.Find("references"));
  if (!references.has_value()) {
    return RecordEffect::Skipped("the references are not such");
  }
  if (LooksUpReferences(type)) {
    if (auto skipped = MissingReference(state_, *references)) return *skipped;
  }
  stored.set_references(*std::move(references));
  const std::optional<JsonNumber> number = NumberOf(*version);
  if (!number.has_value() || !number->integer.has_value()) {
    return RecordEffect::Skipped("the version is no integer");
  }
  const std::optional<JsonNumber> id_number = NumberOf(*id);
  if (!id_number.has_value()) {
    return RecordEffect::Skipped("the id is no number");
  }
  // Whatever is not false is true.
  const JsonSpan* const deleted = members.Find("deleted");
  stored.deleted = deleted != nullptr && deleted->kind != JsonKind::kFalse;
  stored.text = TextDigest(*text);
  stored.offset = record.offset;
  stored.timestamp = record.timestamp;
  if (!id_number->integer.has_value()) {
    has_odd_id_ = true;
    return AppliedWith(
        "stored under an id that is no integer: each registration fails");
  }
  return StoreSchema(SubjectText(*subject), *number->integer,
                     *id_number->integer, *text, std::move(stored));
}

RecordEffect KarapaceReplay::StoreSchema(const std::string& subject,
                                         int64_t number, int64_t id,
                                         const JsonSpan& text,
                                         SchemaVersion version) {
  max_id_ = std::max(max_id_, id);
  subjects_.insert(subject);
  RecordEffect effect;
  if (TakeId(id, {version.text, MeaningOf(version.type(), text), subject,
                  number})) {
    effect.id_conflict = true;
    effect.reason = absl::StrCat("whoever asks for id ", id,
                                 " is told this schema from here on");
  }
  version.id = static_cast<int32_t>(id);
  if (version.id != id || static_cast<int32_t>(number) != number) {
    effect.reason = "stored under a number beyond 32 bits";
    return effect;
  }
  if (options_.content_hash.has_value()) {
    SchemaValue told;
    told.subject = subject;
    told.version = static_cast<int32_t>(number);
    told.id = version.id;
    told.schema_type = std::string(version.type());
    told.references = version.references();
    told.schema = text;
    version.set_digests(DigestsOf(told, *options_.content_hash));
  }
  auto& highest = state_.max_ids[kDefaultContext];
  highest = std::max(highest, version.id);
  const int32_t new_id = version.id;
  const auto before =
      state_.subjects[subject].Put(static_cast<int32_t>(number),
                 std::move(version));
  if (before.has_value() && *before != new_id) effect.replaced_id = before;
  return effect;
}

// Returns whether the id stood for another schema of another version.
bool KarapaceReplay::TakeId(int64_t id, Content content) {
  const auto [place, is_new] = contents_.try_emplace(id, content);
  if (is_new) return false;
  const Content before = std::exchange(place->second, std::move(content));
  return !(before.meaning == place->second.meaning) &&
         std::tie(before.subject, before.number) !=
             std::tie(place->second.subject, place->second.number);
}

const Digest128* KarapaceReplay::TextOfId(int64_t id) const {
  const auto found = contents_.find(id);
  return found != contents_.end() ? &found->second.text : nullptr;
}

std::string KarapaceReplay::Remark() const {
  std::string remark;
  if (has_odd_id_) {
    remark = "; it will refuse every registration, for an id is no integer";
  }
  if (writes_old_keys_) {
    absl::StrAppend(&remark, "; it will write its keys with keytype last");
  }
  return remark;
}

std::optional<int64_t> KarapaceReplay::next_id() const {
  if (has_odd_id_) return std::nullopt;
  return max_id_ + 1;
}

}  // namespace sr
