#include "core/compare/compare_states.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/text.h"
#include "core/findings/codes.h"
#include "core/schemas/content_hash.h"
#include "core/schemas/content_md5.h"
#include "core/schemas/subject.h"

namespace sr {
namespace {

// Why the texts of a version cannot be compared; "" if they can.
absl::string_view WhyNoText(const SchemaVersion& topic,
                            const ComparableParts& parts) {
  if (!parts.text) return "text";
  if (!parts.protobuf_text && topic.type() == "PROTOBUF") {
    return "protobuf_text";
  }
  return "";
}

bool SameGuid(const SchemaVersion& topic, const SchemaVersion& registry) {
  const std::optional<Digest128> a = topic.md5();
  const std::optional<Digest128> b = registry.md5();
  return !a.has_value() || !b.has_value() || *a == *b;
}

// The code of what differs in a version; "" if nothing does. Null: not there.
absl::string_view VersionDifference(const SchemaVersion* topic,
                                    const SchemaVersion* registry,
                                    const ComparableParts& parts) {
  if (topic == nullptr && registry == nullptr) return "";
  if (topic == nullptr) return codes::kTopicLostSchema;
  if (registry == nullptr) {
    return topic->encrypted ? codes::kRegistryCannotDecrypt
                            : codes::kRegistryLacksSchema;
  }
  if (topic->deleted != registry->deleted) {
    return topic->deleted ? codes::kDeletedInTopicOnly
                          : codes::kDeletedInRegistryOnly;
  }
  if (topic->id != registry->id) return codes::kRegistryIdDiffers;
  if (WhyNoText(*topic, parts).empty() &&
      !(topic->digests()->text == registry->digests()->text)) {
    return codes::kRegistryTextDiffers;
  }
  if (topic->type() != registry->type() ||
      topic->references() != registry->references() ||
      (parts.extras &&
       !(topic->digests()->extras == registry->digests()->extras))) {
    return codes::kRegistryAttributesDiffer;
  }
  if (parts.guid && !SameGuid(*topic, *registry)) {
    return codes::kRegistryGuidDiffers;
  }
  if (parts.timestamp && registry->timestamp >= 0 &&
      topic->timestamp != registry->timestamp) {
    return codes::kRegistryTsDiffers;
  }
  return "";
}

// The part of a version that `code` is about; null: not there.
std::string PartOf(absl::string_view code, const SchemaVersion* version) {
  if (version == nullptr) return "not there";
  if (code == codes::kRegistryTextDiffers) {
    return absl::StrCat("text with digest ", ToHex(version->digests()->text));
  }
  if (code == codes::kRegistryGuidDiffers) {
    return absl::StrCat("guid ", GuidOf(version->md5().value_or(Digest128())));
  }
  if (code == codes::kRegistryTsDiffers) {
    return absl::StrCat("time ", version->timestamp);
  }
  if (code == codes::kRegistryAttributesDiffer) {
    std::vector<std::string> references;
    for (const SchemaReference& reference : version->references()) {
      references.push_back(
          absl::StrCat(EscapeForTerminal(reference.name), "=",
                       EscapeForTerminal(reference.subject), " ",
                       reference.version));
    }
    return absl::StrCat(EscapeForTerminal(version->type()), ", references [",
                        absl::StrJoin(references, ", "),
                        "]",
                        version->digests() == nullptr
                            ? ""
                            : absl::StrCat(", metadata and rules with digest ",
                                           ToHex(version->digests()->extras)));
  }
  return absl::StrCat("id ", version->id, version->deleted ? ", deleted" : "");
}

// The members of a config that count, one behind the other.
std::string ConfigText(const SubjectConfig* config,
                       const ComparableParts& parts, bool with_level) {
  if (config == nullptr) return "none";
  std::vector<std::string> members;
  for (const auto& [name, value] : ConfigMembers(config->json)) {
    const bool is_level = name == "compatibilityLevel";
    if (is_level ? !with_level : !parts.whole_config) continue;
    members.push_back(absl::StrCat(name, " ", value));
  }
  return absl::StrJoin(members, ", ");
}

// Of all contexts, or of the default one: READWRITE without a record.
bool IsGlobal(const std::string& subject) {
  return subject.empty() || subject == absl::StrCat(":", kGlobalContext, ":");
}

std::string ModeText(const SubjectMode* mode, bool is_global) {
  if (mode == nullptr) return is_global ? "READWRITE" : "none";
  return mode->mode.value_or("none");
}

// Names in either map.
template <typename A, typename B>
std::set<std::string> NamesOf(const A& a, const B& b) {
  std::set<std::string> names;
  for (const auto& [name, value] : a) names.insert(name);
  for (const auto& [name, value] : b) names.insert(name);
  return names;
}

template <typename Map>
auto* PointerIn(const Map& map, const std::string& key) {
  const auto found = map.find(key);
  return found != map.end() ? &found->second : nullptr;
}

class Comparison {
 public:
  Comparison(const StateWindow& topic, const RegistryState& registry,
             const ComparableParts& parts,
             const std::function<bool(const RegistryItem&)>& could_read)
      : topic_(topic),
        registry_(registry),
        parts_(parts),
        could_read_(could_read) {}

