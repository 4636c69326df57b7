#include "core/schemas/rules.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "core/base/text.h"
#include "core/schemas/jackson.h"
#include "core/schemas/members.h"

namespace sr {
namespace {

ValueProblem BadMember(absl::string_view name, std::string* detail) {
  *detail = Excerpt(name);
  return ValueProblem::kMember;
}

bool IsText(const JsonSpan& value) {
  std::optional<std::string> ignored;
  return JacksonString(value, &ignored);
}

// null, or an array whose elements are texts.
bool IsListOfTexts(const JsonSpan& value) {
  if (value.is_null()) return true;
  if (value.kind != JsonKind::kArray) return false;
  for (JsonElements elements(value); elements.Next();) {
    if (!IsText(elements.value())) return false;
  }
  return true;
}

// null, or an object all of whose members pass `is_good`.
template <typename IsGood>
bool IsMapOf(const JsonSpan& value, const IsGood& is_good) {
  if (value.is_null()) return true;
  if (!value.is_object()) return false;
  for (JsonMembers members(value); members.Next();) {
    if (!is_good(members.value())) return false;
  }
  return true;
}

ValueProblem CheckEnum(const JsonSpan& value, absl::string_view name,
                       absl::Span<const absl::string_view> known,
                       std::string* detail) {
  if (value.is_null() || JacksonEnum(value, known).has_value()) {
    return ValueProblem::kNone;
  }
  *detail =
      absl::StrCat(name, " ", Excerpt(value.text));
  return ValueProblem::kEnum;
}

ValueProblem CheckRule(const JsonSpan& rule, std::string* detail) {
  if (rule.is_null()) return ValueProblem::kNone;
  if (!rule.is_object()) return BadMember("rule", detail);
  for (JsonMembers members(rule); members.Next();) {
    const std::string name = Unescaped(members.name());
    const JsonSpan& value = members.value();
    bool good = true;
    if (name == "kind" || name == "mode") {
      const ValueProblem problem =
          name == "kind" ? CheckEnum(value, name, kRuleKinds, detail)
                         : CheckEnum(value, name, kRuleModes, detail);
      if (problem != ValueProblem::kNone) return problem;
    } else if (name == "tags") {
      good = IsListOfTexts(value);
    } else if (name == "params") {
      good = IsMapOf(value, IsText);
    } else if (name == "disabled") {
      std::optional<bool> ignored;
      good = JacksonBool(value, &ignored);
    } else if (name == "name" || name == "doc" || name == "type" ||
               name == "expr" || name == "onSuccess" || name == "onFailure") {
      good = IsText(value);
    }
    if (!good) return BadMember(name, detail);
  }
  return ValueProblem::kNone;
}

ValueProblem CheckRules(const JsonSpan& rules, absl::string_view name,
                        std::string* detail) {
  if (rules.is_null()) return ValueProblem::kNone;
  if (rules.kind != JsonKind::kArray) return BadMember(name, detail);
  for (JsonElements elements(rules); elements.Next();) {
    const ValueProblem problem = CheckRule(elements.value(), detail);
    if (problem != ValueProblem::kNone) return problem;
  }
  return ValueProblem::kNone;
}

bool ReadReference(const JsonSpan& object, SchemaReference* reference) {
  if (!object.is_object()) return false;
  for (JsonMembers members(object); members.Next();) {
    const std::string name = Unescaped(members.name());
    std::optional<std::string> text;
    if (name == "name" || name == "subject") {
      if (!JacksonString(members.value(), &text)) return false;
      (name == "name" ? reference->name : reference->subject) =
          text.value_or("");
    } else if (name == "version") {
      std::optional<int32_t> version;
      if (!JacksonInt32(members.value(), &version)) return false;
      reference->version = version.value_or(0);
    }
  }
  return true;
}

}  // namespace

ValueProblem ReadReferences(const JsonSpan& value,
                            std::vector<SchemaReference>* references,
                            std::string* detail) {
  references->clear();
  if (value.is_null()) return ValueProblem::kNone;
  if (value.kind != JsonKind::kArray) return BadMember("references", detail);
  for (JsonElements elements(value); elements.Next();) {
    SchemaReference reference;
    if (!ReadReference(elements.value(), &reference)) {
      return BadMember("references", detail);
    }
    references->push_back(std::move(reference));
  }
  return ValueProblem::kNone;
}

ValueProblem CheckMetadata(const JsonSpan& value, std::string* detail) {
  if (value.is_null()) return ValueProblem::kNone;
  if (!value.is_object()) return BadMember("metadata", detail);
  for (JsonMembers members(value); members.Next();) {
    const std::string name = Unescaped(members.name());
    const bool good = name == "tags" ? IsMapOf(members.value(), IsListOfTexts)
                      : name == "properties" ? IsMapOf(members.value(), IsText)
                      : name == "sensitive"  ? IsListOfTexts(members.value())
                                             : true;
    if (!good) return BadMember(name, detail);
  }
  return ValueProblem::kNone;
}

ValueProblem CheckRuleSet(const JsonSpan& value, std::string* detail) {
  if (value.is_null()) return ValueProblem::kNone;
  if (!value.is_object()) return BadMember("ruleSet", detail);
  for (JsonMembers members(value); members.Next();) {
    const std::string name = Unescaped(members.name());
    ValueProblem problem = ValueProblem::kNone;
    if (name == "migrationRules" || name == "domainRules" ||
        name == "encodingRules") {
      problem = CheckRules(members.value(), name, detail);
    } else if (name == "enableAt") {
      problem = CheckEnum(members.value(), name, kEnableAt, detail);
    }
    if (problem != ValueProblem::kNone) return problem;
  }
  return ValueProblem::kNone;
}

bool IsEncrypted(const SchemaValue& value) {
  if (!value.metadata.has_value()) return false;
  const auto properties = MemberOf(*value.metadata, "properties");
  if (!properties.has_value()) return false;
  const auto mark = MemberOf(*properties, "__enc__");
  return mark.has_value() && TextOf(*mark) == "true";
}

}  // namespace sr
