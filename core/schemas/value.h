// Values of `_schemas`: what they say and whether a Confluent registry can read
// them.
#ifndef CORE_SCHEMAS_VALUE_H_
#define CORE_SCHEMAS_VALUE_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "core/base/digests.h"
#include "core/json/json_scanner.h"
#include "core/record/record.h"

namespace sr {

// What keeps a value from being read. Absent values have none.
enum class ValueProblem {
  kNone,
  kEmpty,        // Zero bytes: how Karapace deletes.
  kNotJson,      // Also: not UTF-8, nested too deep.
  kNotAnObject,  // JSON null is none of these: see is_null.
  kMember,       // One of a type that cannot be taken as what it should be.
  kEnum,         // A name that no version knows.
};

// A few words, for people.
absl::string_view Describe(ValueProblem problem);

struct SchemaReference {
  std::string name;
  std::string subject;
  int32_t version = 0;

  friend bool operator==(const SchemaReference& a, const SchemaReference& b) {
    return a.name == b.name && a.subject == b.subject && a.version == b.version;
  }
};

// The outcome of reading any value. Strings are unescaped and own their bytes;
// spans borrow from the record.
struct DecodedValue {
  ValueProblem problem = ValueProblem::kNone;
  std::string detail;  // With a problem: which member, or what the reader says.
  bool is_null = false;          // No value, or the JSON literal null.
  bool is_literal_null = false;  // The latter.
  bool has_bom = false;
  bool is_lax = false;       // Space, trailing bytes, or a member given twice.
  std::string extra_member;  // The first that no version writes; "" if none.
};

// SCHEMA. nullopt: absent or null.
struct SchemaValue : DecodedValue {
  std::optional<std::string> subject;
  std::optional<int32_t> version;
  std::optional<int32_t> id;
  std::optional<std::string> md5;
  std::optional<std::string> schema_type;  // As written.
  std::vector<SchemaReference> references;
  std::optional<JsonSpan> metadata;
  std::optional<JsonSpan> rule_set;
  std::optional<JsonSpan> schema;  // Of kind kString, still escaped.
  // Where `schema` is a number or boolean, which Jackson takes as text, the
  // text that the span is of.
  std::optional<bool> deleted;
  std::optional<int64_t> offset;
  std::optional<int64_t> ts;

  // "AVRO" if there is none.
  absl::string_view type() const;
};

// CONFIG.
struct ConfigValue : DecodedValue {
  std::optional<std::string> subject;
  std::optional<std::string> alias;
  std::optional<std::string> compatibility_level;
  std::optional<JsonSpan> object;  // The whole, for all the rest.
};

// MODE.
struct ModeValue : DecodedValue {
  std::optional<std::string> subject;
  std::optional<std::string> mode;
};

// DELETE_SUBJECT, CLEAR_SUBJECT.
struct SubjectValue : DecodedValue {
  std::optional<std::string> subject;
  std::optional<int32_t> version;  // Of DELETE_SUBJECT.
};

// CONTEXT.
struct ContextValue : DecodedValue {
  std::optional<std::string> tenant;
  std::optional<std::string> context;
};

// ASSOC.
struct AssociationValue : DecodedValue {
  std::optional<std::string> guid;
  std::optional<std::string> tenant;
  std::optional<std::string> resource_name;
  std::optional<std::string> resource_namespace;
  std::optional<std::string> resource_id;
  std::optional<std::string> resource_type;
  std::optional<std::string> association_type;
  std::optional<std::string> subject;
  std::optional<std::string> lifecycle;
  std::optional<bool> frozen;
};

// Each reads `value` as Confluent 8 does. Any bytes are fine. Spans live as
// long as the bytes of `value`. Source: spec/schemas-topic-format.md §3, §5.2.
// Any thread.
SchemaValue DecodeSchemaValue(const Bytes& value);
// Same, into *decoded, whatever was in it, using the memory of its strings.
void DecodeSchemaValue(const Bytes& value, SchemaValue* decoded);
ConfigValue DecodeConfigValue(const Bytes& value);
ModeValue DecodeModeValue(const Bytes& value);
SubjectValue DecodeSubjectValue(const Bytes& value);
ContextValue DecodeContextValue(const Bytes& value);
AssociationValue DecodeAssociationValue(const Bytes& value);

// Whether `level` is one of the seven compatibility levels, in upper case.
bool IsCompatibilityLevel(absl::string_view level);

// A digest of what a schema's text says, however it is escaped.
Digest128 TextDigest(const JsonSpan& text);

}  // namespace sr

#endif  // CORE_SCHEMAS_VALUE_H_
