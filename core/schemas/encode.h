// Writes keys and values as each registry writes them, byte for byte: compaction
// knows keys by their bytes, so a record that is put back under other bytes is
// another record (spec §2).
#ifndef CORE_SCHEMAS_ENCODE_H_
#define CORE_SCHEMAS_ENCODE_H_

#include <cstdint>
#include <optional>
#include <string>

#include "core/schemas/confluent_version.h"
#include "core/schemas/key.h"
#include "core/schemas/product.h"
#include "core/schemas/value.h"

namespace sr {

// The registry that a record is to be from.
struct RecordWriter {
  Product product = Product::kConfluent;
  ConfluentVersion confluent_version;
  // From 5.1 on Karapace has another JSON library: 6 stands for those, 5 for the
  // ones before.
  int karapace_major = 6;
  // Of Karapace: the keys it wrote before 3.3.2, which it goes back to for good
  // once it has read a key of another form (spec §2.4).
  bool karapace_old_keys = false;
  // Of Redpanda: keys have seq and node. It reads keys without as well, of whatever
  // offset (spec §7.1).
  bool redpanda_seq = true;
};

// The key of `key`, whatever form it was read in; magic is 1 of SCHEMA, 0 of
// the rest. Redpanda's have seq and node, 0 if `key` has none. A type that the
// writer does not have is written in Confluent's form. Source: spec §2.2, §13.
// Any thread.
std::string EncodeKey(const RegistryKey& key, const RecordWriter& writer);

// The value of `schema`, which was decoded without a problem and has a subject,
// a version, an id and a text. What the writer does not have is left out: md5,
// metadata and ruleSet by all but Confluent (a Redpanda of 2025 has the former, and
// is not written here). Not written are offset and ts, which only a leader that
// takes an update back writes. The text of Avro and JSON stands
// as it is, not as Karapace and Redpanda would print it anew. Source: spec §3.1.
std::string EncodeSchemaValue(const SchemaValue& schema,
                              const RecordWriter& writer);

// `subject` is that of the key, nullopt for the global one. Source: spec §3.2.
std::string EncodeConfigValue(const std::optional<std::string>& subject,
                              const ConfigValue& config,
                              const RecordWriter& writer);

// Source: spec §3.3.
std::string EncodeModeValue(const std::optional<std::string>& subject,
                            const std::string& mode,
                            const RecordWriter& writer);

// Source: spec §3.4.
std::string EncodeDeleteSubjectValue(const std::string& subject,
                                     int32_t version,
                                     const RecordWriter& writer);

// Confluent only. Source: spec §3.5, §3.6.
std::string EncodeClearSubjectValue(const std::optional<std::string>& subject,
                                    const RecordWriter& writer);
std::string EncodeContextValue(const std::string& tenant,
                               const std::string& context);

}  // namespace sr

#endif  // CORE_SCHEMAS_ENCODE_H_
