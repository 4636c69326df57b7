// The part of the table of codes.h that is about the topic itself: the level
// topic. Codes and meaning: spec/schemas-topic-format.md §8.1.
#ifndef CORE_FINDINGS_TOPIC_CODES_H_
#define CORE_FINDINGS_TOPIC_CODES_H_

#include <vector>

#include "core/findings/codes.h"

namespace sr {

const std::vector<CodeInfo>& TopicCodes();

}  // namespace sr

#endif  // CORE_FINDINGS_TOPIC_CODES_H_
