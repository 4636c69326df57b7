// One batch of a broker's log file, of any message format and codec.
#ifndef CORE_LOGDIR_LOG_BATCH_H_
#define CORE_LOGDIR_LOG_BATCH_H_

#include <cstdint>
#include <optional>

#include "absl/status/statusor.h"
#include "core/base/file_system.h"
#include "core/record/batch_codec.h"
#include "core/record/compression.h"
#include "core/record/record.h"

namespace sr {

// A batch that is larger, or decompresses to more, is taken for damage: Kafka's
// message.max.bytes is 1 MiB, and what a registry stores a thousandth of this.
inline constexpr int64_t kLogBatchBytesMax = int64_t{256} << 20;

// What is known of a batch besides its records.
struct LogBatch {
  int64_t position = 0;  // In its file.
  int64_t size_bytes = 0;
  int8_t magic = 0;
  Compression compression = Compression::kNone;
  // Of format 2 those that the batch claims, whether compaction has left the
  // records or not; of older ones those of its first and last record.
  int64_t first_offset = 0;
  int64_t last_offset = 0;
  // Of format 2; producer_id is -1 if the producer has none.
  int64_t producer_id = -1;
  bool transactional = false;
  std::optional<TransactionMarker> marker;  // Of a control batch.
};

// Reads the batch at `position` of `file`, which has `file_bytes` bytes, and
// appends its records to `*records`; a control batch has none.
//
//   OutOfRange   the file ends before the batch does
//   DataLoss     bytes contradict their CRC or the format
//   Unimplemented  a codec that Kafka does not have, with a right CRC
//   what reading gives
// On error `*records` is not to be used.
absl::StatusOr<LogBatch> ReadLogBatch(const ReadableFile& file,
                                      int64_t file_bytes, int64_t position,
                                      RecordBatch* records);

// Where to go on behind damage.
struct Resync {
  int64_t from = 0;          // The first byte that is not right.
  int64_t after_offset = -1;  // The last offset that was read before.
  int64_t offset_limit = 0;  // All offsets of the file are below.
};

// The position of the first intact batch behind `resync.from` whose offsets are
// within the bounds; nullopt if there is none. First where the length of the
// damaged batch leads to, since most damage leaves it; then byte by byte. A batch
// that somebody had put into a record's value could be taken for one of the log
// by the latter: within the bounds there is no telling them apart.
//
// What claims to be a batch and is none costs `*budget_bytes` its size; below zero
// the search ends and finds nothing. One budget for all searches of a file bounds the
// work, whatever the bytes are: SearchBudget().
absl::StatusOr<std::optional<int64_t>> FindNextLogBatch(
    const ReadableFile& file, int64_t file_bytes, const Resync& resync,
    int64_t* budget_bytes);

// For all searches of a file of `file_bytes`: 64 times its size and 64 MiB.
int64_t SearchBudget(int64_t file_bytes);

}  // namespace sr

#endif  // CORE_LOGDIR_LOG_BATCH_H_
