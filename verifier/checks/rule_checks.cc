#include "verifier/checks/rule_checks.h"

#include <optional>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "core/base/text.h"
#include "core/findings/codes.h"
#include "core/schemas/content_md5.h"
#include "core/schemas/jackson.h"
#include "core/schemas/members.h"
#include "core/schemas/rules.h"

namespace sr {
namespace {

// Whether the texts of an array rise, in Java's order; a registry writes them so.
bool IsSortedArray(const std::optional<JsonSpan>& array) {
  if (!array.has_value() || array->kind != JsonKind::kArray) return true;
  std::optional<std::string> before;
  for (JsonElements elements(*array); elements.Next();) {
    std::string text = TextOf(elements.value());
    if (before.has_value() && !Utf16Less(*before, text)) return false;
    before = std::move(text);
  }
  return true;
}

// The same of the names of an object, and of the arrays in it.
bool IsSortedMap(const std::optional<JsonSpan>& object) {
  if (!object.has_value() || !object->is_object()) return true;
  std::optional<std::string> before;
  for (JsonMembers members(*object); members.Next();) {
    std::string name = Unescaped(members.name());
    if (before.has_value() && !Utf16Less(*before, name)) return false;
    before = std::move(name);
    if (!IsSortedArray(members.value())) return false;
  }
  return true;
}

bool IsMigration(absl::string_view mode) {
  return mode == "UPGRADE" || mode == "DOWNGRADE" || mode == "UPDOWN";
}

void CheckRuleSet(const CheckedRecord& checked, const JsonSpan& rule_set,
                  FindingSink* sink) {
  if (const auto at = MemberOf(rule_set, "enableOnlyAt")) {
    sink->AddFor({Product::kConfluent}, codes::kRuleEnableOnlyAt, checked,
                 "enableAt",
                 absl::StrCat("enableOnlyAt ",
                              EscapeForTerminal(TextOf(*at).substr(0, 80))));
  }
  std::set<std::string> names;
  for (const char* list : {"migrationRules", "domainRules", "encodingRules"}) {
    const auto rules = MemberOf(rule_set, list);
    if (!rules.has_value() || rules->kind != JsonKind::kArray) continue;
    const bool migrates = absl::string_view(list) == "migrationRules";
    for (JsonElements each(*rules); each.Next();) {
      const auto name = MemberOf(each.value(), "name");
      if (name.has_value() && !names.insert(TextOf(*name)).second) {
        sink->Add(codes::kRuleNameDuplicate, checked, "one rule of each name",
                  EscapeForTerminal(TextOf(*name).substr(0, 80)));
      }
      const auto mode = MemberOf(each.value(), "mode");
      const auto word =
          mode.has_value() ? JacksonEnum(*mode, kRuleModes) : std::nullopt;
      if (word.has_value() && IsMigration(*word) != migrates) {
        sink->Add(codes::kRuleModeMisplaced, checked,
                  migrates ? "UPGRADE, DOWNGRADE or UPDOWN"
                           : "WRITE, READ or WRITEREAD",
                  absl::StrCat(*word, " in ", list));
      }
    }
  }
}

}  // namespace

void CheckMetadataAndRules(const CheckedRecord& checked,
                           const SchemaValue& value, FindingSink* sink) {
  if (value.metadata.has_value()) {
    const auto sensitive = MemberOf(*value.metadata, "sensitive");
    if (!IsSortedMap(MemberOf(*value.metadata, "tags")) ||
        !IsSortedMap(MemberOf(*value.metadata, "properties")) ||
        !IsSortedArray(sensitive)) {
      sink->AddFor({Product::kConfluent}, codes::kMetadataNotSorted, checked,
                   "tags, properties and sensitive in order, each once",
                   "another order");
    }
    if (IsEncrypted(value)) {
      sink->Add(codes::kEncNeedsKeyset, checked, "nothing else",
                "encrypted metadata");
      const bool is_empty = !sensitive.has_value() ||
                            sensitive->kind != JsonKind::kArray ||
                            !JsonElements(*sensitive).Next();
      if (is_empty) {
        sink->Add(codes::kEncSensitiveEmpty, checked,
                  "the names of what is encrypted", "none");
      }
    }
  }
  if (value.rule_set.has_value()) CheckRuleSet(checked, *value.rule_set, sink);
}

}  // namespace sr
