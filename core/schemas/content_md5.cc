#include "core/schemas/content_md5.h"

#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "core/schemas/jackson.h"
#include "core/schemas/members.h"
#include "core/schemas/rules.h"

namespace sr {
namespace {

struct Utf16Order {
  bool operator()(const std::string& a, const std::string& b) const {
    return Utf16Less(a, b);
  }
};
using Texts = std::set<std::string, Utf16Order>;

// What is hashed, in order.
class Input {
 public:
  // Java has no bytes for half a surrogate pair and hashes a question mark.
  void Add(absl::string_view text) {
    for (size_t at = 0; at < text.size(); ++at) {
      if (text[at] == '\xED' && at + 2 < text.size() &&
          static_cast<uint8_t>(text[at + 1]) >= 0xA0) {
        bytes_ += '?';
        at += 2;
      } else {
        bytes_ += text[at];
      }
    }
  }
  void AddByte(char byte) { bytes_ += byte; }
  void AddInt32(int32_t number) {
    for (int shift = 24; shift >= 0; shift -= 8) {
      bytes_ += static_cast<char>(static_cast<uint32_t>(number) >> shift);
    }
  }
  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

Texts TextsOf(const JsonSpan& array) {
  Texts texts;
  if (array.kind != JsonKind::kArray) return texts;
  for (JsonElements elements(array); elements.Next();) {
    texts.insert(TextOf(elements.value()));
  }
  return texts;
}

std::map<std::string, JsonSpan, Utf16Order> SortedMembersOf(
    const std::optional<JsonSpan>& object) {
  std::map<std::string, JsonSpan, Utf16Order> sorted;
  if (!object.has_value() || !object->is_object()) return sorted;
  for (JsonMembers members(*object); members.Next();) {
    sorted[Unescaped(members.name())] = members.value();
  }
  return sorted;
}

void AddMetadata(const JsonSpan& metadata, Input* input) {
  input->AddByte(1);
  for (const auto& [tag, values] :
       SortedMembersOf(MemberOf(metadata, "tags"))) {
    input->Add(tag);
    for (const std::string& value : TextsOf(values)) input->Add(value);
  }
  for (const auto& [name, value] :
       SortedMembersOf(MemberOf(metadata, "properties"))) {
    input->Add(name);
    input->Add(TextOf(value));
  }
  if (const auto sensitive = MemberOf(metadata, "sensitive")) {
    for (const std::string& name : TextsOf(*sensitive)) input->Add(name);
  }
}

void AddText(const JsonSpan& object, absl::string_view name, Input* input) {
  if (const auto value = MemberOf(object, name)) input->Add(TextOf(*value));
}

// A name of `known`, or the number of one.
void AddEnum(const JsonSpan& object, absl::string_view name,
             absl::Span<const absl::string_view> known, Input* input) {
  const auto value = MemberOf(object, name);
  if (!value.has_value()) return;
  if (const auto text = JacksonEnum(*value, known)) input->Add(*text);
}

void AddRule(const JsonSpan& rule, Input* input) {
  AddText(rule, "name", input);
  AddText(rule, "doc", input);
  AddEnum(rule, "kind", kRuleKinds, input);
  AddEnum(rule, "mode", kRuleModes, input);
  AddText(rule, "type", input);
  if (const auto tags = MemberOf(rule, "tags")) {
    for (const std::string& tag : TextsOf(*tags)) input->Add(tag);
  }
  for (const auto& [name, value] : SortedMembersOf(MemberOf(rule, "params"))) {
    input->Add(name);
    input->Add(TextOf(value));
  }
  AddText(rule, "expr", input);
  AddText(rule, "onSuccess", input);
  AddText(rule, "onFailure", input);
  std::optional<bool> disabled;
  if (const auto value = MemberOf(rule, "disabled")) {
    (void)JacksonBool(*value, &disabled);
  }
  if (disabled.value_or(false)) input->AddByte(1);
}

void AddRuleSet(const JsonSpan& rule_set, Input* input) {
  input->AddByte(1);
  for (const char* list : {"migrationRules", "domainRules", "encodingRules"}) {
    const auto rules = MemberOf(rule_set, list);
    if (!rules.has_value() || rules->kind != JsonKind::kArray) continue;
    for (JsonElements elements(*rules); elements.Next();) {
      AddRule(elements.value(), input);
    }
  }
  AddEnum(rule_set, "enableAt", kEnableAt, input);
}

}  // namespace

Digest128 ContentMd5(const SchemaValue& schema) {
  Input input;
  if (schema.schema.has_value()) input.Add(Unescaped(*schema.schema));
  for (const SchemaReference& reference : schema.references) {
    input.Add(reference.name);
    input.Add(reference.subject);
    input.AddInt32(reference.version);
  }
  if (schema.metadata.has_value()) AddMetadata(*schema.metadata, &input);
  if (schema.rule_set.has_value()) AddRuleSet(*schema.rule_set, &input);
  return Md5(input.bytes());
}

std::string GuidOf(const Digest128& md5) {
  const std::string hex = ToHex(md5);
  const absl::string_view view = hex;
  return absl::StrCat(view.substr(0, 8), "-", view.substr(8, 4), "-",
                      view.substr(12, 4), "-", view.substr(16, 4), "-",
                      view.substr(20));
}

bool Utf16Less(absl::string_view a, absl::string_view b) {
  const size_t common = std::min(a.size(), b.size());
  for (size_t i = 0; i < common; ++i) {
    const uint8_t left = static_cast<uint8_t>(a[i]);
    const uint8_t right = static_cast<uint8_t>(b[i]);
    if (left == right) continue;
    // Pairs of surrogates are below U+E000 to U+FFFF in UTF-16, not in UTF-8.
    if (left >= 0xF0 && (right == 0xEE || right == 0xEF)) return true;
    if (right >= 0xF0 && (left == 0xEE || left == 0xEF)) return false;
    return left < right;
  }
  return a.size() < b.size();
}

}  // namespace sr
