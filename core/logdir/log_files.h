// Which files of a broker's partition directory are the log: what the broker
// itself would take for it at its next start.
//
// Source: LogLoader.removeTempFilesAndCollectSwapFiles and load of Apache Kafka;
// study of what it does: docs/logdir.md.
#ifndef CORE_LOGDIR_LOG_FILES_H_
#define CORE_LOGDIR_LOG_FILES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"

namespace sr {

struct LogFile {
  std::string name;         // In the directory.
  int64_t base_offset = 0;  // That the name says: at most that of its first batch.
};

struct LogFiles {
  std::vector<LogFile> segments;  // Base offsets rise.
  // Segments that are no part of the log, each a phrase that says why.
  std::vector<std::string> left_out;
  // Names that a segment must have had and that is gone: an index without a log.
  std::vector<LogFile> missing;
};

// Chooses among `names`, those of all files of the directory.
//
// A cleaner writes NAME.log.cleaned, renames it to NAME.log.swap when it is
// whole, and then to NAME.log; segments that are to go are renamed to
// NAME.log.deleted. So what a broker left when it died is told by the suffixes:
// .deleted and .cleaned never count; a .swap at or above the smallest .cleaned is
// one of several that were not all whole; any other .swap replaces every plain
// segment from the smallest of them on to the end of the last.
//
// `next_offset_of` gives the offset behind the last intact batch of a .swap file;
// it is asked of those only, and its error is returned.
absl::StatusOr<LogFiles> ChooseLogFiles(
    const std::vector<std::string>& names,
    absl::FunctionRef<absl::StatusOr<int64_t>(const LogFile&)> next_offset_of);

}  // namespace sr

#endif  // CORE_LOGDIR_LOG_FILES_H_
