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
#include "verifier/checks/modelled_topic.h"

namespace sr {

// One thread.
class RegistryContent {
 public:
  explicit RegistryContent(const ProductChoice& choice = {})
      : topic_(choice, /*with_hash=*/true) {}

  void Add(const RecordBatch& batch);

  // Everything is known. To be called once, before what follows.
  void Finish();

  // Name and value of each line.
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

  const RegistryState& state() const { return topic_.model().replay->state(); }

  ModelledTopic topic_;
};

}  // namespace sr

#endif  // VERIFIER_REGISTRY_CONTENT_H_
