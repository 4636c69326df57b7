// What a cluster says about a topic, and the creation of one. Never creates a
// topic by asking about it.
#ifndef CORE_KAFKA_TOPIC_ADMIN_H_
#define CORE_KAFKA_TOPIC_ADMIN_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "core/kafka/client_properties.h"

namespace sr {

struct ConfigEntry {
  std::string value;
  // Set on this topic, not the broker's default.
  bool is_topic_override = false;
};

struct TopicState {
  std::string cluster_id;  // Empty if the broker gives none.
  int partitions = 0;
  int replicas = 0;  // Of partition 0.
  // Of partition 0: first offset still there, and the end (exclusive). Both 0
  // for a new topic.
  int64_t low_watermark = 0;
  int64_t high_watermark = 0;
  // nullopt if the broker did not tell; `config_missing_reason` says why.
  std::optional<std::map<std::string, ConfigEntry>> config;
  std::string config_missing_reason;
};

// One thread at a time.
class TopicAdmin {
 public:
  // Makes a client; reaches for nothing yet. `timeout` bounds each later call.
  // InvalidArgument if librdkafka refuses the properties as a whole.
  static absl::StatusOr<std::unique_ptr<TopicAdmin>> Open(
      const ClientProperties& properties, absl::Duration timeout);
  ~TopicAdmin();

  TopicAdmin(const TopicAdmin&) = delete;
  TopicAdmin& operator=(const TopicAdmin&) = delete;

  // Returns what the cluster says about `topic`. A configuration that the
  // broker does not give (no controller, no permission, no answer within 3 s) is
  // no error.
  //
  // Errors, each with a hint:
  //   NotFound          no such topic (it is not created by asking)
  //   Unavailable       no broker answered; the message has the reason that
  //                     the client gave last: refused, unresolved, TLS
  //   Unauthenticated   log-in failed
  //   PermissionDenied  an ACL forbids it
  absl::StatusOr<TopicState> Describe(const std::string& topic);

  // Returns how many members a consumer group or a registry's group has; 0 for one
  // that is not there. Errors as Describe, but NotFound.
  absl::StatusOr<int64_t> GroupMembers(const std::string& group);

  // Creates `topic` with one partition, `config` and the broker's default
  // replication factor (on brokers too old to have one: 3, or as many as there
  // are brokers). `message.timestamp.after.max.ms` is left out if the broker
  // does not know it.
  //
  // AlreadyExists if it is there; Unavailable, DeadlineExceeded (librdkafka's
  // mock broker answers no such call), PermissionDenied, InvalidArgument.
  absl::Status CreateTopic(const std::string& topic,
                           const std::map<std::string, std::string>& config);

  // Deletes `topic` and all that is in it. NotFound if it is not there; others as
  // CreateTopic.
  absl::Status DeleteTopic(const std::string& topic);

 private:
  struct Impl;
  explicit TopicAdmin(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

// FailedPrecondition, with a hint, unless `partitions` is 1.
absl::Status RequireOnePartition(const std::string& topic, int partitions);

}  // namespace sr

#endif  // CORE_KAFKA_TOPIC_ADMIN_H_
