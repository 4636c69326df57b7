// The exit codes of both programs: a contract with shell scripts, CI gates and
// cron jobs, so never renumber. docs/exit-codes.md is the user's copy.
#ifndef CORE_BASE_EXIT_CODE_H_
#define CORE_BASE_EXIT_CODE_H_

#include "absl/status/status.h"

namespace sr {

enum class ExitCode {
  kClean = 0,          // Everything asked for was done; no difference found.
  kCouldNotRun = 1,    // Unreachable, missing, no permission, I/O, disk full.
  kUsage = 2,          // Command line or configuration; source is the target.
  kDamage = 3,         // Differences or damage found; wins over kIncomplete.
  kIncomplete = 4,     // Something could not be checked while other things could.
  kRefused = 5,        // Refused for safety: foreign target, other source, lock.
  kInterrupted = 130,  // Clean stop after SIGINT.
  kTerminated = 143,   // Clean stop after SIGTERM.
};

// Returns the exit code that `status` asks for: the one attached by
// `WithExitCode` if there is one, otherwise
//   OK                  -> kClean
//   InvalidArgument     -> kUsage    (the caller's words are wrong)
//   DataLoss            -> kDamage   (bytes contradict a checksum or a promise)
//   FailedPrecondition  -> kRefused  (going on would be unsafe)
//   everything else     -> kCouldNotRun
ExitCode ExitCodeOf(const absl::Status& status);

// Returns `status` with `code` attached for `ExitCodeOf`. OK stays OK.
absl::Status WithExitCode(absl::Status status, ExitCode code);

}  // namespace sr

#endif  // CORE_BASE_EXIT_CODE_H_
