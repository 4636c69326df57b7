// Two copies in memory, changed by a test, compared, findings as short text.
#ifndef TESTS_CORE_COMPARE_COMPARE_FIXTURE_H_
#define TESTS_CORE_COMPARE_COMPARE_FIXTURE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "core/base/clock.h"
#include "core/compare/compare.h"
#include "gtest/gtest.h"
#include "tests/support/vector_source.h"

namespace sr {

constexpr int64_t kNowMs = 1'800'000'000'000;
constexpr int64_t kOldMs = kNowMs - int64_t{1000} * 3'600'000;

// A second passes whenever someone looks.
class TickingClock : public Clock {
 public:
  absl::Time Now() override { return absl::FromUnixMillis(kNowMs); }
  absl::Duration Elapsed() override { return elapsed_ += absl::Seconds(1); }
  void Sleep(absl::Duration duration) override { elapsed_ += duration; }

 private:
  absl::Duration elapsed_;
};

inline TestRecord MakeRecord(int64_t offset, std::optional<std::string> key,
                             std::optional<std::string> value) {
  TestRecord record;
  record.offset = offset;
  record.timestamp = kOldMs + offset;
  record.key = std::move(key);
  record.value = std::move(value);
  return record;
}

// `count` records with keys and values of their own at offsets 0, 1, ...
inline std::vector<TestRecord> DistinctRecords(int64_t count) {
  std::vector<TestRecord> records;
  for (int64_t i = 0; i < count; ++i) {
    records.push_back(
        MakeRecord(i, absl::StrCat("key", i), absl::StrCat("value", i)));
  }
  return records;
}

// One copy with everything a comparison wants to know about it.
struct TestCopy {
  std::vector<TestRecord> records;
  CopyTraits traits;

  explicit TestCopy(std::string name) { traits.name = std::move(name); }

  // Call when `records` is as it should be.
  void Finish(bool with_markers) {
    if (traits.end_offset == 0 && !records.empty()) {
      traits.end_offset = records.back().offset + 1 + (with_markers ? 1 : 0);
    }
    source = std::make_unique<VectorSource>(records, 3);
    if (with_markers) source->set_end_offset(traits.end_offset);
  }
  ComparedCopy Compared() { return ComparedCopy{source.get(), traits}; }

  // The compaction settings most tests want.
  void MakeCompacted() {
    traits.is_topic = traits.may_be_compacted = true;
    traits.policy.delete_retention = absl::Hours(24);
    traits.policy.min_compaction_lag = absl::ZeroDuration();
  }

  std::unique_ptr<VectorSource> source;
};

// "RECORD_VALUE archive 5" for each finding kept, in order.
inline std::vector<std::string> Brief(const CompareResult& result) {
  std::vector<std::string> lines;
  for (const Finding& finding : result.findings.kept()) {
    lines.push_back(absl::StrCat(finding.code, " ", finding.copy, " ",
                                 finding.offset.value_or(-1)));
  }
  return lines;
}

}  // namespace sr

#endif  // TESTS_CORE_COMPARE_COMPARE_FIXTURE_H_
