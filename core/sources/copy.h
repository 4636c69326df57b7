// Opens a location for reading: a copy, what is known about it, and how far it
// goes at this moment.
#ifndef CORE_SOURCES_COPY_H_
#define CORE_SOURCES_COPY_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "core/archive/manifest.h"
#include "core/base/clock.h"
#include "core/base/file_system.h"
#include "core/kafka/client_properties.h"
#include "core/kafka/shadow_sink.h"
#include "core/kafka/topic_admin.h"
#include "core/location/location.h"
#include "core/record/record_source.h"

namespace sr {

struct CopyOptions {
  // -X key=value for every Kafka client.
  std::vector<std::pair<std::string, std::string>> client_overrides;
  absl::Duration timeout = absl::Seconds(10);
  FileSystem* file_system = PosixFileSystem();
  Clock* clock = SystemClock();
};

// What is known about a copy without reading it.
struct CopyInfo {
  Location location;
  // The topic and cluster whose history this is: of the topic itself, or of
  // the source an archive mirrors. For a shadow the shadow's own.
  std::string cluster_id;
  std::string topic;
  // First offset that is there, and the end (exclusive) when it was opened.
  int64_t start_offset = 0;
  int64_t end_offset = 0;

  // kafka:// only.
  int partitions = 0;
  std::optional<std::map<std::string, ConfigEntry>> topic_config;
  std::string config_missing_reason;
  bool is_shadow = false;
  // Of a shadow; nullopt if ?role=shadow was given and there is none.
  std::optional<Checkpoint> checkpoint;

  // archive: only.
  std::optional<Manifest> manifest;

  // karapace: and dump: only: what their form has lost (foreign_copy.h).
  std::vector<std::string> lost;

  // logdir: only: what is not readable, not committed or left out
  // (log_directory.h).
  std::vector<std::string> remarks;
};

struct Copy {
  CopyInfo info;
  std::unique_ptr<RecordSource> source;  // Positioned at start_offset.
};

// What the cluster says about a topic.
struct TopicDescription {
  TopicState state;
  // Of a shadow; nullopt if ?role=shadow was given and there is none.
  std::optional<Checkpoint> checkpoint;
  bool is_shadow = false;  // By its checkpoint, or by ?role=shadow.
};

// Asks the cluster of a kafka:// location; a topic of any number of partitions.
// NotFound, Unavailable, PermissionDenied, Unauthenticated, InvalidArgument,
// DataLoss (checkpoint).
absl::StatusOr<TopicDescription> DescribeTopic(const Location& location,
                                               const CopyOptions& options);

// Loads the client properties of a kafka:// location.
absl::StatusOr<ClientProperties> PropertiesOf(const Location& location,
                                              const CopyOptions& options);

// Opens `location`. A shadow (known by its checkpoint or by ?role=shadow) is
// read committed, any other topic uncommitted, as a Confluent registry reads.
//
// A backup of Karapace, a dump and a broker's directory are read whole and verified
// here.
//
//   Unimplemented       a kind of location that cannot be read yet
//   FailedPrecondition  a topic with more than one partition; a directory whose
//                       broker runs
//   NotFound, Unavailable, PermissionDenied, Unauthenticated, InvalidArgument,
//   DataLoss (manifest, checkpoint, backup or dump), ResourceExhausted
absl::StatusOr<Copy> OpenCopy(const Location& location,
                              const CopyOptions& options);

}  // namespace sr

#endif  // CORE_SOURCES_COPY_H_
