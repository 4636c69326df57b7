// What is in a copy, as data, and how it is told.
#ifndef VERIFIER_COPY_DESCRIPTION_H_
#define VERIFIER_COPY_DESCRIPTION_H_

#include <cstdint>
#include <string>

#include "core/base/digests.h"
#include "core/json/json_writer.h"
#include "core/record/canonical.h"
#include "core/record/record.h"
#include "core/sources/copy.h"
#include "verifier/registry_content.h"

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

// Lines "name: value", aligned, for people.
std::string RenderDescription(const CopyInfo& info, const CopyContent& content,
                              const RegistryContent& registry);

// One object: {location, kind, topic, cluster_id, offsets, content, ...}.
void WriteDescription(const CopyInfo& info, const CopyContent& content,
                      const RegistryContent& registry, JsonWriter* json);

}  // namespace sr

#endif  // VERIFIER_COPY_DESCRIPTION_H_
