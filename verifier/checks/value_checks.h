// The record level: does the value of a record say what its key promises?
#ifndef VERIFIER_CHECKS_VALUE_CHECKS_H_
#define VERIFIER_CHECKS_VALUE_CHECKS_H_

#include "core/schemas/value.h"
#include "verifier/checks/finding_sink.h"

namespace sr {

// Members and form of the value of a record whose key can be read and is not
// SCHEMA; of a NOOP that it has none. Source:
// spec/schemas-topic-format.md §8.2 and §8.4 to §8.6, what one record can tell.
void CheckValue(const CheckedRecord& checked, FindingSink* sink);

// The same for SCHEMA, whose value has been decoded (schema_checks.cc).
void CheckSchemaValue(const CheckedRecord& checked, const SchemaValue& value,
                      FindingSink* sink);

// What is wrong with any value. Returns whether there are members to look at.
bool CheckReadable(const CheckedRecord& checked, const DecodedValue& value,
                   absl::string_view bad_member_code,
                   absl::string_view bad_enum_code, FindingSink* sink);

}  // namespace sr

#endif  // VERIFIER_CHECKS_VALUE_CHECKS_H_
