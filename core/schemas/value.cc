#include "core/schemas/value.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "core/base/text.h"
#include "core/json/member_name.h"
#include "core/schemas/jackson.h"
#include "core/schemas/rules.h"
#include "core/schemas/usual_form.h"

namespace sr {
namespace {

constexpr std::array<absl::string_view, 7> kLevels = {
    "NONE",           "BACKWARD",           "BACKWARD_TRANSITIVE",
    "FORWARD",        "FORWARD_TRANSITIVE", "FULL",
    "FULL_TRANSITIVE"};
constexpr std::array<absl::string_view, 3> kPolicies = {"STRICT", "LENIENT",
                                                        "LOGICAL"};
constexpr std::array<absl::string_view, 5> kModes = {
    "READWRITE", "READONLY", "READONLY_OVERRIDE", "IMPORT", "FORWARD"};

void Fail(ValueProblem problem, absl::string_view detail,
          DecodedValue* decoded) {
  decoded->problem = problem;
  decoded->detail = Excerpt(detail);
}

// Names of members seen so far. Few, so no set; more than sixteen are not told
// apart.
class SeenNames {
 public:
  // Whether `name` was there before.
  bool Add(absl::string_view name) {
    // Mostly this alone tells that it was not.
    const uint64_t bit = uint64_t{1} << ((name.size() * 7 + First(name)) % 64);
    const bool may_be_there = (bits_ & bit) != 0;
    bits_ |= bit;
    const auto end = names_.begin() + count_;
    if (may_be_there && std::find(names_.begin(), end, name) != end) {
      return true;
    }
    if (count_ < names_.size()) names_[count_++] = name;
    return false;
  }

 private:
  static size_t First(absl::string_view name) {
    return name.empty() ? 0 : static_cast<unsigned char>(name.front());
  }

