// The replay level: one key in memory under several byte forms.
//
// Kafka compacts by bytes, registries by what the bytes mean. A key that was
// written in the forms of several versions, or of several products, stands in
// the topic once for each form; when the tombstone of one form expires, the
// value under another form is live again (spec §0.1, §8.3 18b to 19).
#ifndef VERIFIER_CHECKS_KEY_TWINS_H_
#define VERIFIER_CHECKS_KEY_TWINS_H_

#include <cstdint>

#include "absl/container/flat_hash_map.h"
#include "absl/container/inlined_vector.h"
#include "core/schemas/key.h"
#include "verifier/checks/finding_sink.h"

namespace sr {

// One thread. About 60 bytes for each key that is in the topic.
class KeyTwins {
 public:
  // Only keys that can be read; offsets rise. A value that a registry skips is
  // as none: it brings nothing back.
  void Add(const CheckedRecord& checked);

  // Adds what was found. Keys with Redpanda's seq and node are each the only
  // one of their form by design, and are not looked at.
  void Report(FindingSink* sink) const;

 private:
  // The last record of one byte form.
  struct Form {
    uint64_t bytes = 0;  // A digest of the key's bytes.
    int64_t offset = 0;
    bool has_value = false;
  };
  struct Logical {
    KeyType type = KeyType::kNoop;
    bool is_global = false;
    absl::InlinedVector<Form, 1> forms;
  };

  void ReportTwins(const Logical& logical, FindingSink* sink) const;

  absl::flat_hash_map<uint64_t, Logical> keys_;  // By a digest of LogicalKey.
};

}  // namespace sr

#endif  // VERIFIER_CHECKS_KEY_TWINS_H_
