#include "replicator/mirror_result.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "core/base/text.h"
#include "core/base/version.h"
#include "core/json/json_writer.h"

namespace sr {

std::string RenderMirrorSummary(const MirrorResult& result) {
  std::vector<std::string> lines;
  for (const MirrorResult::Target& target : result.targets) {
    std::string line = absl::StrFormat(
        "mirrored %s records (%s) in %.1f s to %s, which now holds everything "
        "below offset %s",
        WithThousands(target.records), HumanBytes(target.bytes),
        absl::ToDoubleSeconds(result.elapsed),
        EscapeForTerminal(target.location), WithThousands(target.next_offset));
    for (const auto& [name, count] : target.exceptions) {
      if (count > 0) {
        absl::StrAppend(&line, "; exception ", name, ": ",
                        WithThousands(count));
      }
    }
    lines.push_back(std::move(line));
  }
  return absl::StrJoin(lines, "\n");
}

std::string RenderMirrorJson(const MirrorResult& result, ExitCode exit_code) {
  std::string out;
  JsonWriter json(&out);
  json.BeginObject();
  json.Key("tool").String("schemas-replicator");
  json.Key("version").String(kVersion);
  json.Key("command").String("mirror");
  json.Key("source").String(result.source);
  json.Key("elapsed_seconds").Double(absl::ToDoubleSeconds(result.elapsed));
  json.Key("targets").BeginArray();
  for (const MirrorResult::Target& target : result.targets) {
    json.BeginObject();
    json.Key("location").String(target.location);
    json.Key("records").Int(target.records);
    json.Key("bytes").Int(target.bytes);
    json.Key("next_offset").Int(target.next_offset);
    json.Key("exceptions").BeginObject();
    for (const auto& [name, count] : target.exceptions) {
      json.Key(name).Int(count);
    }
    json.EndObject().EndObject();
  }
  json.EndArray();
  json.Key("exit_code").Int(static_cast<int>(exit_code));
  json.EndObject();
  out.push_back('\n');
  return out;
}

}  // namespace sr