  uint64_t bits_ = 0;
  size_t count_ = 0;
  std::array<absl::string_view, 16> names_;
};

// Scans `value` and hands each member to `take`, which returns false for a name
// that it does not know and sets `decoded->problem` if it cannot read one.
template <typename Take>
void ForEachMember(const Bytes& value, DecodedValue* decoded,
                   const Take& take) {
  if (!value.has_value()) {
    decoded->is_null = true;
    return;
  }
  if (value->empty()) return Fail(ValueProblem::kEmpty, "", decoded);
  JsonTextReader reader(*value);
  SeenNames seen;
  while (reader.kind() == JsonKind::kObject && reader.NextMember()) {
    const absl::string_view raw = reader.name().text;
    if (seen.Add(raw)) decoded->is_lax = true;
    const std::string unescaped =
        reader.name().has_escapes ? Unescaped(reader.name()) : std::string();
    const absl::string_view name =
        reader.name().has_escapes ? absl::string_view(unescaped) : raw;
    if (!take(name, reader.value()) && decoded->extra_member.empty()) {
      decoded->extra_member = std::string(name);
    }
    if (decoded->problem != ValueProblem::kNone) return;
  }
  if (!reader.status().ok()) {
    return Fail(ValueProblem::kNotJson, reader.status().message(), decoded);
  }
  decoded->has_bom = reader.has_bom();
  decoded->is_lax =
      decoded->is_lax || reader.has_space() || reader.has_trailing();
  if (reader.kind() == JsonKind::kNull) {
    decoded->is_null = decoded->is_literal_null = true;
  } else if (reader.kind() != JsonKind::kObject) {
    Fail(ValueProblem::kNotAnObject, "", decoded);
  }
}

void TakeString(absl::string_view name, const JsonSpan& value,
                std::optional<std::string>* field, DecodedValue* decoded) {
  if (!JacksonString(value, field)) Fail(ValueProblem::kMember, name, decoded);
}

void TakeInt32(absl::string_view name, const JsonSpan& value,
               std::optional<int32_t>* field, DecodedValue* decoded) {
  if (!JacksonInt32(value, field)) Fail(ValueProblem::kMember, name, decoded);
}

void TakeInt64(absl::string_view name, const JsonSpan& value,
               std::optional<int64_t>* field, DecodedValue* decoded) {
  if (!JacksonInt64(value, field)) Fail(ValueProblem::kMember, name, decoded);
}

void TakeBool(absl::string_view name, const JsonSpan& value,
              std::optional<bool>* field, DecodedValue* decoded) {
  if (!JacksonBool(value, field)) Fail(ValueProblem::kMember, name, decoded);
}

void TakeEnum(absl::string_view name, const JsonSpan& value,
              absl::Span<const absl::string_view> known,
              std::optional<std::string>* field, DecodedValue* decoded) {
  field->reset();
  if (value.is_null()) return;
  *field = JacksonEnum(value, known);
  if (!field->has_value()) {
    Fail(ValueProblem::kEnum, absl::StrCat(name, " ", value.text.substr(0, 80)),
         decoded);
  }
}

void TakeNested(ValueProblem problem, std::string detail,
                DecodedValue* decoded) {
  if (problem == ValueProblem::kNone) return;
  decoded->problem = problem;
  decoded->detail = std::move(detail);
}

bool TakeSchemaMember(absl::string_view name, const JsonSpan& value,
                      SchemaValue* schema) {
  if (NameIs(name, "schema")) {
    // Numbers and booleans are texts to Jackson, and need no escapes.
    schema->schema.reset();
    if (value.is_null()) return true;
    if (value.is_object() || value.kind == JsonKind::kArray) {
      Fail(ValueProblem::kMember, name, schema);
      return true;
    }
    schema->schema = value;
    schema->schema->kind = JsonKind::kString;
  } else if (NameIs(name, "subject")) {
    TakeString(name, value, &schema->subject, schema);
  } else if (NameIs(name, "version")) {
    TakeInt32(name, value, &schema->version, schema);
  } else if (NameIs(name, "id")) {
    TakeInt32(name, value, &schema->id, schema);
  } else if (NameIs(name, "deleted")) {
    TakeBool(name, value, &schema->deleted, schema);
  } else if (NameIs(name, "schemaType")) {
    TakeString(name, value, &schema->schema_type, schema);
  } else if (NameIs(name, "references")) {
    std::string detail;
    TakeNested(ReadReferences(value, &schema->references, &detail), detail,
               schema);
  } else if (NameIs(name, "md5")) {
    TakeString(name, value, &schema->md5, schema);
  } else if (NameIs(name, "metadata")) {
    std::string detail;
    TakeNested(CheckMetadata(value, &detail), detail, schema);
    schema->metadata.reset();
    if (!value.is_null()) schema->metadata = value;
  } else if (NameIs(name, "ruleSet")) {
    std::string detail;
    TakeNested(CheckRuleSet(value, &detail), detail, schema);
    schema->rule_set.reset();
    if (!value.is_null()) schema->rule_set = value;
  } else if (NameIs(name, "offset")) {
    TakeInt64(name, value, &schema->offset, schema);
  } else if (NameIs(name, "ts")) {
    TakeInt64(name, value, &schema->ts, schema);
  } else {
    return false;
  }
  return true;
}

bool TakeConfigMember(absl::string_view name, const JsonSpan& value,
                      ConfigValue* config) {
  std::string detail;
  std::optional<std::string> text;
  std::optional<bool> flag;
  if (name == "compatibilityLevel") {
    TakeEnum(name, value, kLevels, &config->compatibility_level, config);
  } else if (name == "subject") {
    TakeString(name, value, &config->subject, config);
  } else if (name == "alias") {
    TakeString(name, value, &config->alias, config);
  } else if (name == "compatibilityPolicy") {
    TakeEnum(name, value, kPolicies, &text, config);
  } else if (name == "compatibilityGroup" || name == "aliasForDeks") {
    TakeString(name, value, &text, config);
  } else if (name == "normalize" || name == "validateFields" ||
             name == "validateNewSchemas" || name == "validateRules") {
    TakeBool(name, value, &flag, config);
  } else if (name == "defaultMetadata" || name == "overrideMetadata") {
    TakeNested(CheckMetadata(value, &detail), detail, config);
  } else if (name == "defaultRuleSet" || name == "overrideRuleSet") {
    TakeNested(CheckRuleSet(value, &detail), detail, config);
  } else if (name == "offset" || name == "ts") {
    std::optional<int64_t> ignored;
    TakeInt64(name, value, &ignored, config);
  } else {
    return false;
  }
  return true;
}

}  // namespace

absl::string_view Describe(ValueProblem problem) {
  switch (problem) {
    case ValueProblem::kNone:
      return "readable";
    case ValueProblem::kEmpty:
      return "the value is empty";
    case ValueProblem::kNotJson:
      return "the value is not JSON";
    case ValueProblem::kNotAnObject:
      return "the value is JSON, but no object";
    case ValueProblem::kMember:
      return "a member of the value cannot be read";
    case ValueProblem::kEnum:
      return "a member of the value has a name that is not known";
  }
  return "";
}

absl::string_view SchemaValue::type() const {
  if (!schema_type.has_value() || schema_type->empty()) return "AVRO";
  return *schema_type;
}

SchemaValue DecodeSchemaValue(const Bytes& value) {
  SchemaValue decoded;
  DecodeSchemaValue(value, &decoded);
  return decoded;
}

void DecodeSchemaValue(const Bytes& value, SchemaValue* decoded) {
  std::optional<std::string> subject = std::move(decoded->subject);
  *decoded = SchemaValue();
  decoded->subject = std::move(subject);
  if (value.has_value() && ReadUsualValue(*value, decoded)) return;
  subject = std::move(decoded->subject);
  decoded->subject.reset();
  bool has_subject = false;
  ForEachMember(value, decoded,
                [&](absl::string_view name, const JsonSpan& member) {
                  if (!has_subject && NameIs(name, "subject")) {
                    has_subject = true;
                    decoded->subject = std::move(subject);
                  }
                  return TakeSchemaMember(name, member, decoded);
                });
}

ConfigValue DecodeConfigValue(const Bytes& value) {
  ConfigValue decoded;
  ForEachMember(value, &decoded,
                [&](absl::string_view name, const JsonSpan& member) {
                  return TakeConfigMember(name, member, &decoded);
                });
  if (value.has_value() && decoded.problem == ValueProblem::kNone &&
      !decoded.is_null) {
    decoded.object = ScanJson(*value)->value;
  }
  return decoded;
}

ModeValue DecodeModeValue(const Bytes& value) {
  ModeValue decoded;
  ForEachMember(value, &decoded,
                [&](absl::string_view name, const JsonSpan& member) {
                  if (name == "mode") {
                    TakeEnum(name, member, kModes, &decoded.mode, &decoded);
                  } else if (name == "subject") {
                    TakeString(name, member, &decoded.subject, &decoded);
                  } else {
                    return name == "offset" || name == "ts";
                  }
                  return true;
                });
  return decoded;
}

SubjectValue DecodeSubjectValue(const Bytes& value) {
  SubjectValue decoded;
  ForEachMember(value, &decoded,
                [&](absl::string_view name, const JsonSpan& member) {
                  if (name == "subject") {
                    TakeString(name, member, &decoded.subject, &decoded);
                  } else if (name == "version") {
                    TakeInt32(name, member, &decoded.version, &decoded);
                  } else {
                    return name == "offset" || name == "ts";
                  }
                  return true;
                });
  return decoded;
}

ContextValue DecodeContextValue(const Bytes& value) {
  ContextValue decoded;
  ForEachMember(value, &decoded,
                [&](absl::string_view name, const JsonSpan& member) {
                  if (name == "tenant") {
                    TakeString(name, member, &decoded.tenant, &decoded);
                  } else if (name == "context") {
                    TakeString(name, member, &decoded.context, &decoded);
                  } else {
                    return name == "offset" || name == "ts";
                  }
                  return true;
                });
  return decoded;
}

AssociationValue DecodeAssociationValue(const Bytes& value) {
  AssociationValue decoded;
  const std::array<std::pair<absl::string_view, std::optional<std::string>*>, 9>
      strings = {{{"guid", &decoded.guid},
                  {"tenant", &decoded.tenant},
                  {"resourceName", &decoded.resource_name},
                  {"resourceNamespace", &decoded.resource_namespace},
                  {"resourceId", &decoded.resource_id},
                  {"resourceType", &decoded.resource_type},
                  {"associationType", &decoded.association_type},
                  {"subject", &decoded.subject},
                  {"lifecycle", &decoded.lifecycle}}};
  ForEachMember(value, &decoded,
                [&](absl::string_view name, const JsonSpan& member) {
                  for (const auto& [known, field] : strings) {
                    if (name != known) continue;
                    TakeString(name, member, field, &decoded);
                    return true;
                  }
                  if (name == "frozen") {
                    TakeBool(name, member, &decoded.frozen, &decoded);
                    return true;
                  }
                  return name == "createTs" || name == "offset" || name == "ts";
                });
  return decoded;
}

bool IsCompatibilityLevel(absl::string_view level) {
  return std::find(kLevels.begin(), kLevels.end(), level) != kLevels.end();
}

Digest128 TextDigest(const JsonSpan& text) {
  if (text.canonical_escapes) return Xxh3_128(text.text);
  return Xxh3_128(CanonicallyEscaped(Unescaped(text)));
}

}  // namespace sr
