// The nested parts of a value that Confluent reads into classes of their own:
// references, metadata, rule sets. One name it does not know in there and the
// whole record is skipped.
#ifndef CORE_SCHEMAS_RULES_H_
#define CORE_SCHEMAS_RULES_H_

#include <array>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "core/json/json_scanner.h"
#include "core/schemas/value.h"

namespace sr {

// In the order of the Java enums.
inline constexpr std::array<absl::string_view, 2> kRuleKinds = {"TRANSFORM",
                                                                "CONDITION"};
inline constexpr std::array<absl::string_view, 6> kRuleModes = {
    "UPGRADE", "DOWNGRADE", "UPDOWN", "WRITE", "READ", "WRITEREAD"};
inline constexpr std::array<absl::string_view, 5> kEnableAt = {
    "ALL", "CLIENT", "GATEWAY", "SERVER", "NONE"};

// Reads `value` (an array, or null for none) into `references`. kMember if it
// is something else.
ValueProblem ReadReferences(const JsonSpan& value,
                            std::vector<SchemaReference>* references,
                            std::string* detail);

// Whether a metadata object, or a rule set, can be read. `detail` names the
// member that cannot.
ValueProblem CheckMetadata(const JsonSpan& value, std::string* detail);
ValueProblem CheckRuleSet(const JsonSpan& value, std::string* detail);

// Whether the metadata of `value` says that its sensitive properties are
// encrypted. Source: spec §4.5.
bool IsEncrypted(const SchemaValue& value);

}  // namespace sr

#endif  // CORE_SCHEMAS_RULES_H_
