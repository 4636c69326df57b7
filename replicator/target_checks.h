// What is looked at before anything is written to a topic that a registry is to
// read.
#ifndef REPLICATOR_TARGET_CHECKS_H_
#define REPLICATOR_TARGET_CHECKS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "core/kafka/topic_admin.h"
#include "replicator/options.h"

namespace sr {

// FailedPrecondition, with a hint, unless the topic of options.target is compacted
// and takes the times of producers. What could not be seen becomes a note.
absl::Status CheckTargetConfig(const TopicState& target,
                               const RestoreOptions& options,
                               std::vector<std::string>* notes);

// FailedPrecondition, with a hint, if options.registry_group has members on the
// target's cluster, or options.registry answers: a registry that runs would write
// between the records, and delete some (spec §5.4). OK if they are said to be
// elsewhere. What could not be seen becomes a note.
absl::Status LookForARegistry(const RestoreOptions& options, TopicAdmin* admin,
                              std::vector<std::string>* notes);

}  // namespace sr

#endif  // REPLICATOR_TARGET_CHECKS_H_
