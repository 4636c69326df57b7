// What a mirror did, as data, and how it is told.
#ifndef REPLICATOR_MIRROR_RESULT_H_
#define REPLICATOR_MIRROR_RESULT_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "core/base/exit_code.h"

namespace sr {

struct MirrorResult {
  struct Target {
    std::string location;
    int64_t records = 0;      // Committed by this run.
    int64_t bytes = 0;        // Of keys, values and headers.
    int64_t next_offset = 0;  // Everything below it is in the target.
    // Named exceptions of exactness by name (README), also those of count 0.
    std::map<std::string, int64_t> exceptions;
  };
  std::string source;
  absl::Duration elapsed;
  std::vector<Target> targets;
};

// One line a target: "mirrored 1,234 records (1.1 MiB) in 0.8 s to archive:/b,
// which now holds everything below offset 5,000". No newline at the end.
std::string RenderMirrorSummary(const MirrorResult& result);

// {"tool","version","command","source","elapsed_seconds","targets":[{location,
// records,bytes,next_offset,exceptions}],"exit_code"} and a newline.
std::string RenderMirrorJson(const MirrorResult& result, ExitCode exit_code);

}  // namespace sr

#endif  // REPLICATOR_MIRROR_RESULT_H_
