// The archive as a sink: appends record batches and commits them durably.
//
// Order of durability, the one thing everything else rests on: data written,
// data synced, commit entry written, commit entry synced, then acknowledged. A
// new file is synced and its directory too before an entry names it. A segment is
// sealed in the manifest before the next one exists.
#ifndef CORE_ARCHIVE_ARCHIVE_WRITER_H_
#define CORE_ARCHIVE_ARCHIVE_WRITER_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "core/archive/archive_recovery.h"
#include "core/archive/durable_signal.h"
#include "core/archive/layout.h"
#include "core/archive/log_digester.h"
#include "core/archive/manifest.h"
#include "core/archive/segment_seal.h"
#include "core/base/clock.h"
#include "core/base/file_system.h"
#include "core/record/batch_codec.h"
#include "core/record/canonical.h"
#include "core/record/record_sink.h"

namespace sr {

struct ArchiveWriterOptions {
  FileSystem* file_system = nullptr;
  std::string directory;
  // The source. Empty cluster id: it gives none, and none is compared.
  std::string cluster_id;
  std::string topic;
  int64_t first_offset = 0;  // Log start of the source, for a new archive.
  // Recorded in the manifest; nullopt if the source could not be asked.
  std::optional<std::map<std::string, std::string>> topic_config;
  // Identity for a new archive: 32 hex digits, random.
  std::string new_store_id;
  // Refuse a directory in which there is no archive yet, and write nothing: where a
  // disk is not mounted, the directory that it hides is such a one.
  bool must_exist = false;
  // Begin a generation behind the newest: the source is not the one that this
  // mirrors, and the operator knows. Nothing of an older one is touched.
  bool begin_generation = false;
  std::string lock_label;  // "pid 123, boot id ..."
  // A segment is ended, and sealed, by the record that finds it this large or
  // this old.
  int64_t segment_bytes_max = int64_t{64} << 20;
  absl::Duration segment_age_max = absl::Hours(7 * 24);
  // Seals that the manifest has room for, where each has less than 700 bytes and a
  // half is left for all else; then the segment grows.
  size_t seals_max = kManifestBytesMax / 2 / 700;
  // Null: segments do not age.
  Clock* clock = nullptr;
  Compression compression = Compression::kNone;
  // Told of each commit; may be null.
  DurableSignal* signal = nullptr;
};

// One thread. Errors of Open:
//   FailedPrecondition  the directory holds files that are no archive's, or an
//                       archive of another source, or none and must_exist: refused
//   Unavailable, exit code kRefused   locked by another writer
//   DataLoss            the archive is damaged (FindEnd)
//   NotFound, PermissionDenied, ResourceExhausted   from the disk
class ArchiveWriter : public RecordSink {
 public:
  explicit ArchiveWriter(ArchiveWriterOptions options);
  ~ArchiveWriter() override;

  absl::StatusOr<DurablePosition> Open() override;
  absl::Status Append(const RecordBatch& batch) override;
  absl::StatusOr<DurablePosition> Commit() override;
  // Never: after a failed write or sync only a new start, which reads the disk
  // again, knows what is there.
  bool CanReopen(const absl::Status&) const override { return false; }
  // Writes the last commit into the manifest, so that from then on any changed
  // byte is corruption, and releases the lock. Records appended but not
  // committed stay a tail, and so does everything after an error.
  absl::Status Close() override;

  // Valid after Open.
  const std::string& store_id() const { return manifest_.store_id; }
  int64_t generation() const { return manifest_.generation; }

 private:
  absl::Status PrepareDirectory();
  absl::Status CreateDirectoryOfArchive();
  absl::StatusOr<int64_t> GenerationToWrite(
      const std::vector<int64_t>& generations) const;
  absl::Status CreateGeneration();
  absl::StatusOr<std::string> StoreId() const;
  absl::Status CheckSource() const;
  absl::Status OpenManifest(const RecoveredEnd& end);
  absl::Status ReopenSegment();
  void NoteBegin();
  bool IsFull() const;
  absl::Status EndSegment();
  absl::Status RollSegment(int64_t base_offset);
  absl::Status MakeRoomFor(const Record& record);
  absl::Status WriteBatches(const RecordBatch& batch);
  absl::Status WriteManifest(bool closed);
  absl::StatusOr<DurablePosition> Fail(absl::Status status);
  DurablePosition position() const;

  const ArchiveWriterOptions options_;
  std::unique_ptr<FileLock> lock_;
  Manifest manifest_;
  std::optional<ArchiveLayout> layout_;

  // The segment being written.
  std::unique_ptr<AppendableFile> log_;
  std::unique_ptr<AppendableFile> commits_;
  int64_t base_offset_ = 0;
  int64_t log_bytes_ = 0;
  SegmentSummary summary_;
  LogDigester digester_;  // Of log_, up to log_bytes_.

  CommitEntry last_commit_;
  int64_t last_commit_segment_ = 0;
  std::vector<RecordAnchor> anchors_;
  // Appended since the last commit.
  Chain chain_;
  int64_t pending_records_ = 0;
  int64_t pending_last_offset_ = -1;
  std::vector<RecordAnchor> pending_anchors_;

  bool failed_ = false;
  std::string encoded_;
};

}  // namespace sr

#endif  // CORE_ARCHIVE_ARCHIVE_WRITER_H_
