// A RecordSource over records in memory, with whatever trouble a test plants.
#ifndef TESTS_SUPPORT_VECTOR_SOURCE_H_
#define TESTS_SUPPORT_VECTOR_SOURCE_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "core/record/record.h"
#include "core/record/record_source.h"

namespace sr {

// A record that owns its bytes. Aggregate; `TestRecord{.offset = 5}`.
struct TestRecord {
  int64_t offset = 0;
  int64_t timestamp = 1'700'000'000'000;
  TimestampType timestamp_type = TimestampType::kCreateTime;
  std::optional<std::string> key;
  std::optional<std::string> value;
  std::vector<std::pair<std::string, std::optional<std::string>>> headers;

  // Borrows from this.
  Record View() const;
  // A copy of `record`, bytes and all.
  static TestRecord Of(const Record& record);

  friend bool operator==(const TestRecord& a, const TestRecord& b) {
    return a.View() == b.View();
  }
};

// Delivers records in order, a few at a time; then kCaughtUp for ever, at once:
// it never waits. Records added later are delivered then. One thread.
class VectorSource : public RecordSource {
 public:
  // Offsets rise; gaps are gaps. `batch_records` is the most that one call of
  // Next delivers.
  explicit VectorSource(std::vector<TestRecord> records,
                        size_t batch_records = 7);

  // Appends a record; its offset is above all others.
  void Add(TestRecord record);

  // The position when all is delivered; default one above the last record.
  // Larger: transaction markers follow the last record.
  void set_end_offset(int64_t end_offset) { end_offset_ = end_offset; }

  // When Next is about to deliver the first record at or above `offset`, it
  // returns `error` instead, `times` times.
  void FailAt(int64_t offset, absl::Status error, int times = 1);

  // Same, but it returns kNothing.
  void StallAt(int64_t offset, int times = 1);

  // Makes the next Seek, and those after it, fail; OK ends that.
  void FailSeek(absl::Status error) { seek_error_ = std::move(error); }

  absl::Status Seek(int64_t offset) override;
  absl::StatusOr<Fetched> Next(absl::Duration timeout,
                               RecordBatch* batch) override;
  int64_t position() const override { return position_; }

  const std::vector<TestRecord>& records() const { return records_; }
  int seeks() const { return seeks_; }

 private:
  struct Trouble {
    absl::Status error;  // OK: a stall.
    int times = 0;
  };

  int64_t end_offset() const;

  std::vector<TestRecord> records_;
  const size_t batch_records_;
  std::optional<int64_t> end_offset_;
  std::map<int64_t, Trouble> troubles_;  // By offset.
  absl::Status seek_error_;
  size_t next_ = 0;  // Index of the next record to deliver.
  int64_t position_ = 0;
  int seeks_ = 0;
};

}  // namespace sr

#endif  // TESTS_SUPPORT_VECTOR_SOURCE_H_
