// How far a long job is: a bar on a terminal, a line every few seconds
// elsewhere, always on stderr.
#ifndef CORE_BASE_PROGRESS_H_
#define CORE_BASE_PROGRESS_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/time/time.h"
#include "core/base/clock.h"

namespace sr {

// What is known of a job at one moment.
struct ProgressState {
  int64_t records = 0;  // Done since the job began.
  int64_t bytes = 0;
  // Records still to do as far as known ("lag"); nullopt if not known.
  std::optional<int64_t> lag_records;
};

// "12,345 of 20,000 records, 11.2 MiB, lag 7,655, 43,210 records/s". The rate
// is that of the whole job. Pure.
std::string RenderProgressLine(const ProgressState& state,
                               absl::Duration elapsed);

// Same after a bar of `width` characters, for one line of a terminal. Without
// a lag there is no bar. Pure.
std::string RenderProgressBar(const ProgressState& state,
                              absl::Duration elapsed, int width);

// Draws at most once per interval. Not thread-safe.
class Progress {
 public:
  // `what` starts each line. `enabled` false (--quiet) draws nothing.
  Progress(std::string what, Clock* clock, bool enabled);
  // Clears the bar, so that what follows starts on a clean line.
  ~Progress();

  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // Draws `state` if it is time to.
  void Update(const ProgressState& state);

 private:
  const std::string what_;
  Clock* const clock_;
  const bool enabled_;
  const bool terminal_;
  const absl::Duration started_;
  absl::Duration drawn_;
  bool bar_on_screen_ = false;
};

}  // namespace sr

#endif  // CORE_BASE_PROGRESS_H_
