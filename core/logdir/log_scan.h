// A walk over every batch of a broker's log: what is whole, what is lost, and
// which transactions were aborted.
#ifndef CORE_LOGDIR_LOG_SCAN_H_
#define CORE_LOGDIR_LOG_SCAN_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/base/file_system.h"
#include "core/logdir/log_batch.h"
#include "core/logdir/log_files.h"

namespace sr {

// Bytes of a log file that are no batch.
struct LostBytes {
  std::string file;
  int64_t begin = 0;  // Bytes [begin, end) of it.
  int64_t end = 0;
  // Offsets that may have been there, both inclusive; first > last if the batches
  // around leave none, last the largest number there is if nothing bounds them.
  // Compaction may have taken some of them away long before.
  int64_t first_offset = 0;
  int64_t last_offset = -1;
  std::string why;

  bool has_offsets() const { return first_offset <= last_offset; }
};

// A producer's records from `first_offset` up to the marker at `last_offset`; of
// a transaction that was never ended, up to the end of the log.
struct LogTransaction {
  int64_t producer_id = 0;
  int64_t first_offset = 0;
  int64_t last_offset = 0;
};

// What the files of a partition hold. Of the size of its damage and transactions,
// not of its records.
struct LogSummary {
  LogFiles files;
  std::vector<int64_t> file_bytes;  // Of each of files.segments, as it was read.
  int64_t first_offset = 0;  // The smallest that can be there: of the first file.
  int64_t next_offset = 0;   // Behind the last intact batch.
  int64_t batches = 0;
  int64_t records = 0;  // Markers are none.
  int64_t bytes = 0;    // Of intact batches.
  // How many batches there are of each (message format, codec).
  std::map<std::pair<int, std::string>, int64_t> forms;
  std::vector<LostBytes> lost;  // In the order of the log.
  // What follows the last intact batch of the last file, if anything: what a crash
  // leaves, unless something else says that it was acknowledged.
  std::optional<LostBytes> tail;
  // Both by producer and then by offset.
  std::vector<LogTransaction> aborted;
  std::vector<LogTransaction> open;  // One of a producer at most.

  // Whether a batch of `producer_id` at `offset` belongs to an aborted or never
  // ended transaction: what a consumer with isolation.level=read_committed does
  // not get.
  bool IsUncommitted(int64_t producer_id, int64_t offset) const;
};

// Reads all of `directory`. Damage is no error: it stands in the summary.
//   NotFound       no such directory, or no log file in it
//   Unimplemented  a batch with a right CRC that no Kafka reads; where
//   what reading gives
absl::StatusOr<LogSummary> ScanLog(FileSystem* file_system,
                                   const std::string& directory);

}  // namespace sr

#endif  // CORE_LOGDIR_LOG_SCAN_H_
