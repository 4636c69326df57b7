// A copy that another tool made, read whole: records, and what its form has lost.
#ifndef CORE_FOREIGN_FOREIGN_COPY_H_
#define CORE_FOREIGN_FOREIGN_COPY_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/record/record.h"
#include "core/record/record_source.h"

namespace sr {

// A topic of a registry is rarely larger than 100 MB; what is larger than this is
// taken for a mistake, since all of it stands in memory.
inline constexpr int64_t kForeignBytesMax = int64_t{512} << 20;

struct ForeignRecord {
  int64_t offset = 0;
  // 0 where the form has none: what Kafka's clients replace by the moment of writing.
  int64_t timestamp = 0;
  TimestampType timestamp_type = TimestampType::kCreateTime;
  std::optional<std::string> key;
  std::optional<std::string> value;
  std::vector<std::pair<std::string, std::optional<std::string>>> headers;

  // Borrows.
  Record View() const;
};

struct ForeignCopy {
  std::vector<ForeignRecord> records;  // Offsets rise.
  std::string topic;                   // "" if it does not say.
  std::map<std::string, std::string> topic_config;  // As far as it says.
  // What was lost when it was made, or cannot be known of it: sentences for people,
  // to be escaped.
  std::vector<std::string> lost;

  int64_t end_offset() const {
    return records.empty() ? 0 : records.back().offset + 1;
  }
};

std::unique_ptr<RecordSource> SourceOf(
    std::shared_ptr<const ForeignCopy> copy);

}  // namespace sr

#endif  // CORE_FOREIGN_FOREIGN_COPY_H_
