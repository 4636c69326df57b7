// `schemas-replicator export SOURCE git:DIR`: a history that people can read and
// compare, in a git repository; and restore from one.
#ifndef REPLICATOR_EXPORT_H_
#define REPLICATOR_EXPORT_H_

#include <string>

#include "absl/status/status.h"
#include "core/base/stop_token.h"
#include "core/location/location.h"
#include "replicator/harvest.h"
#include "replicator/options.h"

namespace sr {

struct ExportOptions {
  // Source, output and so on of options.restore; its target is no topic but the git:
  // location. Credentials and pace are for a source that is a registry.
  HarvestOptions harvest;
};

// Writes what the source holds, as files (core/git/record_files.h), into the work tree
// of a repository of its own, and commits: of a topic, archive or backup each record
// that changes the files, with its time as date, going on behind the last one that was
// committed; of a registry all that it answers, in one commit. What changes nothing is
// not committed.
//   InvalidArgument     the target is no git: location
//   FailedPrecondition  the directory holds other things, or changes that were not
//                       committed; or the export of another history
//   Others as OpenCopy, AskRegistry (exit code 4) and GitRepository.
absl::Status RunExport(const ExportOptions& options, const StopToken* stop,
                       std::string* result);

// RunRestore (restore.h) of options.source, a git: location: what its work tree holds.
// DataLoss: a file is not one that export makes, or one is missing. InvalidArgument: with one of --to-...,
// for which there are commits.
absl::Status RunGitRestore(const RestoreOptions& options, const StopToken* stop,
                           std::string* result);

}  // namespace sr

#endif  // REPLICATOR_EXPORT_H_
