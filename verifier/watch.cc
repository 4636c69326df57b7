// `schemas-verifier watch COPY... REGISTRY...`: for ever, tells what goes wrong
// and when it is right again.

#include <algorithm>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "core/base/log.h"
#include "core/base/status_context.h"
#include "core/base/text.h"
#include "core/compare/registry_item.h"
#include "core/schemas/registry_scope.h"
#include "verifier/check_copy.h"
#include "verifier/checks/transactional_records.h"
#include "verifier/commands.h"
#include "verifier/confirmed_comparison.h"
#include "verifier/copy_watch.h"
#include "verifier/open_findings.h"
#include "verifier/registry_comparison.h"
#include "verifier/report_output.h"

namespace sr {
namespace {

// How often the registries are asked at most, but for when a topic is gone.
constexpr absl::Duration kCompareEvery = absl::Seconds(15);
constexpr absl::Duration kCompareAtOnceEvery = absl::Seconds(5);
// After one that could not be asked for everything.
constexpr absl::Duration kCompareAgainAfter = absl::Minutes(1);
constexpr absl::Duration kPoll = absl::Milliseconds(200);

// Whether a finding of a comparison is about something of `scope`.
bool IsAbout(const Finding& finding, const RegistryScope& scope) {
  if (scope.everything) return true;
  const auto is_one_of = [&](RegistryItem::Kind kind,
                             const std::set<std::string>& names) {
    return std::any_of(names.begin(), names.end(), [&](const auto& name) {
      return NameOf(RegistryItem{kind, name, 0}) == finding.key;
    });
  };
  const auto is_version = [&](const std::string& subject, int32_t version) {
    return NameOf(RegistryItem{RegistryItem::Kind::kVersion, subject,
                               version}) == finding.key;
  };
  int32_t number = 0;
  (void)absl::SimpleAtoi(finding.key.substr(finding.key.rfind(' ') + 1),
                         &number);
  return is_one_of(RegistryItem::Kind::kConfig, scope.configs) ||
         is_one_of(RegistryItem::Kind::kMode, scope.modes) ||
         (scope.contexts && absl::StartsWith(finding.key, "context ")) ||
         std::any_of(scope.subjects.begin(), scope.subjects.end(),
                     [&](const std::string& subject) {
                       return is_version(subject, number);
                     }) ||
         std::any_of(scope.versions.begin(), scope.versions.end(),
                     [&](const auto& version) {
                       return is_version(version.first, version.second);
                     });
}

// Reads everything, and compares it with the registries, in the thread that calls
// it, beside those that follow the copies.
class Rounds {
 public:
  Rounds(const VerifierOptions& options, const StopToken* stop,
         OpenFindings* findings, CompareRequests* requests)
      : options_(options),
        clock_(options.copy.clock),
        stop_(stop),
        findings_(findings),
        requests_(requests) {
    // What is told by those who follow the copies.
    options_.levels = {"storage", "record", "replay", "schema"};
    options_.stop = stop;
    options_.quiet = true;
    for (const Location& location : options.copies) {
      (location.kind == LocationKind::kRegistry ? registries_ : copies_)
          .push_back(location);
    }
    for (const Location& registry : registries_) {
      comparisons_.push_back(std::make_unique<ConfirmedComparison>(
          registry, copies_, options_));
    }
  }

  void Run() {
    while (!stop_->StopRequested()) {
      const absl::Duration began = clock_->Elapsed();
      CompareAll(ConfirmedComparison::Breadth::kEverything);
      for (const Location& copy : copies_) {
        if (!stop_->StopRequested()) Check(copy);
      }
      TellRound(clock_->Elapsed() - began);
      while (!stop_->StopRequested() &&
             clock_->Elapsed() - began < options_.full_every) {
        if (IsComparingDue()) CompareDue();
        stop_->WaitForStop(kPoll);
      }
    }
  }

 private:
  bool IsComparingDue() const {
    const absl::Duration since = clock_->Elapsed() - compared_;
    return (requests_->now && since >= kCompareAtOnceEvery) ||
           ((requests_->soon || HasWritten()) && since >= kCompareEvery) ||
           (has_failed_ && since >= kCompareAgainAfter);
  }

  // What a registry need not have read yet when it was asked.
  bool HasWritten() const {
    return std::any_of(
        comparisons_.begin(), comparisons_.end(),
        [](const auto& comparison) { return comparison->has_written(); });
  }

  // Everything, but for what has merely been written to.
  void CompareDue() {
    const bool is_for_written = !requests_->now && !has_failed_;
    CompareAll(is_for_written ? ConfirmedComparison::Breadth::kWritten
                              : ConfirmedComparison::Breadth::kEverything);
  }

