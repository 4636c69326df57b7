#include "core/findings/finding.h"

#include <utility>

#include "core/base/check.h"
#include "core/findings/codes.h"

namespace sr {
namespace {

template <typename Map, typename Key>
int64_t CountIn(const Map& map, const Key& key) {
  const auto found = map.find(key);
  return found == map.end() ? 0 : found->second;
}

}  // namespace

absl::string_view SeverityName(Severity severity) {
  switch (severity) {
    case Severity::kInfo:
      return "info";
    case Severity::kWarning:
      return "warning";
    case Severity::kError:
      return "error";
  }
  return "";
}

Finding MakeFinding(absl::string_view code, absl::string_view copy) {
  const CodeInfo* const info = FindCode(code);
  SR_CHECK(info != nullptr);
  Finding finding;
  finding.code = std::string(code);
  finding.severity = info->severity;
  finding.copy = std::string(copy);
  finding.advice = std::string(info->advice);
  return finding;
}

void FindingList::Add(Finding finding) {
  ++counts_[finding.code];
  ++severity_counts_[finding.severity];
  int64_t& kept = kept_counts_[finding.code];
  if (kept >= kept_per_code_) return;
  ++kept;
  kept_.push_back(std::move(finding));
}

void FindingList::AddUnkept(absl::string_view code, Severity severity) {
  ++counts_[std::string(code)];
  ++severity_counts_[severity];
}

bool FindingList::WillKeep(absl::string_view code) const {
  return CountIn(kept_counts_, std::string(code)) < kept_per_code_;
}

void FindingList::Merge(const FindingList& other) {
  for (const Finding& finding : other.kept_) {
    int64_t& kept = kept_counts_[finding.code];
    if (kept >= kept_per_code_) continue;
    ++kept;
    kept_.push_back(finding);
  }
  for (const auto& [code, count] : other.counts_) counts_[code] += count;
  for (const auto& [severity, count] : other.severity_counts_) {
    severity_counts_[severity] += count;
  }
}

int64_t FindingList::count(absl::string_view code) const {
  return CountIn(counts_, std::string(code));
}

int64_t FindingList::count(Severity severity) const {
  return CountIn(severity_counts_, severity);
}

}  // namespace sr
