// The schema level: does each schema's text parse as what it claims to be, and
// is there all that it uses?
#ifndef VERIFIER_CHECKS_PARSED_TEXTS_H_
#define VERIFIER_CHECKS_PARSED_TEXTS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "core/base/digests.h"
#include "core/parsers/parsed_schema.h"
#include "core/schemas/registry_state.h"
#include "core/schemas/value.h"
#include "verifier/checks/finding_sink.h"

namespace sr {

// Parses each distinct text once, when it is first seen, and keeps what came of
// it, not the text: some forty bytes for one that is as it should be. One thread.
class ParsedTexts {
 public:
  // Of a value that could be read and has a schema.
  void Add(const SchemaValue& value);

  // Adds what is wrong with the versions that `state`, read from the same
  // records, holds. A text that several versions have is one finding, at the
  // first of them.
  void Report(const RegistryState& state, FindingSink* sink) const;

  // Distinct texts parsed.
  int64_t size() const { return static_cast<int64_t>(outcomes_.size()); }

 private:
  // What Avro, JSON and PROTOBUF are here; a plug-in's type is none of them, its
  // texts are not parsed, and SCHEMA_TYPE_UNKNOWN says so.
  enum class Type : uint8_t { kAvro, kJson, kProtobuf };
  static std::optional<Type> TypeOf(absl::string_view type);

  struct TextKey {
    Digest128 text;
    Type type;

    friend bool operator==(const TextKey& a, const TextKey& b) {
      return a.type == b.type && a.text == b.text;
    }
    template <typename H>
    friend H AbslHashValue(H state, const TextKey& key) {
      return H::combine(std::move(state), key.text.bytes, key.type);
    }
  };

  // What few texts have.
  struct Rare {
    std::string error;  // "" if it parses.
    std::vector<SchemaNeed> needs;
  };

  struct Outcome {
    uint32_t first_defined = 0;  // In defined_.
    uint32_t defined_count = 0;
    int32_t rare = -1;           // In rare_; -1: there is nothing to say.
  };

  using NameDigests = absl::flat_hash_set<uint64_t>;

  static ParsedSchema Parse(Type type, absl::string_view text);
  Outcome Keep(ParsedSchema parsed);
  // Null: there is no text, or none that is parsed.
  const Outcome* Find(const SchemaVersion& version) const;
  // Digests of the names that `version` and all it refers to, directly or not,
  // define.
  NameDigests DefinedFor(const RegistryState& state, const std::string& subject,
                         const SchemaVersion& version) const;
  void CheckNeeds(const RegistryState& state, const std::string& subject,
                  int32_t number, const SchemaVersion& version,
                  const std::vector<SchemaNeed>& needs,
                  FindingSink* sink) const;

  absl::flat_hash_map<TextKey, Outcome> outcomes_;
  std::vector<uint64_t> defined_;  // Digests of names.
  std::vector<Rare> rare_;
  std::string text_;  // Here for the sake of its memory.
};

}  // namespace sr

#endif  // VERIFIER_CHECKS_PARSED_TEXTS_H_
