#include "verifier/checks/references.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "core/base/text.h"
#include "core/findings/codes.h"
#include "core/schemas/subject.h"

namespace sr {
namespace {

std::string NameOf(const std::string& subject, int32_t number) {
  return absl::StrCat(EscapeForTerminal(subject), " version ", number);
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

std::string SubjectMeantBy(const RegistryState& state,
                           const std::string& referrer,
                           const SchemaReference& reference) {
  return state.has_contexts ? QualifiedFor(referrer, reference.subject)
                            : reference.subject;
}

// One that says which version it means. Of others, which are findings of their
// own, nobody knows where they lead.
bool IsPlain(const SchemaReference& reference) {
  return !reference.subject.empty() && reference.version >= 1;
}

void CheckTargets(const RegistryState& state, const std::string& subject,
                  int32_t number, const SchemaVersion& version,
                  FindingSink* sink) {
  for (const SchemaReference& reference : version.references()) {
    if (!IsPlain(reference)) continue;
    const ReferenceTarget target = FindTarget(state, subject, reference);
    const std::string found = absl::StrCat(
        NameOf(subject, number), " refers to ",
        NameOf(SubjectMeantBy(state, subject, reference), reference.version));
    if (target.version == nullptr) {
      Add(codes::kReferenceDangling, version.offset,
          "a version that is there", found, sink);
    } else if (target.version->deleted && !version.deleted) {
      Add(codes::kReferenceTargetSoftDeleted, version.offset,
          "a version that is not deleted", found, sink);
    }
  }
}

// Goes through all that is reachable, without recursion: chains may be long.
class CycleSearch {
 public:
  CycleSearch(const RegistryState& state, FindingSink* sink)
      : state_(state), sink_(sink) {}

  void From(const ReferenceTarget& start) {
    if (marks_.contains(start.version)) return;
    Push(start);
    while (!path_.empty()) {
      Step& step = path_.back();
      const auto& references = step.at.version->references();
      if (step.next == references.size()) {
        marks_[step.at.version] = Mark::kDone;
        path_.pop_back();
        continue;
      }
      const SchemaReference& reference = references[step.next++];
      const ReferenceTarget target =
          FindTarget(state_, *step.at.subject, reference);
      if (target.version == nullptr || !IsPlain(reference)) continue;
      const auto mark = marks_.find(target.version);
      if (mark == marks_.end()) {
        Push(target);
      } else if (mark->second == Mark::kOpen) {
        ReportCycle(target.version);
      }
    }
  }

 private:
  enum class Mark { kOpen, kDone };
  struct Step {
    ReferenceTarget at;
    size_t next = 0;  // Of its references.
  };

  void Push(const ReferenceTarget& target) {
    marks_[target.version] = Mark::kOpen;
    path_.push_back({target});
  }

  // From `first`, which is on the path, to the path's end and back.
  void ReportCycle(const SchemaVersion* first) {
    const auto begin =
        std::find_if(path_.begin(), path_.end(), [first](const Step& step) {
          return step.at.version == first;
        });
    const auto earliest =
        std::min_element(begin, path_.end(), [](const Step& a, const Step& b) {
          return a.at.version->offset < b.at.version->offset;
        });
    Add(codes::kReferenceCycle, earliest->at.version->offset,
        "references that come to an end",
        absl::StrCat(NameOf(*earliest->at.subject, earliest->at.number),
                     " refers to itself, by ", path_.end() - begin,
                     path_.end() - begin == 1 ? " reference" : " references"),
        sink_);
  }

  const RegistryState& state_;
  FindingSink* const sink_;
  std::vector<Step> path_;
  absl::flat_hash_map<const SchemaVersion*, Mark> marks_;
};

}  // namespace

ReferenceTarget FindTarget(const RegistryState& state,
                           const std::string& referrer,
                           const SchemaReference& reference) {
  ReferenceTarget target;
  const auto found =
      state.subjects.find(SubjectMeantBy(state, referrer, reference));
  if (found == state.subjects.end() || found->second.empty()) return target;
  target.subject = &found->first;
  if (reference.version == -1) {
    target.number = found->second.back().first;
    target.version = &found->second.back().second;
  } else {
    target.number = reference.version;
    target.version = found->second.Find(reference.version);
  }
  return target;
}

bool HasDanglingReference(const RegistryState& state,
                          const std::string& subject,
                          const SchemaVersion& version) {
  return std::any_of(version.references().begin(), version.references().end(),
                     [&](const SchemaReference& reference) {
                       return FindTarget(state, subject, reference).version ==
                              nullptr;
                     });
}

void CheckReferences(const RegistryState& state, FindingSink* sink) {
  CycleSearch cycles(state, sink);
  std::vector<ReferenceTarget> referrers;
  for (const auto& [subject, versions] : state.subjects) {
    for (const auto& [number, version] : versions) {
      if (version.references().empty()) continue;
      referrers.push_back({&subject, number, &version});
    }
  }
  // In the order of the topic, whatever the order of the map.
  std::sort(referrers.begin(), referrers.end(),
            [](const ReferenceTarget& a, const ReferenceTarget& b) {
              return a.version->offset < b.version->offset;
            });
  for (const ReferenceTarget& referrer : referrers) {
    CheckTargets(state, *referrer.subject, referrer.number, *referrer.version,
                 sink);
    cycles.From(referrer);
  }
}

}  // namespace sr
