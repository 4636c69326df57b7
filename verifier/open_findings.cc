#include "verifier/open_findings.h"

#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "core/base/text.h"
#include "core/findings/report_json.h"

namespace sr {
namespace {

// "opened error TOPIC_MISSING kafka://a:9092/_schemas offset 3 key: expected ...,
// found ...; advice".
std::string FindingLine(absl::string_view type, absl::string_view time,
                        const Finding& finding) {
  std::string line =
      absl::StrCat(time, " ", type, " ", SeverityName(finding.severity), " ",
                   finding.code, " ", finding.copy);
  if (finding.offset.has_value()) {
    absl::StrAppend(&line, " offset ", *finding.offset);
  }
  if (!finding.key.empty()) absl::StrAppend(&line, " ", finding.key);
  if (!finding.expected.empty()) {
    absl::StrAppend(&line, ", expected ", finding.expected);
  }
  if (!finding.found.empty()) absl::StrAppend(&line, ", found ", finding.found);
  if (type == "opened") absl::StrAppend(&line, ". ", finding.advice);
  return EscapeForTerminal(line) + "\n";
}

}  // namespace

OpenFindings::OpenFindings(const VerifierOptions& options, Output* output,
                           StopToken* stop)
    : is_text_(options.output == OutputFormat::kText),
      open_max_(options.findings_kept_per_code()),
      clock_(options.copy.clock),
      stop_(stop),
      output_(output) {}

int64_t OpenFindings::Mark() const {
  MutexLock lock(&mutex_);
  return mark_;
}

OpenFindings::Name OpenFindings::NameOf(const std::string& source,
                                        const Finding& finding) {
  return {source, finding.code, finding.copy, finding.offset.value_or(-1),
          absl::StrCat(finding.key, " ", finding.position)};
}

void OpenFindings::Open(const std::string& source,
                        const FindingList& findings) {
  MutexLock lock(&mutex_);
  OpenLocked(source, findings);
}

void OpenFindings::OpenLocked(const std::string& source,
                              const FindingList& findings) {
  for (const Finding& finding : findings.kept()) {
    int64_t& open = open_counts_[{source, finding.code}];
    if (open >= open_max_) continue;
    const auto [place, is_new] =
        open_.try_emplace(NameOf(source, finding), Opened{finding, mark_ + 1});
    if (!is_new) continue;
    ++mark_;
    ++open;
    TellFinding("opened", finding);
  }
}

void OpenFindings::SettleSome(
    const std::string& source, const FindingList& findings, int64_t mark,
    absl::FunctionRef<bool(const Finding&)> was_looked_at) {
  MutexLock lock(&mutex_);
  std::set<Name> found;
  std::map<std::string, int64_t> kept;
  for (const Finding& finding : findings.kept()) {
    found.insert(NameOf(source, finding));
    ++kept[finding.code];
  }
  auto next = open_.lower_bound(Name{source, "", "", 0, ""});
  while (next != open_.end() && std::get<0>(next->first) == source) {
    const auto open = next++;
    const std::string& code = std::get<1>(open->first);
    if (open->second.mark > mark || found.count(open->first) > 0 ||
        findings.count(code) > kept[code] ||
        !was_looked_at(open->second.finding)) {
      continue;
    }
    TellFinding("closed", open->second.finding);
    --open_counts_[{source, code}];
    open_.erase(open);
  }
  OpenLocked(source, findings);
}

void OpenFindings::Unchecked(const std::string& what,
                             const std::string& reason) {
  MutexLock lock(&mutex_);
  if (!unchecked_.emplace(what, reason).second) return;
  TellLook("unchecked", what, reason);
}

void OpenFindings::Checked(const std::string& what) {
  MutexLock lock(&mutex_);
  const auto before = unchecked_.find(what);
  if (before == unchecked_.end()) return;
  TellLook("checked", what, before->second);
  unchecked_.erase(before);
}

int64_t OpenFindings::count(Severity severity) const {
  MutexLock lock(&mutex_);
  int64_t count = 0;
  for (const auto& [name, open] : open_) {
    count += open.finding.severity == severity ? 1 : 0;
  }
  return count;
}

void OpenFindings::TellFinding(absl::string_view type, const Finding& finding) {
  Write(is_text_ ? FindingLine(type, Time(), finding)
                 : RenderFindingEvent(type, Time(), finding));
}

void OpenFindings::TellLook(absl::string_view type, const std::string& what,
                            const std::string& reason) {
  Write(is_text_ ? EscapeForTerminal(absl::StrCat(Time(), " ", type, " ", what,
                                                  ": ", reason)) +
                       "\n"
                 : RenderLookEvent(type, Time(), what, reason));
}

void OpenFindings::Write(const std::string& line) {
  output_->Write(line);
  if (!output_->Flush().ok()) stop_->RequestStop();
}

std::string OpenFindings::Time() const {
  return TimestampText(absl::ToUnixMillis(clock_->Now()));
}

}  // namespace sr
