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
#include "replicator/export.h"
#include "replicator/harvest.h"
#include "replicator/logdir_restore.h"
#include "replicator/mirror.h"
#include "replicator/repair.h"
#include "replicator/restore.h"
#include "replicator/salvage.h"
#include "replicator/undelete.h"

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

// Runs what can be stopped by a signal, prints what it has to say, and returns the
// exit code.
template <typename Run>
int Stoppable(const Run& run) {
  StopToken stop;
  std::string result;
  int signal = 0;
  absl::Status status;
  {
    SignalWatcher watcher(&stop);
    status = run(&stop, &result);
    signal = watcher.signal();
  }
  Print(result);
  // A clean stop by signal still says that it was one.
  if (signal != 0 && (status.ok() || absl::IsCancelled(status))) {
    return 128 + signal;
  }
  if (!status.ok()) return Failed(status);
  return static_cast<int>(ExitCode::kClean);
}

int Mirror(const CommandLine& line) {
  const absl::StatusOr<MirrorOptions> options = MirrorOptionsFrom(line);
  if (!options.ok()) return Failed(options.status());
  return Stoppable([&](StopToken* stop, std::string* result) {
    return RunMirror(*options, stop, result);
  });
}

int Restore(const CommandLine& line) {
  const absl::StatusOr<RestoreOptions> options = RestoreOptionsFrom(line);
  if (!options.ok()) return Failed(options.status());
  return Stoppable([&](StopToken* stop, std::string* result) {
    if (options->target.kind == LocationKind::kLogdir) {
      return RunLogdirRestore(*options, result);
    }
    return options->source.kind == LocationKind::kGit
               ? RunGitRestore(*options, stop, result)
               : RunRestore(*options, stop, result);
  });
}

int Salvage(const CommandLine& line) {
  const absl::StatusOr<SalvageOptions> options = SalvageOptionsFrom(line);
  if (!options.ok()) return Failed(options.status());
  return Stoppable([&](StopToken* stop, std::string* result) {
    return RunSalvage(*options, stop, result);
  });
}

int Harvest(const CommandLine& line) {
  const absl::StatusOr<HarvestOptions> options = HarvestOptionsFrom(line);
  if (!options.ok()) return Failed(options.status());
  return Stoppable([&](StopToken* stop, std::string* result) {
    return RunHarvest(*options, stop, result);
  });
}

int Export(const CommandLine& line) {
  const absl::StatusOr<ExportOptions> options = ExportOptionsFrom(line);
  if (!options.ok()) return Failed(options.status());
  return Stoppable([&](StopToken* stop, std::string* result) {
    return RunExport(*options, stop, result);
  });
}

int Repair(const CommandLine& line) {
  const absl::StatusOr<RepairOptions> options = RepairOptionsFrom(line);
  if (!options.ok()) return Failed(options.status());
  return Stoppable([&](StopToken* stop, std::string* result) {
    return RunRepair(*options, stop, result);
  });
}

int Undelete(const CommandLine& line) {
  const absl::StatusOr<UndeleteOptions> options = UndeleteOptionsFrom(line);
  if (!options.ok()) return Failed(options.status());
  return Stoppable([&](StopToken* stop, std::string* result) {
    return RunUndelete(*options, stop, result);
  });
}

int ReserveIds(const CommandLine& line) {
  const absl::StatusOr<AmendOptions> options = ReserveIdsOptionsFrom(line);
  if (!options.ok()) return Failed(options.status());
  return Stoppable([&](StopToken* stop, std::string* result) {
    return RunReserveIds(*options, stop, result);
  });
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
  const std::string& command = line->command->name;
  if (command == "mirror") return Mirror(*line);
  if (command == "restore") return Restore(*line);
  if (command == "salvage") return Salvage(*line);
  if (command == "repair") return Repair(*line);
  if (command == "export") return Export(*line);
  if (command == "undelete") return Undelete(*line);
  if (command == "reserve-ids") return ReserveIds(*line);
  return Harvest(*line);
}

}  // namespace
}  // namespace sr

int main(int argc, char** argv) {
  // A reader of stdout that has gone is seen as a failed write.
  std::signal(SIGPIPE, SIG_IGN);
  return sr::Main(argc, argv);
}
