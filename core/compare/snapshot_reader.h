// Reads one copy of a comparison from its start to the end that was taken
// before, one record at a time.
#ifndef CORE_COMPARE_SNAPSHOT_READER_H_
#define CORE_COMPARE_SNAPSHOT_READER_H_

#include <cstddef>
#include <cstdint>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/compare/compare.h"
#include "core/record/record.h"

namespace sr {

// Not thread-safe.
class SnapshotReader {
 public:
  // `copy` and `settings` must outlive this.
  SnapshotReader(const ComparedCopy& copy, const CompareSettings& settings);

  // Positions the source. Before anything else.
  absl::Status Start();

  // Returns the current record, null at the end. It stays valid until Advance.
  // Errors: the source's, DeadlineExceeded if it brings nothing for the idle
  // timeout, Cancelled; all AboutCopy.
  absl::StatusOr<const Record*> Peek();

  // Goes on to the next record; the current one is not null.
  void Advance();

  // The end (exclusive) of the copy: that of its traits, or below it where the
  // source turned out to end. Known for certain once Peek has returned null.
  int64_t end_offset() const { return end_offset_; }

 private:
  absl::Status Fill();
  absl::StatusOr<bool> FetchOnce();

  const ComparedCopy& copy_;
  const CompareSettings& settings_;
  int64_t end_offset_;
  RecordBatch batch_;
  size_t next_ = 0;
  bool at_end_ = false;
};

// Reads the record at `offset` once more, through Seek, for the text of a
// finding. Returns nullopt if anything at all goes wrong: the finding stands
// without. Otherwise the record is the first of the batch.
std::optional<RecordBatch> ReadAgain(const ComparedCopy& copy, int64_t offset,
                                     const CompareSettings& settings);

// How many records are read again for each code; the findings after these have
// offsets and digests to go by.
inline constexpr int64_t kReadAgainPerCode = 10;

}  // namespace sr

#endif  // CORE_COMPARE_SNAPSHOT_READER_H_
