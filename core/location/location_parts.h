// The parts that locations are made of, each judged alone.
#ifndef CORE_LOCATION_LOCATION_PARTS_H_
#define CORE_LOCATION_LOCATION_PARTS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace sr {

// Whether "user@" or "user:password@" stands before the first slash of what
// follows a scheme.
bool HoldsUser(absl::string_view authority_and_rest);

// A number from 1 to 65535, digits only.
bool IsPort(absl::string_view text);

// A host name, an IPv4 address, or an IPv6 address in brackets.
bool IsHost(absl::string_view host);

// Whether Kafka takes `topic` as a name (Topic.java, validate).
bool IsTopicName(absl::string_view topic);

struct HostPort {
  absl::string_view host;
  absl::string_view port;
  bool has_port = false;  // Whether there is a colon, even with nothing behind.
};

// Splits "host:port" at the colon before the port; IPv6 stands in brackets.
HostPort SplitHostPort(absl::string_view text);

// "%2F" becomes "/". InvalidArgument if two hex digits do not follow a '%'.
absl::StatusOr<std::string> PercentDecode(absl::string_view text);

}  // namespace sr

#endif  // CORE_LOCATION_LOCATION_PARTS_H_
