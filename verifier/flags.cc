#include "verifier/flags.h"

#include <gflags/gflags.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "core/base/log.h"
#include "core/base/status_context.h"
#include "core/base/status_macros.h"
#include "core/base/version.h"
#include "core/command/flag_values.h"
#include "core/registry/registry_credentials.h"
#include "core/schemas/registry_model.h"

// Names here, help in the table below: gflags' own help lists its internals.
DEFINE_string(output, "text", "");
DEFINE_int32(timeout_seconds, 10, "");
DEFINE_string(levels, "", "");
DEFINE_string(product, "", "");
DEFINE_int32(settle_seconds, 10, "");
DEFINE_string(registry_config, "", "");
DEFINE_int32(registry_connections, 4, "");
DEFINE_double(max_requests_per_second, 0, "");
DEFINE_string(confirm, "60s", "");
DEFINE_string(full_every, "10m", "");
DEFINE_int64(from_offset, 0, "");
DEFINE_int64(to_offset, -1, "");
DEFINE_string(key_contains, "", "");
DEFINE_string(anchor, "", "");
DEFINE_string(slice, "", "");
DEFINE_bool(from_medium, false, "");
DEFINE_bool(skip_seals, false, "");
DEFINE_string(verified, "", "");
DEFINE_bool(all, false, "");
DEFINE_bool(raw, false, "");
DEFINE_bool(quiet, false, "");
DEFINE_bool(verbose, false, "");

