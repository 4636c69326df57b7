// Keys of `_schemas`: what they say, how they are written, and what is wrong
// with them.
#ifndef CORE_SCHEMAS_KEY_H_
#define CORE_SCHEMAS_KEY_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "core/record/record.h"

namespace sr {

enum class KeyType {
  kSchema,
  kConfig,
  kMode,
  kDeleteSubject,
  kClearSubject,
  kNoop,
  kContext,
  kAssociation,
};

// "SCHEMA", "CONFIG", ...: as in the topic.
absl::string_view NameOf(KeyType type);

// What keeps a key from being read; the first that applies. Every product reads
// kNone; what each does with the others is in its replay.
enum class KeyProblem {
  kNone,
  kNull,      // No key at all.
  kEmpty,     // Zero bytes.
  kNotJson,   // Also: not UTF-8, nested too deep.
  kJsonNull,  // The four bytes `null`.
  kNotAnObject,
  kKeytypeMissing,  // Or null.
  kKeytypeNotAString,
  kKeytypeUnknown,  // Also in another case.
  kMember,          // One of a type that cannot be taken as what it should be,
                    // a version beyond 32 bits, an ASSOC without a part.
  kMagic,           // SCHEMA with a magic other than 0 and 1.
};

// A few words, for people: "not JSON".
absl::string_view Describe(KeyProblem problem);

struct RegistryKey {
  KeyType type = KeyType::kNoop;
  // As written, unescaped. nullopt: absent or null, which is global for CONFIG,
  // MODE and CLEAR_SUBJECT.
  std::optional<std::string> subject;
  int32_t version = 0;  // Of SCHEMA; 0 if absent.
  int32_t magic = 0;    // Absent: 1 for SCHEMA, else 0.
  // CONTEXT and ASSOC.
  std::string tenant;
  std::string context;
  std::string resource_name;
  std::string resource_namespace;
  std::string resource_type;
  std::string association_type;
  // Redpanda's.
  std::optional<int64_t> seq;
  std::optional<int64_t> node;
};

// The order of members and what is left out, which make other bytes of the same
// key (spec §2.2).
enum class KeyForm {
  kKeytypeFirst,  // 5.3 and later; Karapace; Redpanda.
  kKeytypeLast,   // Before 5.3; Karapace before 3.3.2.
  kOther,
};

struct DecodedKey {
  KeyProblem problem = KeyProblem::kNone;
  std::string detail;  // With a problem: what the reader says, in a few words.
  RegistryKey key;     // As far as it could be read.

  KeyForm form = KeyForm::kKeytypeFirst;
  bool subject_is_null = false;     // Written as `"subject":null`.
  bool subject_is_escaped = false;  // By other escapes than Jackson's.
  bool has_bom = false;
  bool is_lax = false;       // Space, trailing bytes or a member given twice.
  std::string extra_member;  // The first that no product writes; "" if none.
};

// Reads `key` as Confluent does (since 6.0.3, 6.1.2 and 6.2.0; older ones
// refuse members they do not know). Any bytes are fine. Any thread.
DecodedKey DecodeKey(const Bytes& key);
// Same, into *decoded, whatever was in it: for many keys one after the other,
// since the memory of the subject is used again.
void DecodeKey(const Bytes& key, DecodedKey* decoded);

// The key of a record in memory: what Confluent takes for the same whatever the
// bytes are. Type, normal subject, version; context and association in full.
std::string LogicalKey(const RegistryKey& key);

// A digest of LogicalKey, cheaper to have.
uint64_t LogicalKeyDigest(const RegistryKey& key);

}  // namespace sr

#endif  // CORE_SCHEMAS_KEY_H_
