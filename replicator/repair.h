// `schemas-replicator repair archive:DIR archive:NEW --from=COPY`: a damaged archive
// made whole again, in another place.
#ifndef REPLICATOR_REPAIR_H_
#define REPLICATOR_REPAIR_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "core/base/stop_token.h"
#include "core/command/flag_values.h"
#include "core/location/location.h"
#include "core/record/compression.h"
#include "core/sources/copy.h"

namespace sr {

struct RepairOptions {
  Location source;  // The damaged archive; only read.
  Location target;  // Where there is nothing yet.
  // Has what the source has lost: a topic, another archive, a broker's disk...
  // nullopt: then nothing can be lost.
  std::optional<Location> from;
  int64_t segment_bytes_max = int64_t{64} << 20;
  absl::Duration segment_age_max = absl::Hours(7 * 24);
  Compression compression = Compression::kNone;
  bool quiet = false;
  OutputFormat output = OutputFormat::kText;
  CopyOptions copy;
};

// Walks the source (core/archive/proven_walk.h) twice: first to prove that all of it
// can be had, and only then to write it to the target, as the same store: equal store
// id and digests at every record, so that anchors hold and a mirror goes on there.
// Then verifies the target. Appends what was done to `*result`.
//
// The source stays as it is: the disk that damaged it is no place to write to, and its
// files are the evidence.
//
//   InvalidArgument     a location is no archive, or both are the same
//   FailedPrecondition  the target is not empty
//   DataLoss            records are lost that `from` does not have; the source's
//                       manifest is damaged; written, the target is not what was read
//   Cancelled           a stop was requested; the target is not whole then
//   others as OpenCopy and ArchiveWriter
absl::Status RunRepair(const RepairOptions& options, const StopToken* stop,
                       std::string* result);

}  // namespace sr

#endif  // REPLICATOR_REPAIR_H_
