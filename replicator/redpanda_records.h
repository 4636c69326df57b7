// Records of a Redpanda, whose keys say at which offset they stand ("seq"), so that
// a Redpanda passes over them wherever else they are put. Source: spec §7.1 (6),
// study/incidents.md C24.
#ifndef REPLICATOR_REDPANDA_RECORDS_H_
#define REPLICATOR_REDPANDA_RECORDS_H_

#include <cstdint>
#include <memory>
#include <optional>

#include "core/record/record.h"
#include "core/record/record_source.h"

namespace sr {

// The offset that the key says; nullopt if it says none, or is no key of a registry.
std::optional<int64_t> SeqOf(const Record& record);

// `source` with a NOOP record at each offset from 0 on that has no record, or one
// that no compacted topic takes, without a key; of the time of the next one.
std::unique_ptr<RecordSource> FilledSource(
    std::unique_ptr<RecordSource> source);

// `source` with keys that a Redpanda reads wherever they stand, and without the
// records that it passes over where they stand: those with a value at another offset
// than their seq. A key that is not of Redpanda's own form, byte for byte, stays as
// it is.
std::unique_ptr<RecordSource> StrippedSource(
    std::unique_ptr<RecordSource> source);

}  // namespace sr

#endif  // REPLICATOR_REDPANDA_RECORDS_H_
