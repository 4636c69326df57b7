#include "verifier/decoded_line.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "core/base/text.h"
#include "core/schemas/key.h"
#include "core/schemas/value.h"
#include "verifier/record_text.h"

namespace sr {
namespace {

std::string Shown(const std::optional<std::string>& text) {
  if (!text.has_value()) return "(none)";
  return text->empty() ? "\"\"" : EscapeForTerminal(*text);
}

// Of CONFIG, MODE and CLEAR_SUBJECT, where none is all.
std::string SettingSubject(const RegistryKey& key) {
  return key.subject.has_value() ? Shown(key.subject) : "(global)";
}

// What a value that could be read says of a key of its type; nullopt and the
// reason if it could not be.
struct Said {
  std::optional<std::string> text;
  std::string reason;
};

Said Unreadable(const DecodedValue& value) {
  return {std::nullopt,
          value.detail.empty()
              ? std::string(Describe(value.problem))
              : absl::StrCat(Describe(value.problem), ": ", value.detail)};
}

Said OfSchema(const RegistryKey& key, const Bytes& bytes, size_t text_max) {
  const SchemaValue value = DecodeSchemaValue(bytes);
  if (value.problem != ValueProblem::kNone) return Unreadable(value);
  std::string text =
      absl::StrCat(Shown(key.subject), " version ", key.version);
  if (value.id.has_value()) absl::StrAppend(&text, " id ", *value.id);
  absl::StrAppend(&text, " ", EscapeForTerminal(value.type()));
  if (value.deleted.value_or(false)) text += " deleted";
  if (!value.references.empty()) {
    absl::StrAppend(&text, " references ", value.references.size());
  }
  if (value.metadata.has_value()) text += " metadata";
  if (value.rule_set.has_value()) text += " rules";
  if (!value.schema.has_value()) return {absl::StrCat(text, " no schema"), ""};
  const std::string schema = Unescaped(*value.schema);
  absl::StrAppend(&text, " ", schema.size(), " bytes ",
                  EscapeForTerminal(schema.substr(0, text_max)));
  if (schema.size() > text_max) text += "...";
  return {text, ""};
}

Said OfMode(const RegistryKey& key, const Bytes& bytes) {
  const ModeValue value = DecodeModeValue(bytes);
  if (value.problem != ValueProblem::kNone) return Unreadable(value);
  return {absl::StrCat(SettingSubject(key), " ", Shown(value.mode)), ""};
}

Said OfConfig(const RegistryKey& key, const Bytes& bytes) {
  const ConfigValue value = DecodeConfigValue(bytes);
  if (value.problem != ValueProblem::kNone) return Unreadable(value);
  return {absl::StrCat(SettingSubject(key), " ",
                       value.object.has_value()
                           ? EscapeForTerminal(value.object->text)
                           : "null"),
          ""};
}

Said OfDeletedSubject(const RegistryKey& key, const Bytes& bytes) {
  const SubjectValue value = DecodeSubjectValue(bytes);
  if (value.problem != ValueProblem::kNone) return Unreadable(value);
  if (key.type == KeyType::kClearSubject) return {SettingSubject(key), ""};
  return {absl::StrCat(Shown(key.subject), " up to version ",
                       value.version.has_value()
                           ? absl::StrCat(*value.version)
                           : std::string("(none)")),
          ""};
}

Said OfAssociation(const RegistryKey& key, const Bytes& bytes) {
  const AssociationValue value = DecodeAssociationValue(bytes);
  if (value.problem != ValueProblem::kNone) return Unreadable(value);
  return {absl::StrCat(EscapeForTerminal(key.resource_name), " ",
                       EscapeForTerminal(key.association_type), " ",
                       Shown(key.subject), " ", Shown(value.lifecycle)),
          ""};
}

// What names the thing that a tombstone of `key` removes.
std::string Named(const RegistryKey& key) {
  switch (key.type) {
    case KeyType::kSchema:
      return absl::StrCat(Shown(key.subject), " version ", key.version);
    case KeyType::kContext:
      return EscapeForTerminal(key.context);
    case KeyType::kAssociation:
      return absl::StrCat(EscapeForTerminal(key.resource_name), " ",
                          Shown(key.subject));
    case KeyType::kNoop:
      return "";
    default:
      return SettingSubject(key);
  }
}

Said Say(const RegistryKey& key, const Bytes& bytes, size_t text_max) {
  if (!bytes.has_value()) {
    return {key.type == KeyType::kNoop ? ""
                                       : absl::StrCat(Named(key), " tombstone"),
            ""};
  }
  if (bytes->empty()) return {absl::StrCat(Named(key), " empty"), ""};
  switch (key.type) {
    case KeyType::kSchema:
      return OfSchema(key, bytes, text_max);
    case KeyType::kConfig:
      return OfConfig(key, bytes);
    case KeyType::kMode:
      return OfMode(key, bytes);
    case KeyType::kDeleteSubject:
    case KeyType::kClearSubject:
      return OfDeletedSubject(key, bytes);
    case KeyType::kContext:
      return {absl::StrCat(EscapeForTerminal(key.context), " tenant ",
                           EscapeForTerminal(key.tenant)),
              ""};
    case KeyType::kAssociation:
      return OfAssociation(key, bytes);
    case KeyType::kNoop:
      return {std::nullopt, "a NOOP with a value"};
  }
  return {std::nullopt, ""};
}

std::string AsItStands(const Record& record, absl::string_view reason) {
  std::string line = RecordLine(record, /*raw=*/false);
  line.pop_back();
  return absl::StrCat(line, " (", reason, ")\n");
}

}  // namespace

std::string DecodedLine(const Record& record, size_t text_max) {
  const DecodedKey key = DecodeKey(record.key);
  if (key.problem != KeyProblem::kNone) {
    return AsItStands(record, key.detail.empty()
                                  ? std::string(Describe(key.problem))
                                  : absl::StrCat(Describe(key.problem), ": ",
                                                 key.detail));
  }
  const Said said = Say(key.key, record.value, text_max);
  if (!said.text.has_value()) return AsItStands(record, said.reason);
  return absl::StrCat(record.offset, " ", TimestampText(record.timestamp), " ",
                      NameOf(key.key.type), said.text->empty() ? "" : " ",
                      *said.text, "\n");
}

}  // namespace sr
