#include "tests/support/registry/fake_registry.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "core/base/check.h"
#include "core/json/json_scanner.h"
#include "core/json/json_writer.h"
#include "core/schemas/confluent_version.h"
#include "core/schemas/content_md5.h"
#include "core/schemas/members.h"
#include "core/schemas/subject.h"

namespace sr {
namespace {

using Name = std::pair<std::string, int32_t>;

std::string Json(absl::string_view text) {
  std::string json;
  AppendJsonString(text, &json);
  return json;
}

HttpReply Error(int status, int code, absl::string_view message) {
  return {status, absl::StrCat("{\"error_code\":", code, ",\"message\":",
                               Json(message), "}")};
}

HttpReply Array(const std::vector<std::string>& elements) {
  return {200, absl::StrCat("[", absl::StrJoin(elements, ","), "]")};
}

std::string Decoded(absl::string_view text) {
  std::string decoded;
  for (size_t i = 0; i < text.size(); ++i) {
    int value = 0;
    if (text[i] == '%' && i + 2 < text.size() &&
        absl::SimpleHexAtoi(text.substr(i + 1, 2), &value)) {
      decoded += static_cast<char>(value);
      i += 2;
    } else {
      decoded += text[i];
    }
  }
  return decoded;
}

std::map<std::string, std::string> QueryOf(absl::string_view query) {
  std::map<std::string, std::string> parts;
  for (const absl::string_view part :
       absl::StrSplit(query, '&', absl::SkipEmpty())) {
    const std::pair<std::string, std::string> pair =
        absl::StrSplit(part, absl::MaxSplits('=', 1));
    parts[pair.first] = Decoded(pair.second);
  }
  return parts;
}

// The members of `object` but those named.
std::string MembersBut(const JsonSpan& object,
                       const std::set<std::string>& left_out) {
  std::vector<std::string> members;
  for (JsonMembers each(object); each.Next();) {
    if (left_out.count(Unescaped(each.name())) != 0 ||
        each.value().is_null()) {
      continue;
    }
    members.push_back(absl::StrCat(
        "\"", each.name().text, "\":", each.value().is_string() ? "\"" : "",
        each.value().text, each.value().is_string() ? "\"" : ""));
  }
  return absl::StrJoin(members, ",");
}

// What the Jetty of Confluent 8 does not take in a path.
bool IsRefusedInPaths(absl::string_view subject) {
  return std::any_of(subject.begin(), subject.end(), [](char c) {
    return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20 ||
           c == 0x7F;
  });
}

}  // namespace

FakeContent ContentOf(const std::vector<TestRecord>& records,
                      RegistryReplay* replay, Product product) {
  std::map<int64_t, const TestRecord*> by_offset;
  for (const TestRecord& record : records) {
    (void)replay->Apply(record.View());
    by_offset[record.offset] = &record;
  }
  FakeContent content;
  for (const auto& [subject, versions] : replay->state().subjects) {
    for (const auto& [number, version] : versions) {
      const TestRecord& record = *by_offset.at(version.offset);
      const absl::StatusOr<JsonScan> value = ScanJson(*record.value);
      SR_CHECK(value.ok());
      FakeSchema schema;
      std::set<std::string> left_out = {"subject", "version", "md5",
                                        "schemaType", "deleted", "offset",
                                        "ts"};
      if (product != Product::kConfluent) {
        left_out.insert({"metadata", "ruleSet"});
      }
      schema.members = MembersBut(value->value, left_out);
      schema.type = std::string(version.type());
      schema.deleted = version.deleted;
      if (version.md5().has_value()) schema.guid = GuidOf(*version.md5());
      schema.ts = version.timestamp;
      content.schemas[{subject, number}] = std::move(schema);
    }
  }
  for (const auto& [subject, config] : replay->state().configs) {
    const absl::StatusOr<JsonScan> value = ScanJson(config.json);
    SR_CHECK(value.ok());
    std::string members =
        MembersBut(value->value, {"subject", "offset", "ts"});
    if (!config.level.has_value()) {
      absl::StrAppend(&members, members.empty() ? "" : ",",
                      "\"compatibilityLevel\":\"BACKWARD\"");
    }
    if (product != Product::kConfluent) {
      members = absl::StrCat("\"compatibilityLevel\":",
                             Json(config.level.value_or("")));
    }
    content.configs[subject] = absl::StrCat("{", members, "}");
  }
  for (const auto& [subject, mode] : replay->state().modes) {
    if (mode.mode.has_value()) content.modes[subject] = *mode.mode;
  }
  for (const auto& [context, offset] : replay->state().contexts) {
    content.contexts.push_back(context);
  }
  return content;
}

FakeRegistry::FakeRegistry(Product product, std::string version)
    : product_(product), version_(std::move(version)) {
  server_ = std::make_unique<HttpServer>(
      [this](const HttpRequest& request) { return AnswerTo(request); });
}

void FakeRegistry::Hold(FakeContent content) {
  MutexLock lock(&mutex_);
  content_ = std::move(content);
}

FakeContent FakeRegistry::content() const {
  MutexLock lock(&mutex_);
  return content_;
}

void FakeRegistry::SetPageMax(size_t page_max) {
  MutexLock lock(&mutex_);
  page_max_ = page_max;
}

void FakeRegistry::SetMisbehaviour(Misbehave misbehave) {
  MutexLock lock(&mutex_);
  misbehave_ = std::move(misbehave);
}

bool FakeRegistry::IsConfluentSince(int major, int minor, int patch) const {
  if (product_ != Product::kConfluent) return false;
  const auto version =
      ConfluentVersion::Parse(version_.substr(0, version_.find('-')));
  return version.has_value() &&
         !(*version < ConfluentVersion{major, minor, patch});
}

HttpReply FakeRegistry::AnswerTo(const HttpRequest& request) const {
  Misbehave misbehave;
  {
    MutexLock lock(&mutex_);
    misbehave = misbehave_;
  }
  if (misbehave) {
    if (auto reply = misbehave(request)) return *std::move(reply);
  }
  if (request.method != "GET") return Error(405, 405, "not here");
  return Answer(request.target);
}

HttpReply FakeRegistry::Answer(const std::string& target) const {
  const std::pair<std::string, std::string> halves =
      absl::StrSplit(target, absl::MaxSplits('?', 1));
  const std::string& path = halves.first;
  const auto query = QueryOf(halves.second);
  const bool is_confluent = product_ == Product::kConfluent;
  const bool asks_for_deleted =
      query.count("deleted") != 0 && query.at("deleted") == "true";
  // Before 6.0 the lists have no such parameter.
  const bool deleted =
      asks_for_deleted && (!is_confluent || IsConfluentSince(6));
  MutexLock lock(&mutex_);
  if (path == "/v1/metadata/version" && IsConfluentSince(7, 0, 4)) {
    return {200, absl::StrCat("{\"version\":", Json(version_),
                              ",\"commitId\":\"0\"}")};
  }
  if (path == "/v1/metadata/id" && is_confluent) {
    return {200, R"({"scope":{"path":[],"clusters":{"kafka-cluster":"fake",)"
                 R"("schema-registry-cluster":"schema-registry"}}})"};
  }
  if (path == "/_health" && product_ == Product::kKarapace) {
    return {200, absl::StrCat("{\"karapace_version\":", Json(version_), "}")};
  }
  if (path == "/status/ready" && product_ == Product::kRedpanda) {
    return {200, "{}"};
  }
  if (path == "/schemas" &&
      (product_ == Product::kKarapace || IsConfluentSince(6, 1))) {
    return Listing(query);
  }
  if (path == "/subjects") return Subjects(deleted, query);
  if (path == "/contexts" && IsConfluentSince(7)) {
    std::vector<std::string> contexts = {"\".\""};
    for (const std::string& context : content_.contexts) {
      contexts.push_back(Json(context));
    }
    return Array(PageOf(contexts, query));
  }
  if (path == "/config" || absl::StartsWith(path, "/config/")) {
    return Setting(path, /*is_config=*/true);
  }
  if (path == "/mode" || absl::StartsWith(path, "/mode/")) {
    return Setting(path, /*is_config=*/false);
  }
  absl::string_view rest = path;
  if (absl::ConsumePrefix(&rest, "/subjects/")) {
    const std::vector<std::string> parts = absl::StrSplit(rest, '/');
    const std::string subject = Decoded(parts[0]);
    if (IsConfluentSince(8) && IsRefusedInPaths(subject)) {
      return {400, "<h1>Bad Message 400</h1><pre>reason: Bad Request</pre>"};
    }
    int32_t version = 0;
    if (parts.size() == 2) return Versions(subject, deleted, query);
    if (parts.size() == 3 && absl::SimpleAtoi(parts[2], &version)) {
      return Version(subject, version, asks_for_deleted);
    }
  }
  return Error(404, 404, "HTTP 404 Not Found");
}

std::string FakeRegistry::SchemaObject(const Name& name,
                                       const FakeSchema& schema,
                                       bool in_listing) const {
  std::string object = absl::StrCat("{\"subject\":", Json(name.first),
                                    ",\"version\":", name.second, ",",
                                    schema.members);
  const bool with_type =
      schema.type != "AVRO" || IsConfluentSince(8) ||
      (in_listing && product_ == Product::kKarapace);
  if (with_type) {
    absl::StrAppend(&object, ",\"schemaType\":", Json(schema.type));
  }
  if (in_listing && product_ == Product::kKarapace &&
      !absl::StrContains(schema.members, "\"references\":")) {
    object += ",\"references\":null";
  }
  if (IsConfluentSince(8)) {
    if (!schema.guid.empty()) {
      absl::StrAppend(&object, ",\"guid\":", Json(schema.guid));
    }
    if (schema.ts >= 0) absl::StrAppend(&object, ",\"ts\":", schema.ts);
    absl::StrAppend(&object, ",\"deleted\":", schema.deleted ? "true" : "false");
  }
  return object + "}";
}

HttpReply FakeRegistry::Listing(
    const std::map<std::string, std::string>& query) const {
  const auto is_true = [&query](const char* name) {
    const auto found = query.find(name);
    return found != query.end() && found->second == "true";
  };
  const bool with_deleted =
      product_ == Product::kKarapace ? !is_true("deleted") : is_true("deleted");
  std::vector<Name> names;
  for (const auto& [name, schema] : content_.schemas) {
    if (schema.deleted && !with_deleted) continue;
    const auto prefix = query.find("subjectPrefix");
    if (IsConfluentSince(7) &&
        (prefix == query.end() || prefix->second != ":*:") &&
        !ParseSubject(name.first).in_default_context()) {
      continue;
    }
    names.push_back(name);
  }
  std::sort(names.begin(), names.end(), [](const Name& a, const Name& b) {
    return a.first != b.first ? Utf16Less(a.first, b.first)
                              : a.second < b.second;
  });
  size_t offset = 0;
  size_t limit = names.size();
  if (product_ == Product::kConfluent) {
    const auto number = [&query](const char* name, int64_t otherwise) {
      const auto found = query.find(name);
      int64_t value = otherwise;
      if (found != query.end()) (void)absl::SimpleAtoi(found->second, &value);
      return value;
    };
    offset = static_cast<size_t>(std::max<int64_t>(0, number("offset", 0)));
    const int64_t asked = number("limit", 1000);
    const auto most = static_cast<int64_t>(page_max_);
    limit = static_cast<size_t>(asked < 1 || asked > most ? most : asked);
  }
  std::vector<std::string> objects;
  for (size_t i = offset; i < names.size() && objects.size() < limit; ++i) {
    objects.push_back(
        SchemaObject(names[i], content_.schemas.at(names[i]), true));
  }
  return Array(objects);
}

// Since 8.0 the lists of names have pages as well.
std::vector<std::string> FakeRegistry::PageOf(
    const std::vector<std::string>& all,
    const std::map<std::string, std::string>& query) const {
  if (!IsConfluentSince(8)) return all;
  const auto number = [&query](const char* name, size_t otherwise) {
    const auto found = query.find(name);
    size_t value = otherwise;
    if (found != query.end()) (void)absl::SimpleAtoi(found->second, &value);
    return value;
  };
  const size_t begin = std::min(number("offset", 0), all.size());
  const size_t count =
      std::min({number("limit", page_max_), page_max_, all.size() - begin});
  const auto from = all.begin() + static_cast<std::ptrdiff_t>(begin);
  return {from, from + static_cast<std::ptrdiff_t>(count)};
}

HttpReply FakeRegistry::Subjects(
    bool deleted, const std::map<std::string, std::string>& query) const {
  std::set<std::string> subjects;
  for (const auto& [name, schema] : content_.schemas) {
    if (deleted || !schema.deleted) subjects.insert(name.first);
  }
  if (product_ == Product::kKarapace && deleted) {
    for (const auto& [subject, config] : content_.configs) {
      if (!subject.empty()) subjects.insert(subject);
    }
  }
  std::vector<std::string> sorted(subjects.begin(), subjects.end());
  std::sort(sorted.begin(), sorted.end(), Utf16Less);
  for (std::string& subject : sorted) subject = Json(subject);
  return Array(PageOf(sorted, query));
}

HttpReply FakeRegistry::Versions(
    const std::string& subject, bool deleted,
    const std::map<std::string, std::string>& query) const {
  std::vector<std::string> versions;
  for (const auto& [name, schema] : content_.schemas) {
    if (name.first == subject && (deleted || !schema.deleted)) {
      versions.push_back(absl::StrCat(name.second));
    }
  }
  if (versions.empty()) {
    return Error(404, 40401, absl::StrCat("Subject '", subject, "' not found."));
  }
  return Array(PageOf(versions, query));
}

HttpReply FakeRegistry::Version(const std::string& subject, int32_t version,
                                bool deleted) const {
  const auto found = content_.schemas.find({subject, version});
  if (found == content_.schemas.end() || (found->second.deleted && !deleted)) {
    return Error(404, 40402, "Version not found.");
  }
  return {200, SchemaObject(found->first, found->second, false)};
}

HttpReply FakeRegistry::Setting(const std::string& path, bool is_config) const {
  absl::string_view rest = path;
  (void)absl::ConsumePrefix(&rest, is_config ? "/config" : "/mode");
  (void)absl::ConsumePrefix(&rest, "/");
  const std::string subject = Decoded(rest);
  if (IsConfluentSince(8) && IsRefusedInPaths(subject)) {
    return {400, "<h1>Bad Message 400</h1><pre>reason: Bad Request</pre>"};
  }
  const auto& settings = is_config ? content_.configs : content_.modes;
  const auto found = settings.find(subject);
  if (found != settings.end()) {
    return {200, is_config ? found->second
                           : absl::StrCat("{\"mode\":", Json(found->second),
                                          "}")};
  }
  if (subject.empty() ||
      (!is_config && IsConfluentSince(8) &&
       subject == absl::StrCat(":", kGlobalContext, ":"))) {
    return {200, is_config ? R"({"compatibilityLevel":"BACKWARD"})"
                           : R"({"mode":"READWRITE"})"};
  }
  return is_config
             ? Error(404, 40408,
                     absl::StrCat("Subject '", subject,
                                  "' does not have subject-level compatibility "
                                  "configured"))
             : Error(404, 40409,
                     absl::StrCat("Subject '", subject,
                                  "' does not have subject-level mode "
                                  "configured"));
}

}  // namespace sr
