#include "core/location/location_parts.h"

#include <algorithm>
#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "core/base/text.h"

namespace sr {
namespace {

// Topic.java, MAX_NAME_LENGTH.
constexpr size_t kTopicNameBytesMax = 249;

}  // namespace

bool HoldsUser(absl::string_view authority_and_rest) {
  return absl::StrContains(
      authority_and_rest.substr(0, authority_and_rest.find_first_of("/?#")),
      '@');
}

bool IsPort(absl::string_view text) {
  int32_t port = 0;
  // SimpleAtoi takes signs and blanks.
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), absl::ascii_isdigit) &&
         absl::SimpleAtoi(text, &port) && port >= 1 && port <= 65535;
}

bool IsHost(absl::string_view host) {
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    const absl::string_view address = host.substr(1, host.size() - 2);
    // Behind a '%' stands the name of an interface.
    const absl::string_view digits = address.substr(0, address.find('%'));
    return absl::StrContains(digits, ':') &&
           std::all_of(address.begin(), address.end(),
                       [](unsigned char c) {
                         return absl::ascii_isalnum(c) || c == ':' ||
                                c == '.' || c == '%';
                       }) &&
           std::all_of(digits.begin(), digits.end(), [](unsigned char c) {
             return absl::ascii_isxdigit(c) || c == ':' || c == '.';
           });
  }
  return !host.empty() &&
         std::all_of(host.begin(), host.end(), [](unsigned char c) {
           return absl::ascii_isalnum(c) || c == '.' || c == '-' || c == '_';
         });
}

HostPort SplitHostPort(absl::string_view text) {
  const size_t bracket = text.rfind(']');
  const size_t colon = text.rfind(':');
  const bool has_port = colon != absl::string_view::npos &&
                        (bracket == absl::string_view::npos || colon > bracket);
  if (!has_port) return HostPort{text, absl::string_view(), false};
  return HostPort{text.substr(0, colon), text.substr(colon + 1), true};
}

bool IsTopicName(absl::string_view topic) {
  return !topic.empty() && topic.size() <= kTopicNameBytesMax && topic != "." &&
         topic != ".." &&
         std::all_of(topic.begin(), topic.end(), [](unsigned char c) {
           return absl::ascii_isalnum(c) || c == '.' || c == '_' || c == '-';
         });
}

absl::StatusOr<std::string> PercentDecode(absl::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out.push_back(text[i]);
      continue;
    }
    absl::StatusOr<std::string> byte = FromHex(text.substr(i + 1, 2));
    if (!byte.ok() || byte->size() != 1) {
      return absl::InvalidArgumentError(
          "'%' must be followed by two hex digits; '%' itself is %25");
    }
    out.append(*byte);
    i += 2;
  }
  return out;
}

}  // namespace sr
