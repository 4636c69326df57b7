#include "tests/support/record_generator.h"

#include <cstdlib>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace sr {

std::string RecordGenerator::RandomBytes(uint64_t size) {
  std::string bytes(size, '\0');
  const bool text = Below(2) == 0;
  for (char& c : bytes) {
    c = static_cast<char>(text ? 'a' + Below(26) : Below(256));
  }
  return bytes;
}

std::optional<std::string> RecordGenerator::MaybeBytes(uint64_t size_max) {
  const uint64_t kind = Below(8);
  if (kind == 0) return std::nullopt;
  if (kind == 1) return std::string();
  return RandomBytes(1 + Below(size_max));
}

int64_t RecordGenerator::Timestamp() {
  if (!shape_.odd_timestamps || Below(4) != 0) {
    return 1'700'000'000'000 + static_cast<int64_t>(Below(1'000'000));
  }
  static constexpr int64_t kOdd[] = {-1, 0, 1, -9'000'000'000'000,
                                     253'402'300'799'999};
  return kOdd[Below(std::size(kOdd))];
}

TestRecord RecordGenerator::Next() {
  TestRecord record;
  next_offset_ += static_cast<int64_t>(
      Below(static_cast<uint64_t>(shape_.offset_gap_max)));
  record.offset = next_offset_++;
  record.timestamp = Timestamp();
  if (shape_.log_append_time && Below(5) == 0) {
    record.timestamp_type = TimestampType::kLogAppendTime;
  }
  record.key = MaybeBytes(40);
  record.value = MaybeBytes(static_cast<uint64_t>(shape_.value_bytes_max));
  if (Below(3) == 0) {
    const uint64_t headers = 1 + Below(4);
    for (uint64_t i = 0; i < headers; ++i) {
      // A small alphabet, so that names repeat.
      record.headers.emplace_back(std::string(Below(2), 'h'), MaybeBytes(20));
    }
  }
  return record;
}

std::vector<TestRecord> RecordGenerator::Take(int count) {
  std::vector<TestRecord> records;
  for (int i = 0; i < count; ++i) records.push_back(Next());
  return records;
}

RecordBatch BatchOf(const std::vector<TestRecord>& records, size_t begin,
                    size_t end) {
  RecordBatch batch;
  for (size_t i = begin; i < end; ++i) batch.Add(records[i].View());
  return batch;
}

RecordBatch BatchOf(const std::vector<TestRecord>& records) {
  return BatchOf(records, 0, records.size());
}

uint64_t TestSeed(uint64_t fallback) {
  const char* text = std::getenv("SR_TEST_SEED");
  uint64_t seed = fallback;
  if (text != nullptr && !absl::SimpleAtoi(text, &seed)) seed = fallback;
  return seed;
}

std::string ReplayHint(uint64_t seed) {
  return absl::StrCat("replay with SR_TEST_SEED=", seed);
}

}  // namespace sr
