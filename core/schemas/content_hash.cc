#include "core/schemas/content_hash.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "core/base/check.h"
#include "core/json/canonical_json.h"
#include "core/schemas/jackson.h"
#include "core/schemas/members.h"
#include "core/schemas/registry_state.h"
#include "core/schemas/rules.h"
#include "core/schemas/subject.h"

namespace sr {
namespace {

void AppendMember(absl::string_view name, std::string* out) {
  const char last = out->back();
  if (last != '{') out->push_back(',');
  absl::StrAppend(out, "\"", name, "\":");
}

void AppendTextMember(absl::string_view name, absl::string_view text,
                      std::string* out) {
  AppendMember(name, out);
  AppendCanonicalString(text, out);
}

// Sorted, each once.
std::set<std::string> TextSetOf(const std::optional<JsonSpan>& array) {
  std::set<std::string> texts;
  if (!array.has_value() || array->kind != JsonKind::kArray) return texts;
  for (JsonElements elements(*array); elements.Next();) {
    texts.insert(TextOf(elements.value()));
  }
  return texts;
}

void AppendTexts(const std::set<std::string>& texts, std::string* out) {
  out->push_back('[');
  for (const std::string& text : texts) {
    if (out->back() != '[') out->push_back(',');
    AppendCanonicalString(text, out);
  }
  out->push_back(']');
}

std::map<std::string, JsonSpan> SortedMembers(
    const std::optional<JsonSpan>& object) {
  std::map<std::string, JsonSpan> sorted;
  if (!object.has_value() || !object->is_object()) return sorted;
  for (JsonMembers members(*object); members.Next();) {
    sorted[Unescaped(members.name())] = members.value();
  }
  return sorted;
}

void AppendTags(const JsonSpan& metadata, std::string* out) {
  const auto tags = SortedMembers(MemberOf(metadata, "tags"));
  if (tags.empty()) return;
  AppendMember("tags", out);
  out->push_back('{');
  for (const auto& [tag, values] : tags) {
    if (out->back() != '{') out->push_back(',');
    AppendCanonicalString(tag, out);
    out->push_back(':');
    AppendTexts(TextSetOf(values), out);
  }
  out->push_back('}');
}

void AppendProperties(const JsonSpan& metadata,
                      const std::set<std::string>& sensitive,
                      std::string* out) {
  auto properties = SortedMembers(MemberOf(metadata, "properties"));
  properties.erase("__enc__");  // How it is stored, not what it says.
  if (properties.empty()) return;
  AppendMember("properties", out);
  out->push_back('{');
  for (const auto& [name, value] : properties) {
    if (out->back() != '{') out->push_back(',');
    AppendCanonicalString(name, out);
    out->push_back(':');
    if (sensitive.count(name) != 0) {
      out->append("null");
    } else {
      AppendCanonicalString(TextOf(value), out);
    }
  }
  out->push_back('}');
}

// "null" for one that says nothing.
std::string CanonicalMetadata(const std::optional<JsonSpan>& metadata) {
  if (!metadata.has_value()) return "null";
  const std::set<std::string> sensitive =
      TextSetOf(MemberOf(*metadata, "sensitive"));
  std::string out = "{";
  AppendTags(*metadata, &out);
  AppendProperties(*metadata, sensitive, &out);
  if (!sensitive.empty()) {
    AppendMember("sensitive", &out);
    AppendTexts(sensitive, &out);
  }
  out.push_back('}');
  return out == "{}" ? "null" : out;
}

std::string CanonicalRule(const JsonSpan& rule) {
  std::string out = "{";
  const auto text = [&](absl::string_view name) {
    const auto value = MemberOf(rule, name);
    if (value.has_value()) AppendTextMember(name, TextOf(*value), &out);
  };
  const auto one_of = [&](absl::string_view name,
                          absl::Span<const absl::string_view> known) {
    const auto value = MemberOf(rule, name);
    if (!value.has_value()) return;
    if (const auto word = JacksonEnum(*value, known)) {
      AppendTextMember(name, *word, &out);
    }
  };
  text("name");
  text("doc");
  one_of("kind", kRuleKinds);
  one_of("mode", kRuleModes);
  text("type");
  if (const auto tags = TextSetOf(MemberOf(rule, "tags")); !tags.empty()) {
    AppendMember("tags", &out);
    AppendTexts(tags, &out);
  }
  if (const auto params = SortedMembers(MemberOf(rule, "params"));
      !params.empty()) {
    AppendMember("params", &out);
    out.push_back('{');
    for (const auto& [name, value] : params) {
      if (out.back() != '{') out.push_back(',');
      AppendCanonicalString(name, &out);
      out.push_back(':');
      AppendCanonicalString(TextOf(value), &out);
    }
    out.push_back('}');
  }
  text("expr");
  text("onSuccess");
  text("onFailure");
  std::optional<bool> disabled;
  if (const auto value = MemberOf(rule, "disabled")) {
    (void)JacksonBool(*value, &disabled);
  }
  AppendMember("disabled", &out);
  out.append(disabled.value_or(false) ? "true" : "false");
  out.push_back('}');
  return out;
}

std::string CanonicalRuleSet(const std::optional<JsonSpan>& rule_set) {
  if (!rule_set.has_value()) return "null";
  std::string out = "{";
  for (const char* list : {"migrationRules", "domainRules", "encodingRules"}) {
    const auto rules = MemberOf(*rule_set, list);
    if (!rules.has_value() || rules->kind != JsonKind::kArray) continue;
    std::string elements;
    for (JsonElements each(*rules); each.Next();) {
      if (!elements.empty()) elements.push_back(',');
      elements += CanonicalRule(each.value());
    }
    if (elements.empty()) continue;
    AppendMember(list, &out);
    absl::StrAppend(&out, "[", elements, "]");
  }
  if (const auto enable_at = MemberOf(*rule_set, "enableAt")) {
    const auto word = JacksonEnum(*enable_at, kEnableAt);
    AppendTextMember("enableAt", word.value_or(""), &out);
  }
  out.push_back('}');
  return out == "{}" ? "null" : out;
}

std::string CanonicalText(const SchemaValue& schema, TextLevel level) {
  std::string out;
  const std::string text =
      schema.schema.has_value() ? Unescaped(*schema.schema) : std::string();
  if (level == TextLevel::kNone) return "null";
  if (level == TextLevel::kStructural && schema.type() != "PROTOBUF") {
    const absl::StatusOr<JsonScan> scan = ScanJson(text);
    if (scan.ok() && !scan->has_trailing) {
      AppendCanonicalJson(scan->value, &out);
      return out;
    }
  }
  AppendCanonicalString(text, &out);
  return out;
}

// What stands behind the subject and version of an entry, but for `deleted`.
struct Parts {
  std::string before_deleted;  // "id" to "text".
  size_t text_at = 0;          // Where the value of "text" begins in it.
  std::string behind_deleted;  // "metadata" and "ruleSet".
};

Parts PartsOf(const SchemaValue& schema, TextLevel level) {
  Parts parts;
  std::string& before = parts.before_deleted;
  absl::StrAppend(&before, "\"id\":", *schema.id, ",\"type\":");
  AppendCanonicalString(schema.type(), &before);
  before.append(",\"refs\":[");
  for (const SchemaReference& reference : schema.references) {
    if (before.back() != '[') before.push_back(',');
    before.push_back('[');
    AppendCanonicalString(reference.name, &before);
    before.push_back(',');
    AppendCanonicalString(reference.subject, &before);
    absl::StrAppend(&before, ",", reference.version, "]");
  }
  before.append("],\"text\":");
  parts.text_at = before.size();
  before.append(CanonicalText(schema, level));
  parts.behind_deleted =
      absl::StrCat("\"metadata\":", CanonicalMetadata(schema.metadata),
                   ",\"ruleSet\":", CanonicalRuleSet(schema.rule_set), "}");
  return parts;
}

std::string WholeEntry(const SchemaValue& schema, const Parts& parts,
                       bool deleted) {
  std::string out = "{\"subject\":";
  AppendCanonicalString(NormalSubject(*schema.subject), &out);
  absl::StrAppend(&out, ",\"version\":", schema.version.value_or(0), ",",
                  parts.before_deleted,
                  ",\"deleted\":", deleted ? "true" : "false", ",",
                  parts.behind_deleted);
  return out;
}

// Digests of entries, put together.
class Sum {
 public:
  void Add(const Digest256& digest) {
    bytes_.append(digest.view().data(), digest.view().size());
  }
  void AddEntry(absl::string_view entry) { Add(Sha256(entry)); }
  Digest256 Total() const { return Sha256(bytes_); }

