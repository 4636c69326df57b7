// Lines on stderr for the operator. stdout is for results, never for these.
#ifndef CORE_BASE_LOG_H_
#define CORE_BASE_LOG_H_

#include "absl/strings/string_view.h"

namespace sr {

enum class LogLevel { kDebug = 0, kInfo = 1, kWarning = 2, kError = 3 };

// Lines below `level` are dropped. Default kInfo. Any thread.
void SetLogLevel(LogLevel level);

// Writes one line to stderr, escaped so that a terminal obeys nothing in it:
// "2026-11-25T04:25:33.123Z WARNING message". A line being drawn by Progress
// is cleared first. Any thread; lines do not mix.
void Log(LogLevel level, absl::string_view message);

inline void LogDebug(absl::string_view message) {
  Log(LogLevel::kDebug, message);
}
inline void LogInfo(absl::string_view message) {
  Log(LogLevel::kInfo, message);
}
inline void LogWarning(absl::string_view message) {
  Log(LogLevel::kWarning, message);
}
inline void LogError(absl::string_view message) {
  Log(LogLevel::kError, message);
}

// Writes `bytes` to stderr as they are, not mixing with lines of Log.
void WriteToStderr(absl::string_view bytes);

}  // namespace sr

#endif  // CORE_BASE_LOG_H_
