#include "verifier/topic_follower.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/progress.h"
#include "core/base/status_macros.h"

namespace sr {
namespace {

constexpr absl::Duration kPoll = absl::Milliseconds(500);
constexpr absl::Duration kIdleMax = absl::Seconds(30);
// A time further ahead is no time of a record: the whole topic must not come to
// be remembered for its sake.
constexpr int64_t kSkewMaxMs = 3'600'000;

}  // namespace

absl::StatusOr<std::unique_ptr<TopicFollower>> TopicFollower::Open(
    const Location& location, const CopyOptions& options, RegistryModel model,
    absl::Duration lag) {
  ASSIGN_OR_RETURN(Copy copy, OpenCopy(location, options));
  return std::unique_ptr<TopicFollower>(new TopicFollower(
      std::move(copy), options, std::move(model), lag));
}

TopicFollower::TopicFollower(Copy copy, const CopyOptions& options,
                             RegistryModel model, absl::Duration lag)
    : options_(options),
      copy_(std::move(copy)),
      clock_(options.clock),
      lag_(lag),
      window_(std::move(model.replay)),
      recent_ms_(absl::ToUnixMillis(options.clock->Now() - lag)) {}

absl::Status TopicFollower::CatchUp(bool quiet) {
  Progress progress(absl::StrCat("read ", copy_.info.location.text), clock_,
                    !quiet);
  ProgressState state;
  RecordBatch batch;
  absl::Duration last_news = clock_->Elapsed();
  if (is_following_) marks_.push_back({last_news, end_offset()});
  ASSIGN_OR_RETURN(const std::optional<int64_t> known_end, EndNow());
  if (known_end.has_value() && *known_end < end_offset()) {
    return absl::FailedPreconditionError(
        absl::StrCat("the topic ends at offset ", *known_end, ", but ",
                     end_offset(), " had been read: it was made anew or cut"));
  }
  const int64_t end = known_end.value_or(0);
  while (true) {
    ASSIGN_OR_RETURN(const Fetched fetched, copy_.source->Next(kPoll, &batch));
    if (fetched == Fetched::kCaughtUp && end_offset() >= end) break;
    if (fetched != Fetched::kRecords) {
      if (clock_->Elapsed() - last_news <= kIdleMax) continue;
      return absl::DeadlineExceededError(
          absl::StrCat("nothing came for ", absl::FormatDuration(kIdleMax),
                       " behind offset ", end_offset()));
    }
    last_news = clock_->Elapsed();
    Add(batch);
    state.records += static_cast<int64_t>(batch.size());
    state.bytes += static_cast<int64_t>(batch.payload_bytes());
    progress.Update(state);
    if (end > 0 && end_offset() >= end) break;  // More may come for ever.
  }
  is_following_ = true;
  return absl::OkStatus();
}

// The end that has to be reached: a source that stands at the end of a topic may
// not have heard yet of what was written a moment ago. nullopt: other copies are not
// asked.
absl::StatusOr<std::optional<int64_t>> TopicFollower::EndNow() const {
  if (copy_.info.location.kind != LocationKind::kKafka || copy_.info.is_shadow) {
    return std::nullopt;
  }
  ASSIGN_OR_RETURN(const TopicDescription topic,
                   DescribeTopic(copy_.info.location, options_));
  return topic.state.high_watermark;
}

void TopicFollower::Add(const RecordBatch& batch) {
  for (const Record& record : batch) {
    const bool is_recent = record.timestamp >= recent_ms_ &&
                           record.timestamp <= recent_ms_ + kSkewMaxMs;
    window_.Apply(record, is_following_ || is_recent);
    ++records_;
    last_offset_ = record.offset;
    last_timestamp_ = record.timestamp;
  }
}

void TopicFollower::BeginWindowFor(absl::Duration asked) {
  while (!marks_.empty() && marks_.front().elapsed <= asked - lag_) {
    window_.ForgetBefore(marks_.front().offset);
    marks_.pop_front();
  }
}

}  // namespace sr
