// What a registry does at its next start, as a sentence.
#ifndef VERIFIER_CHECKS_OUTLOOK_H_
#define VERIFIER_CHECKS_OUTLOOK_H_

#include <cstdint>
#include <string>

#include "core/schemas/registry_model.h"

namespace sr {

// What else is known after all records.
struct ReplayTotals {
  int64_t skipped = 0;  // Records.
  // Of the record that stopped the reader: why, and the code of what was found
  // of it.
  std::string stop_reason;
  std::string stop_code;
};

// A sentence for people on what the registry does at its next start.
std::string OutlookOf(const RegistryModel& model, const ReplayTotals& totals);

}  // namespace sr

#endif  // VERIFIER_CHECKS_OUTLOOK_H_
