// The replicator's command line as data: the only place that knows a flag.
#ifndef REPLICATOR_FLAGS_H_
#define REPLICATOR_FLAGS_H_

#include "absl/status/statusor.h"
#include "core/command/command_line.h"
#include "replicator/export.h"
#include "replicator/harvest.h"
#include "replicator/mirror_options.h"
#include "replicator/options.h"
#include "replicator/repair.h"
#include "replicator/salvage.h"
#include "replicator/undelete.h"

namespace sr {

// The table of commands and flags.
const ProgramSpec& ReplicatorProgram();

// The options that `line`, a command line for `mirror`, asks for.
// InvalidArgument with a hint if a value is not what its flag takes.
absl::StatusOr<MirrorOptions> MirrorOptionsFrom(const CommandLine& line);

// The same for the other commands.
absl::StatusOr<RestoreOptions> RestoreOptionsFrom(const CommandLine& line);
absl::StatusOr<SalvageOptions> SalvageOptionsFrom(const CommandLine& line);
absl::StatusOr<UndeleteOptions> UndeleteOptionsFrom(const CommandLine& line);
absl::StatusOr<AmendOptions> ReserveIdsOptionsFrom(const CommandLine& line);
absl::StatusOr<RepairOptions> RepairOptionsFrom(const CommandLine& line);
absl::StatusOr<ExportOptions> ExportOptionsFrom(const CommandLine& line);
absl::StatusOr<HarvestOptions> HarvestOptionsFrom(const CommandLine& line);

}  // namespace sr

#endif  // REPLICATOR_FLAGS_H_
