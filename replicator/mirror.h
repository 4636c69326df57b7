// `schemas-replicator mirror SOURCE TARGET...`: keeps copies of a topic, record
// for record.
//
// A mirror is pumps: source -> each archive, and first archive -> each shadow
// topic, so that the archive is the shadows' write-ahead log and a shadow
// cluster that is down holds nothing up. Without an archive the source feeds
// the shadows. Each pump has a thread of its own.
#ifndef REPLICATOR_MIRROR_H_
#define REPLICATOR_MIRROR_H_

#include <string>

#include "absl/status/status.h"
#include "core/base/stop_token.h"
#include "replicator/mirror_options.h"

namespace sr {

// Runs until `stop` is requested, the end asked for is reached, or a pump fails
// for good; then all pumps finish what they hold and stop. Appends the result
// in the format asked for to `*result` (for stdout).
//
// Before anything is written, everything is looked at:
//   InvalidArgument     a target is the source, or named twice; a kind of
//                       location that cannot be mirrored
//   FailedPrecondition  more than one partition; a target that is not ours:
//                       foreign records or files, another source, locked
//   NotFound, Unavailable, PermissionDenied, Unauthenticated
// and later, from the pumps, DataLoss and what ends a sink for good.
absl::Status RunMirror(const MirrorOptions& options, StopToken* stop,
                       std::string* result);

}  // namespace sr

#endif  // REPLICATOR_MIRROR_H_
