#include "core/logdir/log_batch.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"
#include "core/record/big_endian.h"
#include "core/record/message_set.h"

namespace sr {
namespace {

constexpr size_t kOffsetAt = 0;
constexpr size_t kSizeAt = 8;
constexpr size_t kMagicAt = 16;
// What all formats have in the same place: up to the magic.
constexpr int64_t kStartBytes = 17;
constexpr BatchLimits kLimits = {kLogBatchBytesMax};

// How many bytes may be read again for each byte of a file in search of a batch.
constexpr int64_t kSearchFactor = 64;
constexpr int64_t kWindowBytes = 1 << 20;

// What stands before a batch of any format.
struct Start {
  int64_t offset = 0;
  int64_t size_bytes = 0;  // Of the whole batch.
  int8_t magic = 0;
};

Start ReadStart(absl::string_view bytes) {
  return {ReadBigEndian<int64_t>(bytes, kOffsetAt),
          kBatchLengthOverheadBytes + ReadBigEndian<int32_t>(bytes, kSizeAt),
          ReadBigEndian<int8_t>(bytes, kMagicAt)};
}

// Returns what is wrong with it, or null.
const char* WhatIsWrong(const Start& start) {
  if (start.magic < 0 || start.magic > 2) return "no message format that Kafka has";
  if (start.size_bytes < (start.magic == 2 ? kBatchHeaderBytes : kMessageBytesMin)) {
    return "a batch that is shorter than its header";
  }
  if (start.size_bytes > kLogBatchBytesMax) return "a batch of more than 256 MiB";
  return nullptr;
}

absl::Status EndsTooEarly(int64_t position) {
  return absl::OutOfRangeError(absl::StrCat(
      "the file ends within the batch at byte ", position));
}

absl::StatusOr<LogBatch> DecodeFormat2(absl::string_view bytes,
                                       RecordBatch* records) {
  ASSIGN_OR_RETURN(BatchHeader header, DecodeBatchHeader(bytes));
  LogBatch batch;
  if (header.is_control()) {
    ASSIGN_OR_RETURN(batch.marker, DecodeTransactionMarker(bytes, kLimits));
  } else {
    ASSIGN_OR_RETURN(header, DecodeBatch(bytes, kLimits, records));
  }
  batch.compression = header.compression();
  batch.first_offset = header.base_offset;
  batch.last_offset = header.last_offset();
  batch.producer_id = header.producer_id;
  batch.transactional = header.is_transactional();
  return batch;
}

absl::StatusOr<LogBatch> DecodeOlderFormat(absl::string_view bytes,
                                           RecordBatch* records) {
  const size_t before = records->size();
  ASSIGN_OR_RETURN(const MessageHeader header,
                   DecodeMessage(bytes, kLimits, records));
  LogBatch batch;
  batch.compression = header.compression();
  batch.first_offset = (*records)[before].offset;
  batch.last_offset = header.offset;
  return batch;
}

// Looks for a batch, within a budget of bytes.
class Search {
 public:
  Search(const ReadableFile& file, int64_t file_bytes, const Resync& resync,
         int64_t* budget_bytes)
      : file_(file),
        file_bytes_(file_bytes),
        resync_(resync),
        budget_bytes_(budget_bytes) {}

  absl::StatusOr<std::optional<int64_t>> Run() {
    ASSIGN_OR_RETURN(const std::optional<int64_t> behind, BehindTheDamaged());
    if (behind.has_value()) return behind;
    return ByteByByte();
  }

 private:
  // Where the length of the batch that is damaged leads to.
  absl::StatusOr<std::optional<int64_t>> BehindTheDamaged() {
    std::string bytes;
    RETURN_IF_ERROR(file_.Read(resync_.from, kStartBytes, &bytes));
    if (static_cast<int64_t>(bytes.size()) < kStartBytes) return std::nullopt;
    const Start start = ReadStart(bytes);
    if (WhatIsWrong(start) != nullptr ||
        start.size_bytes > file_bytes_ - resync_.from) {
      return std::nullopt;
    }
    const int64_t position = resync_.from + start.size_bytes;
    ASSIGN_OR_RETURN(const bool intact, IsIntact(position));
    if (!intact) return std::nullopt;
    return position;
  }

