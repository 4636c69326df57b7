#include "core/sources/copy.h"

#include "absl/strings/str_cat.h"
#include "core/archive/archive_reader.h"
#include "core/base/exit_code.h"
#include "core/base/status_context.h"
#include "core/base/status_macros.h"
#include "core/foreign/karapace_backup.h"
#include "core/foreign/text_dump.h"
#include "core/kafka/topic_source.h"
#include "core/logdir/log_directory.h"

namespace sr {
namespace {

absl::Status CheckPartitions(const Location& location, int partitions) {
  if (partitions == 1) return absl::OkStatus();
  return WithHint(
      absl::FailedPreconditionError(absl::StrCat(
          location.text, ": the topic has ", partitions,
          " partitions; the log of a schema registry has exactly one")),
      "check the topic's name; records spread over partitions have no order "
      "that could be kept");
}

absl::StatusOr<TopicDescription> Describe(const ClientProperties& properties,
                                          const Location& location,
                                          const CopyOptions& options) {
  ASSIGN_OR_RETURN(std::unique_ptr<TopicAdmin> admin,
                   TopicAdmin::Open(properties, options.timeout));
  TopicDescription topic;
  ASSIGN_OR_RETURN(topic.state, admin->Describe(location.topic));
  ASSIGN_OR_RETURN(
      topic.checkpoint,
      ReadCheckpoint(properties, location.topic, options.timeout,
                     CheckpointReading::kAsCommitted));
  topic.is_shadow = location.role_shadow || topic.checkpoint.has_value();
  return topic;
}

absl::StatusOr<Copy> OpenTopic(const Location& location,
                               const CopyOptions& options) {
  ASSIGN_OR_RETURN(const ClientProperties properties,
                   PropertiesOf(location, options));
  ASSIGN_OR_RETURN(TopicDescription topic,
                   Describe(properties, location, options));
  TopicState& state = topic.state;
  RETURN_IF_ERROR(CheckPartitions(location, state.partitions));

  Copy copy;
  copy.info.checkpoint = std::move(topic.checkpoint);
  copy.info.location = location;
  copy.info.cluster_id = state.cluster_id;
  copy.info.topic = location.topic;
  copy.info.start_offset = state.low_watermark;
  copy.info.end_offset = state.high_watermark;
  copy.info.partitions = state.partitions;
  copy.info.topic_config = std::move(state.config);
  copy.info.config_missing_reason = state.config_missing_reason;
  copy.info.is_shadow = topic.is_shadow;

  TopicSourceOptions source_options;
  source_options.properties = properties;
  source_options.topic = location.topic;
  source_options.isolation = copy.info.is_shadow
                                 ? TopicSourceOptions::kReadCommitted
                                 : TopicSourceOptions::kReadUncommitted;
  source_options.timeout = options.timeout;
  ASSIGN_OR_RETURN(copy.source, TopicSource::Open(source_options));
  RETURN_IF_ERROR(copy.source->Seek(copy.info.start_offset));
  return copy;
}

absl::StatusOr<Copy> OpenArchive(const Location& location,
                                 const CopyOptions& options) {
  ArchiveReaderOptions reader_options;
  reader_options.file_system = options.file_system;
  reader_options.clock = options.clock;
  reader_options.directory = location.path;
  reader_options.generation = location.generation;
  ASSIGN_OR_RETURN(std::unique_ptr<ArchiveReader> reader,
                   ArchiveReader::Open(reader_options));
  ASSIGN_OR_RETURN(const CommitEntry last, reader->LastCommit());
  Copy copy;
  copy.info.location = location;
  copy.info.manifest = reader->manifest();
  copy.info.cluster_id = reader->manifest().cluster_id;
  copy.info.topic = reader->manifest().topic;
  copy.info.start_offset = reader->manifest().first_offset;
  copy.info.end_offset = last.last_offset + 1;
  RETURN_IF_ERROR(reader->Seek(copy.info.start_offset));
  copy.source = std::move(reader);
  return copy;
}

absl::StatusOr<Copy> OpenLogdir(const Location& location,
                                const CopyOptions& options) {
  LogDirectoryOptions directory_options;
  directory_options.file_system = options.file_system;
  directory_options.directory = location.path;
  directory_options.skip_damaged = location.skip_damaged;
  directory_options.committed_only = location.committed_only;
  ASSIGN_OR_RETURN(std::unique_ptr<LogDirectory> directory,
                   LogDirectory::Open(directory_options));
  Copy copy;
  copy.info.location = location;
  copy.info.cluster_id = directory->facts().cluster_id;
  copy.info.topic = directory->facts().topic;
  copy.info.start_offset = directory->start_offset();
  copy.info.end_offset = directory->end_offset();
  copy.info.remarks = directory->Remarks();
  RETURN_IF_ERROR(directory->Seek(copy.info.start_offset));
  copy.source = std::move(directory);
  return copy;
}

absl::StatusOr<Copy> OpenForeign(const Location& location,
                                 const CopyOptions& options) {
  absl::StatusOr<ForeignCopy> read =
      location.kind == LocationKind::kKarapace
          ? ReadKarapaceBackup(options.file_system, location.path)
          : ReadTextDump(options.file_system, location.path);
  if (!read.ok()) return Annotate(read.status(), location.text);
  const auto foreign = std::make_shared<const ForeignCopy>(*std::move(read));
  Copy copy;
  copy.info.location = location;
  copy.info.topic = foreign->topic;
  copy.info.start_offset =
      foreign->records.empty() ? 0 : foreign->records.front().offset;
  copy.info.end_offset = foreign->end_offset();
  copy.info.lost = foreign->lost;
  if (!foreign->topic_config.empty()) {
    copy.info.topic_config.emplace();
    for (const auto& [name, value] : foreign->topic_config) {
      (*copy.info.topic_config)[name] = {value, /*is_topic_override=*/true};
    }
  }
  copy.source = SourceOf(foreign);
  RETURN_IF_ERROR(copy.source->Seek(copy.info.start_offset));
  return copy;
}

}  // namespace

absl::StatusOr<ClientProperties> PropertiesOf(const Location& location,
                                              const CopyOptions& options) {
  return ClientProperties::Load(location.bootstrap_servers,
                                location.config_file,
                                options.client_overrides);
}

absl::StatusOr<TopicDescription> DescribeTopic(const Location& location,
                                               const CopyOptions& options) {
  ASSIGN_OR_RETURN(const ClientProperties properties,
                   PropertiesOf(location, options));
  return Describe(properties, location, options);
}

absl::StatusOr<Copy> OpenCopy(const Location& location,
                              const CopyOptions& options) {
  switch (location.kind) {
    case LocationKind::kKafka:
      return OpenTopic(location, options);
    case LocationKind::kArchive:
      return OpenArchive(location, options);
    case LocationKind::kLogdir:
      return OpenLogdir(location, options);
    case LocationKind::kKarapace:
    case LocationKind::kDump:
      return OpenForeign(location, options);
    default:
      return WithExitCode(
          WithHint(absl::UnimplementedError(absl::StrCat(
                       location.text, ": copies of the kind ",
                       std::string(SchemeOf(location.kind)),
                       " cannot be read by this version")),
                   "kafka://, archive:, logdir:, karapace: and dump: can; "
                   "registries are asked by schemas-verifier compare and preflight"),
          ExitCode::kUsage);
  }
}

}  // namespace sr
