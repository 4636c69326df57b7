// What a registry would hold after reading a copy, in numbers: for `describe`.
#ifndef VERIFIER_REGISTRY_CONTENT_H_
#define VERIFIER_REGISTRY_CONTENT_H_

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/json/json_writer.h"
#include "core/record/record.h"
#include "core/schemas/confluent_replay.h"
#include "core/schemas/writer_marks.h"

namespace sr {

// One thread.
class RegistryContent {
 public:
  RegistryContent();

  void Add(const RecordBatch& batch);

  // Name and value of each line. Beyond who wrote the topic, only where that is
  // Confluent, whose replay is modelled.
  std::vector<std::pair<std::string, std::string>> Lines() const;

  // The same as members of an object that is open.
  void Write(JsonWriter* json) const;

 private:
  struct Counts {
    int64_t live = 0;
    int64_t deleted = 0;
    std::map<std::string, int64_t> by_type;  // Live and deleted.
  };
  Counts Count() const;

  WriterMarks marks_;
  ConfluentReplay replay_;
};

}  // namespace sr

#endif  // VERIFIER_REGISTRY_CONTENT_H_
