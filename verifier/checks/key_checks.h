// The record level: is the key of a record one that a registry writes?
#ifndef VERIFIER_CHECKS_KEY_CHECKS_H_
#define VERIFIER_CHECKS_KEY_CHECKS_H_

#include "verifier/checks/finding_sink.h"

namespace sr {

// Envelope, form and members of the key. Source: spec/schemas-topic-format.md
// §8.2 and §8.3, what one record can tell. Returns whether the key says what
// its value is about; if not, there is no use in looking at that.
bool CheckKey(const CheckedRecord& checked, FindingSink* sink);

}  // namespace sr

#endif  // VERIFIER_CHECKS_KEY_CHECKS_H_
