// librdkafka's C API with owners, and its answers as Status. The only header of
// ours that includes rdkafka.h; included by core/kafka/*.cc and by nobody else.
#ifndef CORE_KAFKA_RDKAFKA_INTERNAL_H_
#define CORE_KAFKA_RDKAFKA_INTERNAL_H_

#include <librdkafka/rdkafka.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "core/base/mutex.h"
#include "core/kafka/client_properties.h"

namespace sr {

template <typename T, void (*destroy)(T*)>
struct RdDeleter {
  void operator()(T* pointer) const { destroy(pointer); }
};
template <typename T, void (*destroy)(T*)>
using RdOwner = std::unique_ptr<T, RdDeleter<T, destroy>>;

using RdConf = RdOwner<rd_kafka_conf_t, rd_kafka_conf_destroy>;
using RdTopic = RdOwner<rd_kafka_topic_t, rd_kafka_topic_destroy>;
using RdQueue = RdOwner<rd_kafka_queue_t, rd_kafka_queue_destroy>;
using RdError = RdOwner<rd_kafka_error_t, rd_kafka_error_destroy>;
using RdNewTopic = RdOwner<rd_kafka_NewTopic_t, rd_kafka_NewTopic_destroy>;
using RdDeleteTopic =
    RdOwner<rd_kafka_DeleteTopic_t, rd_kafka_DeleteTopic_destroy>;
using RdConfigResource =
    RdOwner<rd_kafka_ConfigResource_t, rd_kafka_ConfigResource_destroy>;
using RdAdminOptions =
    RdOwner<rd_kafka_AdminOptions_t, rd_kafka_AdminOptions_destroy>;
using RdEvent = RdOwner<rd_kafka_event_t, rd_kafka_event_destroy>;
using RdPartitions = RdOwner<rd_kafka_topic_partition_list_t,
                             rd_kafka_topic_partition_list_destroy>;

using RdGroups = RdOwner<const struct rd_kafka_group_list,
                         rd_kafka_group_list_destroy>;

// The one translation of librdkafka's codes into ours.
absl::StatusCode StatusCodeOf(rd_kafka_resp_err_t error);

// Milliseconds for librdkafka, at least 0; a part of one counts as one.
int ToMillis(absl::Duration duration);

// What librdkafka said on the side about its connections. Any thread.
class ClientEvents {
 public:
  void Note(rd_kafka_resp_err_t error, absl::string_view reason);

  // The last reason that says more than "all brokers are down"; empty if none.
  std::string last_reason() const;
  // Whether a log-in was refused.
  bool authentication_failed() const;
  // Whether all brokers went down since the last call.
  bool TakeAllBrokersDown();
  // Whether since the last TakeTrouble anything went wrong that may have met a
  // request on its way.
  bool HasTrouble() const;
  bool TakeTrouble();

 private:
  mutable Mutex mutex_;
  std::string last_reason_ ABSL_GUARDED_BY(mutex_);
  bool authentication_failed_ ABSL_GUARDED_BY(mutex_) = false;
  bool all_brokers_down_ ABSL_GUARDED_BY(mutex_) = false;
  bool trouble_ ABSL_GUARDED_BY(mutex_) = false;
};

// A client instance and what belongs to it. Destroyed without asking the
// cluster for anything; a consumer that does not end within seconds is left behind.
class RdClient {
 public:
  using Settings = std::vector<ClientProperties::Entry>;

  // `defaults` give way to `properties`, `required` does not. `configure`, if
  // not null, sets callbacks; its opaque pointer is the one given.
  // InvalidArgument if librdkafka refuses one of them or all together.
  static absl::StatusOr<std::unique_ptr<RdClient>> Create(
      rd_kafka_type_t type, const ClientProperties& properties,
      const Settings& defaults, const Settings& required,
      void (*configure)(rd_kafka_conf_t*) = nullptr, void* opaque = nullptr);
  ~RdClient();

  RdClient(const RdClient&) = delete;
  RdClient& operator=(const RdClient&) = delete;

  rd_kafka_t* get() const { return client_; }
  ClientEvents& events() { return events_; }
  // As given to Create: librdkafka's own opaque pointer is this object.
  void* opaque() const { return opaque_; }

  // Returns `error` as a Status: "<what>: <reason>", with a hint where one
  // helps. Takes the connection's last reason into account where `error` alone
  // says only that nobody answered.
  absl::Status ToStatus(rd_kafka_resp_err_t error, absl::string_view what);
  // Same for a text of librdkafka's own.
  absl::Status ToStatus(rd_kafka_resp_err_t error, absl::string_view what,
                        absl::string_view text);

 private:
  RdClient(const ClientProperties& properties, void* opaque)
      : bootstrap_servers_(properties.bootstrap_servers()),
        sasl_mechanism_(properties.Get("sasl.mechanisms") +
                        properties.Get("sasl.mechanism")),  // Two spellings.
        opaque_(opaque) {}

  const std::string bootstrap_servers_;
  const std::string sasl_mechanism_;
  void* const opaque_;
  ClientEvents events_;
  rd_kafka_t* client_ = nullptr;
};

// What the cluster's metadata says about a topic.
struct TopicMetadata {
  int partitions = 0;
  int replicas = 0;  // Of partition 0.
  int brokers = 0;
  // Whether the controller is one of the brokers. If not, admin calls go
  // nowhere (librdkafka's mock names none that exists) and only time out.
  bool has_controller = false;
};

// Asks for the metadata of `topic`, which also makes the client know its
// leader: without it the first fetch or transaction waits 0.5 to 1 s.
// NotFound, Unavailable, Unauthenticated, PermissionDenied, with hints.
absl::StatusOr<TopicMetadata> FetchTopicMetadata(RdClient* client,
                                                 const std::string& topic,
                                                 absl::Duration timeout);

// The offsets of partition 0 of `topic`, asked of its leader: first the lowest,
// then the one after the last (up to the last stable offset where the client
// reads committed). Asks again until `timeout` is over while no leader answers:
// brokers learn of a new topic, or a new leader, one after the other.
// NotFound, Unavailable, DeadlineExceeded, Unauthenticated, PermissionDenied.
absl::StatusOr<std::pair<int64_t, int64_t>> QueryWatermarks(
    RdClient* client, const std::string& topic, absl::Duration timeout);

}  // namespace sr

#endif  // CORE_KAFKA_RDKAFKA_INTERNAL_H_
