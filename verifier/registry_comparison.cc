#include "verifier/registry_comparison.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/status_context.h"
#include "core/base/text.h"
#include "core/findings/codes.h"
#include "verifier/check_levels.h"

namespace sr {
namespace {

constexpr char kLevel[] = "registry";

// Tells a report what a comparison came to.
class ComparisonTelling {
 public:
  ComparisonTelling(const Location& registry, const VerifierOptions& options,
                    const ConfirmedComparison& comparison, Report* report)
      : registry_(registry),
        options_(options),
        comparison_(&comparison),
        report_(report) {}

  // `status`: of the comparison.
  void TellAll(const absl::Status& status) {
    if (comparison_->has_looked()) {
      for (const ComparedTopic& topic : comparison_->topics()) Tell(topic);
    }
    CopyResult result;
    result.location = registry_.text;
    LevelResult* const level = LevelOf(report_, kLevel);
    if (!status.ok()) {
      result.outcome = Outcome::kFailed;
      result.reason = RenderError(status);
      level->outcome = Outcome::kFailed;
      level->reason = absl::StrCat(registry_.text, " could not be asked");
    } else if (!reading().unread.empty()) {
      result.outcome = Outcome::kFailed;
      result.reason = Unread();
      level->outcome = Outcome::kFailed;
      level->reason = absl::StrCat(registry_.text, " did not tell everything");
    }
    result.records = reading().state.version_count();
    report_->copies.push_back(std::move(result));
  }

 private:
  const RegistryReading& reading() const { return comparison_->reading(); }

  void Tell(const ComparedTopic& topic) {
    // What was proved before it went away stays proved.
    for (const StateDifference& difference : topic.confirmed) {
      AddFinding(topic, difference);
    }
    if (IsMissing(topic)) return TellMissing(topic);
    CopyResult result;
    result.location = topic.location.text;
    if (topic.follower == nullptr) {
      result.outcome = Outcome::kFailed;
      result.reason = RenderError(topic.status);
      LevelResult* const level = LevelOf(report_, kLevel);
      level->outcome = Outcome::kFailed;
      level->reason = absl::StrCat(topic.location.text,
                                   " could not be compared with ",
                                   registry_.text, ": ", result.reason);
      report_->copies.push_back(std::move(result));
      return;
    }
    LevelOf(report_, kLevel)->items += topic.first.items;
    for (const auto& [item, suspect] : topic.suspects) {
      Finding finding =
          MakeFinding(codes::kRegistryUnresolved, topic.location.text);
      finding.found = absl::StrCat(registry_.text, ": ", NameOf(item));
      report_->findings.Add(std::move(finding));
    }
    for (const auto& [name, count] : topic.first.not_comparable) {
      report_->exceptions[name] += count;
    }
    if (reading().not_addressable > 0) {
      report_->exceptions[exceptions::kNotAddressable] +=
          reading().not_addressable;
    }
    result.records = topic.follower->records();
    AddResult(std::move(result));
    report_->outlooks.push_back({topic.location.text, Sentence(topic)});
    AddVerifiedThrough(*topic.follower);
  }

  // Asked twice: a broker that has just come up may not know its topics yet.
  bool IsMissing(const ComparedTopic& topic) {
    if (!absl::IsNotFound(topic.status) ||
        topic.location.kind != LocationKind::kKafka) {
      return false;
    }
    options_.copy.clock->Sleep(
        std::min(options_.registry.confirm / 15, absl::Seconds(5)));
    return absl::IsNotFound(
        DescribeTopic(topic.location, options_.copy).status());
  }

  // Of a copy that has been compared with others already the result is there.
  void AddResult(CopyResult result) {
    const bool is_there = std::any_of(
        report_->copies.begin(), report_->copies.end(),
        [&](const CopyResult& copy) { return copy.location == result.location; });
    if (is_there) return;
    report_->records += result.records;
    report_->copies.push_back(std::move(result));
  }

  void AddVerifiedThrough(const TopicFollower& follower) {
    if (report_->verified_through.has_value() || follower.last_offset() < 0) {
      return;
    }
    report_->verified_through =
        VerifiedThrough{follower.last_offset(), follower.last_timestamp()};
  }

  void TellMissing(const ComparedTopic& topic) {
    Finding finding = MakeFinding(codes::kTopicMissing, topic.location.text);
    finding.expected = absl::StrCat("the topic ", topic.location.topic);
    finding.found =
        absl::StrCat(registry_.text, " still holds ",
                     WithThousands(reading().state.version_count()), " schemas");
    report_->findings.Add(std::move(finding));
    ++LevelOf(report_, kLevel)->items;
    CopyResult result;
    result.location = topic.location.text;
    result.outcome = Outcome::kFailed;
    result.reason = "the topic is not there";
    report_->copies.push_back(std::move(result));
    report_->outlooks.push_back(
        {topic.location.text,
         absl::StrCat(registry_.text, " still holds all ",
                      WithThousands(reading().state.version_count()),
                      " schemas that the topic has lost: harvest now, do not "
                      "restart")});
  }

  void AddFinding(const ComparedTopic& topic,
                  const StateDifference& difference) {
    Finding finding = MakeFinding(difference.code, topic.location.text);
    finding.offset = difference.offset;
    finding.key = NameOf(difference.item);
    finding.expected = difference.expected;
    finding.found = absl::StrCat(registry_.text, ": ", difference.found);
    report_->findings.Add(std::move(finding));
  }

  std::string Sentence(const ComparedTopic& topic) const {
    std::string answer = absl::StrCat(
        registry_.text, " (", comparison_->identity().Name(), ") answers ",
        topic.confirmed.empty() && topic.suspects.empty() ? "as this says"
                                                          : "otherwise",
        reading().unread.empty() ? "" : ", as far as it answers", ": ",
        WithThousands(topic.first.items),
        " schemas, configs, modes and contexts compared");
    int64_t lost = 0;
    for (const StateDifference& difference : topic.confirmed) {
      lost += difference.code == codes::kTopicLostSchema ? 1 : 0;
    }
    if (lost > 0) {
      absl::StrAppend(&answer, "; it still holds ", WithThousands(lost),
                      lost == 1 ? " schema" : " schemas",
                      " that the topic has lost: harvest now, do not restart");
    }
    return answer;
  }

  std::string Unread() const {
    std::vector<std::string> first;
    for (const RegistryUnread& unread : reading().unread) {
      if (first.size() == 3) break;
      first.push_back(absl::StrCat(unread.what, " (", unread.why, ")"));
    }
    return absl::StrCat(WithThousands(static_cast<int64_t>(
                            reading().unread.size())),
                        " answers missing: ", absl::StrJoin(first, ", "),
                        reading().unread.size() > first.size() ? ", ..." : "");
  }

  const Location& registry_;
  const VerifierOptions& options_;
  const ConfirmedComparison* const comparison_;
  Report* const report_;
};

}  // namespace

void TellComparison(const Location& registry, const VerifierOptions& options,
                    const ConfirmedComparison& comparison,
                    const absl::Status& status, Report* report) {
  ComparisonTelling(registry, options, comparison, report).TellAll(status);
}

std::optional<ProductChoice> CompareWithRegistry(
    const Location& registry, const std::vector<Location>& copies,
    const VerifierOptions& options, Report* report) {
  ConfirmedComparison comparison(registry, copies, options);
  const absl::Status status = comparison.Run();
  TellComparison(registry, options, comparison, status, report);
  if (!comparison.is_identified()) return std::nullopt;
  return ChoiceOf(comparison.identity());
}

}  // namespace sr
