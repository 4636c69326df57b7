#include "verifier/registry_content.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/text.h"
#include "core/schemas/content_hash.h"
#include "core/schemas/key.h"
#include "core/schemas/registry_state.h"

namespace sr {
namespace {

void WriteHash(const ContentHash& hash, JsonWriter* json) {
  json->Key("content_hash").BeginObject();
  json->Key("all").String(ToHex(hash.all));
  json->Key("content").String(ToHex(hash.content));
  json->Key("associations").String(ToHex(hash.associations));
  json->Key("configs").String(ToHex(hash.configs));
  json->Key("contexts").String(ToHex(hash.contexts));
  json->Key("modes").String(ToHex(hash.modes));
  json->Key("versions").String(ToHex(hash.versions));
  json->EndObject();
}

}  // namespace

void RegistryContent::Add(const RecordBatch& batch) {
  topic_.Add(batch, [this](const Record& record, const DecodedKey& key) {
    (void)topic_.model().replay->ApplyDecoded(record, key, nullptr);
  });
}

void RegistryContent::Finish() {
  topic_.Finish([this](const Record& record, const DecodedKey& key) {
    (void)topic_.model().replay->ApplyDecoded(record, key, nullptr);
  });
}

RegistryContent::Counts RegistryContent::Count() const {
  Counts counts;
  for (const auto& [subject, versions] : state().subjects) {
    for (const auto& [number, version] : versions) {
      ++(version.deleted ? counts.deleted : counts.live);
      ++counts.by_type[std::string(version.type())];
    }
  }
  return counts;
}

std::vector<std::pair<std::string, std::string>> RegistryContent::Lines()
    const {
  const DetectedProduct writer = topic_.marks().Detect();
  std::vector<std::pair<std::string, std::string>> lines = {
      {"written by",
       absl::StrCat(NameOf(writer.product), " (", writer.reason, ")")},
      {"read as", absl::StrCat("by ", topic_.model().name)}};
  const RegistryState& state = this->state();
  const Counts counts = Count();
  lines.emplace_back(
      "subjects", WithThousands(static_cast<int64_t>(state.subjects.size())));
  lines.emplace_back("versions",
                     absl::StrCat(WithThousands(counts.live), " live, ",
                                  WithThousands(counts.deleted), " deleted"));
  std::vector<std::string> types;
  for (const auto& [type, count] : counts.by_type) {
    types.push_back(
        absl::StrCat(WithThousands(count), " ", EscapeForTerminal(type)));
  }
  lines.emplace_back("schema types", absl::StrJoin(types, ", "));
  std::vector<std::string> ids;
  for (const auto& [context, id] : state.max_ids) {
    ids.push_back(absl::StrCat(EscapeForTerminal(context), " ", id));
  }
  lines.emplace_back("highest id", absl::StrJoin(ids, ", "));
  lines.emplace_back(
      "configs, modes",
      absl::StrCat(WithThousands(static_cast<int64_t>(state.configs.size())),
                   ", ",
                   WithThousands(static_cast<int64_t>(state.modes.size()))));
  const RegistryModel& model = topic_.model();
  if (model.has_hash) {
    lines.emplace_back("content hash", ToHex(HashOf(state).all));
  }
  if (const auto stopped_at = model.replay->stopped_at()) {
    lines.emplace_back(
        "replay",
        absl::StrCat("stops at offset ", *stopped_at, ": see `check`"));
  }
  return lines;
}

void RegistryContent::Write(JsonWriter* json) const {
  const DetectedProduct writer = topic_.marks().Detect();
  json->Key("written_by").String(NameOf(writer.product));
  const RegistryState& state = this->state();
  const Counts counts = Count();
  json->Key("subjects").Int(static_cast<int64_t>(state.subjects.size()));
  json->Key("live_versions").Int(counts.live);
  json->Key("deleted_versions").Int(counts.deleted);
  json->Key("schema_types").BeginObject();
  for (const auto& [type, count] : counts.by_type) json->Key(type).Int(count);
  json->EndObject();
  json->Key("highest_ids").BeginObject();
  for (const auto& [context, id] : state.max_ids) json->Key(context).Int(id);
  json->EndObject();
  json->Key("configs").Int(static_cast<int64_t>(state.configs.size()));
  json->Key("modes").Int(static_cast<int64_t>(state.modes.size()));
  if (topic_.model().has_hash) WriteHash(HashOf(state), json);
  json->Key("replay_stops_at");
  if (const auto stopped_at = topic_.model().replay->stopped_at()) {
    json->Int(*stopped_at);
  } else {
    json->Null();
  }
}

}  // namespace sr