  void CompareAll(ConfirmedComparison::Breadth breadth) {
    requests_->now = false;
    requests_->soon = false;
    has_failed_ = false;
    for (size_t i = 0; i < registries_.size(); ++i) {
      if (!stop_->StopRequested()) {
        Compare(registries_[i], comparisons_[i].get(), breadth);
      }
    }
    compared_ = clock_->Elapsed();
  }

  void Compare(const Location& registry, ConfirmedComparison* comparison,
               ConfirmedComparison::Breadth breadth) {
    const int64_t mark = findings_->Mark();
    const absl::Status status = comparison->Run(breadth);
    if (stop_->StopRequested()) return;
    Report report = NewReport("watch", options_);
    TellComparison(registry, options_, *comparison, status, &report);
    if (!AnythingFailed(report)) {
      findings_->Checked(registry.text);
      return findings_->SettleSome(
          registry.text, report.findings, mark, [&](const Finding& finding) {
            return IsAbout(finding, comparison->asked());
          });
    }
    has_failed_ = true;
    // What it did not tell may still be wrong.
    findings_->Open(registry.text, report.findings);
    findings_->Unchecked(registry.text, FailureOf(report));
  }

  // The first thing that could not be looked at.
  static std::string FailureOf(const Report& report) {
    for (const LevelResult& level : report.levels) {
      if (level.outcome == Outcome::kFailed) return level.reason;
    }
    for (const CopyResult& copy : report.copies) {
      if (copy.outcome == Outcome::kFailed) {
        return absl::StrCat(copy.location, ": ", copy.reason);
      }
    }
    return "";
  }

  void Check(const Location& copy) {
    const int64_t mark = findings_->Mark();
    const std::string name = absl::StrCat("all of ", copy.text);
    Report report = NewReport("watch", options_);
    absl::Status status = CheckCopy(copy, options_, &report);
    if (status.ok()) status = CheckTransactions(copy, &report.findings);
    if (stop_->StopRequested()) return;
    if (status.ok() && !AnythingFailed(report)) {
      findings_->Checked(name);
      return findings_->Settle(RecordsOf(copy), report.findings, mark);
    }
    findings_->Open(RecordsOf(copy), report.findings);
    findings_->Unchecked(name, status.ok() ? FailureOf(report)
                                           : RenderError(status));
  }

  absl::Status CheckTransactions(const Location& copy, FindingList* findings) {
    if (copy.kind != LocationKind::kKafka) return absl::OkStatus();
    const auto topic = DescribeTopic(copy, options_.copy);
    if (!topic.ok()) return topic.status();
    if (topic->is_shadow || topic->state.partitions != 1) {
      return absl::OkStatus();
    }
    return CheckTransactionalRecords(copy, options_.copy, findings);
  }

  void TellRound(absl::Duration took) const {
    LogInfo(absl::StrCat(
        "looked at all in ", absl::FormatDuration(absl::Trunc(
                                 took, absl::Milliseconds(1))),
        ": ", WithThousands(findings_->count(Severity::kError)), " errors, ",
        WithThousands(findings_->count(Severity::kWarning)),
        " warnings open"));
  }

  VerifierOptions options_;
  Clock* const clock_;
  const StopToken* const stop_;
  OpenFindings* const findings_;
  CompareRequests* const requests_;
  std::vector<Location> copies_;
  std::vector<Location> registries_;
  std::vector<std::unique_ptr<ConfirmedComparison>> comparisons_;  // Of each.
  absl::Duration compared_;
  bool has_failed_ = false;  // A registry at that time, in part at least.
};

}  // namespace

absl::StatusOr<ExitCode> RunWatch(const VerifierOptions& options,
                                  StopToken* stop, Output* output) {
  const bool has_copy = std::any_of(
      options.copies.begin(), options.copies.end(), [](const auto& location) {
        return location.kind != LocationKind::kRegistry;
      });
  if (!has_copy) {
    return WithHint(
        absl::InvalidArgumentError("registries only, and no copy of the topic"),
        "name the topic that they read as well: kafka://HOST:PORT/_schemas");
  }
  OpenFindings findings(options, output, stop);
  CompareRequests requests;
  std::vector<std::unique_ptr<CopyWatch>> watches;
  std::vector<std::thread> threads;
  for (const Location& location : options.copies) {
    if (location.kind == LocationKind::kRegistry) continue;
    watches.push_back(std::make_unique<CopyWatch>(location, options, stop,
                                                  &findings, &requests));
    threads.emplace_back([watch = watches.back().get()] { watch->Run(); });
  }
  Rounds(options, stop, &findings, &requests).Run();
  for (std::thread& thread : threads) thread.join();
  return ExitCode::kClean;
}

}  // namespace sr
