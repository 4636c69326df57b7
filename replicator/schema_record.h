// The records of one version of a subject, as far as a topic and a copy still have
// them: what a version that was deleted is brought back from.
#ifndef REPLICATOR_SCHEMA_RECORD_H_
#define REPLICATOR_SCHEMA_RECORD_H_

#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "core/base/digests.h"
#include "core/record/record.h"
#include "core/schemas/encode.h"
#include "core/schemas/key.h"
#include "core/schemas/value.h"

namespace sr {

// A subject in its normal form, and a version.
using VersionName = std::pair<std::string, int32_t>;

struct SchemaRecord {
  std::string key;  // Of the latest record, tombstones among them.
  std::string value;  // Of the last one with a schema; of those not deleted, if any.
  bool deleted = false;  // That one says so.
  int32_t id = 0;
  int64_t timestamp = -1;
  int64_t offset = -1;
  std::string copy;  // Where it was found.
};

// What a value says of the schema, for telling whether an id stands for the same.
struct SchemaContent {
  Digest128 text;
  std::string type;
  std::vector<SchemaReference> references;
};

// The subject and version of a SCHEMA key that was decoded without a problem, in the
// form that states have.
VersionName VersionOf(const DecodedKey& key, Product product);

// Takes `record`, a later one of the same version, into account; its key has been
// decoded. A value that is no schema counts as none.
void AddRecord(const Record& record, const std::string& copy,
               SchemaRecord* schema);

SchemaContent ContentOf(const SchemaRecord& schema);

// What `schema` is appended as, in the bytes of `writer`: its own, where they say
// what is wanted. A Redpanda's key loses seq and node.
std::string KeyFor(const SchemaRecord& schema, const RecordWriter& writer);
std::string ValueFor(const SchemaRecord& schema, bool deleted,
                     const RecordWriter& writer);

}  // namespace sr

#endif  // REPLICATOR_SCHEMA_RECORD_H_