namespace sr {
namespace {

// gflags' names have underscores.
std::string GflagsName(std::string name) {
  for (char& c : name) {
    if (c == '-') c = '_';
  }
  return name;
}

absl::Status SetFlags(const CommandLine& line) {
  for (const auto& [name, value] : line.flags) {
    if (!gflags::SetCommandLineOption(GflagsName(name).c_str(), value.c_str())
             .empty()) {
      continue;
    }
    std::string takes;
    for (const FlagSpec& flag : VerifierProgram().flags) {
      if (flag.name == name) takes = flag.value;
    }
    return BadFlagValue(name, value, takes);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> LevelsFrom(const std::string& text) {
  std::vector<std::string> levels =
      absl::StrSplit(text, ',', absl::SkipEmpty());
  for (const std::string& level : levels) {
    if (level != "storage" && level != "record" && level != "replay" &&
        level != "schema" && level != "topic") {
      return BadFlagValue("levels", text,
                          "storage, record, replay, schema, topic");
    }
  }
  return levels;
}

bool HasRegistry(const std::vector<Location>& copies) {
  return std::any_of(copies.begin(), copies.end(), [](const Location& copy) {
    return copy.kind == LocationKind::kRegistry;
  });
}

absl::Status SetRegistryOptions(const VerifierOptions& all,
                                RegistryOptions* options) {
  if (HasRegistry(all.copies)) {
    ASSIGN_OR_RETURN(options->credentials,
                     LoadRegistryCredentials(FLAGS_registry_config,
                                             all.copy.file_system));
  }
  if (FLAGS_registry_connections < 1 || FLAGS_registry_connections > 16) {
    return BadFlagValue("registry-connections",
                        absl::StrCat(FLAGS_registry_connections), "1 to 16");
  }
  options->connections = FLAGS_registry_connections;
  if (!(FLAGS_max_requests_per_second >= 0)) {
    return BadFlagValue("max-requests-per-second",
                        absl::StrCat(FLAGS_max_requests_per_second),
                        "0 or more");
  }
  options->requests_per_second_max = FLAGS_max_requests_per_second;
  if (!absl::ParseDuration(FLAGS_confirm, &options->confirm) ||
      options->confirm < absl::ZeroDuration() ||
      options->confirm > absl::Hours(24)) {
    return BadFlagValue("confirm", FLAGS_confirm, "60s, 5m or 0s");
  }
  return absl::OkStatus();
}

absl::Status SetFullEvery(VerifierOptions* options) {
  if (!absl::ParseDuration(FLAGS_full_every, &options->full_every) ||
      options->full_every < absl::Seconds(1) ||
      options->full_every > absl::Hours(24 * 7)) {
    return BadFlagValue("full-every", FLAGS_full_every, "10m, 1h or 30s");
  }
  return absl::OkStatus();
}

// "2/7": part 1 of 7, counted from 0.
absl::Status SetSlice(const std::string& text, ArchiveCheck* check) {
  const std::pair<std::string, std::string> halves =
      absl::StrSplit(text, absl::MaxSplits('/', 1));
  int64_t part = 0;
  if (!absl::SimpleAtoi(halves.first, &part) ||
      !absl::SimpleAtoi(halves.second, &check->slices) || part < 1 ||
      check->slices < part || check->slices > 1000000) {
    return BadFlagValue("slice", text, "1/7, the first of seven parts");
  }
  check->slice = part - 1;
  return absl::OkStatus();
}

absl::Status SetArchiveCheck(const CommandLine& line,
                             const std::vector<Location>& copies,
                             ArchiveCheck* check) {
  if (!FLAGS_anchor.empty()) {
    absl::StatusOr<std::vector<ChainAnchor>> anchors =
        ParseChainAnchors(FLAGS_anchor);
    if (!anchors.ok()) {
      return BadFlagValue("anchor", FLAGS_anchor,
                          "OFFSET:DIGEST, as describe prints the chain");
    }
    check->anchors = *std::move(anchors);
  }
  if (!FLAGS_slice.empty()) RETURN_IF_ERROR(SetSlice(FLAGS_slice, check));
  check->from_medium = FLAGS_from_medium;
  check->holds_seals = !FLAGS_skip_seals;
  check->seals_in_second_thread = true;
  if (check->slices > 1 && !check->anchors.empty()) {
    return WithHint(absl::InvalidArgumentError(
                        "--anchor and --slice exclude each other"),
                    "an anchor is held against the records up to it: check the "
                    "whole archive");
  }
  for (const auto& [name, value] : line.flags) {
    if (name != "anchor" && name != "slice" && name != "from-medium" &&
        name != "skip-seals") {
      continue;
    }
    for (const Location& copy : copies) {
      if (copy.kind == LocationKind::kArchive) continue;
      return WithHint(absl::InvalidArgumentError(absl::StrCat(
                          "--", name, " is for archives, not for ", copy.text)),
                      "check the other copies in a run of their own");
    }
  }
  return absl::OkStatus();
}

// "" for no choice.
absl::StatusOr<ProductChoice> ProductFrom(const std::string& text) {
  if (text.empty()) return ProductChoice();
  const std::optional<ProductChoice> choice = ParseProductChoice(text);
  if (choice.has_value()) return *choice;
  return BadFlagValue("product", text,
                      "confluent-X.Y, karapace-5, karapace or redpanda");
}

}  // namespace

const ProgramSpec& VerifierProgram() {
  static const ProgramSpec* const program = new ProgramSpec{
      "schemas-verifier",
      kVersion,
      "Proves that copies of _schemas, the topic of a schema registry, are "
      "intact and the same.",
      {{"check", "COPY...", 1, -1,
        "Reads each copy through and names all damage, and what a registry will "
        "do with it.",
        {"levels", "product", "anchor", "slice", "from-medium", "skip-seals",
         "verified", "all"},
        "schemas-verifier check archive:/mnt/b\n"
        "schemas-verifier check kafka://a:9092/_schemas --output=json\n"
        "schemas-verifier check kafka://a:9092/_schemas "
        "--product=confluent-7.6\n"
        "schemas-verifier check archive:/mnt/b --slice=2/7 --from-medium"},
       {"compare", "COPY COPY...", 2, -1,
        "Holds copies against the first one, record by record, and registries "
        "against all of them.",
        {"settle-seconds", "confirm", "registry-config",
         "registry-connections", "max-requests-per-second", "all"},
        "schemas-verifier compare kafka://a:9092/_schemas archive:/mnt/b\n"
        "schemas-verifier compare kafka://a:9092/_schemas archive:/mnt/b "
        "kafka://c:9092/_schemas_shadow\n"
        "schemas-verifier compare kafka://a:9092/_schemas http://sr:8081"},
       {"preflight", "TOPIC REGISTRY", 2, 2,
        "Says what a restart or upgrade of the registry would do: what starts, "
        "what is lost, and what to do first.",
        {"product", "confirm", "registry-config", "registry-connections",
         "max-requests-per-second", "all"},
        "schemas-verifier preflight kafka://a:9092/_schemas http://sr:8081\n"
        "schemas-verifier preflight kafka://a:9092/_schemas http://sr:8081 "
        "--product=confluent-8.1"},
       {"watch", "COPY... REGISTRY...", 1, -1,
        "Follows copies and registries for ever, and says what goes wrong and "
        "when it is right again.",
        {"product", "full-every", "confirm", "registry-config",
         "registry-connections", "max-requests-per-second", "all"},
        "schemas-verifier watch kafka://a:9092/_schemas archive:/mnt/b "
        "http://sr:8081\n"
        "schemas-verifier watch kafka://a:9092/_schemas http://sr:8081 "
        "--max-requests-per-second=5 --output=ndjson"},
       {"describe", "COPY...", 1, -1,
        "Says what is in a copy and whose history it is.",
        {"product", "verified"},
        "schemas-verifier describe archive:/mnt/b"},
       {"show", "COPY", 1, 1,
        "Prints the records of a copy.",
        {"from-offset", "to-offset", "key-contains", "raw"},
        "schemas-verifier show archive:/mnt/b --key-contains=orders-value\n"
        "schemas-verifier show kafka://a:9092/_schemas --from-offset=100 "
        "--raw --output=ndjson"}},
      {{"levels", "LEVEL,...",
        "storage, record, replay, schema, topic; default all. storage is always "
        "run"},
       {"product", "NAME",
        "the registry that reads the topic: confluent-X.Y, karapace-5, "
        "karapace, redpanda; default by what wrote it"},
       {"anchor", "OFFSET:DIGEST,...",
        "chain digests noted down earlier that the archive must have: finds an "
        "archive that was put back in an older state"},
       {"slice", "N/T",
        "read part N of T of an archive's segments, and the commits of all"},
       {"from-medium", "",
        "read an archive from the disk, not from the system's memory"},
       {"skip-seals", "",
        "do not compute the SHA-256 of an archive's sealed segments; their "
        "records are held against the chain all the same"},
       {"verified", "FILE",
        "check notes there when it found each segment of an archive whole; "
        "describe says it"},
       {"all", "", "every finding, not the first three of each code"},
       {"settle-seconds", "N",
        "wait N seconds for a copy that is behind; default 10"},
       {"confirm", "DURATION",
        "how long a registry's answer has to differ before it is a finding; "
        "default 60s"},
       {"full-every", "DURATION",
        "how often all is read and compared again; default 10m"},
       {"registry-config", "FILE",
        "basic.auth.user.info, bearer.auth.token and ssl.* for registries; "
        "default from SCHEMA_REGISTRY_BASIC_AUTH_USER_INFO or "
        "SCHEMA_REGISTRY_BEARER_AUTH_TOKEN"},
       {"registry-connections", "N",
        "connections to a registry, 1 to 16; default 4"},
       {"max-requests-per-second", "N",
        "requests to a registry; default 0, as many as it answers"},
       {"from-offset", "N", "first offset to show; default the first there is"},
       {"to-offset", "N", "last offset to show; default the last there is"},
       {"key-contains", "TEXT", "show only records whose key has these bytes"},
       {"raw", "", "keys, values and headers in base64"},
       {"timeout-seconds", "N", "how long to wait for a broker; default 10"},
       {"output", "text|json|ndjson", "form of the result on stdout"},
       {"quiet", "", "no progress on stderr"},
       {"verbose", "", "more on stderr"}},
      {"timeout-seconds", "output", "quiet", "verbose"}};
  return *program;
}

absl::StatusOr<VerifierOptions> VerifierOptionsFrom(const CommandLine& line) {
  RETURN_IF_ERROR(SetFlags(line));
  VerifierOptions options;
  for (const std::string& argument : line.arguments) {
    ASSIGN_OR_RETURN(Location location, ParseLocation(argument));
    options.copies.push_back(std::move(location));
  }
  options.copy.client_overrides = line.properties;
  RETURN_IF_ERROR(AtLeast("timeout-seconds", FLAGS_timeout_seconds, 1));
  options.copy.timeout = absl::Seconds(FLAGS_timeout_seconds);
  ASSIGN_OR_RETURN(options.output, OutputFormatFrom(FLAGS_output));
  // Events are for programs, unless a person says otherwise.
  const bool says_output = std::any_of(
      line.flags.begin(), line.flags.end(),
      [](const auto& flag) { return flag.first == "output"; });
  if (line.command->name == "watch" && !says_output) {
    options.output = OutputFormat::kNdjson;
  }
  ASSIGN_OR_RETURN(options.levels, LevelsFrom(FLAGS_levels));
  RETURN_IF_ERROR(SetArchiveCheck(line, options.copies, &options.archive));
  options.verified_path = FLAGS_verified;
  ASSIGN_OR_RETURN(options.product, ProductFrom(FLAGS_product));
  RETURN_IF_ERROR(AtLeast("settle-seconds", FLAGS_settle_seconds, 0));
  options.settle = absl::Seconds(FLAGS_settle_seconds);
  RETURN_IF_ERROR(SetRegistryOptions(options, &options.registry));
  RETURN_IF_ERROR(SetFullEvery(&options));
  RETURN_IF_ERROR(AtLeast("from-offset", FLAGS_from_offset, 0));
  options.from_offset = FLAGS_from_offset;
  RETURN_IF_ERROR(AtLeast("to-offset", FLAGS_to_offset, -1));
  if (FLAGS_to_offset >= 0) options.to_offset = FLAGS_to_offset;
  options.key_contains = FLAGS_key_contains;
  options.raw = FLAGS_raw;
  options.all = FLAGS_all;
  options.quiet = FLAGS_quiet;
  if (FLAGS_verbose) SetLogLevel(LogLevel::kDebug);
  return options;
}

}  // namespace sr
