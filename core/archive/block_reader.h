// Reads what one commit covers, a block: its batches, their records, and the
// proof that they are the ones that were committed.
#ifndef CORE_ARCHIVE_BLOCK_READER_H_
#define CORE_ARCHIVE_BLOCK_READER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/archive/commit_entry.h"
#include "core/archive/storage_damage.h"
#include "core/base/file_system.h"
#include "core/record/record.h"

namespace sr {

// One open .log. Reads ahead by a megabyte so that many small commits cost
// few system calls; bytes read ahead are used only once they are committed.
// Not thread-safe.
class BlockReader {
 public:
  // `file_name` is shown in damage. `begin` is the position of the first block.
  BlockReader(std::unique_ptr<ReadableFile> log, std::string file_name);

  // Reads the block between the commit `before` (of the same segment; the
  // start of the file if nullopt, with its chain in `chain_before`) and the
  // commit `entry`, and replaces `*records` by its records, which stay valid
  // until the batch is cleared.
  //
  // Returns nullopt if every byte of the block is as it was committed, else
  // the first damage in it; then `*records` is not to be used. A Status only
  // if the file could not be read.
  absl::StatusOr<std::optional<StorageDamage>> Read(
      const CommitEntry& before, bool before_in_this_segment,
      const CommitEntry& entry, RecordBatch* records);

  // Forgets what was read ahead, here and in the system, so that the next Read
  // is from the medium.
  void ReadAnew();

  absl::StatusOr<int64_t> FileSize() const { return log_->Size(); }

 private:
  // Returns the bytes [begin, end) of the file, fewer if it ends before.
  absl::StatusOr<std::shared_ptr<const std::string>> Fill(int64_t begin,
                                                          int64_t end);
  // Replaces the window's bytes by `length` from window_begin_ on, or fewer.
  absl::Status ReadWindow(int64_t length);

  const std::unique_ptr<ReadableFile> log_;
  const std::string file_name_;
  // Bytes [window_begin_, window_begin_ + size) of the file; shared with the
  // records that borrow from them, and never changed while there are any.
  std::shared_ptr<std::string> window_;
  int64_t window_begin_ = 0;
};

}  // namespace sr

#endif  // CORE_ARCHIVE_BLOCK_READER_H_
