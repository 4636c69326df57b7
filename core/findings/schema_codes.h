// The part of the table of codes.h that is about what records say: the levels
// record and replay. Codes and meaning: spec/schemas-topic-format.md §8.
#ifndef CORE_FINDINGS_SCHEMA_CODES_H_
#define CORE_FINDINGS_SCHEMA_CODES_H_

#include <vector>

#include "core/findings/codes.h"

namespace sr {

const std::vector<CodeInfo>& SchemaCodes();

}  // namespace sr

#endif  // CORE_FINDINGS_SCHEMA_CODES_H_
