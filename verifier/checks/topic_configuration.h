// The topic level: is the topic itself such that what is in it stays there, and
// that a registry starts on it?
#ifndef VERIFIER_CHECKS_TOPIC_CONFIGURATION_H_
#define VERIFIER_CHECKS_TOPIC_CONFIGURATION_H_

#include <cstdint>
#include <string>

#include "core/findings/finding.h"
#include "core/kafka/topic_admin.h"

namespace sr {

struct TopicFacts {
  TopicState state;
  // A topic that mirror feeds, not one that a registry serves from.
  bool is_shadow = false;
  // Key, value and headers of the largest record that was read; 0: none was.
  int64_t largest_record_bytes = 0;
};

// Adds what is wrong with the topic of `copy`. What the broker did not tell is
// not judged: `facts.state.config_missing_reason` says why, and is the
// caller's to report. Source: spec/schemas-topic-format.md §1, §8.1.
void CheckTopicConfiguration(const std::string& copy, const TopicFacts& facts,
                             FindingList* findings);

}  // namespace sr

#endif  // VERIFIER_CHECKS_TOPIC_CONFIGURATION_H_
