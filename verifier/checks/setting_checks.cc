#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/text.h"
#include "core/findings/codes.h"
#include "core/schemas/subject.h"
#include "verifier/checks/registry_checks.h"

namespace sr {
namespace {

void Add(absl::string_view code, int64_t offset, absl::string_view expected,
         std::string found, FindingSink* sink) {
  Finding finding = MakeFinding(code, sink->copy());
  finding.offset = offset;
  finding.expected = std::string(expected);
  finding.found = std::move(found);
  finding.effect = "applied";
  sink->Add(std::move(finding));
}

bool HasLiveVersion(const RegistryState& state, const std::string& subject) {
  const auto found = state.subjects.find(subject);
  return found != state.subjects.end() &&
         std::any_of(found->second.begin(), found->second.end(),
                     [](const auto& entry) { return !entry.second.deleted; });
}

void CheckAlias(const RegistryState& state, const std::string& subject,
                const SubjectConfig& config, FindingSink* sink) {
  const std::string target = QualifiedFor(subject, *config.alias);
  const std::string found =
      absl::StrCat(EscapeForTerminal(subject), " is an alias of ",
                   EscapeForTerminal(target));
  const auto next = state.configs.find(target);
  if (target == subject ||
      (next != state.configs.end() && next->second.alias.has_value() &&
       !next->second.alias->empty())) {
    Add(codes::kAliasChain, config.offset, "an alias of a subject", found,
        sink);
  } else if (!state.subjects.contains(target)) {
    Add(codes::kAliasTargetMissing, config.offset, "a subject that is there",
        found, sink);
  }
  if (target != subject && HasLiveVersion(state, subject)) {
    Add(codes::kAliasHidesSubject, config.offset,
        "no schemas under a name that stands for another", found, sink);
  }
}

void CheckConfigsAndModes(const RegistryState& state, FindingSink* sink) {
  for (const auto& [subject, config] : state.configs) {
    if (config.alias.has_value() && !config.alias->empty()) {
      CheckAlias(state, subject, config, sink);
    }
  }
  for (const auto& [subject, mode] : state.modes) {
    if (mode.mode == "IMPORT") {
      Add(codes::kModeImportLeft, mode.offset, "IMPORT for a while only",
          subject.empty() ? std::string("IMPORT, global")
                          : absl::StrCat("IMPORT of ",
                                         EscapeForTerminal(subject)),
          sink);
    }
  }
}

void CheckContexts(const RegistryState& state, FindingSink* sink) {
  std::map<std::string, int64_t> used;  // To the first record's offset.
  for (const auto& [subject, versions] : state.subjects) {
    const std::string context(ParseSubject(subject).context);
    if (context == kDefaultContext || context == kGlobalContext) continue;
    const auto [place, is_new] = used.emplace(context, 0);
    for (const auto& [number, version] : versions) {
      place->second = is_new && number == versions.begin()->first
                          ? version.offset
                          : std::min(place->second, version.offset);
    }
  }
  for (const auto& [context, offset] : used) {
    if (state.contexts.contains(context)) continue;
    Add(codes::kContextRecordMissing, offset,
        "a CONTEXT record for each context", EscapeForTerminal(context), sink);
  }
  for (const auto& [context, offset] : state.contexts) {
    if (used.contains(context)) continue;
    Add(codes::kContextUnused, offset, "a context with subjects",
        EscapeForTerminal(context), sink);
  }
}

void CheckAssociations(const RegistryState& state, FindingSink* sink) {
  std::set<std::string> guids;
  std::set<std::string> strong;
  std::set<std::string> referred;
  for (const auto& [subject, versions] : state.subjects) {
    for (const auto& [number, version] : versions) {
      for (const SchemaReference& reference : version.references()) {
        referred.insert(QualifiedFor(subject, reference.subject));
      }
    }
  }
  for (const auto& [key, association] : state.associations) {
    const std::string subject = NormalSubject(association.subject);
    const std::string found =
        absl::StrCat(EscapeForTerminal(association.resource_name), " with ",
                     EscapeForTerminal(subject));
    if (!HasLiveVersion(state, subject)) {
      Add(codes::kAssocOrphan, association.offset,
          "a subject with a live version", found, sink);
    }
    if (!association.guid.empty() && !guids.insert(association.guid).second) {
      Add(codes::kAssocGuidDuplicate, association.offset,
          "a guid for each association",
          EscapeForTerminal(association.guid.substr(0, 80)), sink);
    }
    if (association.lifecycle == "STRONG" &&
        (!strong.insert(subject).second || referred.count(subject) != 0)) {
      Add(codes::kAssocStrongConflict, association.offset,
          "one STRONG association, and no reference to the subject", found,
          sink);
    }
  }
}

}  // namespace

void CheckSettings(const RegistryState& state, FindingSink* sink) {
  CheckConfigsAndModes(state, sink);
  CheckContexts(state, sink);
  if (!state.associations.empty()) CheckAssociations(state, sink);
}

}  // namespace sr
