// The replay level: what stands in the topic for each key, by bytes and by
// meaning.
//
// Kafka compacts by bytes, registries by what the bytes mean. A key that was
// written in the forms of several versions, or of several products, stands in
// the topic once for each form; when the tombstone of one form expires, the
// value under another form is live again (spec §0.1, §8.3 18b to 19). And a
// record that a registry does not take leaves the one before it in force, until
// compaction, which knows nothing of that, removes it (spec §5.4, §8.7 60).
#ifndef VERIFIER_CHECKS_KEY_HISTORY_H_
#define VERIFIER_CHECKS_KEY_HISTORY_H_

#include <cstdint>
#include <optional>

#include "absl/container/flat_hash_map.h"
#include "absl/container/inlined_vector.h"
#include "core/schemas/key.h"
#include "verifier/checks/finding_sink.h"

namespace sr {

// One thread. Some 40 bytes for each key that is in the topic.
class KeyHistory {
 public:
  // Only keys that can be read; offsets rise.
  void Add(const CheckedRecord& checked);

  // Adds what was found. Keys with Redpanda's seq and node are each the only
  // one of their form by design, and are not looked at.
  void Report(FindingSink* sink) const;

 private:
  // What one byte form last said.
  struct Form {
    uint64_t bytes = 0;  // A digest of the key's bytes.
    int64_t offset = 0;  // Of its last record.
    // Of its last record that the registry took; -1: none.
    int64_t taken_offset = -1;
    bool taken_has_value = false;
  };
  struct Logical {
    KeyType type = KeyType::kNoop;
    bool is_global = false;
    absl::InlinedVector<Form, 1> forms;
  };

  static void ReportTwins(const Logical& logical, FindingSink* sink);
  static void ReportDivergence(const Logical& logical, FindingSink* sink);

  // A key with one form, whose last record the registry took: nearly all.
  struct Plain {
    uint64_t bytes = 0;  // As Form.
    uint64_t offset : 48 = 0;
    uint64_t type : 8 = 0;
    uint64_t is_global : 1 = 0;
    uint64_t has_value : 1 = 0;
  };
  static constexpr int64_t kPlainOffsetMax = (int64_t{1} << 48) - 1;

  static Logical LogicalOf(const Plain& plain);
  static void AddTo(Logical* logical, uint64_t bytes,
                    const CheckedRecord& checked, bool is_taken);

  // By LogicalKeyDigest; a key is in one of them.
  absl::flat_hash_map<uint64_t, Plain> plain_;
  absl::flat_hash_map<uint64_t, Logical> keys_;
};

}  // namespace sr

#endif  // VERIFIER_CHECKS_KEY_HISTORY_H_
