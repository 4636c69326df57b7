#include "core/archive/manifest.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/base/digests.h"
#include "core/base/status_context.h"
#include "core/base/status_macros.h"
#include "core/json/json.h"
#include "core/json/json_writer.h"

namespace sr {
namespace {

constexpr char kFormat[] = "schemas-replicator archive";
// Between the members that the digest covers and the digest itself.
constexpr char kDigestMember[] = ",\n  \"xxh3_128\": \"";
constexpr char kEnd[] = "\"\n}\n";

void WriteTopicConfig(const Manifest& manifest, JsonWriter* json) {
  json->Key("topic_config");
  if (!manifest.topic_config.has_value()) {
    json->Null();
    return;
  }
  json->BeginObject();
  for (const auto& [name, value] : *manifest.topic_config) {
    json->Key(name).String(value);
  }
  json->EndObject();
}

void WriteCommit(const CommitEntry& entry, JsonWriter* json) {
  json->Key("sequence").Int(entry.sequence);
  json->Key("position").Int(entry.position);
  json->Key("last_offset").Int(entry.last_offset);
  json->Key("records").Int(entry.records);
  json->Key("chain").String(ToHex(entry.chain));
}

void WriteLastCommit(const Manifest& manifest, JsonWriter* json) {
  json->Key("last_commit");
  if (!manifest.last_commit.has_value()) {
    json->Null();
    return;
  }
  json->BeginObject();
  json->Key("segment").Int(manifest.last_commit->segment);
  WriteCommit(manifest.last_commit->entry, json);
  json->EndObject();
}

void WriteSealed(const SealedSegment& sealed, JsonWriter* json) {
  json->BeginObject();
  json->Key("segment").Int(sealed.segment);
  json->Key("first_offset").Int(sealed.first_offset);
  json->Key("min_timestamp").Int(sealed.min_timestamp);
  json->Key("max_timestamp").Int(sealed.max_timestamp);
  WriteCommit(sealed.last_commit, json);
  json->Key("log_sha256").String(ToHex(sealed.log_sha256));
  json->Key("commits_bytes").Int(sealed.commits_bytes);
  json->Key("commits_sha256").String(ToHex(sealed.commits_sha256));
  json->EndObject();
}

// What version 1 does not have.
void WriteSeals(const Manifest& manifest, JsonWriter* json) {
  json->Key("sealed_from").Int(manifest.sealed_from);
  json->Key("sealed").BeginArray();
  for (const SealedSegment& sealed : manifest.sealed) {
    WriteSealed(sealed, json);
  }
  json->EndArray();
  json->Key("segment_begun_ms");
  if (manifest.segment_begun_ms.has_value()) {
    json->Int(*manifest.segment_begun_ms);
  } else {
    json->Null();
  }
}

absl::StatusOr<CommitEntry> ReadCommit(const JsonValue& json) {
  CommitEntry entry;
  ASSIGN_OR_RETURN(entry.sequence, json.GetInt64("sequence"));
  ASSIGN_OR_RETURN(entry.position, json.GetInt64("position"));
  ASSIGN_OR_RETURN(entry.last_offset, json.GetInt64("last_offset"));
  ASSIGN_OR_RETURN(entry.records, json.GetInt64("records"));
  ASSIGN_OR_RETURN(const std::string chain, json.GetString("chain"));
  ASSIGN_OR_RETURN(entry.chain, DigestFromHex(chain));
  if (!IsOneThatAWriterWrites(entry)) {
    return absl::DataLossError("a commit is out of range");
  }
  return entry;
}

absl::StatusOr<CommitPlace> ReadLastCommit(const JsonValue& json) {
  CommitPlace place;
  ASSIGN_OR_RETURN(place.segment, json.GetInt64("segment"));
  ASSIGN_OR_RETURN(place.entry, ReadCommit(json));
  return place;
}

absl::StatusOr<SealedSegment> ReadSealed(const JsonValue& json) {
  SealedSegment sealed;
  ASSIGN_OR_RETURN(sealed.segment, json.GetInt64("segment"));
  ASSIGN_OR_RETURN(sealed.first_offset, json.GetInt64("first_offset"));
  ASSIGN_OR_RETURN(sealed.min_timestamp, json.GetInt64("min_timestamp"));
  ASSIGN_OR_RETURN(sealed.max_timestamp, json.GetInt64("max_timestamp"));
  ASSIGN_OR_RETURN(sealed.last_commit, ReadCommit(json));
  ASSIGN_OR_RETURN(const std::string log, json.GetString("log_sha256"));
  ASSIGN_OR_RETURN(sealed.log_sha256, Digest256FromHex(log));
  ASSIGN_OR_RETURN(sealed.commits_bytes, json.GetInt64("commits_bytes"));
  ASSIGN_OR_RETURN(const std::string commits, json.GetString("commits_sha256"));
  ASSIGN_OR_RETURN(sealed.commits_sha256, Digest256FromHex(commits));
  return sealed;
}

// Each segment lies behind the one before it, and so do its commits.
bool CanFollow(const Manifest& manifest, const SealedSegment& next) {
  if (next.segment < manifest.sealed_from ||
      next.first_offset < next.segment ||
      next.last_commit.last_offset < next.first_offset ||
      next.commits_bytes < kCommitEntryBytes ||
      next.commits_bytes % kCommitEntryBytes != 0) {
    return false;
  }
  if (manifest.sealed.empty()) return true;
  const CommitEntry& before = manifest.sealed.back().last_commit;
  return next.segment > before.last_offset &&
         next.last_commit.sequence > before.sequence &&
         next.last_commit.records > before.records;
}

absl::Status ReadSeals(const JsonValue& json, Manifest* manifest) {
  ASSIGN_OR_RETURN(manifest->sealed_from, json.GetInt64("sealed_from"));
  ASSIGN_OR_RETURN(const JsonValue* rows, json.GetArray("sealed"));
  for (const JsonValue& row : rows->array()) {
    ASSIGN_OR_RETURN(SealedSegment sealed, ReadSealed(row));
    if (!CanFollow(*manifest, sealed)) {
      return absl::DataLossError("\"sealed\" is not in order");
    }
    manifest->sealed.push_back(std::move(sealed));
  }
  ASSIGN_OR_RETURN(manifest->segment_begun_ms,
                   json.GetOptionalInt64("segment_begun_ms"));
  return absl::OkStatus();
}

absl::StatusOr<Manifest> ReadMembers(const JsonValue& json) {
  Manifest manifest;
  ASSIGN_OR_RETURN(manifest.format_version, json.GetInt64("format_version"));
  ASSIGN_OR_RETURN(manifest.store_id, json.GetString("store_id"));
  ASSIGN_OR_RETURN(manifest.generation, json.GetInt64("generation"));
  ASSIGN_OR_RETURN(manifest.cluster_id, json.GetString("cluster_id"));
  ASSIGN_OR_RETURN(manifest.topic, json.GetString("topic"));
  ASSIGN_OR_RETURN(manifest.first_offset, json.GetInt64("first_offset"));
  ASSIGN_OR_RETURN(const JsonValue* config,
                   json.GetOptionalObject("topic_config"));
  if (config != nullptr) {
    manifest.topic_config.emplace();
    for (const JsonMember& member : config->object()) {
      ASSIGN_OR_RETURN((*manifest.topic_config)[member.name],
                       config->GetString(member.name));
    }
  }
  if (manifest.format_version > 1) {
    RETURN_IF_ERROR(ReadSeals(json, &manifest));
  }
  ASSIGN_OR_RETURN(manifest.closed, json.GetBool("closed"));
  ASSIGN_OR_RETURN(const JsonValue* last, json.GetOptionalObject("last_commit"));
  if (last != nullptr) {
    ASSIGN_OR_RETURN(manifest.last_commit, ReadLastCommit(*last));
  }
  return manifest;
}

absl::Status Damaged(absl::string_view why) {
  return WithHint(
      absl::DataLossError(absl::StrCat("the manifest is damaged: ", why)),
      "put it back from another copy of this archive; nothing else of it is "
      "touched");
}

absl::Status CheckVersion(const JsonValue& json) {
  const absl::StatusOr<std::string> format = json.GetString("format");
  const absl::StatusOr<int64_t> version = json.GetInt64("format_version");
  if (!format.ok() || *format != kFormat || !version.ok() || *version < 1) {
    return Damaged("it does not say that it is one");
  }
  if (*version > kManifestFormatVersion) {
    return WithHint(absl::UnimplementedError(absl::StrCat(
                        "the archive has format version ", *version,
                        ", this program knows ", kManifestFormatVersion)),
                    "use the newer program that wrote it");
  }
  return absl::OkStatus();
}

}  // namespace

const SealedSegment* FindSeal(const Manifest& manifest, int64_t segment) {
  const auto found = std::lower_bound(
      manifest.sealed.begin(), manifest.sealed.end(), segment,
      [](const SealedSegment& sealed, int64_t wanted) {
        return sealed.segment < wanted;
      });
  const bool is_there =
      found != manifest.sealed.end() && found->segment == segment;
  return is_there ? &*found : nullptr;
}

std::string EncodeManifest(const Manifest& manifest) {
  std::string text;
  JsonWriter json(&text, JsonWriter::Style::kIndented);
  json.BeginObject();
  json.Key("format").String(kFormat);
  json.Key("format_version").Int(manifest.format_version);
  json.Key("store_id").String(manifest.store_id);
  json.Key("generation").Int(manifest.generation);
  json.Key("cluster_id").String(manifest.cluster_id);
  json.Key("topic").String(manifest.topic);
  json.Key("first_offset").Int(manifest.first_offset);
  WriteTopicConfig(manifest, &json);
  if (manifest.format_version > 1) WriteSeals(manifest, &json);
  json.Key("closed").Bool(manifest.closed);
  WriteLastCommit(manifest, &json);
  json.EndObject();
  // The digest becomes the last member: it covers the text before itself.
  const size_t end = text.rfind("\n}");
  text.resize(end);
  const std::string digest = ToHex(Xxh3_128(text));
  absl::StrAppend(&text, kDigestMember, digest, kEnd);
  return text;
}

absl::StatusOr<Manifest> DecodeManifest(absl::string_view text) {
  // The digest first: it stands in the same place whatever the version.
  const size_t covered = text.rfind(kDigestMember);
  if (covered == absl::string_view::npos ||
      text.substr(covered) !=
          absl::StrCat(kDigestMember, ToHex(Xxh3_128(text.substr(0, covered))),
                       kEnd)) {
    return Damaged("its text does not match its digest");
  }
  const absl::StatusOr<JsonValue> json = ParseJson(text);
  if (!json.ok()) return Damaged(json.status().message());
  RETURN_IF_ERROR(CheckVersion(*json));
  absl::StatusOr<Manifest> manifest = ReadMembers(*json);
  if (!manifest.ok()) return Damaged(manifest.status().message());
  if (EncodeManifest(*manifest) != text) {
    return Damaged("it is not what a writer writes");
  }
  return manifest;
}

}  // namespace sr
