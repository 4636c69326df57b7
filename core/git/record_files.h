// A record of a registry's topic as files for people, and back, byte for byte.
#ifndef CORE_GIT_RECORD_FILES_H_
#define CORE_GIT_RECORD_FILES_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "core/record/record.h"

namespace sr {

// A record that a registry would read from a topic that has been compacted.
struct KeptRecord {
  // Where it stands; nullopt of what a registry answered, which is of no topic.
  std::optional<int64_t> offset;
  std::optional<int64_t> timestamp;  // nullopt: not known.
  TimestampType timestamp_type = TimestampType::kCreateTime;
  std::string key;
  std::optional<std::string> value;
  std::vector<std::pair<std::string, std::optional<std::string>>> headers;

  static KeptRecord Of(const Record& record);

  friend bool operator==(const KeptRecord& a, const KeptRecord& b) = default;
};

struct RecordFiles {
  // Of the sidecar: all of the record but the schema's text. Unique for each key.
  std::string record_path;
  std::string record;
  // Of the text, as it stands in no other form; "" if the record has none.
  std::string schema_path;
  std::string schema;
};

// "subjects/5e/orders-value/v3.record.json" and "subjects/5e/orders-value/v3.avsc", 5e
// being the first of the name's SHA-256, in contexts/CONTEXT/ if it is not of the
// default one; config, mode and the rest beside them; what is about no subject in
// global/, what is no registry's in other/. The same record gives the same files. Any
// thread.
RecordFiles FilesOf(const KeptRecord& record);

// The record of a sidecar, whose schema, if it names one, is looked up in `files` (all
// that there are, by path). DataLoss, with the path: the file is not one that FilesOf
// makes, is under another name, or its schema is missing or another: somebody has
// edited it. Any thread.
absl::StatusOr<KeptRecord> RecordOf(
    const std::string& record_path,
    const std::map<std::string, std::string>& files);

bool IsRecordPath(const std::string& path);

}  // namespace sr

#endif  // CORE_GIT_RECORD_FILES_H_
