#include "verifier/check_levels.h"

#include <algorithm>
#include <utility>

#include "absl/time/time.h"

namespace sr {

LevelResult* LevelOf(Report* report, const std::string& name) {
  const auto found = std::find_if(
      report->levels.begin(), report->levels.end(),
      [&](const LevelResult& level) { return level.name == name; });
  if (found != report->levels.end()) return &*found;
  LevelResult level;
  level.name = name;
  report->levels.push_back(std::move(level));
  return &report->levels.back();
}

RecordLevels::RecordLevels(std::string copy, const VerifierOptions& options,
                           Report* report)
    : copy_(std::move(copy)), options_(options), report_(report) {}

void RecordLevels::Begin() {
  TopicRecordsOptions options;
  options.choice = options_.product;
  options.depth = options_.HasLevel("schema")   ? RecordDepth::kSchema
                  : options_.HasLevel("replay") ? RecordDepth::kReplay
                                                : RecordDepth::kRecord;
  options.now_ms = absl::ToUnixMillis(options_.copy.clock->Now());
  options.findings_kept_per_code = options_.findings_kept_per_code();
  records_ = std::make_unique<TopicRecords>(copy_, std::move(options));
}

void RecordLevels::Add(const RecordBatch& batch) { records_->Add(batch); }

// A level that one history could not have is skipped for all.
void RecordLevels::AddLevel(const LevelResult& level) {
  LevelResult* const sum = LevelOf(report_, level.name);
  sum->items += level.items;
  if (level.outcome != Outcome::kRun) {
    sum->outcome = level.outcome;
    sum->reason = level.reason;
  }
}

void RecordLevels::End() {
  TopicRecordsResult result = records_->Finish();
  records_.reset();
  const bool record = options_.HasLevel("record");
  const bool replay = options_.HasLevel("replay");
  if (record) {
    report_->findings.Merge(result.record_findings);
    AddLevel(result.record);
  }
  if (replay) {
    report_->findings.Merge(result.replay_findings);
    AddLevel(result.replay);
    if (!result.outlook.empty()) {
      report_->outlooks.push_back({copy_, std::move(result.outlook)});
    }
  }
  if (options_.HasLevel("schema")) {
    report_->findings.Merge(result.schema_findings);
    AddLevel(result.schema);
  }
}

}  // namespace sr
