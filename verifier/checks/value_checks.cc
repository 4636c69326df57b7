#include "verifier/checks/value_checks.h"

#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/text.h"
#include "core/findings/codes.h"
#include "core/schemas/subject.h"

namespace sr {
namespace {

std::string Shown(const std::optional<std::string>& text) {
  return text.has_value() ? EscapeForTerminal(*text) : "none";
}

// Whether a CONFIG has no member but those that are no setting.
bool SaysNothing(const JsonSpan& config) {
  for (JsonMembers members(config); members.Next();) {
    const std::string name = Unescaped(members.name());
    if (name != "subject" && name != "offset" && name != "ts" &&
        !members.value().is_null()) {
      return false;
    }
  }
  return true;
}

void CheckConfig(const CheckedRecord& checked, FindingSink* sink) {
  const ConfigValue value = DecodeConfigValue(checked.record.value);
  if (!CheckReadable(checked, value, codes::kConfigFields,
                     codes::kCompatLevelUnknown, sink)) {
    return;
  }
  const RegistryKey& key = checked.key.key;
  if (value.subject.has_value() && value.subject != key.subject) {
    sink->Add(codes::kConfigSubjectMismatch, checked, Shown(key.subject),
              Shown(value.subject));
  }
  if (!value.compatibility_level.has_value()) {
    sink->AddFor({Product::kKarapace}, codes::kConfigLevelAbsent, checked,
                 "a compatibilityLevel", "none");
  }
  if (SaysNothing(*value.object)) {
    sink->AddFor({Product::kConfluent}, codes::kConfigEmpty, checked,
                 "a level or another setting", "no setting");
  }
}

void CheckMode(const CheckedRecord& checked, FindingSink* sink) {
  const ModeValue value = DecodeModeValue(checked.record.value);
  if (!CheckReadable(checked, value, codes::kModeUnknown, codes::kModeUnknown,
                     sink)) {
    return;
  }
  const RegistryKey& key = checked.key.key;
  if (!value.mode.has_value()) {
    sink->Add(codes::kModeUnknown, checked, "a mode", "none");
  }
  if (value.mode == "READONLY_OVERRIDE") {
    sink->Add(codes::kModeReadonlyOverride, checked, "READONLY or READWRITE",
              *value.mode);
  }
  if (value.mode == "FORWARD" &&
      (!key.subject.has_value() ||
       ParseSubject(*key.subject).context != kGlobalContext)) {
    sink->AddFor({Product::kConfluent}, codes::kModeForwardScope, checked,
                 "FORWARD for :.__GLOBAL: only",
                 key.subject.has_value() ? Shown(key.subject) : "global");
  }
  if (value.subject.has_value() && value.subject != key.subject) {
    sink->Add(codes::kConfigSubjectMismatch, checked, Shown(key.subject),
              Shown(value.subject));
  }
}

void CheckDeleteSubject(const CheckedRecord& checked, FindingSink* sink) {
  const SubjectValue value = DecodeSubjectValue(checked.record.value);
  if (!CheckReadable(checked, value, codes::kDeleteSubjectValue,
                     codes::kDeleteSubjectValue, sink)) {
    return;
  }
  const std::vector<Product> with_version = {Product::kConfluent,
                                             Product::kKarapace};
  if (value.subject != checked.key.key.subject) {
    sink->Add(codes::kDeleteSubjectValue, checked,
              Shown(checked.key.key.subject), Shown(value.subject));
  }
  if (!value.version.has_value()) {
    sink->AddFor(with_version, codes::kDeleteSubjectNoVersion, checked,
                 "the last version that it deletes", "no version");
  } else if (*value.version == std::numeric_limits<int32_t>::max()) {
    sink->AddFor(with_version, codes::kDeleteSubjectRange, checked,
                 "a version that the subject has had", "2147483647");
  } else if (*value.version < 1) {
    sink->AddFor(with_version, codes::kDeleteSubjectZero, checked,
                 "a version of 1 or more", absl::StrCat(*value.version));
  }
}

void CheckClearSubject(const CheckedRecord& checked, FindingSink* sink) {
  const SubjectValue value = DecodeSubjectValue(checked.record.value);
  if (!CheckReadable(checked, value, codes::kDeleteSubjectValue,
                     codes::kDeleteSubjectValue, sink)) {
    return;
  }
  if (value.subject != checked.key.key.subject) {
    sink->Add(codes::kDeleteSubjectValue, checked,
              Shown(checked.key.key.subject), Shown(value.subject));
  }
}

void CheckContext(const CheckedRecord& checked, FindingSink* sink) {
  const ContextValue value = DecodeContextValue(checked.record.value);
  if (!CheckReadable(checked, value, codes::kContextMismatch,
                     codes::kContextMismatch, sink)) {
    return;
  }
  const RegistryKey& key = checked.key.key;
  if (value.tenant != key.tenant || value.context != key.context) {
    sink->Add(codes::kContextMismatch, checked,
              EscapeForTerminal(absl::StrCat(key.tenant, " ", key.context)),
              absl::StrCat(Shown(value.tenant), " ", Shown(value.context)));
  } else if (key.tenant != "default") {
    sink->AddFor({Product::kConfluent}, codes::kContextTenant, checked,
                 "default", EscapeForTerminal(key.tenant));
  }
}

void CheckAssociation(const CheckedRecord& checked, FindingSink* sink) {
  const AssociationValue value = DecodeAssociationValue(checked.record.value);
  if (!CheckReadable(checked, value, codes::kAssocMismatch,
                     codes::kAssocMismatch, sink)) {
    return;
  }
  const RegistryKey& key = checked.key.key;
  if (value.tenant != key.tenant || value.subject != key.subject ||
      value.resource_name != key.resource_name ||
      value.resource_namespace != key.resource_namespace ||
      value.resource_type != key.resource_type ||
      value.association_type != key.association_type) {
    sink->Add(codes::kAssocMismatch, checked, "what the key says",
              "another tenant, resource, type or subject");
  }
}

}  // namespace

bool CheckReadable(const CheckedRecord& checked, const DecodedValue& value,
                   absl::string_view bad_member_code,
                   absl::string_view bad_enum_code, FindingSink* sink) {
  std::string found(Describe(value.problem));
  if (!value.detail.empty()) absl::StrAppend(&found, ": ", value.detail);
  if (value.has_bom) {
    sink->Add(codes::kJsonBom, checked, "JSON from the first byte on",
              "a byte order mark before the value");
  }
  if (value.is_lax) {
    sink->Add(codes::kJsonLax, checked, "JSON as registries write it",
              "space, trailing bytes or a member given twice in the value");
  }
  if (value.is_literal_null) {
    sink->AddFor({Product::kConfluent}, codes::kValueLiteralNull, checked,
                 "no value", "the JSON literal null");
  }
  switch (value.problem) {
    case ValueProblem::kNone:
      break;
    case ValueProblem::kEmpty:
      // How Karapace deletes; Redpanda takes it the same way.
      sink->AddFor({Product::kConfluent}, codes::kValueEmpty, checked,
                   "no value, or JSON", "zero bytes");
      return false;
    case ValueProblem::kNotJson:
    case ValueProblem::kNotAnObject:
      sink->Add(codes::kValueNotJsonObject, checked, "a JSON object", found);
      return false;
    case ValueProblem::kMember:
      sink->Add(bad_member_code, checked,
                "members that values of this type have", found);
      return false;
    case ValueProblem::kEnum:
      sink->Add(bad_enum_code, checked, "a name that registries know", found);
      return false;
  }
  if (!value.extra_member.empty()) {
    sink->Add(codes::kValueExtraField, checked, "no other members",
              EscapeForTerminal(value.extra_member));
  }
  return !value.is_null;
}

void CheckValue(const CheckedRecord& checked, FindingSink* sink) {
  if (!checked.record.value.has_value()) return;
  switch (checked.key.key.type) {
    case KeyType::kSchema:
      return;
    case KeyType::kConfig:
      return CheckConfig(checked, sink);
    case KeyType::kMode:
      return CheckMode(checked, sink);
    case KeyType::kDeleteSubject:
      return CheckDeleteSubject(checked, sink);
    case KeyType::kClearSubject:
      return CheckClearSubject(checked, sink);
    case KeyType::kNoop:
      return sink->Add(codes::kNoopValue, checked, "no value", "a value");
    case KeyType::kContext:
      return CheckContext(checked, sink);
    case KeyType::kAssociation:
      return CheckAssociation(checked, sink);
  }
}

}  // namespace sr
