// schemas-replicator: parses, runs a command, maps its outcome to an exit code.

#include <csignal>
#include <cstdio>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/exit_code.h"
#include "core/base/log.h"
#include "core/base/status_context.h"
#include "core/base/stop_token.h"
#include "core/command/command_line.h"
#include "core/command/signal_watcher.h"
#include "replicator/flags.h"
#include "replicator/mirror.h"

namespace sr {
namespace {

int Failed(const absl::Status& status) {
  WriteToStderr(absl::StrCat(ReplicatorProgram().name, ": ",
                             RenderError(status), "\n"));
  return static_cast<int>(ExitCodeOf(status));
}

void Print(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
}

int Mirror(const CommandLine& line) {
  const absl::StatusOr<MirrorOptions> options = MirrorOptionsFrom(line);
  if (!options.ok()) return Failed(options.status());
  StopToken stop;
  std::string result;
  int signal = 0;
  absl::Status status;
  {
    SignalWatcher watcher(&stop);
    status = RunMirror(*options, &stop, &result);
    signal = watcher.signal();
  }
  Print(result);
  if (!status.ok()) return Failed(status);
  // A clean stop by signal still says that it was one.
  return signal == 0 ? static_cast<int>(ExitCode::kClean) : 128 + signal;
}

int Main(int argc, char** argv) {
  const ProgramSpec& program = ReplicatorProgram();
  const absl::StatusOr<CommandLine> line =
      ParseCommandLine(program, std::vector<std::string>(argv + 1, argv + argc));
  if (!line.ok()) return Failed(line.status());
  switch (line->ask) {
    case CommandLine::Ask::kHelp:
      Print(RenderProgramHelp(program));
      return 0;
    case CommandLine::Ask::kCommandHelp:
      Print(RenderCommandHelp(program, *line->command));
      return 0;
    case CommandLine::Ask::kVersion:
      Print(absl::StrCat(program.name, " ", program.version, "\n"));
      return 0;
    case CommandLine::Ask::kRun:
      break;
  }
  return Mirror(*line);
}

}  // namespace
}  // namespace sr

int main(int argc, char** argv) {
  // A reader of stdout that has gone is seen as a failed write.
  std::signal(SIGPIPE, SIG_IGN);
  return sr::Main(argc, argv);
}
