#include "replicator/flags.h"

#include <gflags/gflags.h>

#include <cstdint>
#include <string>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "core/base/log.h"
#include "core/base/status_macros.h"
#include "core/base/version.h"
#include "core/command/flag_values.h"
#include "core/registry/registry_credentials.h"

// Names here, help in the table below: gflags' own help lists its internals.
DEFINE_string(until, "never", "");
DEFINE_string(output, "text", "");
DEFINE_string(compression, "none", "");
DEFINE_string(shadow_policy, "delete", "");
DEFINE_int64(segment_bytes, int64_t{64} << 20, "");
DEFINE_int64(segment_ms, 604800000, "");
DEFINE_bool(archive_must_exist, false, "");
DEFINE_bool(accept_new_source, false, "");
DEFINE_int32(timeout_seconds, 10, "");
DEFINE_int32(give_up_seconds, 120, "");
DEFINE_int64(to_offset, -1, "");
DEFINE_int64(before_event, -1, "");
DEFINE_string(to_time, "", "");
DEFINE_bool(execute, false, "");
DEFINE_bool(rehearse, false, "");
DEFINE_string(product, "", "");
DEFINE_string(from, "", "");
DEFINE_string(base, "", "");
DEFINE_string(quarantine, "", "");
DEFINE_string(registry, "", "");
DEFINE_string(registry_config, "", "");
DEFINE_int32(registry_connections, 4, "");
DEFINE_double(max_requests_per_second, 0, "");
DEFINE_string(registry_group, "schema-registry", "");
DEFINE_bool(registry_is_elsewhere, false, "");
DEFINE_string(redpanda, "", "");
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

