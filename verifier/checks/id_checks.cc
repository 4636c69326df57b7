#include <algorithm>
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <tuple>
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

// One version and where it is.
struct Use {
  absl::string_view context;
  const std::string* subject = nullptr;
  int32_t number = 0;
  const SchemaVersion* version = nullptr;

  int32_t id() const { return version->id; }
};

std::string NameOf(const Use& use) {
  return absl::StrCat(EscapeForTerminal(*use.subject), " version ", use.number);
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

// All versions, those of one id of a context together, in the order of the
// topic.
std::vector<Use> UsesById(const RegistryState& state) {
  std::vector<Use> uses;
  uses.reserve(static_cast<size_t>(state.version_count()));
  for (const auto& [subject, versions] : state.subjects) {
    for (const auto& [number, version] : versions) {
      uses.push_back({state.has_contexts ? ParseSubject(subject).context
                                         : kDefaultContext,
                      &subject, number, &version});
    }
  }
  std::sort(uses.begin(), uses.end(), [](const Use& a, const Use& b) {
    return std::tie(a.context, a.version->id, a.version->offset) <
           std::tie(b.context, b.version->id, b.version->offset);
  });
  return uses;
}

bool SameAttributes(const SchemaVersion& a, const SchemaVersion& b) {
  return a.type() == b.type() && a.references() == b.references();
}

// Neighbours in `uses` that have one id.
void CheckUsesOfOneId(const Use& first, const Use& next, FindingSink* sink) {
  if (SameAttributes(*first.version, *next.version)) return;
  Add(codes::kIdAttributeConflict, next.version->offset,
      "one type and the same references wherever an id is used",
      absl::StrCat("id ", next.id(), ": ", NameOf(first), " is ",
                   first.version->type(), ", ", NameOf(next), " is ",
                   next.version->type(),
                   first.version->type() == next.version->type()
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
    if (!uses[i].version->deleted) live.push_back(uses[i]);
  }
  std::sort(live.begin(), live.end(), [](const Use& a, const Use& b) {
    return std::tie(*a.subject, a.number) < std::tie(*b.subject, b.number);
  });
  for (size_t i = 1; i < live.size(); ++i) {
    if (*live[i - 1].subject != *live[i].subject) continue;
    Add(codes::kIdTwoVersions, live[i].version->offset,
        "one live version of a subject for each id",
        absl::StrCat("id ", live[i].id(), ": ", NameOf(live[i - 1]), " and ",
                     live[i].number),
        sink);
  }
}

// Highest ids, by context.
void CheckHighestIds(const RegistryState& state, const std::vector<Use>& uses,
                     FindingSink* sink) {
  std::map<std::string, const Use*> highest;
  for (const Use& use : uses) {
    const Use*& place = highest[std::string(use.context)];
    if (place == nullptr || use.id() > place->id() ||
        (use.id() == place->id() && place->version->deleted)) {
      place = &use;
    }
  }
  for (const auto& [context, use] : highest) {
    if (use->id() > kIdNearLimit) {
      Add(codes::kIdNearLimit, use->version->offset,
          absl::StrCat("ids below ", WithThousands(kIdNearLimit)),
          absl::StrCat(NameOf(*use), " has ", WithThousands(use->id())), sink);
    }
    const auto seen = state.max_ids.find(context);
    if (use->version->deleted ||
        (seen != state.max_ids.end() && seen->second > use->id())) {
      Add(codes::kTopIdAtRisk, use->version->offset,
          "the highest id held by a live version",
          absl::StrCat("context ", EscapeForTerminal(context), ", id ",
                       seen != state.max_ids.end() ? seen->second : use->id(),
                       ", of a version that is deleted"),
          sink);
    }
  }
}

}  // namespace

void CheckIds(const RegistryState& state, FindingSink* sink) {
  const std::vector<Use> uses = UsesById(state);
  for (size_t begin = 0; begin < uses.size();) {
    size_t end = begin + 1;
    while (end < uses.size() && uses[end].context == uses[begin].context &&
           uses[end].id() == uses[begin].id()) {
      CheckUsesOfOneId(uses[begin], uses[end], sink);
      ++end;
    }
    CheckVersionsOfOneId(uses, begin, end, sink);
    begin = end;
  }
  CheckHighestIds(state, uses, sink);
}

}  // namespace sr
