// Random records with everything a record can have.
#ifndef TESTS_SUPPORT_RECORD_GENERATOR_H_
#define TESTS_SUPPORT_RECORD_GENERATOR_H_

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "core/record/record.h"
#include "tests/support/vector_source.h"

namespace sr {

struct RecordShape {
  int64_t offset_gap_max = 1;  // Distance to the record before, 1..max.
  int64_t value_bytes_max = 200;
  bool log_append_time = true;   // Some records have it.
  bool odd_timestamps = true;    // Negative, zero, falling.
};

// The same seed gives the same records. Null, empty, text and binary keys and
// values; headers with duplicates, empty names, null and empty values.
class RecordGenerator {
 public:
  explicit RecordGenerator(uint64_t seed, RecordShape shape = RecordShape())
      : random_(seed), shape_(shape) {}

  // The next record; offsets rise from call to call.
  TestRecord Next();
  std::vector<TestRecord> Take(int count);

 private:
  uint64_t Below(uint64_t bound) { return random_() % bound; }
  std::string RandomBytes(uint64_t size);
  std::optional<std::string> MaybeBytes(uint64_t size_max);
  int64_t Timestamp();

  std::mt19937_64 random_;
  const RecordShape shape_;
  int64_t next_offset_ = 0;
};

// A batch with copies of records [begin, end).
RecordBatch BatchOf(const std::vector<TestRecord>& records, size_t begin,
                    size_t end);
RecordBatch BatchOf(const std::vector<TestRecord>& records);

// The seed of a test: SR_TEST_SEED if that is set, else `fallback`. Says it on
// failure through the returned text: "replay with SR_TEST_SEED=...".
uint64_t TestSeed(uint64_t fallback);
std::string ReplayHint(uint64_t seed);

}  // namespace sr

#endif  // TESTS_SUPPORT_RECORD_GENERATOR_H_
