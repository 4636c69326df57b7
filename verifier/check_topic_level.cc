#include "verifier/check_topic_level.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/status_context.h"
#include "core/sources/copy.h"
#include "verifier/check_levels.h"
#include "verifier/checks/topic_configuration.h"
#include "verifier/checks/transactional_records.h"

namespace sr {
namespace {

bool IsIn(const Report& report, const std::string& level) {
  return std::any_of(
      report.levels.begin(), report.levels.end(),
      [&](const LevelResult& result) { return result.name == level; });
}

void Fail(std::string reason, LevelResult* level) {
  level->outcome = Outcome::kFailed;
  level->reason = std::move(reason);
}

}  // namespace

void AddTopicLevel(const Location& location, const VerifierOptions& options,
                   int64_t largest_record_bytes, Report* report) {
  const bool is_first = !IsIn(*report, "topic");
  LevelResult* const level = LevelOf(report, "topic");
  if (location.kind != LocationKind::kKafka) {
    if (!is_first) return;
    level->outcome = Outcome::kSkipped;
    level->reason = "of live topics only";
    return;
  }
  if (level->outcome == Outcome::kSkipped) {  // By a copy that is no topic.
    level->outcome = Outcome::kRun;
    level->reason.clear();
  }
  absl::StatusOr<TopicDescription> topic =
      DescribeTopic(location, options.copy);
  if (!topic.ok()) return Fail(RenderError(topic.status()), level);
  ++level->items;
  TopicFacts facts;
  facts.is_shadow = topic->is_shadow;
  facts.largest_record_bytes = largest_record_bytes;
  facts.state = std::move(topic->state);
  CheckTopicConfiguration(location.text, facts, &report->findings);
  if (!facts.state.config.has_value()) {
    Fail(absl::StrCat(location.text, ": ", facts.state.config_missing_reason,
                      "; allow DescribeConfigs on the topic, or leave the "
                      "level out with --levels"),
         level);
  }
  if (facts.is_shadow || facts.state.partitions != 1) return;
  const absl::Status read =
      CheckTransactionalRecords(location, options.copy, &report->findings);
  if (!read.ok()) Fail(RenderError(read), level);
}

}  // namespace sr
