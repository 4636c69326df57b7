#include "core/compare/snapshot_reader.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "core/base/check.h"
#include "core/base/status_macros.h"

namespace sr {

SnapshotReader::SnapshotReader(const ComparedCopy& copy,
                               const CompareSettings& settings)
    : copy_(copy), settings_(settings), end_offset_(copy.traits.end_offset) {
  SR_CHECK(copy.source != nullptr && settings.clock != nullptr);
}

absl::Status SnapshotReader::Start() {
  if (copy_.traits.start_offset >= end_offset_) {
    at_end_ = true;  // Nothing to read; nothing to seek either.
    return absl::OkStatus();
  }
  return AboutCopy(copy_.source->Seek(copy_.traits.start_offset),
                   copy_.traits.name);
}

absl::StatusOr<const Record*> SnapshotReader::Peek() {
  if (next_ == batch_.size() && !at_end_) {
    absl::Status status = Fill();
    if (!status.ok()) return AboutCopy(status, copy_.traits.name);
  }
  if (at_end_) return nullptr;
  return &batch_[next_];
}

void SnapshotReader::Advance() {
  SR_CHECK(next_ < batch_.size() && !at_end_);
  ++next_;
  if (next_ < batch_.size() && batch_[next_].offset >= end_offset_) {
    at_end_ = true;
  }
}

// Returns when there is a record or the end is reached.
absl::Status SnapshotReader::Fill() {
  absl::Duration last_sign = settings_.clock->Elapsed();
  int64_t position = copy_.source->position();
  while (true) {
    if (settings_.stop != nullptr && settings_.stop->StopRequested()) {
      return absl::CancelledError("stopped");
    }
    ASSIGN_OR_RETURN(const bool done, FetchOnce());
    if (done) return absl::OkStatus();
    if (copy_.source->position() != position) {
      position = copy_.source->position();
      last_sign = settings_.clock->Elapsed();
    }
    if (settings_.clock->Elapsed() - last_sign >= settings_.idle_timeout) {
      return absl::DeadlineExceededError(absl::StrCat(
          "nothing came for ", absl::FormatDuration(settings_.idle_timeout),
          " at offset ", position, ", the end is ", end_offset_));
    }
  }
}

// Whether `batch_` now has a record or the end is reached.
absl::StatusOr<bool> SnapshotReader::FetchOnce() {
  next_ = 0;
  batch_.Clear();
  if (copy_.source->position() >= end_offset_) {
    at_end_ = true;
    return true;
  }
  ASSIGN_OR_RETURN(const Fetched fetched,
                   copy_.source->Next(settings_.poll_timeout, &batch_));
  switch (fetched) {
    case Fetched::kRecords:
      at_end_ = batch_.front().offset >= end_offset_;
      return true;
    case Fetched::kCaughtUp:
      // The copy has become shorter than it was: truncated, or cut by a crash.
      end_offset_ = std::min(end_offset_, copy_.source->position());
      at_end_ = true;
      return true;
    case Fetched::kNothing:
      return false;
  }
  return false;
}

std::optional<RecordBatch> ReadAgain(const ComparedCopy& copy, int64_t offset,
                                     const CompareSettings& settings) {
  if (!copy.source->Seek(offset).ok()) return std::nullopt;
  const absl::Duration start = settings.clock->Elapsed();
  RecordBatch batch;
  while (settings.clock->Elapsed() - start < settings.idle_timeout) {
    const absl::StatusOr<Fetched> fetched =
        copy.source->Next(settings.poll_timeout, &batch);
    if (!fetched.ok() || *fetched == Fetched::kCaughtUp) return std::nullopt;
    if (*fetched == Fetched::kNothing) continue;
    if (batch.front().offset != offset) return std::nullopt;
    return batch;
  }
  return std::nullopt;
}

}  // namespace sr
