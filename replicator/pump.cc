#include "replicator/pump.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/log.h"
#include "core/base/status_context.h"
#include "core/base/status_macros.h"
#include "replicator/resume_point.h"

namespace sr {
namespace {

bool IsPassing(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status);
}

}  // namespace

Pump::Pump(RecordSource* source, RecordSink* sink, PumpOptions options)
    : source_(source),
      sink_(sink),
      options_(std::move(options)),
      backoff_(options_.retry_wait_min, options_.retry_wait_max,
               static_cast<uint64_t>(absl::ToUnixNanos(options_.clock->Now()))) {}

absl::Status Pump::Run(const DurablePosition& start) {
  absl::Status status = StartFrom(start);
  while (true) {
    absl::StatusOr<Step> step = Step::kGoOn;
    if (status.ok()) step = CopyOnce();
    if (!step.ok()) status = step.status();
    if (status.ok()) {
      if (*step == Step::kDone) return absl::OkStatus();
      continue;
    }
    if (absl::IsCancelled(status)) return absl::OkStatus();
    RETURN_IF_ERROR(WaitOut(status));
    if (options_.stop->StopRequested()) return absl::OkStatus();
    status = sink_needs_open_ ? ReopenSink() : absl::OkStatus();
  }
}

absl::Status Pump::StartFrom(const DurablePosition& found) {
  DurablePosition position = found;
  if (position.records == 0) {
    position.next_offset = std::max(position.next_offset, options_.first_offset);
  }
  counters_.next_offset = position.next_offset;
  pending_records_ = 0;
  pending_bytes_ = 0;
  // Trouble on the way leaves the sink to be opened again: the proof of the
  // resume point must never be skipped.
  sink_needs_open_ = true;
  RETURN_IF_ERROR(ProveResumePoint(position, *options_.stop, source_));
  sink_needs_open_ = false;
  return absl::OkStatus();
}

absl::StatusOr<Pump::Step> Pump::CopyOnce() {
  if (options_.stop->StopRequested()) {
    RETURN_IF_ERROR(CommitPending());
    return Step::kDone;
  }
  const bool may_end = options_.may_end != nullptr && options_.may_end();
  const absl::StatusOr<Fetched> fetched = source_->Next(
      pending_records_ > 0 ? options_.linger : options_.idle_wait, &batch_);
  if (!fetched.ok()) {
    // What has come so far is good; it need not wait for the source's return.
    RETURN_IF_ERROR(CommitPending());
    return fetched.status();
  }
  if (*fetched == Fetched::kRecords) {
    if (pending_records_ == 0) pending_since_ = options_.clock->Elapsed();
    sink_needs_open_ = true;
    RETURN_IF_ERROR(sink_->Append(batch_));
    sink_needs_open_ = false;
    pending_records_ += static_cast<int64_t>(batch_.size());
    pending_bytes_ += static_cast<int64_t>(batch_.payload_bytes());
    if (CommitIsDue()) RETURN_IF_ERROR(CommitPending());
    return Step::kGoOn;
  }
  RETURN_IF_ERROR(CommitPending());
  if (*fetched == Fetched::kCaughtUp) {
    TroubleIsOver();
    if (may_end && source_->position() >= options_.end_offset) {
      return Step::kDone;
    }
  }
  return Step::kGoOn;
}

void Pump::TroubleIsOver() {
  if (!std::exchange(in_trouble_, false)) return;
  LogInfo(absl::StrCat(options_.name, ": going on"));
  last_trouble_.clear();
  backoff_.Reset();
}

bool Pump::CommitIsDue() const {
  return pending_bytes_ >= options_.commit_bytes_max ||
         pending_records_ >= options_.commit_records_max ||
         options_.clock->Elapsed() - pending_since_ >= options_.commit_age_max;
}

absl::Status Pump::CommitPending() {
  if (pending_records_ == 0) return absl::OkStatus();
  sink_needs_open_ = true;
  ASSIGN_OR_RETURN(const DurablePosition position, sink_->Commit());
  sink_needs_open_ = false;
  counters_.records += pending_records_;
  counters_.bytes += pending_bytes_;
  counters_.commits += 1;
  counters_.next_offset = position.next_offset;
  pending_records_ = 0;
  pending_bytes_ = 0;
  TroubleIsOver();
  return absl::OkStatus();
}

bool Pump::CanWaitOut(const absl::Status& trouble) const {
  return sink_needs_open_ ? sink_->CanReopen(trouble) : IsPassing(trouble);
}

// Returns OK when it is time to try again, or the trouble if that is no use.
absl::Status Pump::WaitOut(const absl::Status& trouble) {
  if (absl::IsOutOfRange(trouble)) {
    // The records that come next are gone: never skip to what is left.
    return WithHint(
        absl::DataLossError(absl::StrCat(
            options_.name, ": records from offset ", source_->position(),
            " on are not in the source any more: ", trouble.message())),
        "the topic was truncated, recreated or cleaned by retention; if a "
        "registry still answers, do not restart it; every copy was left as it "
        "was");
  }
  if (!CanWaitOut(trouble)) return Annotate(trouble, options_.name);
  const absl::Duration now = options_.clock->Elapsed();
  if (!in_trouble_) {
    in_trouble_ = true;
    trouble_since_ = now;
  }
  if (now - trouble_since_ >= options_.give_up_after) {
    return Annotate(trouble, options_.name);
  }
  // Said once, not at every try.
  std::string text = RenderError(trouble);
  if (text != last_trouble_) {
    LogWarning(absl::StrCat(options_.name, ": ", text, "; trying again"));
    last_trouble_ = std::move(text);
  }
  options_.stop->WaitForStop(backoff_.Next());
  return absl::OkStatus();
}

absl::Status Pump::ReopenSink() {
  ASSIGN_OR_RETURN(const DurablePosition position, sink_->Open());
  return StartFrom(position);
}

}  // namespace sr
