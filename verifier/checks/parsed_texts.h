// The schema level: does each schema's text parse as what it claims to be, and
// is there all that it uses?
#ifndef VERIFIER_CHECKS_PARSED_TEXTS_H_
#define VERIFIER_CHECKS_PARSED_TEXTS_H_

#include <cstdint>
#include <set>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "core/base/digests.h"
#include "core/parsers/parsed_schema.h"
#include "core/schemas/registry_state.h"
#include "core/schemas/value.h"
#include "verifier/checks/finding_sink.h"

namespace sr {

// Parses each distinct text once, when it is first seen, and keeps what came of
// it, not the text. One thread.
class ParsedTexts {
 public:
  // Of a value that could be read and has a schema.
  void Add(const SchemaValue& value);

  // Adds what is wrong with the versions that `state`, read from the same
  // records, holds. A text that several versions have is one finding, at the
  // first of them.
  void Report(const RegistryState& state, FindingSink* sink) const;

  // Distinct texts parsed.
  int64_t size() const { return static_cast<int64_t>(parsed_.size()); }

 private:
  const ParsedSchema* Find(const SchemaVersion& version) const;
  // Names that `version` and all it refers to, directly or not, define.
  std::set<std::string> DefinedFor(const RegistryState& state,
                                   const std::string& subject,
                                   const SchemaVersion& version) const;
  void CheckNeeds(const RegistryState& state, const std::string& subject,
                  int32_t number, const SchemaVersion& version,
                  const ParsedSchema& parsed, FindingSink* sink) const;

  absl::flat_hash_map<std::string, ParsedSchema> parsed_;  // By type and text.
};

}  // namespace sr

#endif  // VERIFIER_CHECKS_PARSED_TEXTS_H_
