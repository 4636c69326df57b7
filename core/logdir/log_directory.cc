#include "core/logdir/log_directory.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "core/base/status_context.h"
#include "core/base/status_macros.h"
#include "core/logdir/log_batch.h"

namespace sr {
namespace {

// So many bytes of records make one batch for the caller, or one batch of the log
// if that is larger.
constexpr size_t kNextBytes = 1 << 20;

std::string Place(const LostBytes& lost) {
  return absl::StrCat(lost.file, ", bytes ", lost.begin, " to ", lost.end, " (",
                      lost.why, ")");
}

std::string Offsets(const LostBytes& lost) {
  if (!lost.has_offsets()) return "no offset is missing there";
  if (lost.last_offset == std::numeric_limits<int64_t>::max()) {
    return absl::StrCat("what was there from offset ", lost.first_offset, " on");
  }
  if (lost.first_offset == lost.last_offset) {
    return absl::StrCat("offset ", lost.first_offset, " may have been there");
  }
  return absl::StrCat("offsets ", lost.first_offset, " to ", lost.last_offset,
                      " may have been there");
}

}  // namespace

absl::StatusOr<std::unique_ptr<LogDirectory>> LogDirectory::Open(
    const LogDirectoryOptions& options) {
  ASSIGN_OR_RETURN(BrokerFacts facts,
                   ReadBrokerFacts(options.file_system, options.directory));
  ASSIGN_OR_RETURN(LogSummary summary,
                   ScanLog(options.file_system, options.directory));
  return std::unique_ptr<LogDirectory>(
      new LogDirectory(options, std::move(facts), std::move(summary)));
}

LogDirectory::LogDirectory(const LogDirectoryOptions& options, BrokerFacts facts,
                           LogSummary summary)
    : options_(options),
      facts_(std::move(facts)),
      summary_(std::move(summary)),
      start_offset_(std::max(summary_.first_offset, facts_.log_start.value_or(0))),
      position_(start_offset_) {
  JudgeTheEnd();
  for (const LostBytes& lost : damage_) {
    lost_at_.emplace(std::make_pair(lost.file, lost.begin), lost);
  }
  if (torn_tail_.has_value()) {
    lost_at_.emplace(std::make_pair(torn_tail_->file, torn_tail_->begin),
                     *torn_tail_);
  }
}

// A tail is what a crash leaves, unless the broker says that it got further.
void LogDirectory::JudgeTheEnd() {
  damage_ = summary_.lost;
  const bool ends_too_early =
      facts_.high_watermark.value_or(0) > summary_.next_offset;
  if (!ends_too_early && !(summary_.tail.has_value() && facts_.stopped_cleanly)) {
    torn_tail_ = summary_.tail;
    return;
  }
  LostBytes end;
  if (summary_.tail.has_value()) {
    end = *summary_.tail;
  } else {
    end.file = summary_.files.segments.back().name;
    end.begin = end.end = summary_.file_bytes.back();
    end.first_offset = summary_.next_offset;
    end.why = "the broker's high watermark is above its end";
  }
  if (ends_too_early) end.last_offset = *facts_.high_watermark - 1;
  damage_.push_back(std::move(end));
}

int64_t LogDirectory::end_offset() const {
  int64_t end = std::max(start_offset_, summary_.next_offset);
  if (!damage_.empty() && damage_.back().file == summary_.files.segments.back().name &&
      damage_.back().last_offset >= end) {
    end = damage_.back().last_offset == std::numeric_limits<int64_t>::max()
              ? end + 1
              : damage_.back().last_offset + 1;
  }
  return end;
}

std::vector<std::string> LogDirectory::Remarks() const {
  std::vector<std::string> remarks;
  for (const LogFile& missing : summary_.files.missing) {
    remarks.push_back(absl::StrCat("the segment ", missing.name,
                                   " is gone: its index is there"));
  }
  for (const LostBytes& lost : damage_) {
    remarks.push_back(absl::StrCat(Place(lost), " are damaged: ", Offsets(lost)));
  }
  if (torn_tail_.has_value()) {
    remarks.push_back(absl::StrCat(
        Place(*torn_tail_), " are what a crash leaves: a broker cuts them off"));
  }
  if (facts_.high_watermark.has_value() &&
      *facts_.high_watermark < summary_.next_offset) {
    remarks.push_back(absl::StrCat(
        "records from offset ", *facts_.high_watermark,
        " on are not known to have been committed: the broker's high watermark"));
  }
  if (!summary_.aborted.empty()) {
    const auto first = std::min_element(
        summary_.aborted.begin(), summary_.aborted.end(),
        [](const LogTransaction& a, const LogTransaction& b) {
          return a.first_offset < b.first_offset;
        });
    remarks.push_back(absl::StrCat(
        summary_.aborted.size(), " aborted transactions, the first from offset ",
        first->first_offset, " to its marker at ", first->last_offset,
        options_.committed_only ? ": left out" : ": their records are given"));
  }
  for (const LogTransaction& open : summary_.open) {
    remarks.push_back(absl::StrCat(
        "the transaction of producer ", open.producer_id, " from offset ",
        open.first_offset, " on was never ended",
        options_.committed_only ? ": left out" : ": its records are given"));
  }
  for (const std::string& left_out : summary_.files.left_out) {
    remarks.push_back(absl::StrCat("left out: ", left_out));
  }
  for (const std::string& unreadable : facts_.unreadable) {
    remarks.push_back(unreadable);
  }
  return remarks;
}

absl::Status LogDirectory::Seek(int64_t offset) {
  position_ = std::max(offset, start_offset_);
  // The last segment that begins at or below it.
  const std::vector<LogFile>& segments = summary_.files.segments;
  const auto above = std::upper_bound(
      segments.begin(), segments.end(), position_,
      [](int64_t at, const LogFile& file) { return at < file.base_offset; });
  segment_ = above == segments.begin()
                 ? 0
                 : static_cast<size_t>(above - segments.begin()) - 1;
  file_.reset();
  file_position_ = 0;
  return absl::OkStatus();
}

absl::Status LogDirectory::OpenSegment() {
  ASSIGN_OR_RETURN(file_, options_.file_system->OpenForRead(JoinPath(
                              options_.directory,
                              summary_.files.segments[segment_].name)));
  return absl::OkStatus();
}

// Goes behind the lost bytes that begin at the position: true if there are any.
absl::StatusOr<bool> LogDirectory::SkipLost() {
  if (lost_at_.empty()) return false;
  const auto found = lost_at_.find(
      {summary_.files.segments[segment_].name, file_position_});
  if (found == lost_at_.end()) return false;
  const LostBytes& lost = found->second;
  const bool is_torn_tail =
      torn_tail_.has_value() && torn_tail_->begin == lost.begin &&
      torn_tail_->file == lost.file;
  // Where none of what is asked for can have been, nothing is missed.
  const bool matters = !lost.has_offsets() || lost.last_offset >= position_;
  if (!is_torn_tail && matters && !options_.skip_damaged) {
    return WithHint(
        absl::DataLossError(absl::StrCat(Place(lost), " are damaged: ", Offsets(lost))),
        "another replica of the partition may have them; to go on behind them: "
        "logdir:DIR?damaged=skip");
  }
  file_position_ = lost.end;
  return lost.end > lost.begin;
}

absl::Status LogDirectory::TakeBatch(RecordBatch* batch) {
  RecordBatch read;
  absl::StatusOr<LogBatch> header =
      ReadLogBatch(*file_, summary_.file_bytes[segment_], file_position_, &read);
  if (absl::IsOutOfRange(header.status()) || absl::IsDataLoss(header.status())) {
    return absl::DataLossError(absl::StrCat(
        summary_.files.segments[segment_].name, ", byte ", file_position_,
        ": has changed since it was read: ", header.status().message()));
  }
  RETURN_IF_ERROR(header.status());
  const bool uncommitted =
      header->transactional &&
      summary_.IsUncommitted(header->producer_id, header->first_offset);
  if (!uncommitted || !options_.committed_only) {
    for (const Record& record : read) {
      if (record.offset >= position_) batch->Add(record);
    }
  }
  if (uncommitted) uncommitted_[header->first_offset] = header->last_offset;
  position_ = std::max(position_, header->last_offset + 1);
  file_position_ += header->size_bytes;
  return absl::OkStatus();
}

bool LogDirectory::IsUncommitted(int64_t offset) const {
  const auto behind = uncommitted_.upper_bound(offset);
  return behind != uncommitted_.begin() && std::prev(behind)->second >= offset;
}

absl::StatusOr<Fetched> LogDirectory::Next(absl::Duration /*timeout*/,
                                           RecordBatch* batch) {
  batch->Clear();
  uncommitted_.clear();
  while (segment_ < summary_.files.segments.size() &&
         batch->payload_bytes() < kNextBytes) {
    const absl::StatusOr<bool> skipped = SkipLost();
    if (skipped.ok() && *skipped) continue;
    absl::Status status = skipped.status();
    if (status.ok() && file_position_ >= summary_.file_bytes[segment_]) {
      ++segment_;
      file_.reset();
      file_position_ = 0;
      continue;
    }
    if (status.ok() && file_ == nullptr) status = OpenSegment();
    if (status.ok()) status = TakeBatch(batch);
    if (status.ok()) continue;
    // What was read before the error is delivered first.
    if (!batch->empty()) return Fetched::kRecords;
    return status;
  }
  return batch->empty() ? Fetched::kCaughtUp : Fetched::kRecords;
}

}  // namespace sr