  StatesCompared Run() {
    FindNamedOtherwise();
    for (const std::string& subject :
         NamesOf(topic_.state().subjects, registry_.subjects)) {
      CompareSubject(subject);
    }
    for (const std::string& subject :
         NamesOf(topic_.state().configs, registry_.configs)) {
      CompareConfig(subject);
    }
    if (parts_.modes) {
      for (const std::string& subject :
           NamesOf(topic_.state().modes, registry_.modes)) {
        CompareMode(subject);
      }
    }
    if (parts_.contexts) {
      for (const std::string& context :
           NamesOf(topic_.state().contexts, registry_.contexts)) {
        CompareContext(context);
      }
    }
    return std::move(result_);
  }

 private:
  // Records whose value has another subject or version than their key: the
  // topic's state has them by the key, a registry shows them by the value.
  void FindNamedOtherwise() {
    for (const auto& [subject, versions] : topic_.state().subjects) {
      for (const auto& [number, version] : versions) {
        const SchemaVersion::OtherName* const other = version.other_name();
        if (other == nullptr) continue;
        named_otherwise_.emplace(subject, number);
        named_otherwise_.emplace(NormalSubject(other->subject.value_or("")),
                                 other->version.value_or(0));
      }
    }
    if (!named_otherwise_.empty()) {
      result_.not_comparable["named_otherwise"] =
          static_cast<int64_t>(named_otherwise_.size());
    }
  }

  void CompareSubject(const std::string& subject) {
    const SubjectVersions* const answered =
        PointerIn(registry_.subjects, subject);
    std::set<int32_t> numbers;
    for (const SubjectVersions* versions :
         {PointerIn(topic_.state().subjects, subject), answered}) {
      if (versions == nullptr) continue;
      for (const auto& [number, version] : *versions) numbers.insert(number);
    }
    for (const int32_t number : numbers) {
      if (named_otherwise_.count({subject, number}) != 0) continue;
      CompareVersion({RegistryItem::Kind::kVersion, subject, number},
                     answered != nullptr ? answered->Find(number) : nullptr);
    }
  }

  void CompareVersion(const RegistryItem& item,
                      const SchemaVersion* registry) {
    if (!could_read_(item)) return;
    const std::vector<const SchemaVersion*> said =
        topic_.Versions(item.subject, item.version);
    const bool is_said =
        std::any_of(said.begin(), said.end(), [&](const SchemaVersion* each) {
          return VersionDifference(each, registry, parts_).empty();
        });
    const SchemaVersion* const topic = said.front();
    if (is_said) {
      ++result_.items;
      if (topic != nullptr && registry != nullptr) {
        CountIfNotComparable(*topic, *registry);
      }
      return;
    }
    const absl::string_view code = VersionDifference(topic, registry, parts_);
    std::optional<int64_t> offset;
    if (topic != nullptr) offset = topic->offset;
    Add({item, code, PartOf(code, topic), PartOf(code, registry), offset});
  }

