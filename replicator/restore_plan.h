// What a restore is going to do, as data, and how it is told.
#ifndef REPLICATOR_RESTORE_PLAN_H_
#define REPLICATOR_RESTORE_PLAN_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "core/base/exit_code.h"
#include "core/record/record.h"
#include "core/schemas/product.h"

namespace sr {

struct RestorePlan {
  std::string command;
  std::string source;  // As the user named them.
  std::string target;

  // What is restored: the records of the source below `end_offset`.
  int64_t end_offset = 0;
  int64_t records = 0;
  int64_t bytes = 0;  // Of keys, values and headers.
  int64_t first_offset = -1;
  int64_t last_offset = -1;
  int64_t last_timestamp = -1;
  int64_t largest_record_bytes = 0;
  // Of the source, not restored: at `end_offset` and above.
  int64_t records_left_out = 0;

  // Whose topic it is; nullopt: not known.
  std::optional<Product> product;
  std::string target_topic;
  int64_t encrypted = 0;  // Records that speak of __enc__.

  // What a topic cannot take as it is.
  int64_t null_keys = 0;        // A compacted topic has none: left out.
  int64_t timestamp_zero = 0;   // Becomes "now".
  int64_t log_append_time = 0;  // Becomes CreateTime, same number.
  // A Redpanda would pass over them where they will stand.
  int64_t seq_elsewhere = 0;

  bool creates_topic = false;
  std::map<std::string, std::string> config;  // Of the topic that is created.
  // Records of the plan that an earlier run has left in the target.
  int64_t already_there = 0;

  // What could not be seen, and what else is to be known.
  std::vector<std::string> notes;

  // Of the records that a topic takes, of which some are there.
  int64_t to_write() const { return writable() - already_there; }
  int64_t writable() const { return records - null_keys; }

  // Takes the next record of the source into account.
  void Add(const Record& record);
};

struct RestoreResult {
  bool executed = false;
  bool is_rehearsal = false;  // The topic is gone again.
  int64_t written = 0;
  int64_t compared = 0;  // Read back, and equal.
  // Not there any more: compacted away for a later record of the same key.
  int64_t compacted = 0;
  absl::Duration elapsed;
};

// Lines for a person, each with its newline; how to switch over at the end.
std::string RenderRestorePlan(const RestorePlan& plan);
std::string RenderRestoreResult(const RestorePlan& plan,
                                const RestoreResult& result);

// {"tool","version","command","source","target","plan":{...},"executed",
// "rehearsal","written","compared","exit_code"} and a newline.
std::string RenderRestoreJson(const RestorePlan& plan,
                              const RestoreResult& result, ExitCode exit_code);

}  // namespace sr

#endif  // REPLICATOR_RESTORE_PLAN_H_
