// `schemas-verifier describe COPY...`: what is in a copy, whose history is it?

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/archive/archive_store.h"
#include "core/base/status_context.h"
#include "core/base/status_macros.h"
#include "core/json/json_writer.h"
#include "verifier/commands.h"
#include "verifier/copy_description.h"
#include "verifier/read_through.h"
#include "verifier/verified_segments.h"

namespace sr {
namespace {

// An archive without ?gen=N means all its generations.
absl::StatusOr<std::vector<Location>> Generations(
    const Location& location, const VerifierOptions& options) {
  if (location.kind != LocationKind::kArchive ||
      location.generation.has_value()) {
    return std::vector<Location>{location};
  }
  const absl::StatusOr<ArchiveDirectory> found =
      ListArchiveDirectory(options.copy.file_system, location.path);
  // Where there is none, opening it says so and what to do.
  if (!found.ok() || found->generations.size() < 2) {
    return std::vector<Location>{location};
  }
  std::vector<Location> all;
  for (const int64_t generation : found->generations) {
    Location one = location;
    one.generation = generation;
    one.text = absl::StrCat(location.text, "?gen=", generation);
    all.push_back(std::move(one));
  }
  return all;
}

// What the file of --verified knows of an archive's segments.
absl::StatusOr<SegmentStates> StatesOfSegments(const CopyInfo& info,
                                               const VerifierOptions& options) {
  if (options.verified_path.empty() || !info.manifest.has_value()) {
    return std::nullopt;
  }
  FileSystem* const fs = options.copy.file_system;
  ASSIGN_OR_RETURN(const VerifiedSegments verified,
                   VerifiedSegments::Read(fs, options.verified_path));
  const Manifest& manifest = *info.manifest;
  ASSIGN_OR_RETURN(
      const SegmentList list,
      ListSegments(fs, ArchiveLayout(info.location.path, manifest.generation,
                                     manifest.topic)));
  std::vector<SegmentState> states;
  for (const SegmentFiles& segment : list.segments) {
    states.push_back({segment.base_offset,
                      verified.Find({manifest.store_id, manifest.generation,
                                     segment.base_offset})});
  }
  return states;
}

absl::Status DescribeOne(const Location& location,
                         const VerifierOptions& options, std::string* text,
                         JsonWriter* json) {
  ASSIGN_OR_RETURN(Copy copy, OpenCopy(location, options.copy));
  CopyContent content;
  RegistryContent registry(options.product);
  RETURN_IF_ERROR(ReadThrough(absl::StrCat("describe ", location.text),
                              options.quiet, options.copy.clock, &copy,
                              [&](const RecordBatch& batch) {
                                content.Add(batch);
                                registry.Add(batch);
                                return true;
                              }));
  registry.Finish();
  ASSIGN_OR_RETURN(const SegmentStates segments,
                   StatesOfSegments(copy.info, options));
  if (options.output == OutputFormat::kText) {
    absl::StrAppend(text,
                    RenderDescription(copy.info, content, registry, segments));
  } else {
    WriteDescription(copy.info, content, registry, segments, json);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ExitCode> RunDescribe(const VerifierOptions& options,
                                     Output* output) {
  std::vector<Location> locations;
  for (const Location& location : options.copies) {
    absl::StatusOr<std::vector<Location>> some =
        Generations(location, options);
    if (!some.ok()) return Annotate(some.status(), location.text);
    locations.insert(locations.end(), some->begin(), some->end());
  }
  const bool one_array = options.output == OutputFormat::kJson;
  std::string text;
  std::optional<JsonWriter> json;
  if (one_array) {
    json.emplace(&text, JsonWriter::Style::kIndented);
    json->BeginArray();
  }
  for (const Location& location : locations) {
    if (options.output == OutputFormat::kNdjson) json.emplace(&text);
    absl::Status status = DescribeOne(location, options, &text,
                                      json.has_value() ? &*json : nullptr);
    if (!status.ok()) return Annotate(status, location.text);
    if (options.output == OutputFormat::kNdjson) text.push_back('\n');
  }
  if (one_array) {
    json->EndArray();
    text.push_back('\n');
  }
  output->Write(text);
  return ExitCode::kClean;
}

}  // namespace sr
