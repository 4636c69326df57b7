// One copy, watched: each record as it arrives, and the topic's configuration.
#ifndef VERIFIER_COPY_WATCH_H_
#define VERIFIER_COPY_WATCH_H_

#include <atomic>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "core/base/stop_token.h"
#include "core/location/location.h"
#include "core/sources/copy.h"
#include "verifier/checks/topic_records.h"
#include "verifier/open_findings.h"
#include "verifier/options.h"

namespace sr {

// What the copies' watchers ask of those who compare with the registries.
struct CompareRequests {
  std::atomic<bool> soon{false};  // Something was written.
  std::atomic<bool> now{false};   // A topic is gone, or cannot be read.
};

// Names of sources for OpenFindings.
std::string RecordsOf(const Location& copy);
std::string ConfigurationOf(const Location& copy);

class CopyWatch {
 public:
  // All must outlive this.
  CopyWatch(const Location& location, const VerifierOptions& options,
            const StopToken* stop, OpenFindings* findings,
            CompareRequests* requests);

  // Until a stop is requested: reads the copy from its start and on and on, anew
  // after a failure, and asks for the topic's configuration every 15 s. In one
  // thread.
  void Run();

 private:
  absl::Status Follow();
  void TellTrouble(const absl::Status& status);
  void TakeFound(TopicRecords* records);
  void LookAtConfiguration();
  void JudgeConfiguration();
  void TellMissing(int64_t mark);

  const Location& location_;
  const VerifierOptions& options_;
  const StopToken* const stop_;
  OpenFindings* const findings_;
  CompareRequests* const requests_;
  absl::Duration next_look_;
  bool is_in_trouble_ = false;  // Since the end was reached the last time.
  int looks_in_vain_ = 0;  // In a row, at which the topic was not there.
  int64_t largest_record_bytes_ = 0;
};

}  // namespace sr

#endif  // VERIFIER_COPY_WATCH_H_
