// Any text as a location: refused with a reason and a hint, or a place that
// keeps the promises of location.h.
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "core/base/check.h"
#include "core/base/status_context.h"
#include "core/location/location.h"

namespace sr {
namespace {

// Topic.java: 1 to 249 of these, and neither "." nor "..".
bool IsLegalTopic(absl::string_view topic) {
  if (topic.empty() || topic.size() > 249 || topic == "." || topic == "..") {
    return false;
  }
  for (const char c : topic) {
    const auto byte = static_cast<unsigned char>(c);
    if (!absl::ascii_isalnum(byte) && c != '.' && c != '_' && c != '-') {
      return false;
    }
  }
  return true;
}

// RFC 3986: what stands between "://" and the path, query or fragment.
absl::string_view AuthorityOf(absl::string_view url) {
  const size_t colon = url.find("://");
  SR_CHECK(colon != absl::string_view::npos);
  const absl::string_view rest = url.substr(colon + 3);
  return rest.substr(0, rest.find_first_of("/?#"));
}

void CheckLocation(absl::string_view text) {
  const absl::StatusOr<Location> location = ParseLocation(text);
  if (!location.ok()) {
    SR_CHECK(absl::IsInvalidArgument(location.status()));
    SR_CHECK(!location.status().message().empty());
    SR_CHECK(!HintOf(location.status()).empty());
    return;
  }
  SR_CHECK(location->text == text);
  if (location->kind == LocationKind::kKafka) {
    SR_CHECK(IsLegalTopic(location->topic));
    SR_CHECK(!location->bootstrap_servers.empty());
    SR_CHECK(!absl::StrContains(location->bootstrap_servers, '@'));
  } else {
    SR_CHECK(!location->path.empty());
    SR_CHECK(location->topic.empty());
  }
  if (location->kind == LocationKind::kRegistry) {
    SR_CHECK(!absl::StrContains(AuthorityOf(location->path), '@'));
  } else {
    SR_CHECK(absl::StartsWithIgnoreCase(text, SchemeOf(location->kind)));
  }
  if (location->generation.has_value()) SR_CHECK(*location->generation >= 1);
}

}  // namespace
}  // namespace sr

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  sr::CheckLocation(
      absl::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
