#include "core/schemas/redpanda_replay.h"

#include <algorithm>
#include <limits>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/text.h"
#include "core/parsers/avro_schema.h"
#include "core/parsers/json_schema.h"
#include "core/parsers/protobuf_schema.h"
#include "core/schemas/subject.h"

namespace sr {
namespace {

bool IsString(const JsonSpan* value) {
  return value != nullptr && value->is_string();
}

// A number from 0 to 2^31-1.
std::optional<int32_t> Unsigned(const JsonSpan* value) {
  if (value == nullptr) return std::nullopt;
  const std::optional<JsonNumber> number = NumberOf(*value);
  if (!number.has_value() || !number->integer.has_value() ||
      *number->integer < 0 ||
      *number->integer > std::numeric_limits<int32_t>::max()) {
    return std::nullopt;
  }
  return static_cast<int32_t>(*number->integer);
}

std::optional<int64_t> Offset(const JsonSpan* value) {
  if (value == nullptr) return std::nullopt;
  const std::optional<JsonNumber> number = NumberOf(*value);
  if (!number.has_value() || number->integer.value_or(-1) < 0) {
    return std::nullopt;
  }
  return number->integer;
}

// nullopt: they are not as the registry writes them.
std::optional<std::vector<SchemaReference>> ReferencesOf(
    const JsonSpan* value) {
  std::vector<SchemaReference> references;
  if (value == nullptr) return references;
  if (value->kind != JsonKind::kArray) return std::nullopt;
  for (JsonElements elements(*value); elements.Next();) {
    if (!elements.value().is_object()) return std::nullopt;
    const LastMembers members(elements.value());
    const JsonSpan* const name = members.Find("name");
    const JsonSpan* const subject = members.Find("subject");
    const std::optional<int32_t> version = Unsigned(members.Find("version"));
    if (!IsString(name) || !IsString(subject) || !version.has_value() ||
        members.members().size() != 3) {
      return std::nullopt;
    }
    references.push_back({Unescaped(*name), Unescaped(*subject), *version});
  }
  return references;
}

// Why the text cannot be loaded; "" if it can.
std::string Refusal(const std::string& type, const std::string& text) {
  const ParsedSchema parsed = type == "PROTOBUF" ? ParseProtobufSchema(text)
                              : type == "JSON"   ? ParseJsonSchema(text)
                                                 : ParseAvroSchema(text);
  return parsed.ok() ? ""
                     : absl::StrCat("the schema is not ", type, ": ",
                                    Excerpt(parsed.error));
}

}  // namespace

bool RedpandaReplay::IsSame(const Content& a, const Content& b) {
  return a.text == b.text && a.type == b.type && a.references == b.references;
}

RecordEffect RedpandaReplay::Stop(int64_t offset, std::string reason) {
  stopped_at_ = offset;
  return RecordEffect::Fatal(absl::StrCat(
      reason, "; the registry reads no further and refuses every request"));
}

// The first member that is not in `known`, escaped; "" if there is none.
std::string RedpandaReplay::UnknownMember(
    const LastMembers& members,
    const std::vector<absl::string_view>& known) const {
  for (const LastMembers::Member& member : members.members()) {
    if (std::find(known.begin(), known.end(), member.name) == known.end()) {
      return Excerpt(member.name);
    }
  }
  return "";
}

// Of a record with a value.
bool RedpandaReplay::IsOutOfOrder(const Key& key, const Record& record) {
  return key.seq.has_value() && *key.seq != record.offset;
}

RecordEffect RedpandaReplay::OutOfOrder(const Key& key) {
  RecordEffect effect = RecordEffect::Skipped(
      absl::StrCat("out of order: its seq is ", *key.seq));
  effect.out_of_order = true;
  return effect;
}

std::string RedpandaReplay::ReadKey(const LastMembers& members,
                                    Key* key) const {
  std::vector<absl::string_view> known = {"keytype", "magic", "seq", "node"};
  const bool is_schema = key->type == "SCHEMA";
  if (key->type == "CONTEXT") {
    known.insert(known.end(), {"tenant", "context"});
  } else {
    known.push_back("subject");
    if (is_schema) known.push_back("version");
  }
  if (const std::string extra = UnknownMember(members, known); !extra.empty()) {
    return absl::StrCat("the key has a member ", extra);
  }
  const std::optional<int32_t> magic = Unsigned(members.Find("magic"));
  if (!magic.has_value() || *magic > (is_schema ? 1 : 0)) {
    return "the key has no magic that is known";
  }
  const JsonSpan* const subject = members.Find("subject");
  if (IsString(subject)) {
    key->subject = Unescaped(*subject);
  } else if (subject != nullptr && !subject->is_null()) {
    return "the key's subject is no text";
  } else if (is_schema || key->type == "DELETE_SUBJECT") {
    return "the key has no subject";
  }
  if (is_schema) {
    const std::optional<int32_t> version = Unsigned(members.Find("version"));
    if (!version.has_value()) return "the key has no version";
    key->version = *version;
  }
  const JsonSpan* const seq = members.Find("seq");
  const JsonSpan* const node = members.Find("node");
  if (seq == nullptr && node == nullptr) return "";
  key->seq = Offset(seq);
  if (!key->seq.has_value() || !Offset(node).has_value()) {
    return "the key has not both seq and node";
  }
  return "";
}

RecordEffect RedpandaReplay::ApplyDecoded(const Record& record,
                                          const DecodedKey& /*key*/,
                                          const SchemaValue* /*value*/) {
  if (stopped_at_.has_value()) {
    return RecordEffect::Fatal(
        absl::StrCat("not read: the reader stopped at offset ", *stopped_at_));
  }
  const std::optional<JsonSpan> json = StrictJson(record.key.value_or(""));
  if (!json.has_value() || !json->is_object()) {
    return Stop(record.offset, "the key is not a JSON object");
  }
  const LastMembers members(*json);
  const JsonSpan* const keytype = members.Find("keytype");
  if (!IsString(keytype)) {
    return Stop(record.offset, "the key has no keytype");
  }
  Key key;
  key.type = Unescaped(*keytype);
  const bool is_known =
      key.type == "SCHEMA" || key.type == "CONFIG" || key.type == "MODE" ||
      key.type == "DELETE_SUBJECT" ||
      (key.type == "CONTEXT" && options_.has_contexts);
  if (key.type == "NOOP") return RecordEffect::Applied();
  if (!is_known) {
    return RecordEffect::Skipped(absl::StrCat(
        "the keytype ", Excerpt(key.type), " is ignored"));
  }
  if (std::string problem = ReadKey(members, &key); !problem.empty()) {
    return Stop(record.offset, std::move(problem));
  }
  if (!record.value.has_value() || record.value->empty()) {
    return ApplyKnown(key, nullptr, record);
  }
  const std::optional<JsonSpan> value = StrictJson(*record.value);
  if (!value.has_value() || !value->is_object()) {
    return Stop(record.offset, "the value is not a JSON object");
  }
  const LastMembers value_members(*value);
  return ApplyKnown(key, &value_members, record);
}

// `value` null: a tombstone, whose seq does not matter.
RecordEffect RedpandaReplay::ApplyKnown(const Key& key,
                                        const LastMembers* value,
                                        const Record& record) {
  if (key.type == "SCHEMA") {
    return value == nullptr ? RemoveSchema(key)
                            : ApplySchema(key, *value, record);
  }
  if (key.type == "CONFIG" || key.type == "MODE") {
    return ApplySetting(key, value, record);
  }
  if (key.type == "DELETE_SUBJECT") {
    return ApplyDeleteSubject(key, value, record);
  }
  if (value == nullptr) return RecordEffect::Applied();
  const JsonSpan* const context = value->Find("context");
  if (!IsString(context) ||
      !UnknownMember(*value, {"tenant", "context"}).empty()) {
    return Stop(record.offset, "the value is not of its strict form");
  }
  if (IsOutOfOrder(key, record)) return OutOfOrder(key);
  state_.contexts[Unescaped(*context)] = record.offset;
  return RecordEffect::Applied();
}

RecordEffect RedpandaReplay::ApplySchema(const Key& key,
                                         const LastMembers& value,
                                         const Record& record) {
  std::vector<absl::string_view> known = {"subject",    "version", "id",
                                          "schemaType", "references", "schema",
                                          "deleted"};
  if (options_.has_contexts) known.push_back("metadata");
  if (const std::string extra = UnknownMember(value, known); !extra.empty()) {
    return Stop(record.offset, absl::StrCat("the value has a member ", extra));
  }
  const JsonSpan* const subject = value.Find("subject");
  const JsonSpan* const text = value.Find("schema");
  const JsonSpan* const deleted = value.Find("deleted");
  const JsonSpan* const type = value.Find("schemaType");
  const std::optional<int32_t> version = Unsigned(value.Find("version"));
  const std::optional<int32_t> id = Unsigned(value.Find("id"));
  auto references = ReferencesOf(value.Find("references"));
  Content content;
  content.type = type == nullptr ? "AVRO" : std::string(type->text);
  if (!IsString(subject) || !IsString(text) || !version.has_value() ||
      !id.has_value() || !references.has_value() ||
      (deleted != nullptr && !deleted->is_bool()) ||
      (type != nullptr && !type->is_string()) ||
      (content.type != "AVRO" && content.type != "JSON" &&
       content.type != "PROTOBUF")) {
    return Stop(record.offset, "the value is not of its strict form");
  }
  if (IsOutOfOrder(key, record)) return OutOfOrder(key);
  content.text = TextDigest(*text);
  content.references = *std::move(references);
  content.subject = Unescaped(*subject);
  content.number = *version;
  if (std::string refusal = Refusal(content.type, Unescaped(*text));
      !refusal.empty()) {
    return RecordEffect::Skipped(std::move(refusal));
  }
  if (content.type != "AVRO") {
    if (auto skipped = MissingReference(state_, content.references)) {
      return *skipped;
    }
  }
  return StoreSchema(deleted != nullptr && deleted->kind == JsonKind::kTrue,
                     *id, std::move(content), record);
}

// `content` says the subject and the number as well.
RecordEffect RedpandaReplay::StoreSchema(bool deleted, int32_t id,
                                         Content content,
                                         const Record& record) {
  const std::string subject = content.subject;
  const int32_t number = content.number;
  SchemaVersion version;
  version.id = id;
  version.deleted = deleted;
  version.set_type(content.type);
  version.text = content.text;
  version.set_references(content.references);
  version.offset = record.offset;
  version.timestamp = record.timestamp;
  RecordEffect effect;
  const auto [place, is_new] = contents_.try_emplace(id, content);
  if (!is_new && !IsSame(place->second, content)) {
    effect.id_conflict = std::tie(place->second.subject, place->second.number) !=
                         std::tie(subject, number);
    effect.reason = absl::StrCat("all versions with id ", id,
                                 " are this schema from here on");
    overwritten_.insert(id);
    place->second = std::move(content);
  }
  auto& highest = state_.max_ids[kDefaultContext];
  highest = std::max(highest, id);
  const auto before =
      state_.subjects[subject].Put(number, std::move(version));
  if (before.has_value() && *before != id) effect.replaced_id = before;
  return effect;
}

RecordEffect RedpandaReplay::RemoveSchema(const Key& key) {
  const auto found = state_.subjects.find(*key.subject);
  if (found == state_.subjects.end()) return RecordEffect::Applied();
  const SchemaVersion* const old = found->second.Find(key.version);
  if (old == nullptr) return RecordEffect::Applied();
  RecordEffect effect;
  effect.removed_live = !old->deleted;
  found->second.Erase(key.version);
  if (found->second.empty()) state_.subjects.erase(found);
  return effect;
}

// CONFIG and MODE.
RecordEffect RedpandaReplay::ApplySetting(const Key& key,
                                          const LastMembers* value,
                                          const Record& record) {
  const bool is_config = key.type == "CONFIG";
  const std::string subject = key.subject.value_or("");
  if (value == nullptr) {
    if (is_config) {
      state_.configs.erase(subject);
    } else {
      state_.modes.erase(subject);
    }
    return RecordEffect::Applied();
  }
  const char* const name = is_config ? "compatibilityLevel" : "mode";
  if (const std::string extra = UnknownMember(*value, {name, "subject"});
      !extra.empty()) {
    return Stop(record.offset, absl::StrCat("the value has a member ", extra));
  }
  const JsonSpan* const set = value->Find(name);
  const bool is_known =
      IsString(set) &&
      (is_config ? IsCompatibilityLevel(set->text)
                 : set->text == "READWRITE" || set->text == "READONLY" ||
                       set->text == "IMPORT");
  if (!is_known) {
    return Stop(record.offset, absl::StrCat("the value has no known ", name));
  }
  if (IsOutOfOrder(key, record)) return OutOfOrder(key);
  if (is_config) {
    SubjectConfig config;
    config.level = std::string(set->text);
    config.json = std::string(*record.value);
    config.offset = record.offset;
    state_.configs[subject] = std::move(config);
  } else {
    state_.modes[subject] = {std::string(set->text), record.offset};
  }
  return RecordEffect::Applied();
}

// All versions, whatever number the value has. Its tombstone means nothing.
RecordEffect RedpandaReplay::ApplyDeleteSubject(const Key& key,
                                                const LastMembers* value,
                                                const Record& record) {
  if (value == nullptr) return RecordEffect::Applied();
  const JsonSpan* const subject = value->Find("subject");
  if (!IsString(subject) ||
      !UnknownMember(*value, {"subject", "version"}).empty()) {
    return Stop(record.offset, "the value is not of its strict form");
  }
  if (IsOutOfOrder(key, record)) return OutOfOrder(key);
  const auto found = state_.subjects.find(Unescaped(*subject));
  if (found == state_.subjects.end()) {
    RecordEffect effect = RecordEffect::Applied();
    effect.reason = "there is no such subject";
    return effect;
  }
  for (auto& [number, version] : found->second) {
    if (version.deleted) continue;
    version.deleted = true;
    version.deleted_with_subject = true;
  }
  return RecordEffect::Applied();
}

const RegistryState& RedpandaReplay::state() const {
  if (overwritten_.empty()) return state_;
  for (auto& [subject, versions] : state_.subjects) {
    for (auto& [number, version] : versions) {
      if (!overwritten_.contains(version.id)) continue;
      const Content& content = contents_.at(version.id);
      version.set_type(content.type);
      version.text = content.text;
      version.set_references(content.references);
    }
  }
  overwritten_.clear();
  return state_;
}

}  // namespace sr
