// Just enough of a schema registry to write a plausible topic: it gives out
// ids and versions and turns each request into the records that a Confluent
// registry of version 8 appends for it, members in its order.
#ifndef TESTS_SUPPORT_SAMPLE_SAMPLE_REGISTRY_H_
#define TESTS_SUPPORT_SAMPLE_SAMPLE_REGISTRY_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/sample/sample_schemas.h"

namespace sr {

struct SampleReference {
  std::string name;
  std::string subject;
  int version = 1;
};

struct SampleSchema {
  std::string type;  // AVRO, PROTOBUF, JSON
  std::string text;
  std::vector<SampleReference> references;
  std::string owner;  // A metadata property; empty: no metadata.
};

// Subjects are plain or ":.context:name", without characters that JSON escapes.
class SampleRegistry {
 public:
  // Records are `step_ms` apart from `start_ms` on, unless Wait is called.
  SampleRegistry(int64_t start_ms, int64_t step_ms)
      : now_ms_(start_ms), step_ms_(step_ms) {}

  void Wait(int64_t ms) { now_ms_ += ms; }

  // What an elected leader writes first.
  void Noop();

  // `subject` empty: global.
  void SetCompatibility(const std::string& subject, const std::string& level);
  void DeleteCompatibility(const std::string& subject);
  void SetMode(const std::string& subject, const std::string& mode);
  void DeleteMode(const std::string& subject);

  // Adds a version, with the id of an equal schema of the same context if there
  // is one, and the CONTEXT record of a context not seen before.
  void Register(const std::string& subject, const SampleSchema& schema);

  void SoftDeleteVersion(const std::string& subject, int version);
  // Only what was deleted softly before.
  void HardDeleteVersion(const std::string& subject, int version);
  void SoftDeleteSubject(const std::string& subject);
  void HardDeleteSubject(const std::string& subject);

  // As PUT /mode/{subject} IMPORT: what was deleted softly goes for good.
  void EnterImport(const std::string& subject);

  void DeleteContext(const std::string& context);

  // Ties `subject` to the topic `resource`.
  void Associate(const std::string& resource, const std::string& subject);
  void Dissociate(const std::string& resource, const std::string& subject);

  std::vector<SampleRecord> TakeRecords() { return std::move(records_); }

 private:
  struct Version {
    int id = 0;
    SampleSchema schema;
    bool deleted = false;
  };

  void Append(std::string key, std::optional<std::string> value);
  void AppendVersion(const std::string& subject, int number,
                     const Version& version);
  int IdFor(const std::string& context, const SampleSchema& schema);
  std::string AssociationKey(const std::string& resource,
                             const std::string& subject) const;

  int64_t now_ms_;
  const int64_t step_ms_;
  std::vector<SampleRecord> records_;
  std::map<std::string, std::map<int, Version>> subjects_;
  std::map<std::string, int> last_version_;
  // Context to (schema text and owner) to id.
  std::map<std::string, std::map<std::string, int>> ids_;
  int associations_ = 0;
};

}  // namespace sr

#endif  // TESTS_SUPPORT_SAMPLE_SAMPLE_REGISTRY_H_