 private:
  std::string bytes_;
};

std::string CanonicalConfig(const std::string& subject,
                            const std::string& json) {
  std::string out = "{\"subject\":";
  AppendCanonicalString(subject, &out);
  out.append(",\"config\":{");
  for (const auto& [name, value] : ConfigMembers(json)) {
    if (out.back() != '{') out.push_back(',');
    AppendCanonicalString(name, &out);
    absl::StrAppend(&out, ":", value);
  }
  out.append("}}");
  return out;
}

Digest256 HashOfModes(const RegistryState& state) {
  Sum sum;
  for (const auto& [subject, mode] : state.modes) {
    const std::string name = mode.mode.value_or("");
    // The same as no global mode at all.
    if (subject.empty() && name == "READWRITE") continue;
    std::string entry = "{\"subject\":";
    AppendCanonicalString(subject, &entry);
    entry.append(",\"mode\":");
    AppendCanonicalString(name, &entry);
    entry.push_back('}');
    sum.AddEntry(entry);
  }
  return sum.Total();
}

Digest256 HashOfAssociations(const RegistryState& state) {
  Sum sum;
  for (const auto& [key, association] : state.associations) {
    std::string entry = "{\"key\":";
    AppendCanonicalString(key, &entry);
    AppendTextMember("subject", association.subject, &entry);
    AppendTextMember("resourceName", association.resource_name, &entry);
    AppendTextMember("guid", association.guid, &entry);
    AppendTextMember("lifecycle", association.lifecycle, &entry);
    entry.push_back('}');
    sum.AddEntry(entry);
  }
  return sum.Total();
}

}  // namespace

std::map<std::string, std::string> ConfigMembers(const std::string& json) {
  const absl::StatusOr<JsonScan> scan = ScanJson(json);
  SR_CHECK(scan.ok());  // It was read from there.
  std::map<std::string, std::string> canonical;
  for (const auto& [name, value] : SortedMembers(scan->value)) {
    if (name == "subject" || name == "offset" || name == "ts" ||
        value.is_null()) {
      continue;
    }
    AppendCanonicalJson(value, &canonical[name]);
  }
  return canonical;
}

VersionDigests DigestsOf(const SchemaValue& schema, TextLevel level) {
  const Parts parts = PartsOf(schema, level);
  VersionDigests digests;
  digests.live = Sha256(WholeEntry(schema, parts, /*deleted=*/false));
  digests.deleted = Sha256(WholeEntry(schema, parts, /*deleted=*/true));
  digests.content = Sha256(
      absl::StrCat("{", parts.before_deleted, ",", parts.behind_deleted));
  digests.text =
      Xxh3_128(absl::string_view(parts.before_deleted).substr(parts.text_at));
  digests.extras = Xxh3_128(parts.behind_deleted);
  return digests;
}

std::string CanonicalVersion(const SchemaValue& schema, TextLevel level,
                             bool deleted) {
  return WholeEntry(schema, PartsOf(schema, level), deleted);
}

ContentHash HashOf(const RegistryState& state) {
  Sum versions;
  // Context, id, digest: each once.
  std::set<std::tuple<std::string, int32_t, Digest256>> contents;
  for (const std::string& subject : state.SortedSubjects()) {
    const std::string context(ParseSubject(subject).context);
    for (const auto& [number, version] : state.subjects.at(subject)) {
      SR_CHECK(version.digests() != nullptr);
      versions.Add(version.deleted ? version.digests()->deleted
                                   : version.digests()->live);
      contents.emplace(context, version.id, version.digests()->content);
    }
  }
  Sum content;
  for (const auto& [context, id, digest] : contents) content.Add(digest);
  Sum configs;
  for (const auto& [subject, config] : state.configs) {
    configs.AddEntry(CanonicalConfig(subject, config.json));
  }
  Sum contexts;
  for (const auto& [context, offset] : state.contexts) {
    std::string entry;
    AppendCanonicalString(context, &entry);
    contexts.AddEntry(entry);
  }

  ContentHash hash;
  hash.versions = versions.Total();
  hash.content = content.Total();
  hash.configs = configs.Total();
  hash.contexts = contexts.Total();
  hash.modes = HashOfModes(state);
  hash.associations = HashOfAssociations(state);
  Sum all;
  for (const Digest256& part : {hash.associations, hash.configs, hash.contexts,
                                hash.modes, hash.versions}) {
    all.Add(part);
  }
  hash.all = all.Total();
  return hash;
}

}  // namespace sr