// How an archive is written, into the options of a command that writes one.
template <typename Options>
absl::Status ReadArchiveFlags(Options* options) {
  ASSIGN_OR_RETURN(const int codec, OneOf("compression", FLAGS_compression,
                                          {"none", "zstd"}));
  options->compression = codec == 1 ? Compression::kZstd : Compression::kNone;
  RETURN_IF_ERROR(AtLeast("segment-bytes", FLAGS_segment_bytes, 4096));
  options->segment_bytes_max = FLAGS_segment_bytes;
  // A second at least: a segment costs a file or two and some syncs.
  RETURN_IF_ERROR(AtLeast("segment-ms", FLAGS_segment_ms, 1000));
  options->segment_age_max = absl::Milliseconds(FLAGS_segment_ms);
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
        {"until", "segment-bytes", "segment-ms", "compression", "shadow-policy",
         "archive-must-exist", "accept-new-source", "give-up-seconds"},
        "schemas-replicator mirror kafka://a:9092/_schemas archive:/mnt/b\n"
        "schemas-replicator mirror kafka://a:9092/_schemas archive:/mnt/b "
        "kafka://c:9092/_schemas_shadow\n"
        "schemas-replicator mirror 'kafka://a:9093/_schemas?config=client."
        "properties' archive:/mnt/b --until=end"},
       {"restore", "SOURCE TARGET", 2, 2,
        "Writes a copy, or its history up to a moment, into a fresh topic; says "
        "what it would do, and does it with --execute.",
        {"execute", "rehearse", "to-offset", "to-time", "before-event", "registry-group",
         "registry", "registry-config", "registry-is-elsewhere", "redpanda"},
        "schemas-replicator restore archive:/mnt/b "
        "kafka://a:9092/_schemas_restored\n"
        "schemas-replicator restore archive:/mnt/b "
        "kafka://a:9092/_schemas_restored --to-time=2026-11-25T04:00:00Z "
        "--execute\n"
        "schemas-replicator restore archive:/mnt/b "
        "logdir:/var/lib/kafka/data/_schemas-0"},
       {"salvage", "SOURCE TARGET", 2, 2,
        "Writes the records that a registry applies into a fresh topic, and the "
        "others into a file; says what it would do, and does it with --execute.",
        {"product", "quarantine", "from", "execute", "registry-group",
         "registry", "registry-config", "registry-is-elsewhere", "redpanda"},
        "schemas-replicator salvage kafka://a:9092/_schemas "
        "kafka://a:9092/_schemas_good --product=confluent-8.1\n"
        "schemas-replicator salvage kafka://a:9092/_schemas "
        "kafka://a:9092/_schemas_good --product=confluent-8.1 "
        "--quarantine=bad.ndjson --execute"},
       {"harvest", "REGISTRY... TARGET", 2, -1,
        "Writes all that a registry answers into a fresh topic, for when its own "
        "is gone; says what it would do, and does it with --execute.",
        {"execute", "base", "redpanda", "registry-config", "registry-connections",
         "max-requests-per-second"},
        "schemas-replicator harvest http://sr:8081 "
        "kafka://a:9092/_schemas_harvested\n"
        "schemas-replicator harvest http://sr1:8081 http://sr2:8081 "
        "kafka://a:9092/_schemas_harvested --base=archive:/mnt/b --execute"},
       {"repair", "ARCHIVE NEW-ARCHIVE", 2, 2,
        "Writes a damaged archive anew, whole; what it has lost comes from another "
        "copy, as far as the digests prove it.",
        {"from", "segment-bytes", "segment-ms", "compression"},
        "schemas-replicator repair archive:/mnt/b archive:/mnt/c "
        "--from=kafka://a:9092/_schemas\n"
        "schemas-replicator repair archive:/mnt/b archive:/mnt/c "
        "--from=logdir:/mnt/dead/_schemas-0"},
       {"export", "SOURCE git:DIR", 2, 2,
        "Writes what a registry or a copy holds into a git work tree, a file for each "
        "version; commits each change.",
        {"registry-config", "registry-connections", "max-requests-per-second"},
        "schemas-replicator export archive:/mnt/b git:/srv/schemas\n"
        "schemas-replicator export http://sr:8081 git:/srv/schemas\n"
        "schemas-replicator restore git:/srv/schemas "
        "kafka://a:9092/_schemas_restored"},
       {"undelete", "TOPIC SUBJECT[/VERSION]", 2, 2,
        "Appends what was deleted to the topic of a registry that is stopped; says "
        "what it would do, and does it with --execute.",
        {"product", "from", "execute", "registry-group",
         "registry", "registry-config", "registry-is-elsewhere"},
        "schemas-replicator undelete kafka://a:9092/_schemas orders-value/3 "
        "--product=confluent-8.1\n"
        "schemas-replicator undelete kafka://a:9092/_schemas 'orders-value/*' "
        "--product=confluent-8.1 --from=archive:/mnt/b --execute"},
       {"reserve-ids", "TOPIC", 1, 1,
        "Keeps ids of schemas that were deleted for good from being given out "
        "again; says what it would do, and does it with --execute.",
        {"product", "from", "execute", "registry-group",
         "registry", "registry-config", "registry-is-elsewhere"},
        "schemas-replicator reserve-ids kafka://a:9092/_schemas "
        "--product=confluent-8.1 --from=archive:/mnt/b"}},
      {{"until", "never|end",
        "stop at the end the source has at the start; default never"},
       {"segment-bytes", "N",
        "archive: start a new segment after N bytes; default 67108864"},
       {"segment-ms", "N",
        "archive: or once it is N ms old; default 604800000, a week"},
       {"archive-must-exist", "",
        "archive: begin none where there is none, so that a disk that is not "
        "mounted stops the program; for a service's command"},
       {"accept-new-source", "",
        "archive: if the source is not the one that was mirrored (another cluster, "
        "recreated, truncated), begin a new generation beside the old ones; a "
        "shadow must be a new topic. Give it once, not in a service's command"},
       {"compression", "none|zstd", "archive: of record batches; default none"},
       {"shadow-policy", "delete|compact",
        "cleanup.policy of a shadow created by mirror; default delete, "
        "unlimited"},
       {"give-up-seconds", "N",
        "with --until=end: give up after N seconds of trouble; default 120"},
       {"product", "NAME",
        "the registry that is to read the target: confluent-X.Y, karapace-5, "
        "karapace, redpanda"},
       {"from", "COPY", "a copy that still has what was lost"},
       {"base", "COPY",
        "harvest: keep the records of COPY, and add what it lacks"},
       {"quarantine", "FILE", "salvage: for the records that are not kept"},
       {"registry-config", "FILE",
        "basic.auth.user.info, bearer.auth.token and ssl.* for the registry; "
        "default from SCHEMA_REGISTRY_BASIC_AUTH_USER_INFO or "
        "SCHEMA_REGISTRY_BEARER_AUTH_TOKEN"},
       {"registry-connections", "N",
        "connections to the registry, 1 to 16; default 4"},
       {"max-requests-per-second", "N",
        "requests to the registry; default 0, as many as it answers"},
       {"execute", "", "do it; without, only say what would be done"},
       {"rehearse", "",
        "restore into a topic that is not there, read it back, delete it again"},
       {"to-offset", "N", "restore: the last offset of the source"},
       {"before-event", "N",
        "restore: everything before offset N, where something went wrong"},
       {"to-time", "TIME",
        "restore: up to the first record that is later than TIME, "
        "2026-11-25T04:00:00Z"},
       {"registry-group", "NAME",
        "the group of the registry, which must have no member; default "
        "schema-registry"},
       {"registry", "URL",
        "a registry that may be reading the target: it must not answer"},
       {"registry-is-elsewhere", "",
        "that registry, or the members of that group, do not read the target"},
       {"redpanda", "fill|strip|none",
        "records of a Redpanda, whose keys say at which offset they stand: keep the "
        "offsets, with NOOP records between; take seq and node out of the keys; "
        "none: they are for another registry"},
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
  RETURN_IF_ERROR(ReadArchiveFlags(&options));
  options.archive_must_exist = FLAGS_archive_must_exist;
  options.accept_new_source = FLAGS_accept_new_source;
  ASSIGN_OR_RETURN(const int policy,
                   OneOf("shadow-policy", FLAGS_shadow_policy,
                         {"delete", "compact"}));
  options.shadow_compact = policy == 1;
  ASSIGN_OR_RETURN(options.output, OutputFormatFrom(FLAGS_output));
  RETURN_IF_ERROR(AtLeast("timeout-seconds", FLAGS_timeout_seconds, 1));
  options.copy.timeout = absl::Seconds(FLAGS_timeout_seconds);
  RETURN_IF_ERROR(AtLeast("give-up-seconds", FLAGS_give_up_seconds, 0));
  options.give_up_after = absl::Seconds(FLAGS_give_up_seconds);
  options.copy.client_overrides = line.properties;
  options.quiet = FLAGS_quiet;
  if (FLAGS_verbose) SetLogLevel(LogLevel::kDebug);
  return options;
}

