#include "core/logdir/log_scan.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "core/base/status_context.h"
#include "core/base/status_macros.h"
#include "core/record/record.h"

namespace sr {
namespace {

// A log file as it is at this moment.
struct OpenFile {
  std::unique_ptr<ReadableFile> file;
  int64_t bytes = 0;
};

absl::StatusOr<OpenFile> OpenLogFile(FileSystem* file_system,
                                     const std::string& directory,
                                     const std::string& name) {
  OpenFile open;
  ASSIGN_OR_RETURN(open.file, file_system->OpenForRead(JoinPath(directory, name)));
  ASSIGN_OR_RETURN(open.bytes, open.file->Size());
  return open;
}

bool IsDamage(const absl::Status& status) {
  return absl::IsDataLoss(status) || absl::IsOutOfRange(status);
}

class LogScan {
 public:
  LogScan(FileSystem* file_system, const std::string& directory)
      : file_system_(file_system), directory_(directory) {}

  absl::StatusOr<LogSummary> Run() {
    RETURN_IF_ERROR(ChooseFiles());
    summary_.first_offset = summary_.files.segments.front().base_offset;
    last_offset_ = summary_.first_offset - 1;
    for (size_t i = 0; i < summary_.files.segments.size(); ++i) {
      RETURN_IF_ERROR(ScanFile(i));
    }
    summary_.next_offset = last_offset_ + 1;
    for (const auto& [producer_id, first_offset] : open_) {
      summary_.open.push_back({producer_id, first_offset,
                               std::numeric_limits<int64_t>::max()});
    }
    std::sort(summary_.aborted.begin(), summary_.aborted.end(),
              [](const LogTransaction& a, const LogTransaction& b) {
                return std::make_pair(a.producer_id, a.first_offset) <
                       std::make_pair(b.producer_id, b.first_offset);
              });
    return std::move(summary_);
  }

 private:
  absl::Status ChooseFiles() {
    ASSIGN_OR_RETURN(const std::vector<std::string> names,
                     file_system_->List(directory_));
    ASSIGN_OR_RETURN(
        summary_.files,
        ChooseLogFiles(names, [this](const LogFile& file) { return NextOffset(file); }));
    if (!summary_.files.segments.empty()) return absl::OkStatus();
    return WithHint(
        absl::NotFoundError(absl::StrCat(
            directory_, " has no log file (00000000000000000000.log)")),
        "give the directory of the partition itself, as "
        "/var/lib/kafka/_schemas-0; a broker has one in only one of its log.dirs");
  }

  // Behind the last intact batch of `file`, by its batches only.
  absl::StatusOr<int64_t> NextOffset(const LogFile& file) {
    ASSIGN_OR_RETURN(const OpenFile open,
                     OpenLogFile(file_system_, directory_, file.name));
    int64_t next_offset = file.base_offset;
    int64_t position = 0;
    while (position < open.bytes) {
      RecordBatch records;
      const absl::StatusOr<LogBatch> batch =
          ReadLogBatch(*open.file, open.bytes, position, &records);
      if (IsDamage(batch.status())) break;
      RETURN_IF_ERROR(batch.status());
      next_offset = batch->last_offset + 1;
      position += batch->size_bytes;
    }
    return next_offset;
  }

  absl::Status ScanFile(size_t index) {
    const LogFile& file = summary_.files.segments[index];
    const bool is_last = index + 1 == summary_.files.segments.size();
    ASSIGN_OR_RETURN(const OpenFile open,
                     OpenLogFile(file_system_, directory_, file.name));
    summary_.file_bytes.push_back(open.bytes);
    last_offset_ = std::max(last_offset_, file.base_offset - 1);
    Resync bounds;
    bounds.offset_limit = is_last ? std::numeric_limits<int64_t>::max()
                                  : summary_.files.segments[index + 1].base_offset;
    int64_t search_budget = SearchBudget(open.bytes);
    int64_t position = 0;
    while (position < open.bytes) {
      const absl::Status status = TakeBatch(open, bounds, &position);
      if (status.ok()) continue;
      if (!IsDamage(status)) return Annotate(status, JoinPath(directory_, file.name));
      bounds.from = position;
      bounds.after_offset = last_offset_;
      ASSIGN_OR_RETURN(const std::optional<int64_t> next,
                       FindNextLogBatch(*open.file, open.bytes, bounds,
                                        &search_budget));
      RETURN_IF_ERROR(NoteLost(file.name, open, bounds, next, status));
      position = next.value_or(open.bytes);
    }
    return absl::OkStatus();
  }

