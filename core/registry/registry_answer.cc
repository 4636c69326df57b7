#include "core/registry/registry_answer.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "core/base/status_macros.h"
#include "core/base/text.h"
#include "core/schemas/members.h"
#include "core/schemas/rules.h"

namespace sr {
namespace {

absl::StatusCode CodeOf(int status) {
  if (status == 401) return absl::StatusCode::kUnauthenticated;
  if (status == 403) return absl::StatusCode::kPermissionDenied;
  if (status == 404) return absl::StatusCode::kNotFound;
  if (status == 429 || status >= 500) return absl::StatusCode::kUnavailable;
  return absl::StatusCode::kFailedPrecondition;
}

absl::StatusOr<JsonSpan> Whole(absl::string_view body, JsonKind kind) {
  const absl::StatusOr<JsonScan> scan = ScanJson(body);
  if (!scan.ok()) return scan.status();
  if (scan->has_trailing) {
    return absl::InvalidArgumentError("bytes behind the JSON");
  }
  if (scan->value.kind != kind) {
    return absl::InvalidArgumentError(kind == JsonKind::kArray
                                          ? "JSON, but no array"
                                          : "JSON, but no object");
  }
  return scan->value;
}

std::optional<Digest128> DigestOfGuid(const JsonSpan& guid) {
  const absl::StatusOr<Digest128> digest =
      DigestFromHex(absl::StrReplaceAll(TextOf(guid), {{"-", ""}}));
  if (!digest.ok()) return std::nullopt;
  return *digest;
}

}  // namespace

absl::Status StatusOfAnswer(absl::string_view what, const HttpAnswer& answer) {
  std::string said;
  const absl::StatusOr<JsonScan> scan = ScanJson(answer.body);
  if (scan.ok()) {
    for (const char* name : {"error_code", "message"}) {
      if (const auto member = MemberOf(scan->value, name)) {
        absl::StrAppend(&said, " ", Excerpt(TextOf(*member)));
      }
    }
  }
  return absl::Status(
      CodeOf(answer.status),
      absl::StrCat(what, ": HTTP ", answer.status, said));
}

absl::StatusOr<AnsweredSchema> ReadSchema(const JsonSpan& object) {
  if (!object.is_object()) {
    return absl::InvalidArgumentError("JSON, but no object");
  }
  AnsweredSchema schema;
  schema.json = object.text;
  DecodeSchemaValue(Bytes(object.text), &schema.value);
  const SchemaValue& value = schema.value;
  if (value.problem != ValueProblem::kNone) {
    return absl::InvalidArgumentError(
        absl::StrCat(Describe(value.problem), " ", value.detail));
  }
  if (!value.subject.has_value() || !value.version.has_value() ||
      !value.id.has_value()) {
    return absl::InvalidArgumentError("no subject, version or id");
  }
  if (const auto guid = MemberOf(object, "guid")) {
    schema.guid = DigestOfGuid(*guid);
  }
  return schema;
}

SchemaVersion VersionOf(const AnsweredSchema& schema, TextLevel level) {
  const SchemaValue& value = schema.value;
  SchemaVersion version;
  version.id = *value.id;
  version.deleted = value.deleted.value_or(false);
  version.encrypted = IsEncrypted(value);
  version.set_type(value.type());
  version.text =
      TextDigest(value.schema.value_or(JsonSpan{JsonKind::kString, ""}));
  version.set_references(value.references);
  version.timestamp = value.ts.value_or(-1);
  if (schema.guid.has_value()) version.set_md5(*schema.guid);
  version.set_digests(DigestsOf(value, level));
  return version;
}

absl::StatusOr<std::vector<std::string>> ReadNames(absl::string_view body) {
  ASSIGN_OR_RETURN(const JsonSpan array, Whole(body, JsonKind::kArray));
  std::vector<std::string> names;
  for (JsonElements each(array); each.Next();) {
    if (!each.value().is_string()) {
      return absl::InvalidArgumentError("an array, but not of names");
    }
    names.push_back(Unescaped(each.value()));
  }
  return names;
}

absl::StatusOr<std::vector<int32_t>> ReadVersions(absl::string_view body) {
  ASSIGN_OR_RETURN(const JsonSpan array, Whole(body, JsonKind::kArray));
  std::vector<int32_t> versions;
  for (JsonElements each(array); each.Next();) {
    int32_t version = 0;
    if (each.value().kind != JsonKind::kNumber ||
        !absl::SimpleAtoi(each.value().text, &version) || version < 1) {
      return absl::InvalidArgumentError("an array, but not of versions");
    }
    versions.push_back(version);
  }
  return versions;
}

absl::StatusOr<SubjectConfig> ReadConfig(absl::string_view body) {
  ASSIGN_OR_RETURN(const JsonSpan object, Whole(body, JsonKind::kObject));
  SubjectConfig config;
  config.json = std::string(object.text);
  if (const auto level = MemberOf(object, "compatibilityLevel")) {
    config.level = TextOf(*level);
  }
  if (const auto alias = MemberOf(object, "alias")) {
    config.alias = TextOf(*alias);
  }
  return config;
}

absl::StatusOr<SubjectMode> ReadMode(absl::string_view body) {
  ASSIGN_OR_RETURN(const JsonSpan object, Whole(body, JsonKind::kObject));
  SubjectMode mode;
  const auto name = MemberOf(object, "mode");
  if (!name.has_value() || !name->is_string()) {
    return absl::InvalidArgumentError("an object without a mode");
  }
  mode.mode = TextOf(*name);
  return mode;
}

}  // namespace sr
