// `schemas-verifier compare COPY COPY...`: do these copies say the same, and does a
// registry answer as they say?

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "core/base/progress.h"
#include "core/base/status_context.h"
#include "core/base/status_macros.h"
#include "core/base/text.h"
#include "core/compare/compare.h"
#include "core/compare/compare_by_offset.h"
#include "core/compare/compare_by_order.h"
#include "core/findings/codes.h"
#include "core/findings/report.h"
#include "verifier/check_levels.h"
#include "verifier/commands.h"
#include "verifier/registry_comparison.h"
#include "verifier/report_output.h"

namespace sr {
namespace {

constexpr absl::Duration kSettleInterval = absl::Milliseconds(500);

std::optional<absl::Duration> MillisecondsOf(const CopyInfo& info,
                                             const std::string& name) {
  if (!info.topic_config.has_value()) return std::nullopt;
  const auto entry = info.topic_config->find(name);
  int64_t milliseconds = 0;
  if (entry == info.topic_config->end() ||
      !absl::SimpleAtoi(entry->second.value, &milliseconds)) {
    return std::nullopt;
  }
  return absl::Milliseconds(milliseconds);
}

// A topic whose policy could not be asked for may be compacted.
bool MayBeCompacted(const CopyInfo& info) {
  if (info.location.kind != LocationKind::kKafka) return false;
  if (!info.topic_config.has_value()) return true;
  const auto policy = info.topic_config->find("cleanup.policy");
  return policy == info.topic_config->end() ||
         policy->second.value.find("compact") != std::string::npos;
}

CopyTraits TraitsOf(const CopyInfo& info) {
  CopyTraits traits;
  traits.name = info.location.text;
  traits.is_topic = info.location.kind == LocationKind::kKafka;
  traits.is_shadow = info.is_shadow;
  traits.may_be_compacted = MayBeCompacted(info);
  traits.policy.delete_retention = MillisecondsOf(info, "delete.retention.ms");
  traits.policy.min_compaction_lag =
      MillisecondsOf(info, "min.compaction.lag.ms");
  traits.start_offset = info.start_offset;
  traits.end_offset = info.end_offset;
  return traits;
}

// Offset of the first record that the other copy does not reach.
int64_t FirstBehind(const CompareResult& result) {
  for (const Finding& finding : result.findings.kept()) {
    if (finding.code == codes::kCopyBehind) return finding.offset.value_or(0);
  }
  return 0;
}

// Everything of `findings` but COPY_BEHIND.
FindingList WithoutBehind(const FindingList& findings) {
  FindingList rest;
  for (const Finding& finding : findings.kept()) {
    if (finding.code != codes::kCopyBehind) rest.Add(finding);
  }
  for (const auto& [code, count] : findings.counts()) {
    if (code == codes::kCopyBehind) continue;
    for (int64_t more = count - rest.count(code); more > 0; --more) {
      rest.AddUnkept(code, FindCode(code)->severity);
    }
  }
  return rest;
}

// Compares one copy with the reference, while both may grow.
class PairComparison {
 public:
  PairComparison(const VerifierOptions& options, const Location& reference,
                 const Location& other)
      : options_(options), reference_(reference), other_(other) {}

  absl::StatusOr<CompareResult> Run() {
    Clock* const clock = options_.copy.clock;
    const absl::Duration started = clock->Elapsed();
    // The end that has to be reached: the reference's at the first look. What
    // is written later is lag, not a difference.
    std::optional<int64_t> target_end;
    while (true) {
      ASSIGN_OR_RETURN(CompareResult result, CompareOnce());
      if (!target_end.has_value()) target_end = reference_end_;
      if (result.behind == 0) return result;
      if (FirstBehind(result) >= *target_end) {
        result.findings = WithoutBehind(result.findings);
        return result;
      }
      if (clock->Elapsed() - started >= options_.settle) return result;
      clock->Sleep(kSettleInterval);
    }
  }

 private:
  absl::StatusOr<CompareResult> CompareOnce() {
    // The copy first, then what it is a copy of: so that nothing written in
    // between looks like a record the reference never had.
    absl::StatusOr<Copy> other = OpenCopy(other_, options_.copy);
    if (!other.ok()) return Annotate(other.status(), other_.text);
    absl::StatusOr<Copy> reference = OpenCopy(reference_, options_.copy);
    if (!reference.ok()) return Annotate(reference.status(), reference_.text);
    reference_end_ = reference->info.end_offset;

    Progress progress(absl::StrCat("compare ", other_.text), options_.copy.clock,
                      !options_.quiet);
    CompareSettings settings;
    settings.findings_kept_per_code = options_.findings_kept_per_code();
    settings.now = options_.copy.clock->Now();
    settings.clock = options_.copy.clock;
    settings.progress = [&progress](int64_t records) {
      progress.Update({records, 0, std::nullopt});
    };
    ComparedCopy a{reference->source.get(), TraitsOf(reference->info)};
    ComparedCopy b{other->source.get(), TraitsOf(other->info)};
    if (b.traits.is_shadow) return CompareByOrder(a, b, settings);
    if (a.traits.is_shadow) return CompareByOrder(b, a, settings);
    return CompareByOffset(a, b, settings);
  }

