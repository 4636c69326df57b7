#include "verifier/copy_watch.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/status_context.h"
#include "core/base/status_macros.h"
#include "core/findings/codes.h"
#include "verifier/checks/topic_configuration.h"

namespace sr {
namespace {

constexpr absl::Duration kPoll = absl::Milliseconds(200);
constexpr absl::Duration kLookEvery = absl::Seconds(15);
// A broker that has just come up may not know its topics yet.
constexpr absl::Duration kLookAgainAfter = absl::Seconds(5);
constexpr int kLooksInVain = 2;
constexpr absl::Duration kFirstWait = absl::Seconds(1);
constexpr absl::Duration kLongestWait = absl::Seconds(5);

}  // namespace

std::string RecordsOf(const Location& copy) {
  return absl::StrCat("records of ", copy.text);
}

std::string ConfigurationOf(const Location& copy) {
  return absl::StrCat("configuration of ", copy.text);
}

CopyWatch::CopyWatch(const Location& location, const VerifierOptions& options,
                     const StopToken* stop, OpenFindings* findings,
                     CompareRequests* requests)
    : location_(location),
      options_(options),
      stop_(stop),
      findings_(findings),
      requests_(requests),
      next_look_(options.copy.clock->Elapsed()) {}

void CopyWatch::Run() {
  absl::Duration wait = kFirstWait;
  while (!stop_->StopRequested()) {
    const absl::Duration began = options_.copy.clock->Elapsed();
    const absl::Status status = Follow();
    if (status.ok()) return;  // Stopped.
    TellTrouble(status);
    LookAtConfiguration();
    if (options_.copy.clock->Elapsed() - began > kLongestWait) wait = kFirstWait;
    if (stop_->WaitForStop(wait)) return;
    wait = std::min(wait * 2, kLongestWait);
  }
}

// The registries are asked when it begins, not again and again while it lasts.
void CopyWatch::TellTrouble(const absl::Status& status) {
  findings_->Unchecked(RecordsOf(location_), RenderError(status));
  if (!is_in_trouble_) requests_->now = true;
  is_in_trouble_ = true;
}

// Returns when a stop is requested, or with what keeps it from going on.
absl::Status CopyWatch::Follow() {
  ASSIGN_OR_RETURN(Copy copy, OpenCopy(location_, options_.copy));
  // It is there, again.
  if (looks_in_vain_ > 0) next_look_ = options_.copy.clock->Elapsed();
  TopicRecordsOptions options;
  options.choice = options_.product;
  // Texts are parsed when all is read again, and need not stay in memory here.
  options.depth = RecordDepth::kReplay;
  options.now_ms = absl::ToUnixMillis(options_.copy.clock->Now());
  options.findings_kept_per_code = options_.findings_kept_per_code();
  TopicRecords records(location_.text, options);
  RecordBatch batch;
  bool is_following = false;  // The end has been reached once.
  while (!stop_->StopRequested()) {
    LookAtConfiguration();
    if (looks_in_vain_ >= kLooksInVain) {
      return absl::NotFoundError("the topic is not there");
    }
    ASSIGN_OR_RETURN(const Fetched fetched, copy.source->Next(kPoll, &batch));
    if (fetched == Fetched::kRecords) {
      for (const Record& record : batch) {
        largest_record_bytes_ = std::max(
            largest_record_bytes_, static_cast<int64_t>(PayloadBytes(record)));
      }
      records.SetNow(absl::ToUnixMillis(options_.copy.clock->Now()));
      records.Add(batch);
      if (is_following) requests_->soon = true;
      TakeFound(&records);
    } else if (fetched == Fetched::kCaughtUp) {
      is_following = true;
      if (is_in_trouble_) requests_->now = true;
      is_in_trouble_ = false;
      findings_->Checked(RecordsOf(location_));
      TakeFound(&records);
      stop_->WaitForStop(kPoll);
    }
  }
  return absl::OkStatus();
}

void CopyWatch::TakeFound(TopicRecords* records) {
  const FindingList found = records->TakeFound();
  if (!found.empty()) findings_->Open(RecordsOf(location_), found);
}

void CopyWatch::LookAtConfiguration() {
  if (location_.kind != LocationKind::kKafka ||
      options_.copy.clock->Elapsed() < next_look_) {
    return;
  }
  next_look_ = options_.copy.clock->Elapsed() + kLookEvery;
  JudgeConfiguration();
}

void CopyWatch::JudgeConfiguration() {
  const int64_t mark = findings_->Mark();
  const std::string source = ConfigurationOf(location_);
  absl::StatusOr<TopicDescription> topic =
      DescribeTopic(location_, options_.copy);
  if (absl::IsNotFound(topic.status())) return TellMissing(mark);
  if (!topic.ok()) {
    return findings_->Unchecked(source, RenderError(topic.status()));
  }
  looks_in_vain_ = 0;
  TopicFacts facts;
  facts.is_shadow = topic->is_shadow;
  facts.largest_record_bytes = largest_record_bytes_;
  facts.state = std::move(topic->state);
  FindingList found(options_.findings_kept_per_code());
  CheckTopicConfiguration(location_.text, facts, &found);
  if (facts.state.config.has_value()) {
    findings_->Checked(source);
    findings_->Settle(source, found, mark);
  } else {
    findings_->Unchecked(source, facts.state.config_missing_reason);
    findings_->Open(source, found);
  }
}

void CopyWatch::TellMissing(int64_t mark) {
  if (++looks_in_vain_ < kLooksInVain) {
    next_look_ = options_.copy.clock->Elapsed() + kLookAgainAfter;
    return;
  }
  FindingList found;
  Finding finding = MakeFinding(codes::kTopicMissing, location_.text);
  finding.expected = absl::StrCat("the topic ", location_.topic);
  finding.found = "the cluster does not know it";
  found.Add(std::move(finding));
  findings_->Settle(ConfigurationOf(location_), found, mark);
  if (looks_in_vain_ == kLooksInVain) requests_->now = true;
}

}  // namespace sr
