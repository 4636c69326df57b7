#include "verifier/copy_description.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "core/archive/layout.h"
#include "core/base/text.h"

namespace sr {
namespace {

using Lines = std::vector<std::pair<std::string, std::string>>;

std::string OrUnknown(const std::string& text) {
  return text.empty() ? "not known" : EscapeForTerminal(text);
}

const char* RoleOf(const CopyInfo& info) {
  switch (info.location.kind) {
    case LocationKind::kKarapace:
      return "backup of Karapace";
    case LocationKind::kDump:
      return "text dump";
    case LocationKind::kLogdir:
      return "directory of a broker";
    default:
      return info.is_shadow ? "shadow" : "topic";
  }
}

void AddTopicLines(const CopyInfo& info, Lines* lines) {
  lines->emplace_back("role", RoleOf(info));
  for (const std::string& lost : info.lost) {
    lines->emplace_back("has lost", EscapeForTerminal(lost));
  }
  for (const std::string& remark : info.remarks) {
    lines->emplace_back("remark", EscapeForTerminal(remark));
  }
  if (info.checkpoint.has_value()) {
    const Checkpoint& checkpoint = *info.checkpoint;
    lines->emplace_back("shadow of",
                        EscapeForTerminal(DescribeSource(checkpoint.source)));
    lines->emplace_back("checkpoint",
                        absl::StrCat("next source offset ",
                                     checkpoint.position.next_offset, ", ",
                                     WithThousands(checkpoint.position.records),
                                     " records, chain ",
                                     ToHex(checkpoint.position.chain)));
  }
  if (!info.topic_config.has_value()) {
    if (info.location.kind != LocationKind::kKafka) return;
    lines->emplace_back(
        "configuration",
        absl::StrCat("not known: ",
                     EscapeForTerminal(info.config_missing_reason)));
    return;
  }
  for (const char* name : {"cleanup.policy", "retention.ms", "retention.bytes",
                           "max.message.bytes", "message.timestamp.type"}) {
    const auto entry = info.topic_config->find(name);
    if (entry == info.topic_config->end()) continue;
    lines->emplace_back(
        name, absl::StrCat(EscapeForTerminal(entry->second.value),
                           entry->second.is_topic_override ? " (set on the topic)"
                                                           : ""));
  }
}

void AddArchiveLines(const Manifest& manifest, Lines* lines) {
  lines->emplace_back("store", manifest.store_id);
  lines->emplace_back("generation", absl::StrCat(manifest.generation));
  lines->emplace_back(
      "state", manifest.closed ? "closed cleanly"
                               : "open: being written, or left by a crash");
  const size_t sealed = manifest.sealed.size();
  lines->emplace_back(
      "sealed", sealed == 0
                    ? "no segment yet"
                    : absl::StrCat(sealed, sealed == 1 ? " segment" : " segments",
                                   ", up to offset ",
                                   manifest.sealed.back().last_commit.last_offset));
}

void AddVerificationLines(const std::vector<SegmentState>& segments,
                          Lines* lines) {
  for (const SegmentState& segment : segments) {
    std::string when = "never, as far as the file knows";
    if (segment.verification.has_value()) {
      when = TimestampText(segment.verification->at_ms);
      if (segment.verification->from_medium) when += ", from the medium";
    }
    lines->emplace_back(
        "found whole",
        absl::StrCat(SegmentFileName(segment.base_offset, kLogSuffix), "  ", when));
  }
}

void WriteVerifications(const std::vector<SegmentState>& segments,
                        JsonWriter* json) {
  json->Key("verified").BeginArray();
  for (const SegmentState& segment : segments) {
    json->BeginObject();
    json->Key("segment").Int(segment.base_offset);
    json->Key("verified_ms");
    if (segment.verification.has_value()) {
      json->Int(segment.verification->at_ms);
      json->Key("from_medium").Bool(segment.verification->from_medium);
    } else {
      json->Null();
    }
    json->EndObject();
  }
  json->EndArray();
}

}  // namespace

void CopyContent::Add(const RecordBatch& batch) {
  for (const Record& record : batch) {
    if (records == 0) {
      first_offset = record.offset;
      timestamp_min = timestamp_max = record.timestamp;
    }
    ++records;
    last_offset = record.offset;
    timestamp_min = std::min(timestamp_min, record.timestamp);
    timestamp_max = std::max(timestamp_max, record.timestamp);
    const int64_t bytes = static_cast<int64_t>(PayloadBytes(record));
    payload_bytes += bytes;
    largest_record_bytes = std::max(largest_record_bytes, bytes);
    tombstones += record.IsTombstone() ? 1 : 0;
    null_keys += record.key.has_value() ? 0 : 1;
    with_headers += record.headers.empty() ? 0 : 1;
    log_append_time +=
        record.timestamp_type == TimestampType::kLogAppendTime ? 1 : 0;
    chain.Add(record);
  }
}

std::string RenderDescription(const CopyInfo& info, const CopyContent& content,
                              const RegistryContent& registry,
                              const SegmentStates& segments) {
  Lines lines;
  lines.emplace_back("topic", OrUnknown(info.topic));
  lines.emplace_back("cluster", OrUnknown(info.cluster_id));
  if (info.manifest.has_value()) {
    AddArchiveLines(*info.manifest, &lines);
    if (segments.has_value()) AddVerificationLines(*segments, &lines);
  } else {
    AddTopicLines(info, &lines);
  }
  lines.emplace_back("offsets", absl::StrCat(info.start_offset, "..",
                                             info.end_offset, " (end exclusive)"));
  lines.emplace_back("records", WithThousands(content.records));
  if (content.records > 0) {
    lines.emplace_back("first, last record",
                       absl::StrCat(content.first_offset, ", ",
                                    content.last_offset));
    lines.emplace_back("timestamps",
                       absl::StrCat(TimestampText(content.timestamp_min), " .. ",
                                    TimestampText(content.timestamp_max)));
    lines.emplace_back("payload",
                       absl::StrCat(HumanBytes(content.payload_bytes),
                                    ", largest record ",
                                    HumanBytes(content.largest_record_bytes)));
    lines.emplace_back("tombstones", WithThousands(content.tombstones));
    lines.emplace_back("null keys", WithThousands(content.null_keys));
    lines.emplace_back("with headers", WithThousands(content.with_headers));
    lines.emplace_back("LogAppendTime", WithThousands(content.log_append_time));
    lines.emplace_back("chain", absl::StrCat(ToHex(content.chain.digest()),
                                             " at offset ",
                                             content.last_offset));
    const Lines more = registry.Lines();
    lines.insert(lines.end(), more.begin(), more.end());
  }
  std::string out =
      absl::StrCat(EscapeForTerminal(info.location.text), "\n");
  for (const auto& [name, value] : lines) {
    absl::StrAppendFormat(&out, "  %-19s %s\n", name, value);
  }
  return out;
}

void WriteDescription(const CopyInfo& info, const CopyContent& content,
                      const RegistryContent& registry,
                      const SegmentStates& segments, JsonWriter* json) {
  json->BeginObject();
  json->Key("location").String(info.location.text);
  json->Key("topic").String(info.topic);
  json->Key("cluster_id").String(info.cluster_id);
  json->Key("start_offset").Int(info.start_offset);
  json->Key("end_offset").Int(info.end_offset);
  if (info.manifest.has_value()) {
    json->Key("store_id").String(info.manifest->store_id);
    json->Key("generation").Int(info.manifest->generation);
    json->Key("closed").Bool(info.manifest->closed);
    json->Key("sealed_segments")
        .Int(static_cast<int64_t>(info.manifest->sealed.size()));
    if (segments.has_value()) WriteVerifications(*segments, json);
  } else {
    json->Key("role").String(RoleOf(info));
    json->Key("lost").BeginArray();
    for (const std::string& lost : info.lost) json->String(lost);
    json->EndArray();
    json->Key("remarks").BeginArray();
    for (const std::string& remark : info.remarks) json->String(remark);
    json->EndArray();
    json->Key("config");
    if (info.topic_config.has_value()) {
      json->BeginObject();
      for (const auto& [name, entry] : *info.topic_config) {
        json->Key(name).String(entry.value);
      }
      json->EndObject();
    } else {
      json->Null();
      json->Key("config_missing_reason").String(info.config_missing_reason);
    }
  }
  if (info.checkpoint.has_value()) {
    const Checkpoint& checkpoint = *info.checkpoint;
    json->Key("checkpoint").BeginObject();
    json->Key("store_id").String(checkpoint.source.store_id);
    json->Key("generation").Int(checkpoint.source.generation);
    json->Key("cluster_id").String(checkpoint.source.cluster_id);
    json->Key("topic").String(checkpoint.source.topic);
    json->Key("next_offset").Int(checkpoint.position.next_offset);
    json->Key("records").Int(checkpoint.position.records);
    json->Key("chain").String(ToHex(checkpoint.position.chain));
    json->EndObject();
  }
  json->Key("records").Int(content.records);
  json->Key("payload_bytes").Int(content.payload_bytes);
  json->Key("largest_record_bytes").Int(content.largest_record_bytes);
  json->Key("tombstones").Int(content.tombstones);
  json->Key("null_keys").Int(content.null_keys);
  json->Key("with_headers").Int(content.with_headers);
  json->Key("log_append_time").Int(content.log_append_time);
  json->Key("first_offset").Int(content.first_offset);
  json->Key("last_offset").Int(content.last_offset);
  json->Key("timestamp_min").Int(content.timestamp_min);
  json->Key("timestamp_max").Int(content.timestamp_max);
  json->Key("chain").String(ToHex(content.chain.digest()));
  registry.Write(json);
  json->EndObject();
}

}  // namespace sr
