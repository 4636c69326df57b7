// The verifier's commands. Each takes what it is told as data, writes its
// result to an Output and returns the exit code of the outcome; a Status means
// that it could not run at all.
#ifndef VERIFIER_COMMANDS_H_
#define VERIFIER_COMMANDS_H_

#include "absl/status/statusor.h"
#include "core/base/exit_code.h"
#include "core/base/stop_token.h"
#include "verifier/options.h"
#include "verifier/output.h"

namespace sr {

// Reads each copy through and names all damage: an archive at storage level
// (every byte of every file), a topic with its CRCs. A copy that cannot be read
// is reported and the others are checked; if none can, that is the Status.
absl::StatusOr<ExitCode> RunCheck(const VerifierOptions& options,
                                  Output* output);

// Holds every copy against the first one, record by record.
absl::StatusOr<ExitCode> RunCompare(const VerifierOptions& options,
                                    Output* output);

// Whether the registry, the second copy, may be restarted on the topic, the first:
// what `check` and `compare` say of them, and what to do first.
absl::StatusOr<ExitCode> RunPreflight(const VerifierOptions& options,
                                      Output* output);

// Follows each copy, asks for each topic's configuration every 15 s, compares the
// registries when something was written, and all again every options.full_every,
// until `stop`: findings are written as they open and close. options.stop is not
// looked at. InvalidArgument: no copy.
absl::StatusOr<ExitCode> RunWatch(const VerifierOptions& options,
                                  StopToken* stop, Output* output);

// Says what is in each copy and whose history it is.
absl::StatusOr<ExitCode> RunDescribe(const VerifierOptions& options,
                                     Output* output);

// Prints the records of a copy.
absl::StatusOr<ExitCode> RunShow(const VerifierOptions& options,
                                 Output* output);

}  // namespace sr

#endif  // VERIFIER_COMMANDS_H_
