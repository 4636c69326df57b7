// The level topic of `check`: asks the cluster of each copy that is a live topic.
#ifndef VERIFIER_CHECK_TOPIC_LEVEL_H_
#define VERIFIER_CHECK_TOPIC_LEVEL_H_

#include <cstdint>

#include "core/findings/report.h"
#include "core/location/location.h"
#include "verifier/options.h"

namespace sr {

// Adds the level and its findings to `report`. Of copies that are no topic it is
// skipped; failed, with the reason, if the cluster does not answer or does not
// tell the topic's configuration. `largest_record_bytes` is of what was read of
// the copy; 0: nothing was.
void AddTopicLevel(const Location& location, const VerifierOptions& options,
                   int64_t largest_record_bytes, Report* report);

}  // namespace sr

#endif  // VERIFIER_CHECK_TOPIC_LEVEL_H_
