// Copies of a history are named by where they are: "archive:/mnt/b",
// "kafka://a:9092/_schemas". This parses the names and touches nothing.
#ifndef CORE_LOCATION_LOCATION_H_
#define CORE_LOCATION_LOCATION_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace sr {

enum class LocationKind {
  kKafka,     // kafka://HOST:PORT[,HOST:PORT]/TOPIC[?config=FILE][&role=shadow]
  kArchive,   // archive:DIR[?gen=N]
  kLogdir,    // logdir:DIR
  kRegistry,  // http://..., https://...
  kGit,       // git:DIR
  kKarapace,  // karapace:PATH
  kDump,      // dump:FILE
};

struct Location {
  LocationKind kind = LocationKind::kArchive;
  std::string text;  // As given, for messages.

  // kKafka
  std::string bootstrap_servers;  // "a:9092,b:9092"
  std::string topic;
  std::string config_file;  // Empty: none.
  bool role_shadow = false;

  // kArchive, kLogdir, kGit, kKarapace, kDump: the path. kRegistry: the URL.
  std::string path;
  std::optional<int64_t> generation;  // kArchive: from ?gen=N.
  bool skip_damaged = false;    // kLogdir: from ?damaged=skip.
  bool committed_only = false;  // kLogdir: from ?read=committed.
};

// Returns the location that `text` names. InvalidArgument, with a hint that
// shows the nearest form, if: the scheme is unknown or missing, a port is not
// 1..65535, a topic is missing or not a legal Kafka topic name, a directory is
// empty, a parameter is unknown, twice or malformed, or a user and password
// stand in the text (secrets come from files).
absl::StatusOr<Location> ParseLocation(absl::string_view text);

// "kafka://", "archive:" and so on, for messages.
absl::string_view SchemeOf(LocationKind kind);

}  // namespace sr

#endif  // CORE_LOCATION_LOCATION_H_
