// What the replicator's commands are told, as plain data: no flag is read
// outside flags.cc.
#ifndef REPLICATOR_OPTIONS_H_
#define REPLICATOR_OPTIONS_H_

#include <cstdint>
#include <optional>
#include <string>
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
  Compression compression = Compression::kNone;
  bool shadow_compact = false;
  // With until_end: how long trouble is waited out.
  absl::Duration give_up_after = absl::Minutes(2);
  bool quiet = false;
  OutputFormat output = OutputFormat::kText;
  CopyOptions copy;
};

// What is done with a Redpanda's records, whose keys say at which offset they stand,
// when they are written to a topic anew (redpanda_records.h).
enum class RedpandaKeys {
  kAsTheyAre,
  kFill,   // Each keeps its offset: those between get a NOOP record.
  kStrip,  // seq and node are taken out of the keys.
};

struct RestoreOptions {
  Location source;
  Location target;
  // Which prefix of the source: all but what comes later. At most one is set.
  std::optional<int64_t> to_offset;  // Inclusive.
  std::optional<absl::Time> to_time;  // Up to the first record that is later.
  // False: only say what would be done.
  bool execute = false;
  // Into a topic that is not there, which is deleted again.
  bool rehearse = false;
  // The group of the registry that may be reading the target.
  std::string registry_group = "schema-registry";
  // The operator says that its members read another topic.
  bool registry_is_elsewhere = false;
  RedpandaKeys redpanda = RedpandaKeys::kAsTheyAre;
  bool quiet = false;
  OutputFormat output = OutputFormat::kText;
  CopyOptions copy;
};

}  // namespace sr

#endif  // REPLICATOR_OPTIONS_H_
