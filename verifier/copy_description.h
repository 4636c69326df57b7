// What is in a copy, as data, and how it is told.
#ifndef VERIFIER_COPY_DESCRIPTION_H_
#define VERIFIER_COPY_DESCRIPTION_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/digests.h"
#include "core/json/json_writer.h"
#include "core/record/canonical.h"
#include "core/record/record.h"
#include "core/sources/copy.h"
#include "verifier/registry_content.h"
#include "verifier/verified_segments.h"

namespace sr {

// Counted by reading the copy through.
struct CopyContent {
  int64_t records = 0;
  int64_t payload_bytes = 0;  // Keys, values, headers.
  int64_t tombstones = 0;
  int64_t null_keys = 0;
  int64_t with_headers = 0;
  int64_t log_append_time = 0;
  int64_t largest_record_bytes = 0;
  int64_t first_offset = -1;
  int64_t last_offset = -1;
  int64_t timestamp_min = 0;
  int64_t timestamp_max = 0;
  // Over all records, from the first one there is (canonical.h).
  Chain chain;

  void Add(const RecordBatch& batch);
};

// One segment of an archive, and when it was last found whole, if that is known.
struct SegmentState {
  int64_t base_offset = 0;
  std::optional<Verification> verification;
};
// Nullopt: nobody asked.
using SegmentStates = std::optional<std::vector<SegmentState>>;

// Lines "name: value", aligned, for people.
std::string RenderDescription(const CopyInfo& info, const CopyContent& content,
                              const RegistryContent& registry,
                              const SegmentStates& segments);

// One object: {location, kind, topic, cluster_id, offsets, content, ...}.
void WriteDescription(const CopyInfo& info, const CopyContent& content,
                      const RegistryContent& registry,
                      const SegmentStates& segments, JsonWriter* json);

}  // namespace sr

#endif  // VERIFIER_COPY_DESCRIPTION_H_
