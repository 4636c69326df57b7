// A `_schemas` topic as a Confluent registry of version 8 would have written
// it: the same records at every call, for demonstrations, tests and benches.
//
// Every key type occurs, with and without tombstones; schemas are Avro,
// Protobuf and JSON, some refer to others, some versions and subjects are
// deleted softly or for good, one subject was imported, there are contexts. The
// history is consistent: a registry replays it without a complaint.
#ifndef TESTS_SUPPORT_SAMPLE_SAMPLE_SCHEMAS_H_
#define TESTS_SUPPORT_SAMPLE_SAMPLE_SCHEMAS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sr {

struct SampleRecord {
  std::string key;
  std::optional<std::string> value;  // nullopt: a tombstone, or a NOOP.
  int64_t timestamp_ms = 0;          // CreateTime; never falls.
};

// Returns more than 1,000 records, less than 4 MiB in all, in the order of
// their offsets.
std::vector<SampleRecord> SampleSchemas();

}  // namespace sr

#endif  // TESTS_SUPPORT_SAMPLE_SAMPLE_SCHEMAS_H_
