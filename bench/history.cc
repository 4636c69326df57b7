#include "bench/history.h"

#include <cstddef>

#include "tests/support/corpus_records.h"

namespace sr {

std::vector<TestRecord> BenchHistory(int64_t count) {
  CorpusShape shape;
  shape.largest_schema_bytes = 2000;
  CorpusGenerator generator(shape);
  std::vector<TestRecord> records;
  records.reserve(static_cast<size_t>(count));
  for (int64_t n = 0; n < count; ++n) {
    records.push_back(TestRecordOf(generator.Next()));
  }
  return records;
}

std::vector<Record> ViewsOf(const std::vector<TestRecord>& records) {
  std::vector<Record> views;
  views.reserve(records.size());
  for (const TestRecord& record : records) views.push_back(record.View());
  return views;
}

int64_t PayloadBytesOf(const std::vector<Record>& records) {
  int64_t bytes = 0;
  for (const Record& record : records) {
    bytes += static_cast<int64_t>(PayloadBytes(record));
  }
  return bytes;
}

}  // namespace sr
