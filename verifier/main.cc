// schemas-verifier: parses, runs a command, maps its outcome to an exit code.

#include <csignal>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/exit_code.h"
#include "core/base/log.h"
#include "core/base/status_context.h"
#include "core/base/stop_token.h"
#include "core/command/command_line.h"
#include "core/command/signal_watcher.h"
#include "verifier/commands.h"
#include "verifier/flags.h"
#include "verifier/output.h"

namespace sr {
namespace {

int Failed(const absl::Status& status) {
  WriteToStderr(absl::StrCat(VerifierProgram().name, ": ", RenderError(status),
                             "\n"));
  return static_cast<int>(ExitCodeOf(status));
}

// `*signal`: the one that ended it, 0 if none did.
absl::StatusOr<ExitCode> Watch(const VerifierOptions& options, Output* output,
                               int* signal) {
  StopToken stop;
  SignalWatcher watcher(&stop);
  const absl::StatusOr<ExitCode> code = RunWatch(options, &stop, output);
  *signal = watcher.signal();
  return code;
}

absl::StatusOr<ExitCode> Run(const CommandLine& line, Output* output,
                             int* signal) {
  absl::StatusOr<VerifierOptions> options = VerifierOptionsFrom(line);
  if (!options.ok()) return options.status();
  const std::string& command = line.command->name;
  if (command == "watch") return Watch(*options, output, signal);
  if (command == "check") return RunCheck(*options, output);
  if (command == "compare") return RunCompare(*options, output);
  if (command == "preflight") return RunPreflight(*options, output);
  if (command == "describe") return RunDescribe(*options, output);
  return RunShow(*options, output);
}

int Main(int argc, char** argv) {
  const ProgramSpec& program = VerifierProgram();
  const absl::StatusOr<CommandLine> line =
      ParseCommandLine(program, std::vector<std::string>(argv + 1, argv + argc));
  if (!line.ok()) return Failed(line.status());
  StdoutOutput output;
  absl::StatusOr<ExitCode> code = ExitCode::kClean;
  int signal = 0;
  switch (line->ask) {
    case CommandLine::Ask::kHelp:
      output.Write(RenderProgramHelp(program));
      break;
    case CommandLine::Ask::kCommandHelp:
      output.Write(RenderCommandHelp(program, *line->command));
      break;
    case CommandLine::Ask::kVersion:
      output.Write(absl::StrCat(program.name, " ", program.version, "\n"));
      break;
    case CommandLine::Ask::kRun:
      code = Run(*line, &output, &signal);
      break;
  }
  const absl::Status written = output.Flush();
  if (!code.ok()) return Failed(code.status());
  if (!written.ok()) return Failed(written);
  // A clean stop by signal still says that it was one.
  return signal == 0 ? static_cast<int>(*code) : 128 + signal;
}

}  // namespace
}  // namespace sr

int main(int argc, char** argv) {
  // A reader of stdout that has gone is seen as a failed write.
  std::signal(SIGPIPE, SIG_IGN);
  return sr::Main(argc, argv);
}
