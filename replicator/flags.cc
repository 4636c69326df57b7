#include "replicator/flags.h"

#include <gflags/gflags.h>

#include <cstdint>
#include <string>
#include <utility>

#include "core/base/log.h"
#include "core/base/status_macros.h"
#include "core/base/version.h"
#include "core/command/flag_values.h"

// Names here, help in the table below: gflags' own help lists its internals.
DEFINE_string(until, "never", "");
DEFINE_string(output, "text", "");
DEFINE_string(compression, "none", "");
DEFINE_string(shadow_policy, "delete", "");
DEFINE_int64(segment_bytes, int64_t{64} << 20, "");
DEFINE_int32(timeout_seconds, 10, "");
DEFINE_int32(give_up_seconds, 120, "");
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
    if (gflags::SetCommandLineOption(GflagsName(name).c_str(), value.c_str())
            .empty()) {
      std::string takes;
      for (const FlagSpec& flag : ReplicatorProgram().flags) {
        if (flag.name == name) takes = flag.value;
      }
      return BadFlagValue(name, value, takes);
    }
  }
  return absl::OkStatus();
}

}  // namespace

const ProgramSpec& ReplicatorProgram() {
  static const ProgramSpec* const program = new ProgramSpec{
      "schemas-replicator",
      kVersion,
      "Copies _schemas, the topic of a schema registry, record for record.",
      {{"mirror", "SOURCE TARGET...", 2, -1,
        "Keeps exact copies of a topic in archives and shadow topics.",
        {"until", "segment-bytes", "compression", "shadow-policy",
         "give-up-seconds"},
        "schemas-replicator mirror kafka://a:9092/_schemas archive:/mnt/b\n"
        "schemas-replicator mirror kafka://a:9092/_schemas archive:/mnt/b "
        "kafka://c:9092/_schemas_shadow\n"
        "schemas-replicator mirror 'kafka://a:9093/_schemas?config=client."
        "properties' archive:/mnt/b --until=end"}},
      {{"until", "never|end",
        "stop at the end the source has at the start; default never"},
       {"segment-bytes", "N",
        "archive: start a new segment after N bytes; default 67108864"},
       {"compression", "none|zstd", "archive: of record batches; default none"},
       {"shadow-policy", "delete|compact",
        "cleanup.policy of a shadow created by mirror; default delete, "
        "unlimited"},
       {"give-up-seconds", "N",
        "with --until=end: give up after N seconds of trouble; default 120"},
       {"timeout-seconds", "N",
        "how long to wait for a broker at the start; default 10"},
       {"output", "text|json|ndjson", "form of the result on stdout"},
       {"quiet", "", "no progress on stderr"},
       {"verbose", "", "more on stderr"}},
      {"timeout-seconds", "output", "quiet", "verbose"}};
  return *program;
}

absl::StatusOr<MirrorOptions> MirrorOptionsFrom(const CommandLine& line) {
  RETURN_IF_ERROR(SetFlags(line));
  MirrorOptions options;
  ASSIGN_OR_RETURN(options.source, ParseLocation(line.arguments.front()));
  for (size_t i = 1; i < line.arguments.size(); ++i) {
    ASSIGN_OR_RETURN(Location target, ParseLocation(line.arguments[i]));
    options.targets.push_back(std::move(target));
  }
  ASSIGN_OR_RETURN(const int until, OneOf("until", FLAGS_until,
                                          {"never", "end"}));
  options.until_end = until == 1;
  ASSIGN_OR_RETURN(const int codec, OneOf("compression", FLAGS_compression,
                                          {"none", "zstd"}));
  options.compression = codec == 1 ? Compression::kZstd : Compression::kNone;
  ASSIGN_OR_RETURN(const int policy,
                   OneOf("shadow-policy", FLAGS_shadow_policy,
                         {"delete", "compact"}));
  options.shadow_compact = policy == 1;
  ASSIGN_OR_RETURN(options.output, OutputFormatFrom(FLAGS_output));
  RETURN_IF_ERROR(AtLeast("segment-bytes", FLAGS_segment_bytes, 4096));
  options.segment_bytes_max = FLAGS_segment_bytes;
  RETURN_IF_ERROR(AtLeast("timeout-seconds", FLAGS_timeout_seconds, 1));
  options.copy.timeout = absl::Seconds(FLAGS_timeout_seconds);
  RETURN_IF_ERROR(AtLeast("give-up-seconds", FLAGS_give_up_seconds, 0));
  options.give_up_after = absl::Seconds(FLAGS_give_up_seconds);
  options.copy.client_overrides = line.properties;
  options.quiet = FLAGS_quiet;
  if (FLAGS_verbose) SetLogLevel(LogLevel::kDebug);
  return options;
}

}  // namespace sr
