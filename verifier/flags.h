// The verifier's command line as data: the only place that knows a flag.
#ifndef VERIFIER_FLAGS_H_
#define VERIFIER_FLAGS_H_

#include "absl/status/statusor.h"
#include "core/command/command_line.h"
#include "verifier/options.h"

namespace sr {

// The table of commands and flags.
const ProgramSpec& VerifierProgram();

// The options that `line` asks for. InvalidArgument with a hint if a value is
// not what its flag takes or a location is none.
absl::StatusOr<VerifierOptions> VerifierOptionsFrom(const CommandLine& line);

}  // namespace sr

#endif  // VERIFIER_FLAGS_H_
