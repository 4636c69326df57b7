#include "replicator/patched_source.h"

#include <limits>

#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"

namespace sr {

absl::Status PatchedSource::Seek(int64_t offset) {
  next_ = offset;
  source_is_there_ = false;
  patches_.clear();
  return absl::OkStatus();
}

absl::StatusOr<Fetched> PatchedSource::Next(absl::Duration timeout,
                                            RecordBatch* batch) {
  batch->Clear();
  if (next_ < source_start_) {
    const absl::StatusOr<Fetched> fetched = NextOfOther(
        timeout,
        absl::DataLossError(absl::StrCat("it begins at offset ", source_start_)),
        batch);
    // The other one may begin later than that, too.
    if (!absl::IsDataLoss(fetched.status())) return fetched;
    next_ = source_start_;
  }
  absl::Status why;
  if (!source_is_there_) {
    why = source_->Seek(next_);
    source_is_there_ = why.ok();
  }
  if (why.ok()) {
    const absl::StatusOr<Fetched> fetched = source_->Next(timeout, batch);
    if (fetched.ok()) {
      next_ = source_->position();
      return fetched;
    }
    why = fetched.status();
  }
  if (!absl::IsDataLoss(why)) return why;
  source_is_there_ = false;
  return NextOfOther(timeout, why, batch);
}

// DataLoss as `why` if there is nothing.
absl::StatusOr<Fetched> PatchedSource::NextOfOther(absl::Duration timeout,
                                                   const absl::Status& why,
                                                   RecordBatch* batch) {
  const int64_t end = next_ < source_start_
                          ? source_start_
                          : std::numeric_limits<int64_t>::max();
  if (other_->position() != next_) RETURN_IF_ERROR(other_->Seek(next_));
  ASSIGN_OR_RETURN(const Fetched fetched, other_->Next(timeout, &read_));
  if (fetched == Fetched::kNothing) return fetched;
  if (fetched == Fetched::kCaughtUp) return why;
  for (const Record& record : read_) {
    if (record.offset < end) batch->Add(record);
  }
  if (batch->empty()) {
    next_ = end;
    return Fetched::kNothing;
  }
  Note(next_, batch->back().offset, std::string(why.message()));
  next_ = batch->back().offset + 1;
  return Fetched::kRecords;
}

void PatchedSource::Note(int64_t first_offset, int64_t last_offset,
                         std::string why) {
  if (!patches_.empty() && patches_.back().last_offset + 1 == first_offset) {
    patches_.back().last_offset = last_offset;
    return;
  }
  patches_.push_back({first_offset, last_offset, std::move(why)});
}

}  // namespace sr