  absl::StatusOr<std::optional<int64_t>> ByteByByte() {
    std::string window;
    int64_t position = resync_.from + 1;
    while (position + kStartBytes <= file_bytes_) {
      RETURN_IF_ERROR(file_.Read(position, kWindowBytes, &window));
      if (static_cast<int64_t>(window.size()) < kStartBytes) break;
      const int64_t starts = static_cast<int64_t>(window.size()) - kStartBytes + 1;
      for (int64_t at = 0; at < starts; ++at) {
        const absl::string_view here =
            absl::string_view(window).substr(static_cast<size_t>(at));
        if (!CanBeOne(ReadStart(here), position + at)) continue;
        ASSIGN_OR_RETURN(const bool intact, IsIntact(position + at));
        if (intact) return position + at;
        if (*budget_bytes_ < 0) return std::nullopt;
      }
      position += starts;
    }
    return std::nullopt;
  }

  bool CanBeOne(const Start& start, int64_t position) const {
    return WhatIsWrong(start) == nullptr &&
           start.size_bytes <= file_bytes_ - position && IsInBounds(start.offset);
  }

  bool IsInBounds(int64_t offset) const {
    return offset > resync_.after_offset && offset < resync_.offset_limit;
  }

  absl::StatusOr<bool> IsIntact(int64_t position) {
    RecordBatch records;
    const absl::StatusOr<LogBatch> batch =
        ReadLogBatch(file_, file_bytes_, position, &records);
    if (batch.ok()) {
      return IsInBounds(batch->first_offset) && IsInBounds(batch->last_offset);
    }
    if (absl::IsDataLoss(batch.status()) || absl::IsOutOfRange(batch.status()) ||
        absl::IsUnimplemented(batch.status())) {
      // What it claims to be long was read.
      std::string bytes;
      RETURN_IF_ERROR(file_.Read(position, kStartBytes, &bytes));
      if (static_cast<int64_t>(bytes.size()) == kStartBytes) {
        *budget_bytes_ -= std::clamp(ReadStart(bytes).size_bytes, kStartBytes,
                                    kLogBatchBytesMax);
      }
      return false;
    }
    return batch.status();
  }

  const ReadableFile& file_;
  const int64_t file_bytes_;
  const Resync resync_;
  int64_t* const budget_bytes_;
};

}  // namespace

absl::StatusOr<LogBatch> ReadLogBatch(const ReadableFile& file,
                                      int64_t file_bytes, int64_t position,
                                      RecordBatch* records) {
  auto bytes = std::make_shared<std::string>();
  RETURN_IF_ERROR(file.Read(position, kStartBytes, bytes.get()));
  if (static_cast<int64_t>(bytes->size()) < kStartBytes) {
    return EndsTooEarly(position);
  }
  const Start start = ReadStart(*bytes);
  if (const char* wrong = WhatIsWrong(start)) return absl::DataLossError(wrong);
  if (start.size_bytes > file_bytes - position) return EndsTooEarly(position);
  RETURN_IF_ERROR(file.Read(position, start.size_bytes, bytes.get()));
  if (static_cast<int64_t>(bytes->size()) < start.size_bytes) {
    return EndsTooEarly(position);
  }
  absl::StatusOr<LogBatch> batch = start.magic == 2
                                       ? DecodeFormat2(*bytes, records)
                                       : DecodeOlderFormat(*bytes, records);
  RETURN_IF_ERROR(batch.status());
  batch->position = position;
  batch->size_bytes = start.size_bytes;
  batch->magic = start.magic;
  if (!batch->marker.has_value()) records->KeepAlive(std::move(bytes));
  return batch;
}

absl::StatusOr<std::optional<int64_t>> FindNextLogBatch(
    const ReadableFile& file, int64_t file_bytes, const Resync& resync,
    int64_t* budget_bytes) {
  return Search(file, file_bytes, resync, budget_bytes).Run();
}

int64_t SearchBudget(int64_t file_bytes) {
  return kSearchFactor * (file_bytes + kWindowBytes);
}

}  // namespace sr
