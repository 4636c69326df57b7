#include "core/kafka/checkpoint.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/digests.h"
#include "core/base/status_context.h"
#include "core/base/status_macros.h"
#include "core/json/json.h"
#include "core/json/json_writer.h"

namespace sr {
namespace {

constexpr int64_t kVersion = 1;
// Well above what EncodeCheckpoint writes: at most 16 anchors of 100 bytes.
constexpr int64_t kBytesMax = 65536;

absl::StatusOr<int64_t> GetCount(const JsonValue& json, const char* name) {
  ASSIGN_OR_RETURN(const int64_t value, json.GetInt64(name));
  if (value >= 0) return value;
  return absl::InvalidArgumentError(
      absl::StrCat(name, " is negative: ", value));
}

absl::StatusOr<Digest128> GetDigest(const JsonValue& json, const char* name) {
  ASSIGN_OR_RETURN(const std::string text, json.GetString(name));
  absl::StatusOr<Digest128> digest = DigestFromHex(text);
  if (digest.ok()) return digest;
  return Annotate(digest.status(), name);
}

absl::StatusOr<std::vector<RecordAnchor>> GetAnchors(const JsonValue& json) {
  ASSIGN_OR_RETURN(const JsonValue* array, json.GetArray("anchors"));
  if (array->array().size() > kAnchorsMax) {
    return absl::InvalidArgumentError(
        absl::StrCat(array->array().size(), " anchors, at most ", kAnchorsMax));
  }
  std::vector<RecordAnchor> anchors;
  for (const JsonValue& item : array->array()) {
    RecordAnchor anchor;
    ASSIGN_OR_RETURN(anchor.offset, GetCount(item, "offset"));
    ASSIGN_OR_RETURN(anchor.timestamp, item.GetInt64("timestamp"));
    ASSIGN_OR_RETURN(anchor.content, GetDigest(item, "content"));
    if (!anchors.empty() && anchor.offset <= anchors.back().offset) {
      return absl::InvalidArgumentError("anchors are out of order");
    }
    anchors.push_back(anchor);
  }
  return anchors;
}

// What the members say about each other.
absl::Status CheckConsistent(const Checkpoint& checkpoint) {
  const DurablePosition& position = checkpoint.position;
  if (checkpoint.transaction_records > position.records) {
    return absl::InvalidArgumentError(
        "more records in the last transaction than in all");
  }
  if (position.anchors.empty() != (position.records == 0)) {
    return absl::InvalidArgumentError("anchors contradict the record count");
  }
  if (!position.anchors.empty() &&
      position.anchors.back().offset >= position.next_offset) {
    return absl::InvalidArgumentError("an anchor lies beyond next_offset");
  }
  return absl::OkStatus();
}

absl::StatusOr<Checkpoint> Read(const JsonValue& json) {
  Checkpoint out;
  ASSIGN_OR_RETURN(out.source.store_id, json.GetString("store_id"));
  ASSIGN_OR_RETURN(out.source.generation, GetCount(json, "generation"));
  ASSIGN_OR_RETURN(out.source.cluster_id, json.GetString("source_cluster_id"));
  ASSIGN_OR_RETURN(out.source.topic, json.GetString("source_topic"));
  ASSIGN_OR_RETURN(out.position.next_offset, GetCount(json, "next_offset"));
  ASSIGN_OR_RETURN(out.position.records, GetCount(json, "records"));
  ASSIGN_OR_RETURN(out.position.chain, GetDigest(json, "chain"));
  ASSIGN_OR_RETURN(out.position.anchors, GetAnchors(json));
  ASSIGN_OR_RETURN(out.transaction_records,
                   GetCount(json, "transaction_records"));
  ASSIGN_OR_RETURN(out.prev_shadow_end, GetCount(json, "prev_shadow_end"));
  RETURN_IF_ERROR(CheckConsistent(out));
  return out;
}

absl::Status Damaged(const absl::Status& why) {
  return absl::DataLossError(
      absl::StrCat("checkpoint record is damaged: ", why.message()));
}

}  // namespace

std::string DescribeSource(const SourceIdentity& source) {
  std::string text =
      absl::StrCat("topic ", source.topic, " of cluster ", source.cluster_id);
  if (source.store_id.empty()) return text;
  return absl::StrCat(text, " (archive ", source.store_id, ", generation ",
                      source.generation, ")");
}

std::string EncodeCheckpoint(const Checkpoint& checkpoint) {
  std::string out;
  JsonWriter json(&out);
  const DurablePosition& position = checkpoint.position;
  json.BeginObject().Key("version").Int(kVersion);
  json.Key("store_id").String(checkpoint.source.store_id);
  json.Key("generation").Int(checkpoint.source.generation);
  json.Key("source_cluster_id").String(checkpoint.source.cluster_id);
  json.Key("source_topic").String(checkpoint.source.topic);
  json.Key("next_offset").Int(position.next_offset);
  json.Key("records").Int(position.records);
  json.Key("chain").String(ToHex(position.chain));
  json.Key("anchors").BeginArray();
  for (const RecordAnchor& anchor : position.anchors) {
    json.BeginObject().Key("offset").Int(anchor.offset);
    json.Key("timestamp").Int(anchor.timestamp);
    json.Key("content").String(ToHex(anchor.content)).EndObject();
  }
  json.EndArray();
  json.Key("transaction_records").Int(checkpoint.transaction_records);
  json.Key("prev_shadow_end").Int(checkpoint.prev_shadow_end);
  json.EndObject();
  return out;
}

absl::StatusOr<Checkpoint> DecodeCheckpoint(absl::string_view value) {
  JsonLimits limits;
  limits.size_bytes_max = kBytesMax;
  absl::StatusOr<JsonValue> json = ParseJson(value, limits);
  if (!json.ok()) return Damaged(json.status());
  absl::StatusOr<int64_t> version = json->GetInt64("version");
  if (!version.ok()) return Damaged(version.status());
  if (*version > kVersion) {
    return WithHint(absl::UnimplementedError(absl::StrCat(
                        "checkpoint record has version ", *version,
                        ", this program knows ", kVersion)),
                    "a newer release wrote it: use that or a later one");
  }
  if (*version != kVersion) {
    return Damaged(absl::InvalidArgumentError(
        absl::StrCat("version ", *version)));
  }
  absl::StatusOr<Checkpoint> checkpoint = Read(*json);
  if (!checkpoint.ok()) return Damaged(checkpoint.status());
  return checkpoint;
}

}  // namespace sr