  void CountIfNotComparable(const SchemaVersion& topic,
                            const SchemaVersion& registry) {
    const absl::string_view why = WhyNoText(topic, parts_);
    const bool is_same =
        topic.digests() != nullptr && registry.digests() != nullptr &&
        topic.digests()->text == registry.digests()->text;
    if (!why.empty() && !is_same) ++result_.not_comparable[std::string(why)];
  }

  void CompareConfig(const std::string& subject) {
    const RegistryItem item = {RegistryItem::Kind::kConfig, subject, 0};
    const SubjectConfig* const registry = PointerIn(registry_.configs, subject);
    const std::vector<const SubjectConfig*> said = topic_.Configs(subject);
    // What it answers without a global record is its own default.
    if (subject.empty() && said.front() == nullptr) return;
    if (!could_read_(item)) return;
    std::vector<std::string> texts;
    for (const SubjectConfig* each : said) {
      // A registry adds its default to a record without a level.
      const bool with_level = each == nullptr || each->level.has_value();
      if (ConfigText(each, parts_, with_level) ==
          ConfigText(registry, parts_, with_level)) {
        ++result_.items;
        return;
      }
    }
    Add({item, codes::kRegistryConfigDiffers,
         ConfigText(said.front(), parts_, true),
         ConfigText(registry, parts_, true),
         said.front() != nullptr ? std::optional<int64_t>(said.front()->offset)
                                 : std::nullopt});
  }

  void CompareMode(const std::string& subject) {
    const RegistryItem item = {RegistryItem::Kind::kMode, subject, 0};
    if (!could_read_(item)) return;
    const bool is_global = IsGlobal(subject);
    const std::string registry =
        ModeText(PointerIn(registry_.modes, subject), is_global);
    const std::vector<const SubjectMode*> said = topic_.Modes(subject);
    const bool is_said =
        std::any_of(said.begin(), said.end(), [&](const SubjectMode* each) {
          return ModeText(each, is_global) == registry;
        });
    if (is_said) {
      ++result_.items;
      return;
    }
    Add({item, codes::kRegistryModeDiffers, ModeText(said.front(), is_global),
         registry,
         said.front() != nullptr ? std::optional<int64_t>(said.front()->offset)
                                 : std::nullopt});
  }

  void CompareContext(const std::string& context) {
    const RegistryItem item = {RegistryItem::Kind::kContext, context, 0};
    if (!could_read_(item)) return;
    const bool registry = registry_.contexts.count(context) != 0;
    const std::vector<bool> said = topic_.Contexts(context);
    if (std::find(said.begin(), said.end(), registry) != said.end()) {
      ++result_.items;
      return;
    }
    const int64_t* const offset = PointerIn(topic_.state().contexts, context);
    Add({item, codes::kRegistryContextDiffers,
         said.front() ? "there" : "not there", registry ? "there" : "not there",
         offset != nullptr ? std::optional<int64_t>(*offset) : std::nullopt});
  }

  void Add(StateDifference difference) {
    ++result_.items;
    if (topic_.touches_all()) {
      result_.unsettled.push_back(std::move(difference.item));
    } else {
      result_.differences.push_back(std::move(difference));
    }
  }

  const StateWindow& topic_;
  const RegistryState& registry_;
  const ComparableParts& parts_;
  const std::function<bool(const RegistryItem&)>& could_read_;
  std::set<std::pair<std::string, int32_t>> named_otherwise_;
  StatesCompared result_;
};

}  // namespace

ComparableParts ComparablePartsOf(Product product, bool has_guid,
                                  bool has_contexts, bool has_metadata) {
  ComparableParts parts;
  if (product == Product::kConfluent) {
    parts.extras = has_metadata;
    parts.whole_config = has_metadata;
    parts.guid = has_guid;
    parts.timestamp = has_guid;
    parts.contexts = has_contexts;
    return parts;
  }
  parts.text = product == Product::kKarapace;
  parts.protobuf_text = false;
  parts.extras = false;
  parts.whole_config = false;
  parts.contexts = false;
  parts.modes = product == Product::kRedpanda;
  return parts;
}

StatesCompared CompareStates(
    const StateWindow& topic, const RegistryState& registry,
    const ComparableParts& parts,
    const std::function<bool(const RegistryItem&)>& could_read) {
  return Comparison(topic, registry, parts, could_read).Run();
}

}  // namespace sr
