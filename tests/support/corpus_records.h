// The corpus generator's records as those of tests.
#ifndef TESTS_SUPPORT_CORPUS_RECORDS_H_
#define TESTS_SUPPORT_CORPUS_RECORDS_H_

#include <utility>
#include <vector>

#include "tests/support/corpus/corpus.h"
#include "tests/support/vector_source.h"

namespace sr {

inline TestRecord TestRecordOf(CorpusRecord from) {
  TestRecord record;
  record.offset = from.offset;
  record.timestamp = from.timestamp_ms;
  record.key = std::move(from.key);
  record.value = std::move(from.value);
  for (auto& [name, value] : from.headers) {
    record.headers.emplace_back(std::move(name), std::move(value));
  }
  return record;
}

inline std::vector<TestRecord> TestRecordsOf(
    const std::vector<CorpusRecord>& corpus) {
  std::vector<TestRecord> records;
  records.reserve(corpus.size());
  for (const CorpusRecord& record : corpus) {
    records.push_back(TestRecordOf(record));
  }
  return records;
}

}  // namespace sr

#endif  // TESTS_SUPPORT_CORPUS_RECORDS_H_
