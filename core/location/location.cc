#include "core/location/location.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "core/base/status_context.h"
#include "core/base/status_macros.h"
#include "core/base/text.h"
#include "core/location/location_parts.h"
#include "core/location/suggestion.h"

namespace sr {
namespace {

constexpr char kKafkaForm[] =
    "kafka://HOST:PORT[,HOST:PORT]/TOPIC[?config=FILE][&role=shadow]";

struct Scheme {
  LocationKind kind;
  absl::string_view prefix;
  absl::string_view form;
};

// The registry's second prefix, https, is handled where it differs.
constexpr std::array<Scheme, 8> kSchemes = {{
    {LocationKind::kKafka, "kafka://", kKafkaForm},
    {LocationKind::kArchive, "archive:", "archive:DIR[?gen=N]"},
    {LocationKind::kLogdir, "logdir:", "logdir:DIR[?damaged=skip][&read=committed]"},
    {LocationKind::kRegistry, "http://", "http://HOST[:PORT][/PATH]"},
    {LocationKind::kRegistry, "https://", "https://HOST[:PORT][/PATH]"},
    {LocationKind::kGit, "git:", "git:DIR"},
    {LocationKind::kKarapace, "karapace:", "karapace:PATH"},
    {LocationKind::kDump, "dump:", "dump:FILE"},
}};

// Parameters are not repeated: some put secrets there, and messages end up in
// logs.
absl::Status Refuse(absl::string_view text, absl::string_view reason,
                    absl::string_view hint) {
  const size_t question = text.find('?');
  return WithHint(
      absl::InvalidArgumentError(absl::StrCat(
          "location '", EscapeForTerminal(text.substr(0, question)),
          question == absl::string_view::npos ? "" : "?...", "': ", reason)),
      hint);
}

absl::Status RefuseForm(absl::string_view text, absl::string_view reason,
                        absl::string_view form) {
  return Refuse(text, reason, absl::StrCat("the form is ", form));
}

// The text is not repeated: it holds a secret and messages end up in logs.
absl::Status RefuseSecret() {
  return WithHint(
      absl::InvalidArgumentError(
          "a location must not hold a user or password (USER@ or "
          "USER:PASSWORD@)"),
      "command lines can be read by every user of the machine; give secrets "
      "in a file or in the environment");
}

absl::Status RefuseUnknownScheme(absl::string_view text) {
  const std::string suggestion =
      SuggestLocation(text.substr(0, text.find('?')));
  std::vector<absl::string_view> prefixes;
  for (const Scheme& scheme : kSchemes) prefixes.push_back(scheme.prefix);
  return Refuse(
      text, "no known kind of location",
      suggestion.empty()
          ? absl::StrCat("a location starts with one of ",
                         absl::StrJoin(prefixes, " "))
          : absl::StrCat("did you mean ", EscapeForTerminal(suggestion), " ?"));
}

using Parameters = std::vector<std::pair<std::string, std::string>>;

// Splits "a=1&b=2". Every name may come once and must be one of `known`.
absl::StatusOr<Parameters> ParseParameters(
    absl::string_view text, absl::string_view query,
    const std::vector<absl::string_view>& known, absl::string_view form) {
  Parameters parameters;
  for (const absl::string_view parameter : absl::StrSplit(query, '&')) {
    const std::pair<absl::string_view, absl::string_view> parts =
        absl::StrSplit(parameter, absl::MaxSplits('=', 1));
    const std::string name(parts.first);
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      return RefuseForm(
          text,
          absl::StrCat("unknown parameter '", EscapeForTerminal(name), "'"),
          form);
    }
    for (const auto& earlier : parameters) {
      if (earlier.first == name) {
        return RefuseForm(
            text, absl::StrCat("parameter '", name, "' is given twice"), form);
      }
    }
    absl::StatusOr<std::string> value = PercentDecode(parts.second);
    if (!value.ok() || value->empty()) {
      return RefuseForm(
          text,
          absl::StrCat("parameter '", name, "' ",
                       value.ok() ? "has no value" : value.status().message()),
          form);
    }
    parameters.emplace_back(name, *std::move(value));
  }
  return parameters;
}

absl::Status ParseServers(absl::string_view text, absl::string_view servers) {
  for (const absl::string_view server : absl::StrSplit(servers, ',')) {
    const HostPort host_port = SplitHostPort(server);
    if (!IsHost(host_port.host)) {
      return RefuseForm(text,
                        absl::StrCat("'", EscapeForTerminal(host_port.host),
                                     "' is no host name or address"),
                        kKafkaForm);
    }
    if (!host_port.has_port) {
      return RefuseForm(text,
                        absl::StrCat("no port after host '", host_port.host,
                                     "' (Kafka's usual one is 9092)"),
                        kKafkaForm);
    }
    if (!IsPort(host_port.port)) {
      return RefuseForm(
          text,
          absl::StrCat("port '", EscapeForTerminal(host_port.port),
                       "' is not a number from 1 to 65535"),
          kKafkaForm);
    }
  }
  return absl::OkStatus();
}

absl::Status ParseKafka(absl::string_view body, absl::string_view query,
                        bool has_query, Location* location) {
  const absl::string_view text = location->text;
  if (HoldsUser(body)) return RefuseSecret();
  const size_t slash = body.find('/');
  const absl::string_view servers = body.substr(0, slash);
  RETURN_IF_ERROR(ParseServers(text, servers));
  const absl::string_view topic = slash == absl::string_view::npos
                                      ? absl::string_view()
                                      : body.substr(slash + 1);
  if (topic.empty()) {
    return Refuse(
        text, "no topic",
        absl::StrCat("did you mean kafka://", servers, "/_schemas ?"));
  }
  if (!IsTopicName(topic)) {
    return RefuseForm(
        text,
        absl::StrCat("'", EscapeForTerminal(topic),
                     "' is no topic name: 1 to 249 of a-z A-Z 0-9 . _ -"),
        kKafkaForm);
  }
  location->bootstrap_servers = std::string(servers);
  location->topic = std::string(topic);
  if (!has_query) return absl::OkStatus();
  ASSIGN_OR_RETURN(
      const Parameters parameters,
      ParseParameters(text, query, {"config", "role"}, kKafkaForm));
  for (const auto& parameter : parameters) {
    if (parameter.first == "config") {
      location->config_file = parameter.second;
    } else if (parameter.second == "shadow") {
      location->role_shadow = true;
    } else {
      return RefuseForm(text, "parameter 'role' can only be 'shadow'",
                        kKafkaForm);
    }
  }
  return absl::OkStatus();
}

// Each of them has one value, and that it is given says it.
absl::Status ParseLogdirParameter(const Scheme& scheme, absl::string_view name,
                                  absl::string_view value, Location* location) {
  const bool damaged = name == "damaged";
  const absl::string_view only = damaged ? "skip" : "committed";
  if (value != only) {
    return RefuseForm(
        location->text,
        absl::StrCat("parameter '", name, "' can only be '", only, "'"),
        scheme.form);
  }
  (damaged ? location->skip_damaged : location->committed_only) = true;
  return absl::OkStatus();
}

absl::Status ParsePath(const Scheme& scheme, absl::string_view body,
                       absl::string_view query, bool has_query,
                       Location* location) {
  const absl::string_view text = location->text;
  if (body.empty()) {
    return RefuseForm(text, "no path after the colon", scheme.form);
  }
  if (absl::StrContains(body, '\0')) {
    return RefuseForm(text, "a path cannot hold a NUL byte", scheme.form);
  }
  location->path = std::string(body);
  if (!has_query) return absl::OkStatus();
  std::vector<absl::string_view> known;
  if (scheme.kind == LocationKind::kArchive) known = {"gen"};
  if (scheme.kind == LocationKind::kLogdir) known = {"damaged", "read"};
  ASSIGN_OR_RETURN(const Parameters parameters,
                   ParseParameters(text, query, known, scheme.form));
  for (const auto& parameter : parameters) {
    if (scheme.kind == LocationKind::kLogdir) {
      RETURN_IF_ERROR(ParseLogdirParameter(scheme, parameter.first,
                                           parameter.second, location));
      continue;
    }
    int64_t generation = 0;
    const std::string& digits = parameter.second;
    if (!std::all_of(digits.begin(), digits.end(), absl::ascii_isdigit) ||
        !absl::SimpleAtoi(digits, &generation) || generation < 1) {
      return RefuseForm(text, "parameter 'gen' must be a number from 1",
                        scheme.form);
    }
    location->generation = generation;
  }
  return absl::OkStatus();
}

absl::Status ParseRegistry(const Scheme& scheme, absl::string_view body,
                           bool has_query, Location* location) {
  const absl::string_view text = location->text;
  if (HoldsUser(body)) return RefuseSecret();
  const HostPort host_port = SplitHostPort(body.substr(0, body.find('/')));
  if (!IsHost(host_port.host)) {
    return RefuseForm(text,
                      absl::StrCat("'", EscapeForTerminal(host_port.host),
                                   "' is no host name or address"),
                      scheme.form);
  }
  if (host_port.has_port && !IsPort(host_port.port)) {
    return RefuseForm(text,
                      absl::StrCat("port '", EscapeForTerminal(host_port.port),
                                   "' is not a number from 1 to 65535"),
                      scheme.form);
  }
  const auto is_graph = [](unsigned char c) { return absl::ascii_isgraph(c); };
  if (has_query || absl::StrContains(body, '#') ||
      !std::all_of(body.begin(), body.end(), is_graph)) {
    return RefuseForm(text,
                      "a registry takes no parameters, blanks or fragments",
                      scheme.form);
  }
  while (absl::ConsumeSuffix(&body, "/")) {
  }
  location->path = absl::StrCat(scheme.prefix, body);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Location> ParseLocation(absl::string_view text) {
  const auto scheme = std::find_if(
      kSchemes.begin(), kSchemes.end(), [&](const Scheme& candidate) {
        return absl::StartsWith(text, candidate.prefix);
      });
  if (scheme == kSchemes.end()) {
    // Whatever comes before an @ may be a password in an unknown form.
    const size_t slashes = text.find("//");
    const size_t begin = slashes == absl::string_view::npos ? 0 : slashes + 2;
    if (HoldsUser(text.substr(begin))) return RefuseSecret();
    return RefuseUnknownScheme(text);
  }
  Location location;
  location.kind = scheme->kind;
  location.text = std::string(text);
  absl::string_view body = text.substr(scheme->prefix.size());
  const size_t question = body.find('?');
  const bool has_query = question != absl::string_view::npos;
  const absl::string_view query =
      has_query ? body.substr(question + 1) : absl::string_view();
  body = body.substr(0, question);
  switch (scheme->kind) {
    case LocationKind::kKafka:
      RETURN_IF_ERROR(ParseKafka(body, query, has_query, &location));
      break;
    case LocationKind::kRegistry:
      RETURN_IF_ERROR(ParseRegistry(*scheme, body, has_query, &location));
      break;
    default:
      RETURN_IF_ERROR(ParsePath(*scheme, body, query, has_query, &location));
  }
  return location;
}

absl::string_view SchemeOf(LocationKind kind) {
  for (const Scheme& scheme : kSchemes) {
    if (scheme.kind == kind) return scheme.prefix;
  }
  return "";
}

}  // namespace sr