  const VerifierOptions& options_;
  const Location& reference_;
  const Location& other_;
  int64_t reference_end_ = 0;
};

// A copy whose bytes are damaged was looked at: that is a finding.
Finding DamageFinding(const std::string& copy, const absl::Status& status,
                      const Location& location) {
  Finding finding = MakeFinding(location.kind == LocationKind::kArchive
                                    ? codes::kStorageBatchCorrupt
                                    : codes::kTopicBatchCorrupt,
                                copy);
  finding.found = EscapeForTerminal(status.message());
  return finding;
}

class Comparison {
 public:
  explicit Comparison(const VerifierOptions& options)
      : options_(options), report_(NewReport("compare", options)) {
    level_.name = "records";
    for (const Location& location : options.copies) {
      CopyResult copy;
      copy.location = location.text;
      report_.copies.push_back(std::move(copy));
    }
  }

  absl::StatusOr<Report> Run() {
    absl::Status last_failure;
    size_t failed = 0;
    for (size_t i = 1; i < options_.copies.size(); ++i) {
      absl::StatusOr<CompareResult> result =
          PairComparison(options_, options_.copies[0], options_.copies[i])
              .Run();
      if (result.ok()) {
        Add(*result, i);
      } else if (absl::IsDataLoss(result.status())) {
        AddDamage(result.status(), i);
      } else {
        ++failed;
        last_failure = result.status();
        report_.copies[i].outcome = Outcome::kFailed;
        report_.copies[i].reason = RenderError(result.status());
      }
    }
    // Nothing could be looked at: not a result, an error.
    if (failed == options_.copies.size() - 1) return last_failure;
    report_.levels.push_back(level_);
    return std::move(report_);
  }

 private:
  void Add(const CompareResult& result, size_t i) {
    report_.copies[0].records =
        std::max(report_.copies[0].records, result.reference_records);
    report_.copies[i].records = result.other_records;
    report_.findings.Merge(result.findings);
    for (const auto& [name, count] : result.exceptions) {
      report_.exceptions[name] += count;
    }
    level_.items += result.records_compared;
    // What all copies have been verified through is the least of them.
    if (i == 1 || result.records_compared < report_.records) {
      report_.records = result.records_compared;
    }
    AddVerifiedThrough(result, i);
  }

  void AddVerifiedThrough(const CompareResult& result, size_t i) {
    std::optional<VerifiedThrough> through;
    if (result.verified_through.has_value()) {
      through = VerifiedThrough{result.verified_through->offset,
                                result.verified_through->timestamp_ms};
    }
    if (i == 1 || !through.has_value()) {
      report_.verified_through = through;
    } else if (report_.verified_through.has_value() &&
               through->offset < report_.verified_through->offset) {
      report_.verified_through = through;
    }
  }

  void AddDamage(const absl::Status& status, size_t i) {
    std::string name = FailedCopyOf(status);
    const bool is_reference = name == options_.copies[0].text;
    const Location& damaged = options_.copies[is_reference ? 0 : i];
    if (name.empty()) name = damaged.text;
    report_.findings.Add(DamageFinding(name, status, damaged));
    report_.copies[i].outcome = Outcome::kFailed;
    report_.copies[i].reason = "damaged; not compared to its end";
  }

  const VerifierOptions& options_;
  Report report_;
  LevelResult level_;
};

}  // namespace

absl::StatusOr<ExitCode> RunCompare(const VerifierOptions& options,
                                    Output* output) {
  VerifierOptions copies = options;
  copies.copies.clear();
  std::vector<Location> registries;
  for (const Location& location : options.copies) {
    (location.kind == LocationKind::kRegistry ? registries : copies.copies)
        .push_back(location);
  }
  if (copies.copies.empty()) {
    return WithHint(
        absl::InvalidArgumentError("registries only, and no copy of the topic"),
        "name the topic that they read as well: kafka://HOST:PORT/_schemas");
  }
  Report report = NewReport("compare", options);
  if (copies.copies.size() > 1) {
    absl::StatusOr<Report> compared = Comparison(copies).Run();
    if (compared.ok()) {
      report = *std::move(compared);
    } else if (registries.empty()) {
      return compared.status();
    } else {
      // The registry may still tell what became of the copies.
      LevelResult* const level = LevelOf(&report, "records");
      level->outcome = Outcome::kFailed;
      level->reason = RenderError(compared.status());
    }
  }
  for (const Location& registry : registries) {
    CompareWithRegistry(registry, copies.copies, options, &report);
  }
  return WriteReport(options, std::move(report), output);
}

}  // namespace sr
