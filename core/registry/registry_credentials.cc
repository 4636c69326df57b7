#include "core/registry/registry_credentials.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "core/base/status_context.h"
#include "core/base/status_macros.h"
#include "core/base/text.h"

namespace sr {
namespace {

constexpr char kUserInfo[] = "basic.auth.user.info";
constexpr char kToken[] = "bearer.auth.token";

absl::Status SetUserInfo(const std::string& user_info,
                         HttpCredentials* credentials) {
  const size_t colon = user_info.find(':');
  if (colon == std::string::npos || colon == 0) {
    return absl::InvalidArgumentError(
        absl::StrCat(kUserInfo, " is not USER:PASSWORD"));
  }
  credentials->user = user_info.substr(0, colon);
  credentials->password = user_info.substr(colon + 1);
  return absl::OkStatus();
}

absl::Status Set(const std::string& name, const std::string& value,
                 HttpCredentials* credentials) {
  if (name == kUserInfo) return SetUserInfo(value, credentials);
  const std::map<std::string, std::string*> places = {
      {kToken, &credentials->bearer_token},
      {"ssl.ca.location", &credentials->ca_file},
      {"ssl.certificate.location", &credentials->certificate_file},
      {"ssl.key.location", &credentials->key_file},
      {"ssl.key.password", &credentials->key_password}};
  const auto place = places.find(name);
  if (place == places.end()) {
    // What is no name may be a secret.
    const bool is_name =
        name.size() <= 40 &&
        std::all_of(name.begin(), name.end(), [](unsigned char c) {
          return absl::ascii_islower(c) || c == '.';
        });
    return WithHint(
        absl::InvalidArgumentError(
            absl::StrCat("no property of a registry's client",
                         is_name ? ": " : "", is_name ? name : "")),
        "basic.auth.user.info, bearer.auth.token, ssl.ca.location, "
        "ssl.certificate.location, ssl.key.location, ssl.key.password");
  }
  *place->second = value;
  return absl::OkStatus();
}

absl::Status ReadLines(const std::string& text, HttpCredentials* credentials) {
  int number = 0;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    ++number;
    const absl::string_view stripped = absl::StripAsciiWhitespace(line);
    if (stripped.empty() || stripped[0] == '#') continue;
    const std::pair<absl::string_view, absl::string_view> parts =
        absl::StrSplit(stripped, absl::MaxSplits('=', 1));
    if (stripped.find('=') == absl::string_view::npos) {
      return absl::InvalidArgumentError(
          absl::StrCat("line ", number, " is not key=value"));
    }
    absl::string_view name = absl::StripAsciiWhitespace(parts.first);
    (void)absl::ConsumePrefix(&name, "schema.registry.");
    RETURN_IF_ERROR(
        Annotate(Set(EscapeForTerminal(name),
                     std::string(absl::StripAsciiWhitespace(parts.second)),
                     credentials),
                 absl::StrCat("line ", number)));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<HttpCredentials> LoadRegistryCredentials(
    const std::string& file, FileSystem* file_system) {
  HttpCredentials credentials;
  if (!file.empty()) {
    ASSIGN_OR_RETURN(const std::string text, ReadWholeFile(file_system, file, int64_t{1} << 20));
    RETURN_IF_ERROR(Annotate(ReadLines(text, &credentials), file));
  }
  const bool has_any =
      !credentials.user.empty() || !credentials.bearer_token.empty();
  if (has_any) return credentials;
  if (const char* token = std::getenv("SCHEMA_REGISTRY_BEARER_AUTH_TOKEN")) {
    credentials.bearer_token = token;
  } else if (const char* user_info =
                 std::getenv("SCHEMA_REGISTRY_BASIC_AUTH_USER_INFO")) {
    RETURN_IF_ERROR(Annotate(SetUserInfo(user_info, &credentials),
                             "SCHEMA_REGISTRY_BASIC_AUTH_USER_INFO"));
  }
  return credentials;
}

}  // namespace sr
