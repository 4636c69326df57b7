// `schemas-replicator restore archive:DIR logdir:PARTITION`: an archive's segments
// into the directory that a stopped broker has for a fresh topic. The fastest way
// back, and the only one that keeps every offset; for the day on which the broker is
// there and its records are not.
#ifndef REPLICATOR_LOGDIR_RESTORE_H_
#define REPLICATOR_LOGDIR_RESTORE_H_

#include <string>

#include "absl/status/status.h"
#include "replicator/options.h"

namespace sr {

// Verifies the archive, looks at the directory, and appends the plan to `*result`;
// with options.execute it then copies the .log files, reads them back, and removes
// the empty files that the broker had there. While it runs it holds the lock of the
// broker's log directory, so that none starts meanwhile. Interrupted, it can be run
// again: what an earlier run has copied is taken as it is.
//
// How the files are laid out: KIP-631's directories, LogLoader.java of Apache Kafka
// 3.9 and 4.4: without index files a broker checks the CRC of every batch and
// rebuilds all else. partition.metadata, which names the topic's id, stays; so do the
// checkpoints of the log directory, which must not know the partition beyond offset 0.
//
//   InvalidArgument     the source is no archive, or a flag is for topics only
//   FailedPrecondition  the archive is damaged; the directory is not one that a
//                       broker has for partition 0, or not of a topic that was never
//                       written to
//   Unavailable, exit code kRefused   the broker runs
//   NotFound, PermissionDenied, ResourceExhausted   from the disk
//   DataLoss            read back, the copy is not what was written
absl::Status RunLogdirRestore(const RestoreOptions& options,
                              std::string* result);

}  // namespace sr

#endif  // REPLICATOR_LOGDIR_RESTORE_H_
