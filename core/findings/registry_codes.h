// The part of the table of codes.h that is about a topic and the registry that
// answers for it: the level registry.
#ifndef CORE_FINDINGS_REGISTRY_CODES_H_
#define CORE_FINDINGS_REGISTRY_CODES_H_

#include <vector>

#include "core/findings/codes.h"

namespace sr {

const std::vector<CodeInfo>& RegistryCodes();

}  // namespace sr

#endif  // CORE_FINDINGS_REGISTRY_CODES_H_
