#include <algorithm>
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/text.h"
#include "core/findings/codes.h"
#include "core/schemas/subject.h"
#include "verifier/checks/registry_checks.h"

namespace sr {
namespace {

// Nine tenths of what an id can be.
constexpr int32_t kIdNearLimit =
    std::numeric_limits<int32_t>::max() / 10 * 9;

// One version and where it is. There is one for each in the topic: 16 bytes.
struct Use {
  const std::pair<const std::string, SubjectVersions>* subject = nullptr;
  uint32_t index = 0;  // Among the subject's versions.
  int32_t id = 0;

  const SubjectVersions::Entry& entry() const {
    return subject->second.begin()[index];
  }
  int32_t number() const { return entry().first; }
  const SchemaVersion& version() const { return entry().second; }
};

std::string NameOf(const Use& use) {
  return absl::StrCat(EscapeForTerminal(use.subject->first), " version ",
                      use.number());
}

void Add(absl::string_view code, int64_t offset, absl::string_view expected,
         std::string found, FindingSink* sink) {
  Finding finding = MakeFinding(code, sink->copy());
  finding.offset = offset;
  finding.expected = std::string(expected);
  finding.found = std::move(found);
  finding.effect = "applied";
  sink->Add(std::move(finding));
}

// All versions, by context; those of one id together, in the order of the topic.
std::map<std::string, std::vector<Use>> UsesById(const RegistryState& state) {
  std::map<std::string, std::vector<Use>> contexts;
  for (const auto& subject : state.subjects) {
    std::vector<Use>& uses =
        contexts[std::string(state.has_contexts
                                 ? ParseSubject(subject.first).context
                                 : kDefaultContext)];
    uint32_t index = 0;
    for (const auto& [number, version] : subject.second) {
      uses.push_back({&subject, index++, version.id});
    }
  }
  for (auto& [context, uses] : contexts) {
    std::sort(uses.begin(), uses.end(), [](const Use& a, const Use& b) {
      return a.id != b.id ? a.id < b.id
                          : a.version().offset < b.version().offset;
    });
  }
  return contexts;
}

bool SameAttributes(const SchemaVersion& a, const SchemaVersion& b) {
  return a.type() == b.type() && a.references() == b.references();
}

// Neighbours in `uses` that have one id.
void CheckUsesOfOneId(const Use& first, const Use& next, FindingSink* sink) {
  if (SameAttributes(first.version(), next.version())) return;
  Add(codes::kIdAttributeConflict, next.version().offset,
      "one type and the same references wherever an id is used",
      absl::StrCat("id ", next.id, ": ", NameOf(first), " is ",
                   first.version().type(), ", ", NameOf(next), " is ",
                   next.version().type(),
                   first.version().type() == next.version().type()
                       ? " with other references"
                       : ""),
      sink);
}

// Two live versions of one subject with one id.
void CheckVersionsOfOneId(const std::vector<Use>& uses, size_t begin,
                          size_t end, FindingSink* sink) {
  if (end - begin < 2) return;
  std::vector<Use> live;
  for (size_t i = begin; i < end; ++i) {
    if (!uses[i].version().deleted) live.push_back(uses[i]);
  }
  std::sort(live.begin(), live.end(), [](const Use& a, const Use& b) {
    return a.subject != b.subject ? a.subject->first < b.subject->first
                                  : a.index < b.index;
  });
  for (size_t i = 1; i < live.size(); ++i) {
    if (live[i - 1].subject != live[i].subject) continue;
    Add(codes::kIdTwoVersions, live[i].version().offset,
        "one live version of a subject for each id",
        absl::StrCat("id ", live[i].id, ": ", NameOf(live[i - 1]), " and ",
                     live[i].number()),
        sink);
  }
}

// The highest id of a context, whose uses these are.
void CheckHighestId(const RegistryState& state, const std::string& context,
                    const std::vector<Use>& uses, FindingSink* sink) {
  // Of those that have it the first that is live, or the last.
  auto highest = std::find_if(uses.begin(), uses.end(), [&](const Use& use) {
    return use.id == uses.back().id;
  });
  while (highest->version().deleted && &*highest != &uses.back()) ++highest;
  const SchemaVersion& version = highest->version();
  if (highest->id > kIdNearLimit) {
    Add(codes::kIdNearLimit, version.offset,
        absl::StrCat("ids below ", WithThousands(kIdNearLimit)),
        absl::StrCat(NameOf(*highest), " has ", WithThousands(highest->id)),
        sink);
  }
  const auto seen = state.max_ids.find(context);
  if (version.deleted ||
      (seen != state.max_ids.end() && seen->second > highest->id)) {
    Add(codes::kTopIdAtRisk, version.offset,
        "the highest id held by a live version",
        absl::StrCat("context ", EscapeForTerminal(context), ", id ",
                     seen != state.max_ids.end() ? seen->second : highest->id,
                     ", of a version that is deleted"),
        sink);
  }
}

void CheckUses(const std::vector<Use>& uses, FindingSink* sink) {
  for (size_t begin = 0; begin < uses.size();) {
    size_t end = begin + 1;
    while (end < uses.size() && uses[end].id == uses[begin].id) {
      CheckUsesOfOneId(uses[begin], uses[end], sink);
      ++end;
    }
    CheckVersionsOfOneId(uses, begin, end, sink);
    begin = end;
  }
}

}  // namespace

void CheckIds(const RegistryState& state, FindingSink* sink) {
  const std::map<std::string, std::vector<Use>> contexts = UsesById(state);
  for (const auto& [context, uses] : contexts) {
    CheckUses(uses, sink);
    CheckHighestId(state, context, uses, sink);
  }
}

}  // namespace sr
