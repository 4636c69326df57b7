// What a registry's answers say.
#ifndef CORE_REGISTRY_REGISTRY_ANSWER_H_
#define CORE_REGISTRY_REGISTRY_ANSWER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/json/json_scanner.h"
#include "core/registry/http_client.h"
#include "core/schemas/content_hash.h"
#include "core/schemas/registry_state.h"
#include "core/schemas/value.h"

namespace sr {

// The error that an answer other than 200 is: PermissionDenied, Unauthenticated,
// NotFound, Unavailable (429, 5xx), else FailedPrecondition; the message begins
// with `what` and has the registry's own error_code and message, cut.
absl::Status StatusOfAnswer(absl::string_view what, const HttpAnswer& answer);

// A schema as REST shows it. Borrows from the answer.
struct AnsweredSchema {
  absl::string_view json;           // All of it.
  SchemaValue value;                // With subject, version and id.
  std::optional<Digest128> guid;    // Since Confluent 8.0.
};

// InvalidArgument if `object` is none, or lacks one of the three.
absl::StatusOr<AnsweredSchema> ReadSchema(const JsonSpan& object);

// As of a topic's record, with digests at `level`; md5 is the guid, the timestamp
// ts.
SchemaVersion VersionOf(const AnsweredSchema& schema, TextLevel level);

// The values of an array; InvalidArgument if `body` is none, or is not of strings
// or of whole numbers above 0.
absl::StatusOr<std::vector<std::string>> ReadNames(absl::string_view body);
absl::StatusOr<std::vector<int32_t>> ReadVersions(absl::string_view body);

// The answers of /config and /mode.
absl::StatusOr<SubjectConfig> ReadConfig(absl::string_view body);
absl::StatusOr<SubjectMode> ReadMode(absl::string_view body);

}  // namespace sr

#endif  // CORE_REGISTRY_REGISTRY_ANSWER_H_
