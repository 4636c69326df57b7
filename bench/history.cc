#include "bench/history.h"

#include <cstddef>
#include <string>

#include "absl/strings/str_cat.h"
#include "tests/support/sample/sample_schemas.h"

namespace sr {
namespace {

// `text` with `mark` behind the first `"subject":"` of it, if there is one.
std::string WithMark(const std::string& text, const std::string& mark) {
  constexpr char kMember[] = "\"subject\":\"";
  const size_t at = text.find(kMember);
  if (at == std::string::npos) return text;
  std::string marked = text;
  return marked.insert(at + sizeof(kMember) - 1, mark);
}

}  // namespace

std::vector<TestRecord> BenchHistory(int64_t count) {
  const std::vector<SampleRecord> sample = SampleSchemas();
  std::vector<TestRecord> records;
  records.reserve(static_cast<size_t>(count));
  for (int64_t offset = 0; offset < count; ++offset) {
    const size_t n = static_cast<size_t>(offset);
    const SampleRecord& from = sample[n % sample.size()];
    const std::string mark = absl::StrCat("r", n / sample.size(), ".");
    TestRecord record;
    record.offset = offset;
    record.timestamp = from.timestamp_ms;
    record.key = WithMark(from.key, mark);
    if (from.value.has_value()) record.value = WithMark(*from.value, mark);
    records.push_back(std::move(record));
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
