// An archive as a source. Delivers what is durable, each commit verified as a
// whole before any of it is passed on, and waits for more: while a writer runs
// it follows within a millisecond. Takes no lock.
#ifndef CORE_ARCHIVE_ARCHIVE_READER_H_
#define CORE_ARCHIVE_ARCHIVE_READER_H_

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "core/archive/archive_store.h"
#include "core/archive/block_reader.h"
#include "core/archive/commit_entry.h"
#include "core/archive/durable_signal.h"
#include "core/archive/layout.h"
#include "core/archive/manifest.h"
#include "core/base/clock.h"
#include "core/base/file_system.h"
#include "core/record/record_source.h"

namespace sr {

struct ArchiveReaderOptions {
  FileSystem* file_system = nullptr;
  Clock* clock = nullptr;
  std::string directory;
  // Absent: the only one; more than one is refused.
  std::optional<int64_t> generation;
  // Of the writer in this process; null if there is none, then the reader
  // looks for more every 50 ms.
  const DurableSignal* signal = nullptr;
};

// One thread at a time.
class ArchiveReader : public RecordSource {
 public:
  // NotFound, InvalidArgument, DataLoss as ChooseGeneration and ReadManifest.
  static absl::StatusOr<std::unique_ptr<ArchiveReader>> Open(
      ArchiveReaderOptions options);

  absl::Status Seek(int64_t offset) override;
  // DataLoss names file, bytes and offsets. Deliveries before it are good.
  absl::StatusOr<Fetched> Next(absl::Duration timeout,
                               RecordBatch* batch) override;
  int64_t position() const override { return position_; }

  const Manifest& manifest() const { return manifest_; }

  // The last commit that is durable now; all zero with last_offset
  // first_offset-1 if there is none.
  absl::StatusOr<CommitEntry> LastCommit() const;

 private:
  ArchiveReader(ArchiveReaderOptions options, Manifest manifest);

  absl::Status OpenSegment(int64_t base_offset);
  bool FrontIsDurable() const;
  absl::StatusOr<bool> FindEntries();
  absl::StatusOr<bool> ReadNewEntries();
  absl::StatusOr<std::optional<int64_t>> NextSegment() const;
  absl::StatusOr<Fetched> Deliver(RecordBatch* batch);
  void WaitForMore(absl::Duration timeout) const;

  const ArchiveReaderOptions options_;
  const Manifest manifest_;
  const ArchiveLayout layout_;
  int64_t position_ = 0;
  bool at_end_ = false;  // The end was reported since the last delivery.

  // The segment being read; none before the first exists.
  std::optional<int64_t> base_offset_;
  int64_t commits_bytes_read_ = 0;
  std::deque<CommitEntry> entries_;  // Read, not yet delivered.
  CommitEntry before_;               // The commit before entries_.front().
  bool before_in_this_segment_ = false;
  std::unique_ptr<BlockReader> blocks_;
};

}  // namespace sr

#endif  // CORE_ARCHIVE_ARCHIVE_READER_H_