namespace {

// All but source and target.
absl::Status ReadRestoreFlags(const CommandLine& line,
                              RestoreOptions* restore) {
  RestoreOptions& options = *restore;
  RETURN_IF_ERROR(SetFlags(line));
  RETURN_IF_ERROR(AtLeast("to-offset", FLAGS_to_offset, -1));
  RETURN_IF_ERROR(AtLeast("before-event", FLAGS_before_event, -1));
  int ends = 0;
  if (FLAGS_to_offset >= 0) {
    options.to_offset = FLAGS_to_offset;
    ++ends;
  }
  if (FLAGS_before_event >= 0) {
    options.to_offset = FLAGS_before_event - 1;
    ++ends;
  }
  if (!FLAGS_to_time.empty()) {
    absl::Time time;
    std::string why;
    if (!absl::ParseTime(absl::RFC3339_full, FLAGS_to_time, &time, &why)) {
      return BadFlagValue("to-time", FLAGS_to_time,
                          "a time with its zone: 2026-11-25T04:00:00Z");
    }
    options.to_time = time;
    ++ends;
  }
  if (ends > 1) {
    return absl::InvalidArgumentError(
        "more than one of --to-offset, --before-event and --to-time");
  }
  options.execute = FLAGS_execute;
  options.rehearse = FLAGS_rehearse;
  if (options.execute && options.rehearse) {
    return absl::InvalidArgumentError(
        "--execute and --rehearse: one of them");
  }
  options.registry_group = FLAGS_registry_group;
  options.registry_is_elsewhere = FLAGS_registry_is_elsewhere;
  if (!FLAGS_registry.empty()) {
    ASSIGN_OR_RETURN(options.registry, ParseLocation(FLAGS_registry));
    if (options.registry->kind != LocationKind::kRegistry) {
      return BadFlagValue("registry", FLAGS_registry, "http://HOST:8081");
    }
    ASSIGN_OR_RETURN(options.registry_credentials,
                     LoadRegistryCredentials(FLAGS_registry_config,
                                             options.copy.file_system));
  }
  if (!FLAGS_redpanda.empty()) {
    ASSIGN_OR_RETURN(const int keys,
                     OneOf("redpanda", FLAGS_redpanda,
                           {"fill", "strip", "none"}));
    options.redpanda = keys == 0   ? RedpandaKeys::kFill
                       : keys == 1 ? RedpandaKeys::kStrip
                                   : RedpandaKeys::kNone;
  }
  ASSIGN_OR_RETURN(options.output, OutputFormatFrom(FLAGS_output));
  RETURN_IF_ERROR(AtLeast("timeout-seconds", FLAGS_timeout_seconds, 1));
  options.copy.timeout = absl::Seconds(FLAGS_timeout_seconds);
  options.copy.client_overrides = line.properties;
  options.quiet = FLAGS_quiet;
  if (FLAGS_verbose) SetLogLevel(LogLevel::kDebug);
  return absl::OkStatus();
}

// Says nothing if --product is not given.
absl::Status ReadProduct(ProductChoice* choice) {
  if (FLAGS_product.empty()) return absl::OkStatus();
  const auto product = ParseProductChoice(FLAGS_product);
  if (!product.has_value()) {
    return BadFlagValue("product", FLAGS_product,
                        "confluent-X.Y, karapace-5, karapace or redpanda");
  }
  *choice = *product;
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<RestoreOptions> RestoreOptionsFrom(const CommandLine& line) {
  RestoreOptions options;
  ASSIGN_OR_RETURN(options.source, ParseLocation(line.arguments[0]));
  ASSIGN_OR_RETURN(options.target, ParseLocation(line.arguments[1]));
  RETURN_IF_ERROR(ReadRestoreFlags(line, &options));
  return options;
}

// undelete TOPIC SUBJECT, reserve-ids TOPIC.
absl::StatusOr<AmendOptions> ReserveIdsOptionsFrom(const CommandLine& line) {
  AmendOptions options;
  ASSIGN_OR_RETURN(options.restore.target, ParseLocation(line.arguments[0]));
  RETURN_IF_ERROR(ReadRestoreFlags(line, &options.restore));
  RETURN_IF_ERROR(ReadProduct(&options.product));
  if (!FLAGS_from.empty()) {
    ASSIGN_OR_RETURN(options.from, ParseLocation(FLAGS_from));
  }
  return options;
}

absl::StatusOr<UndeleteOptions> UndeleteOptionsFrom(const CommandLine& line) {
  UndeleteOptions options;
  ASSIGN_OR_RETURN(std::tie(options.subject, options.version),
                   ParseVersion(line.arguments[1]));
  ASSIGN_OR_RETURN(options.amend, ReserveIdsOptionsFrom(line));
  return options;
}

absl::StatusOr<SalvageOptions> SalvageOptionsFrom(const CommandLine& line) {
  SalvageOptions options;
  ASSIGN_OR_RETURN(options.restore, RestoreOptionsFrom(line));
  options.quarantine = FLAGS_quarantine;
  RETURN_IF_ERROR(ReadProduct(&options.product));
  if (!FLAGS_from.empty()) {
    ASSIGN_OR_RETURN(options.from, ParseLocation(FLAGS_from));
  }
  return options;
}

namespace {

// How a registry is asked.
absl::Status ReadRegistryFlags(HarvestOptions* harvest) {
  HarvestOptions& options = *harvest;
  ASSIGN_OR_RETURN(options.credentials,
                   LoadRegistryCredentials(FLAGS_registry_config,
                                           options.restore.copy.file_system));
  if (FLAGS_registry_connections < 1 || FLAGS_registry_connections > 16) {
    return BadFlagValue("registry-connections",
                        absl::StrCat(FLAGS_registry_connections), "1 to 16");
  }
  options.connections = FLAGS_registry_connections;
  if (!(FLAGS_max_requests_per_second >= 0)) {
    return BadFlagValue("max-requests-per-second",
                        absl::StrCat(FLAGS_max_requests_per_second),
                        "0 or more");
  }
  options.requests_per_second_max = FLAGS_max_requests_per_second;
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<RepairOptions> RepairOptionsFrom(const CommandLine& line) {
  RestoreOptions flags;
  RETURN_IF_ERROR(ReadRestoreFlags(line, &flags));
  RepairOptions options;
  ASSIGN_OR_RETURN(options.source, ParseLocation(line.arguments[0]));
  ASSIGN_OR_RETURN(options.target, ParseLocation(line.arguments[1]));
  if (!FLAGS_from.empty()) {
    ASSIGN_OR_RETURN(options.from, ParseLocation(FLAGS_from));
  }
  RETURN_IF_ERROR(ReadArchiveFlags(&options));
  options.output = flags.output;
  options.copy = flags.copy;
  options.quiet = flags.quiet;
  return options;
}

absl::StatusOr<ExportOptions> ExportOptionsFrom(const CommandLine& line) {
  ExportOptions options;
  RestoreOptions& restore = options.harvest.restore;
  ASSIGN_OR_RETURN(restore.source, ParseLocation(line.arguments[0]));
  ASSIGN_OR_RETURN(restore.target, ParseLocation(line.arguments[1]));
  RETURN_IF_ERROR(ReadRestoreFlags(line, &restore));
  RETURN_IF_ERROR(ReadRegistryFlags(&options.harvest));
  return options;
}

absl::StatusOr<HarvestOptions> HarvestOptionsFrom(const CommandLine& line) {
  HarvestOptions options;
  for (size_t i = 0; i + 1 < line.arguments.size(); ++i) {
    ASSIGN_OR_RETURN(Location registry, ParseLocation(line.arguments[i]));
    options.registries.push_back(std::move(registry));
  }
  ASSIGN_OR_RETURN(options.restore.target,
                   ParseLocation(line.arguments.back()));
  RETURN_IF_ERROR(ReadRestoreFlags(line, &options.restore));
  if (!FLAGS_base.empty()) {
    ASSIGN_OR_RETURN(options.base, ParseLocation(FLAGS_base));
  }
  RETURN_IF_ERROR(ReadRegistryFlags(&options));
  return options;
}

}  // namespace sr
