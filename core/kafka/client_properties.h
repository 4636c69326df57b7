// What a Kafka client needs to know to reach a cluster: bootstrap servers and
// librdkafka properties, from a file, from -X and from nowhere else.
//
// Secrets come from files; a property that would switch one of this tool's
// promises off (CRC check, offset reset, idempotence, acks, isolation) is
// refused wherever it comes from.
#ifndef CORE_KAFKA_CLIENT_PROPERTIES_H_
#define CORE_KAFKA_CLIENT_PROPERTIES_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace sr {

// A value; copyable. An empty one (default constructed) reaches nothing.
class ClientProperties {
 public:
  using Entry = std::pair<std::string, std::string>;

  ClientProperties() = default;

  // Returns the properties of a client: those of `config_file` (empty: none),
  // then `overrides` (-X key=value, in order), which win.
  //
  // The file holds `key=value` lines, # and ! comments, LF or CRLF; Java's and
  // librdkafka's spelling of keys is taken. If any key begins with
  // "kafkastore." it is taken for a registry's own schema-registry.properties:
  // those keys are mapped, all others ignored, and kafkastore.bootstrap.servers
  // counts only if `bootstrap_servers` is empty.
  //
  // Errors, with a hint: NotFound, PermissionDenied (the file);
  // InvalidArgument (no bootstrap servers, malformed line, unknown property, a
  // value librdkafka refuses, a secret in `overrides`, a property that would
  // switch a promise off, a key store that is not PEM). Messages name the
  // property and never quote a secret's value.
  static absl::StatusOr<ClientProperties> Load(
      const std::string& bootstrap_servers, const std::string& config_file,
      const std::vector<Entry>& overrides);

  const std::string& bootstrap_servers() const { return bootstrap_servers_; }

  // librdkafka properties, without bootstrap.servers. May hold secrets: for
  // rd_kafka_conf_set, never for a log.
  const std::vector<Entry>& entries() const { return entries_; }

  // Returns the value of `key`, empty if it is not set.
  std::string Get(absl::string_view key) const;

 private:
  std::string bootstrap_servers_;
  std::vector<Entry> entries_;
};

}  // namespace sr

#endif  // CORE_KAFKA_CLIENT_PROPERTIES_H_
