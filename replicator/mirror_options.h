// What `mirror` is told, as plain data: no flag is read outside flags.cc.
#ifndef REPLICATOR_MIRROR_OPTIONS_H_
#define REPLICATOR_MIRROR_OPTIONS_H_

#include <cstdint>
#include <vector>

#include "absl/time/time.h"
#include "core/command/flag_values.h"
#include "core/location/location.h"
#include "core/record/batch_codec.h"
#include "core/sources/copy.h"

namespace sr {

struct MirrorOptions {
  Location source;
  std::vector<Location> targets;
  // Stop at the end that the source has at the start; otherwise for ever.
  bool until_end = false;
  int64_t segment_bytes_max = int64_t{64} << 20;
  absl::Duration segment_age_max = absl::Hours(7 * 24);
  // No archive is begun where there is none.
  bool archive_must_exist = false;
  // An archive of another source begins a new generation.
  bool accept_new_source = false;
  Compression compression = Compression::kNone;
  bool shadow_compact = false;
  // With until_end: how long trouble is waited out.
  absl::Duration give_up_after = absl::Minutes(2);
  bool quiet = false;
  OutputFormat output = OutputFormat::kText;
  CopyOptions copy;
};

}  // namespace sr

#endif  // REPLICATOR_MIRROR_OPTIONS_H_
