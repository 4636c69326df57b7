#include "core/base/log.h"

#include <unistd.h>

#include <atomic>
#include <mutex>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "core/base/text.h"

namespace sr {
namespace {

std::atomic<LogLevel> minimum_level{LogLevel::kInfo};
std::mutex stderr_mutex;

// Clears what Progress drew on the current line of a terminal.
constexpr char kClearLine[] = "\r\x1b[K";

absl::string_view NameOf(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return "DEBUG";
    case LogLevel::kInfo:
      return "INFO";
    case LogLevel::kWarning:
      return "WARNING";
    case LogLevel::kError:
      return "ERROR";
  }
  return "";
}

}  // namespace

void SetLogLevel(LogLevel level) { minimum_level = level; }

void WriteToStderr(absl::string_view bytes) {
  const std::lock_guard<std::mutex> lock(stderr_mutex);
  while (!bytes.empty()) {
    const ssize_t written = write(STDERR_FILENO, bytes.data(), bytes.size());
    if (written <= 0) return;  // Nobody is there to be told.
    bytes.remove_prefix(static_cast<size_t>(written));
  }
}

void Log(LogLevel level, absl::string_view message) {
  if (level < minimum_level) return;
  static const bool terminal = isatty(STDERR_FILENO) == 1;
  WriteToStderr(absl::StrCat(
      terminal ? kClearLine : "",
      absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", absl::Now(),
                       absl::UTCTimeZone()),
      " ", NameOf(level), " ", EscapeForTerminal(message), "\n"));
}

}  // namespace sr
