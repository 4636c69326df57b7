// The record level: metadata and rules of a schema.
#ifndef VERIFIER_CHECKS_RULE_CHECKS_H_
#define VERIFIER_CHECKS_RULE_CHECKS_H_

#include "core/schemas/value.h"
#include "verifier/checks/finding_sink.h"

namespace sr {

// Of a value that could be read.
void CheckMetadataAndRules(const CheckedRecord& checked,
                           const SchemaValue& value, FindingSink* sink);

}  // namespace sr

#endif  // VERIFIER_CHECKS_RULE_CHECKS_H_
