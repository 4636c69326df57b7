#include "replicator/schema_record.h"

#include <utility>

#include "core/schemas/subject.h"

namespace sr {
namespace {

// False if it is none, or cannot be read.
bool IsSchema(const SchemaValue& value) {
  return value.problem == ValueProblem::kNone && !value.is_null &&
         value.subject.has_value() && value.version.has_value() &&
         value.id.has_value() && value.schema.has_value();
}

}  // namespace

VersionName VersionOf(const DecodedKey& key, Product product) {
  const std::string subject = key.key.subject.value_or("");
  return {product == Product::kConfluent ? NormalSubject(subject) : subject,
          key.key.version};
}

void AddRecord(const Record& record, const std::string& copy,
               SchemaRecord* schema) {
  schema->key = std::string(record.key.value_or(""));
  const SchemaValue value = DecodeSchemaValue(record.value);
  if (!IsSchema(value)) return;
  const bool deleted = value.deleted.value_or(false);
  // One that says that it is deleted says nothing else that is new.
  if (deleted && !schema->value.empty() && schema->id == *value.id) return;
  schema->value = std::string(*record.value);
  schema->deleted = deleted;
  schema->id = *value.id;
  schema->timestamp = record.timestamp;
  schema->offset = record.offset;
  schema->copy = copy;
}

SchemaContent ContentOf(const SchemaRecord& schema) {
  const SchemaValue value = DecodeSchemaValue(Bytes(schema.value));
  return {TextDigest(*value.schema), std::string(value.type()),
          value.references};
}

std::string KeyFor(const SchemaRecord& schema, const RecordWriter& writer) {
  DecodedKey key;
  DecodeKey(Bytes(schema.key), &key);
  if (!key.key.seq.has_value()) return schema.key;
  RecordWriter stripped = writer;
  stripped.redpanda_seq = false;
  return EncodeKey(key.key, stripped);
}

std::string ValueFor(const SchemaRecord& schema, bool deleted,
                     const RecordWriter& writer) {
  if (schema.deleted == deleted) return schema.value;
  SchemaValue value = DecodeSchemaValue(Bytes(schema.value));
  value.deleted = deleted;
  return EncodeSchemaValue(value, writer);
}

}  // namespace sr
