#include "core/findings/topic_codes.h"

namespace sr {

const std::vector<CodeInfo>& TopicCodes() {
  static const auto* const table = new std::vector<CodeInfo>{
      {codes::kPartitionCount, Severity::kError,
       "the topic does not have exactly one partition",
       "A Confluent registry does not start on this topic, others read "
       "partition 0 only. Partitions cannot be taken away: do not restart the "
       "registry, restore the records into a topic with one partition."},
      {codes::kCleanupPolicy, Severity::kError,
       "the topic's cleanup.policy lets records that are needed go",
       "Set it to compact with kafka-configs at once: until then the broker "
       "deletes segments as they age, and a Confluent registry does not "
       "start."},
      {codes::kReplicationFactorLow, Severity::kWarning,
       "the topic has fewer than three replicas",
       "Add replicas with kafka-reassign-partitions; with fewer, the loss of "
       "one or two brokers loses all schemas."},
      {codes::kMinIsrLow, Severity::kWarning,
       "the topic's min.insync.replicas does not protect what was acknowledged",
       "Set it to 2 with kafka-configs, or to less than the number of "
       "replicas if it is above."},
      {codes::kUncleanElection, Severity::kWarning,
       "the topic lets a replica that is behind become its leader",
       "Set unclean.leader.election.enable to false with kafka-configs: such "
       "a leader truncates the topic."},
      {codes::kMessageTooLarge, Severity::kError,
       "the topic's max.message.bytes is below the size of a record it has",
       "Raise it with kafka-configs, for the topic and the registry's producer: "
       "the record cannot be restored into this topic, nor deleted softly."},
      {codes::kMessageSizeHeadroom, Severity::kWarning,
       "the topic's max.message.bytes is near the size of its largest record",
       "Raise it with kafka-configs, for the topic and the registry's producer: "
       "a larger schema or a copy of this one will be refused."},
      {codes::kLogStartNonzero, Severity::kWarning,
       "the topic does not begin at offset 0",
       "Compaction alone never moves the beginning: find out who deleted records, "
       "or which retention did, and compare with an archive."},
      {codes::kTimestampType, Severity::kWarning,
       "the broker puts its own time into the topic's records",
       "Set message.timestamp.type to CreateTime before records are restored "
       "into it: registries from 8.0 on answer with these times."},
      {codes::kTransactionalBatch, Severity::kError,
       "the topic has records of transactions, which not all registries see "
       "alike",
       "No registry writes transactions: find out who does, and keep it away. "
       "Write one more record with the registry, such as a config, behind a "
       "marker at the end."},
  };
  return *table;
}

}  // namespace sr
