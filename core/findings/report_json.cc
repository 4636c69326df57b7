#include "core/findings/report_json.h"

#include "core/base/text.h"
#include "core/json/json_writer.h"

namespace sr {
namespace {

void WriteFindingMembers(const Finding& finding, JsonWriter* json) {
  json->Key("code").String(finding.code);
  json->Key("severity").String(SeverityName(finding.severity));
  json->Key("copy").String(finding.copy);
  json->Key("offset");
  if (finding.offset.has_value()) {
    json->Int(*finding.offset);
  } else {
    json->Null();
  }
  json->Key("position").String(finding.position);
  json->Key("key").String(finding.key);
  json->Key("expected").String(finding.expected);
  json->Key("found").String(finding.found);
  json->Key("effect").String(finding.effect);
  json->Key("advice").String(finding.advice);
}

void WriteCopies(const Report& report, JsonWriter* json) {
  json->Key("copies").BeginArray();
  for (const CopyResult& copy : report.copies) {
    json->BeginObject().Key("location").String(copy.location);
    json->Key("status").String(OutcomeName(copy.outcome));
    json->Key("records").Int(copy.records);
    json->Key("reason").String(copy.reason).EndObject();
  }
  json->EndArray();
}

void WriteLevels(const Report& report, JsonWriter* json) {
  json->Key("levels").BeginArray();
  for (const LevelResult& level : report.levels) {
    json->BeginObject().Key("name").String(level.name);
    json->Key("status").String(OutcomeName(level.outcome));
    json->Key("items").Int(level.items);
    json->Key("reason").String(level.reason).EndObject();
  }
  json->EndArray();
}

void WriteCounts(absl::string_view name,
                 const std::map<std::string, int64_t>& counts,
                 JsonWriter* json) {
  json->Key(name).BeginObject();
  for (const auto& [code, count] : counts) json->Key(code).Int(count);
  json->EndObject();
}

void WriteHead(const Report& report, JsonWriter* json) {
  json->Key("tool").String(report.tool);
  json->Key("version").String(report.version);
  json->Key("command").String(report.command);
  WriteCopies(report, json);
  WriteLevels(report, json);
}

void WriteTail(const Report& report, JsonWriter* json) {
  WriteCounts("counts", report.findings.counts(), json);
  WriteCounts("exceptions", report.exceptions, json);
  json->Key("outlooks").BeginArray();
  for (const Outlook& outlook : report.outlooks) {
    json->BeginObject().Key("copy").String(outlook.copy);
    json->Key("text").String(outlook.text).EndObject();
  }
  json->EndArray();
  json->Key("records").Int(report.records);
  json->Key("verified_through");
  if (report.verified_through.has_value()) {
    json->BeginObject().Key("offset").Int(report.verified_through->offset);
    json->Key("time")
        .String(TimestampText(report.verified_through->timestamp_ms))
        .EndObject();
  } else {
    json->Null();
  }
  json->Key("exit_code").Int(static_cast<int64_t>(report.exit_code));
}

}  // namespace

std::string RenderJson(const Report& report) {
  std::string out;
  JsonWriter json(&out, JsonWriter::Style::kIndented);
  json.BeginObject();
  WriteHead(report, &json);
  json.Key("findings").BeginArray();
  for (const Finding& finding : report.findings.kept()) {
    json.BeginObject();
    WriteFindingMembers(finding, &json);
    json.EndObject();
  }
  json.EndArray();
  WriteTail(report, &json);
  json.EndObject();
  out.push_back('\n');
  return out;
}

std::string RenderNdjson(const Report& report) {
  std::string out;
  for (const Finding& finding : report.findings.kept()) {
    JsonWriter json(&out);
    json.BeginObject().Key("type").String("finding");
    WriteFindingMembers(finding, &json);
    json.EndObject();
    out.push_back('\n');
  }
  JsonWriter json(&out);
  json.BeginObject().Key("type").String("summary");
  WriteHead(report, &json);
  WriteTail(report, &json);
  json.EndObject();
  out.push_back('\n');
  return out;
}

std::string RenderFindingEvent(absl::string_view type, absl::string_view time,
                               const Finding& finding) {
  std::string out;
  JsonWriter json(&out);
  json.BeginObject().Key("type").String(type);
  json.Key("time").String(time);
  WriteFindingMembers(finding, &json);
  json.EndObject();
  out.push_back('\n');
  return out;
}

std::string RenderLookEvent(absl::string_view type, absl::string_view time,
                            absl::string_view what, absl::string_view reason) {
  std::string out;
  JsonWriter json(&out);
  json.BeginObject().Key("type").String(type);
  json.Key("time").String(time);
  json.Key("what").String(what);
  json.Key("reason").String(reason);
  json.EndObject();
  out.push_back('\n');
  return out;
}

}  // namespace sr
