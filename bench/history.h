// The records that the benches work on.
#ifndef BENCH_HISTORY_H_
#define BENCH_HISTORY_H_

#include <cstdint>
#include <vector>

#include "core/record/record.h"
#include "tests/support/vector_source.h"

namespace sr {

// The first `count` records of a corpus of a Confluent registry; schemas of at
// most 2,000 bytes, so that a million of them fits into memory: about 1 KB each.
std::vector<TestRecord> BenchHistory(int64_t count);

// Views of `records`, which must outlive them.
std::vector<Record> ViewsOf(const std::vector<TestRecord>& records);

// Bytes of keys, values and headers.
int64_t PayloadBytesOf(const std::vector<Record>& records);

}  // namespace sr

#endif  // BENCH_HISTORY_H_