  // Reads the batch at `*position` and goes behind it.
  absl::Status TakeBatch(const OpenFile& open, const Resync& bounds,
                         int64_t* position) {
    RecordBatch records;
    ASSIGN_OR_RETURN(const LogBatch batch,
                     ReadLogBatch(*open.file, open.bytes, *position, &records));
    if (batch.first_offset <= last_offset_) {
      return absl::DataLossError(absl::StrCat(
          "a batch from offset ", batch.first_offset, " on, where ",
          last_offset_ + 1, " is the smallest that can come"));
    }
    if (batch.last_offset >= bounds.offset_limit) {
      return absl::DataLossError(absl::StrCat(
          "a batch up to offset ", batch.last_offset, ", where the next file begins at ",
          bounds.offset_limit));
    }
    last_offset_ = batch.last_offset;
    *position += batch.size_bytes;
    ++summary_.batches;
    summary_.records += static_cast<int64_t>(records.size());
    summary_.bytes += batch.size_bytes;
    ++summary_.forms[{batch.magic, std::string(NameOf(batch.compression))}];
    NoteTransaction(batch);
    return absl::OkStatus();
  }

  void NoteTransaction(const LogBatch& batch) {
    if (!batch.transactional) return;
    if (!batch.marker.has_value()) {
      open_.emplace(batch.producer_id, batch.first_offset);
      return;
    }
    const auto begun = open_.find(batch.producer_id);
    if (begun == open_.end()) return;
    if (*batch.marker == TransactionMarker::kOther) return;
    if (*batch.marker == TransactionMarker::kAbort) {
      summary_.aborted.push_back(
          {batch.producer_id, begun->second, batch.last_offset});
    }
    open_.erase(begun);
  }

  absl::Status NoteLost(const std::string& name, const OpenFile& open,
                        const Resync& bounds, std::optional<int64_t> next,
                        const absl::Status& why) {
    LostBytes lost;
    lost.file = name;
    lost.begin = bounds.from;
    lost.end = next.value_or(open.bytes);
    lost.why = std::string(why.message());
    lost.first_offset = bounds.after_offset + 1;
    lost.last_offset = bounds.offset_limit - 1;
    if (next.has_value()) {
      RecordBatch records;
      ASSIGN_OR_RETURN(const LogBatch batch,
                       ReadLogBatch(*open.file, open.bytes, *next, &records));
      lost.last_offset = batch.first_offset - 1;
    } else if (bounds.offset_limit == std::numeric_limits<int64_t>::max()) {
      lost.last_offset = std::numeric_limits<int64_t>::max();
      summary_.tail = std::move(lost);
      return absl::OkStatus();
    }
    summary_.lost.push_back(std::move(lost));
    return absl::OkStatus();
  }

  FileSystem* const file_system_;
  const std::string directory_;
  LogSummary summary_;
  int64_t last_offset_ = -1;
  // First offset of what each producer has not ended.
  std::map<int64_t, int64_t> open_;
};

}  // namespace

bool LogSummary::IsUncommitted(int64_t producer_id, int64_t offset) const {
  // The first of them that does not end before: those of one producer follow
  // each other.
  const auto in = [&](const std::vector<LogTransaction>& transactions) {
    const auto found = std::lower_bound(
        transactions.begin(), transactions.end(),
        std::make_pair(producer_id, offset),
        [](const LogTransaction& transaction, const std::pair<int64_t, int64_t>& at) {
          return std::make_pair(transaction.producer_id, transaction.last_offset) < at;
        });
    return found != transactions.end() && found->producer_id == producer_id &&
           found->first_offset <= offset;
  };
  return in(aborted) || in(open);
}

absl::StatusOr<LogSummary> ScanLog(FileSystem* file_system,
                                   const std::string& directory) {
  return LogScan(file_system, directory).Run();
}

}  // namespace sr
