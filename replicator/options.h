// What commands that write to a topic of a registry are told, as plain data: no flag
// is read outside flags.cc.
#ifndef REPLICATOR_OPTIONS_H_
#define REPLICATOR_OPTIONS_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/time/time.h"
#include "core/command/flag_values.h"
#include "core/location/location.h"
#include "core/registry/http_client.h"
#include "core/sources/copy.h"

namespace sr {

// What is done with a Redpanda's records, whose keys say at which offset they stand,
// when they are written to a topic anew (redpanda_records.h).
enum class RedpandaKeys {
  kAsTheyAre,
  kFill,   // Each keeps its offset: those between get a NOOP record.
  kStrip,  // seq and node are taken out of the keys.
  kNone,   // They are for a registry that is no Redpanda.
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
  // A registry that may be reading the target, to be asked whether it runs.
  std::optional<Location> registry;
  HttpCredentials registry_credentials;
  // The operator says that it, and the members of the group, read another topic.
  bool registry_is_elsewhere = false;
  RedpandaKeys redpanda = RedpandaKeys::kAsTheyAre;
  bool quiet = false;
  OutputFormat output = OutputFormat::kText;
  CopyOptions copy;
};

}  // namespace sr

#endif  // REPLICATOR_OPTIONS_H_
