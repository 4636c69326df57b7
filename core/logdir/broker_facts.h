// What stands around a broker's partition directory: its name, and the files that
// the broker keeps for all partitions in the directory above.
#ifndef CORE_LOGDIR_BROKER_FACTS_H_
#define CORE_LOGDIR_BROKER_FACTS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/base/file_system.h"

namespace sr {

struct BrokerFacts {
  // Of "_schemas-0", and of "_schemas-0.<32 letters and digits>-stray", -delete or
  // -future, as a broker renames one that is not its any more; "" and -1 if the
  // directory has another name, as a copy of one may.
  std::string topic;
  int partition = -1;

  // Of the directory above, if it is a broker's log.dirs; else empty or absent.
  std::string cluster_id;                // meta.properties
  std::optional<int64_t> log_start;      // log-start-offset-checkpoint
  std::optional<int64_t> high_watermark;  // replication-offset-checkpoint
  bool stopped_cleanly = false;          // .kafka_cleanshutdown
  // Of those files that are there and cannot be read: a phrase each.
  std::vector<std::string> unreadable;
};

// `directory` may end with a slash.
//   FailedPrecondition  a broker runs on the directory above, with a hint: it
//                       renames and removes files at any moment
//   what asking for the lock gives
absl::StatusOr<BrokerFacts> ReadBrokerFacts(FileSystem* file_system,
                                            const std::string& directory);

// The topic and partition in the name of a directory; ("", -1) if it has none.
void ParsePartitionName(absl::string_view name, std::string* topic,
                        int* partition);

}  // namespace sr

#endif  // CORE_LOGDIR_BROKER_FACTS_H_
