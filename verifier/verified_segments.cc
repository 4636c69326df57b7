#include "verifier/verified_segments.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/status_context.h"
#include "core/base/status_macros.h"
#include "core/json/json.h"
#include "core/json/json_writer.h"

namespace sr {
namespace {

constexpr char kFormat[] = "schemas-verifier verified segments";
constexpr int64_t kFormatVersion = 1;
constexpr int64_t kFileBytesMax = int64_t{64} << 20;

absl::Status AddSegment(const JsonValue& json, VerifiedSegments* segments) {
  SegmentId id;
  ASSIGN_OR_RETURN(id.store_id, json.GetString("store_id"));
  ASSIGN_OR_RETURN(id.generation, json.GetInt64("generation"));
  ASSIGN_OR_RETURN(id.segment, json.GetInt64("segment"));
  Verification verification;
  ASSIGN_OR_RETURN(verification.at_ms, json.GetInt64("verified_ms"));
  ASSIGN_OR_RETURN(verification.from_medium, json.GetBool("from_medium"));
  segments->Note(id, verification);
  return absl::OkStatus();
}

absl::StatusOr<VerifiedSegments> Parse(absl::string_view text) {
  ASSIGN_OR_RETURN(const JsonValue json, ParseJson(text));
  ASSIGN_OR_RETURN(const std::string format, json.GetString("format"));
  ASSIGN_OR_RETURN(const int64_t version, json.GetInt64("format_version"));
  if (format != kFormat || version != kFormatVersion) {
    return absl::InvalidArgumentError(
        absl::StrCat("it is \"", format, "\", version ", version));
  }
  ASSIGN_OR_RETURN(const JsonValue* list, json.GetArray("segments"));
  VerifiedSegments segments;
  for (const JsonValue& segment : list->array()) {
    RETURN_IF_ERROR(AddSegment(segment, &segments));
  }
  return segments;
}

}  // namespace

absl::StatusOr<VerifiedSegments> VerifiedSegments::Read(
    FileSystem* file_system, const std::string& path) {
  absl::StatusOr<std::string> text =
      ReadWholeFile(file_system, path, kFileBytesMax);
  if (absl::IsNotFound(text.status())) return VerifiedSegments();
  if (!text.ok()) return text.status();
  absl::StatusOr<VerifiedSegments> segments = Parse(*text);
  if (segments.ok()) return segments;
  return WithHint(
      absl::InvalidArgumentError(absl::StrCat(
          path, " is not what `schemas-verifier check --verified` writes: ",
          segments.status().message())),
      "name another file, or remove this one; it holds nothing but times");
}

absl::Status VerifiedSegments::Write(FileSystem* file_system,
                                     const std::string& path) const {
  std::string text;
  JsonWriter json(&text, JsonWriter::Style::kIndented);
  json.BeginObject();
  json.Key("format").String(kFormat);
  json.Key("format_version").Int(kFormatVersion);
  json.Key("segments").BeginArray();
  for (const auto& [id, verification] : segments_) {
    json.BeginObject();
    json.Key("store_id").String(id.store_id);
    json.Key("generation").Int(id.generation);
    json.Key("segment").Int(id.segment);
    json.Key("verified_ms").Int(verification.at_ms);
    json.Key("from_medium").Bool(verification.from_medium);
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
  text.push_back('\n');
  return ReplaceFile(file_system, path, text);
}

std::optional<Verification> VerifiedSegments::Find(
    const SegmentId& segment) const {
  const auto found = segments_.find(segment);
  if (found == segments_.end()) return std::nullopt;
  return found->second;
}

}  // namespace sr
