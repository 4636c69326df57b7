#include "core/archive/archive_writer.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "core/archive/archive_store.h"
#include "core/base/check.h"
#include "core/base/status_context.h"
#include "core/base/status_macros.h"

namespace sr {
namespace {

// Limits of one record batch; a single larger record has one of its own.
constexpr size_t kBatchBytesMax = 1 << 20;
constexpr size_t kBatchRecordsMax = 10000;

// Kafka's indexes hold offsets relative to the segment's base in 31 bits.
constexpr int64_t kOffsetDeltaMax = std::numeric_limits<int32_t>::max();

// Number of records from `records` that go into the next batch, at least 1.
size_t CountForBatch(absl::Span<const Record> records) {
  size_t bytes = 0;
  size_t count = 0;
  for (const Record& record : records) {
    bytes += PayloadBytes(record);
    const bool fits =
        count == 0 ||
        (count < kBatchRecordsMax && bytes <= kBatchBytesMax &&
         record.offset - records.front().offset <= kOffsetDeltaMax &&
         CanShareBatch(records.front(), record));
    if (!fits) break;
    ++count;
  }
  return count;
}

absl::Status CreateDirectoryIfMissing(FileSystem* file_system,
                                      const std::string& path) {
  const absl::Status status = file_system->CreateDirectory(path);
  return absl::IsAlreadyExists(status) ? absl::OkStatus() : status;
}

}  // namespace

ArchiveWriter::ArchiveWriter(ArchiveWriterOptions options)
    : options_(std::move(options)) {}

ArchiveWriter::~ArchiveWriter() = default;

absl::StatusOr<DurablePosition> ArchiveWriter::Open() {
  SR_CHECK(lock_ == nullptr);
  RETURN_IF_ERROR(PrepareDirectory());
  ASSIGN_OR_RETURN(const RecoveredEnd end,
                   FindEnd(options_.file_system, *layout_, manifest_));
  RETURN_IF_ERROR(MoveTails(options_.file_system, *layout_, end));
  last_commit_ = end.last_commit;
  last_commit_segment_ = end.last_commit_segment;
  anchors_ = end.anchors;
  base_offset_ = end.base_offset;
  log_bytes_ = end.log_bytes;
  summary_ = end.summary;
  chain_ = Chain(last_commit_.chain);
  pending_last_offset_ = last_commit_.last_offset;

  if (end.has_segment && !end.is_sealed) RETURN_IF_ERROR(ReopenSegment());
  // From here on bytes may follow the last commit: say so first.
  RETURN_IF_ERROR(OpenManifest(end));
  if (options_.signal != nullptr) {
    options_.signal->Announce(last_commit_.last_offset + 1);
  }
  return position();
}

absl::Status ArchiveWriter::OpenManifest(const RecoveredEnd& end) {
  if (manifest_.format_version < 2) {
    // FindEnd has just read the newest segment; nobody the ones before it.
    manifest_.format_version = kManifestFormatVersion;
    manifest_.sealed_from = end.base_offset;
  }
  if (!manifest_.segment_begun_ms.has_value()) NoteBegin();
  RETURN_IF_ERROR(WriteManifest(/*closed=*/false));
  return WriteSha256Sums(options_.file_system, *layout_, manifest_);
}

absl::Status ArchiveWriter::CreateDirectoryOfArchive() {
  FileSystem* const fs = options_.file_system;
  absl::Status created = fs->CreateDirectory(options_.directory);
  if (absl::IsNotFound(created)) {
    return WithHint(created, "create the directory above it first, so that a "
                             "disk that is not mounted is noticed");
  }
  RETURN_IF_ERROR(created);
  return fs->SyncDirectory(SplitPath(options_.directory).directory);
}

absl::Status ArchiveWriter::PrepareDirectory() {
  FileSystem* const fs = options_.file_system;
  ASSIGN_OR_RETURN(const bool exists, fs->Exists(options_.directory));
  ArchiveDirectory found;
  if (exists) {
    ASSIGN_OR_RETURN(found, ListArchiveDirectory(fs, options_.directory));
  }
  if (options_.must_exist && found.generations.empty()) {
    return WithHint(
        absl::FailedPreconditionError(
            absl::StrCat(options_.directory, " holds no archive")),
        "is its disk mounted? Run without --archive-must-exist to begin one");
  }
  if (!exists) RETURN_IF_ERROR(CreateDirectoryOfArchive());
  if (!found.foreign.empty()) {
    return WithHint(
        absl::FailedPreconditionError(
            absl::StrCat(options_.directory, " holds ", found.foreign.size(),
                         " files that are not an archive's, the first is \"",
                         found.foreign.front(), "\"")),
        "name an empty directory, or one that mirror wrote");
  }
  ASSIGN_OR_RETURN(lock_, fs->Lock(JoinPath(options_.directory, kLockName)));
  RETURN_IF_ERROR(lock_->SetLabel(options_.lock_label));

  // Whoever held the lock until now may have begun one.
  ASSIGN_OR_RETURN(found, ListArchiveDirectory(fs, options_.directory));
  ASSIGN_OR_RETURN(const int64_t generation,
                   GenerationToWrite(found.generations));
  layout_.emplace(options_.directory, generation, options_.topic);
  ASSIGN_OR_RETURN(const bool has_manifest,
                   fs->Exists(layout_->manifest_path()));
  if (!has_manifest) {
    manifest_.generation = generation;
    return CreateGeneration();
  }
  ASSIGN_OR_RETURN(manifest_, ReadManifest(fs, options_.directory, generation));
  return CheckSource();
}

absl::StatusOr<int64_t> ArchiveWriter::GenerationToWrite(
    const std::vector<int64_t>& generations) const {
  if (generations.empty()) return 1;
  const int64_t newest = generations.back();
  if (!options_.begin_generation) return newest;
  // One that was begun, by a start that died, is the new one.
  ASSIGN_OR_RETURN(const bool barely_begun,
                   IsBarelyBegun(options_.file_system, options_.directory,
                                 newest));
  return barely_begun ? newest : newest + 1;
}

// All generations are of one store.
absl::StatusOr<std::string> ArchiveWriter::StoreId() const {
  if (manifest_.generation == 1) return options_.new_store_id;
  ASSIGN_OR_RETURN(const Manifest before,
                   ReadManifest(options_.file_system, options_.directory,
                                manifest_.generation - 1));
  return before.store_id;
}

absl::Status ArchiveWriter::CreateGeneration() {
  FileSystem* const fs = options_.file_system;
  ASSIGN_OR_RETURN(manifest_.store_id, StoreId());
  RETURN_IF_ERROR(
      CreateDirectoryIfMissing(fs, layout_->generation_directory()));
  for (const std::string& directory :
       {layout_->partition_directory(), layout_->commits_directory(),
        layout_->torn_directory()}) {
    RETURN_IF_ERROR(CreateDirectoryIfMissing(fs, directory));
  }
  // A start that died before its manifest leaves these directories empty; a
  // manifest that was lost leaves them full, and that must not be overwritten.
  ASSIGN_OR_RETURN(const SegmentList segments, ListSegments(fs, *layout_));
  if (!segments.segments.empty()) {
    return WithHint(
        absl::DataLossError(absl::StrCat(layout_->manifest_path(),
                                         " is missing beside segments")),
        "nothing was changed; put the manifest back from another copy");
  }
  RETURN_IF_ERROR(fs->SyncDirectory(layout_->generation_directory()));
  RETURN_IF_ERROR(fs->SyncDirectory(options_.directory));
  manifest_.cluster_id = options_.cluster_id;
  manifest_.topic = options_.topic;
  manifest_.first_offset = options_.first_offset;
  return WriteManifest(/*closed=*/false);
}

absl::Status ArchiveWriter::CheckSource() const {
  const bool other_cluster = !manifest_.cluster_id.empty() &&
                             !options_.cluster_id.empty() &&
                             manifest_.cluster_id != options_.cluster_id;
  if (manifest_.topic == options_.topic && !other_cluster) {
    return absl::OkStatus();
  }
  return WithHint(
      absl::FailedPreconditionError(absl::StrCat(
          options_.directory, " mirrors topic ", manifest_.topic,
          " of cluster ", manifest_.cluster_id, ", not ", options_.topic,
          " of ", options_.cluster_id)),
      "give each source its own archive directory; if it is the same topic on a "
      "cluster that was set up anew, --accept-new-source begins a new generation");
}

// A writer that was killed before its sync left its last entry and the names of new
// files where we can read them and a power cut can still take them. They are about
// to be acknowledged: everything is synced again, in the order in which it is made.
absl::Status ArchiveWriter::ReopenSegment() {
  FileSystem* const fs = options_.file_system;
  ASSIGN_OR_RETURN(log_, fs->OpenForAppend(layout_->log_path(base_offset_)));
  RETURN_IF_ERROR(log_->Sync());
  RETURN_IF_ERROR(fs->SyncDirectory(layout_->partition_directory()));
  const std::string commits_path = layout_->commits_path(base_offset_);
  ASSIGN_OR_RETURN(const bool exists, fs->Exists(commits_path));
  if (exists) {
    ASSIGN_OR_RETURN(commits_, fs->OpenForAppend(commits_path));
  } else {
    ASSIGN_OR_RETURN(commits_, fs->Create(commits_path));
  }
  RETURN_IF_ERROR(commits_->Sync());
  RETURN_IF_ERROR(fs->SyncDirectory(layout_->commits_directory()));
  return DigestLog(fs, *layout_, base_offset_, log_bytes_, &digester_);
}

void ArchiveWriter::NoteBegin() {
  if (options_.clock == nullptr) return;
  manifest_.segment_begun_ms = absl::ToUnixMillis(options_.clock->Now());
}

bool ArchiveWriter::IsFull() const {
  // The manifest is written anew for each seal: when it has become large,
  // segments become larger instead.
  if (manifest_.sealed.size() >= options_.seals_max) return false;
  if (log_bytes_ >= options_.segment_bytes_max) return true;
  return log_bytes_ > 0 && options_.clock != nullptr &&
         manifest_.segment_begun_ms.has_value() &&
         options_.clock->Now() -
                 absl::FromUnixMillis(*manifest_.segment_begun_ms) >=
             options_.segment_age_max;
}

// Closes the segment, of which everything is committed, and seals it. Dying in
// here leaves it with or without its seal; either is a whole archive.
absl::Status ArchiveWriter::EndSegment() {
  RETURN_IF_ERROR(std::exchange(log_, nullptr)->Close());
  RETURN_IF_ERROR(std::exchange(commits_, nullptr)->Close());
  const LogDigest written = digester_.Finish();
  // One without a record is what a crash left between two files.
  if (summary_.first_offset < 0) return absl::OkStatus();
  ASSIGN_OR_RETURN(SealedSegment sealed,
                   SealSegment(options_.file_system, *layout_, base_offset_,
                               summary_, written, last_commit_));
  manifest_.sealed.push_back(std::move(sealed));
  NoteBegin();
  RETURN_IF_ERROR(WriteManifest(/*closed=*/false));
  return WriteSha256Sums(options_.file_system, *layout_, manifest_);
}

absl::Status ArchiveWriter::RollSegment(int64_t base_offset) {
  FileSystem* const fs = options_.file_system;
  if (log_ != nullptr) RETURN_IF_ERROR(EndSegment());
  base_offset_ = base_offset;
  log_bytes_ = 0;
  summary_ = SegmentSummary();
  ASSIGN_OR_RETURN(log_, fs->Create(layout_->log_path(base_offset)));
  RETURN_IF_ERROR(log_->Sync());
  RETURN_IF_ERROR(fs->SyncDirectory(layout_->partition_directory()));
  ASSIGN_OR_RETURN(commits_, fs->Create(layout_->commits_path(base_offset)));
  RETURN_IF_ERROR(commits_->Sync());
  return fs->SyncDirectory(layout_->commits_directory());
}

// Rolls if the segment is full. Only at a commit: so that no segment but the
// newest ever has a tail.
absl::Status ArchiveWriter::MakeRoomFor(const Record& record) {
  const bool too_far = record.offset - base_offset_ > kOffsetDeltaMax;
  if (log_ != nullptr && !too_far && !IsFull()) return absl::OkStatus();
  if (pending_records_ > 0) {
    if (!too_far) return absl::OkStatus();
    RETURN_IF_ERROR(Commit().status());
  }
  const int64_t next = last_commit_.last_offset + 1;
  return RollSegment(record.offset - next > kOffsetDeltaMax ? record.offset
                                                            : next);
}

absl::Status ArchiveWriter::Append(const RecordBatch& batch) {
  if (failed_) {
    return absl::FailedPreconditionError(
        "the archive failed earlier and takes nothing more");
  }
  absl::Status status = WriteBatches(batch);
  if (!status.ok()) return Fail(std::move(status)).status();
  return absl::OkStatus();
}

absl::Status ArchiveWriter::WriteBatches(const RecordBatch& batch) {
  absl::Span<const Record> rest(batch.empty() ? nullptr : &batch.front(),
                                batch.size());
  while (!rest.empty()) {
    SR_CHECK(rest.front().offset > pending_last_offset_);
    RETURN_IF_ERROR(MakeRoomFor(rest.front()));
    absl::Span<const Record> head = rest.subspan(0, CountForBatch(rest));
    while (head.back().offset - base_offset_ > kOffsetDeltaMax) {
      head.remove_suffix(1);
    }
    encoded_.clear();
    RETURN_IF_ERROR(EncodeBatch(head, options_.compression, &encoded_));
    RETURN_IF_ERROR(log_->Append(encoded_));
    log_bytes_ += static_cast<int64_t>(encoded_.size());
    digester_.Add(&encoded_);
    for (const Record& record : head) {
      chain_.Add(record);
      summary_.Add(record);
    }
    pending_records_ += static_cast<int64_t>(head.size());
    pending_last_offset_ = head.back().offset;
    for (const Record& record : head.last(
             std::min<size_t>(head.size(), kAnchorsMax))) {
      pending_anchors_.push_back(
          {record.offset, record.timestamp, ContentDigest(record)});
    }
    rest.remove_prefix(head.size());
  }
  return absl::OkStatus();
}

absl::StatusOr<DurablePosition> ArchiveWriter::Commit() {
  if (pending_records_ == 0) return position();
  if (absl::Status status = log_->Sync(); !status.ok()) {
    return Fail(std::move(status));
  }
  // The data is durable. From here on an entry may name it.
  CommitEntry entry;
  entry.sequence = last_commit_.sequence + 1;
  entry.position = log_bytes_;
  entry.last_offset = pending_last_offset_;
  entry.records = last_commit_.records + pending_records_;
  entry.chain = chain_.digest();
  std::string bytes;
  EncodeCommitEntry(entry,
                    CommitSeed(manifest_.store_id, manifest_.generation,
                               base_offset_),
                    &bytes);
  absl::Status status = commits_->Append(bytes);
  if (status.ok()) status = commits_->Sync();
  if (!status.ok()) return Fail(std::move(status));

  // The entry is durable: this is the acknowledgement.
  last_commit_ = entry;
  last_commit_segment_ = base_offset_;
  pending_records_ = 0;
  anchors_.insert(anchors_.end(), pending_anchors_.begin(),
                  pending_anchors_.end());
  pending_anchors_.clear();
  if (anchors_.size() > kAnchorsMax) {
    anchors_.erase(anchors_.begin(), anchors_.end() - kAnchorsMax);
  }
  if (options_.signal != nullptr) {
    options_.signal->Announce(entry.last_offset + 1);
  }
  return position();
}

absl::Status ArchiveWriter::WriteManifest(bool closed) {
  Manifest next = manifest_;
  next.closed = closed;
  if (options_.topic_config.has_value()) {
    next.topic_config = options_.topic_config;
  }
  if (last_commit_.sequence > 0) {
    next.last_commit = CommitPlace{last_commit_segment_, last_commit_};
  }
  RETURN_IF_ERROR(ReplaceFile(options_.file_system, layout_->manifest_path(),
                              EncodeManifest(next)));
  manifest_ = std::move(next);
  return absl::OkStatus();
}

absl::StatusOr<DurablePosition> ArchiveWriter::Fail(absl::Status status) {
  failed_ = true;
  return Annotate(status, "archive stopped");
}

DurablePosition ArchiveWriter::position() const {
  DurablePosition position;
  position.next_offset = last_commit_.last_offset + 1;
  position.records = last_commit_.records;
  position.chain = last_commit_.chain;
  position.anchors = anchors_;
  return position;
}

absl::Status ArchiveWriter::Close() {
  if (lock_ == nullptr) return absl::OkStatus();
  absl::Status status;
  if (!failed_ && pending_records_ == 0 && layout_.has_value()) {
    if (log_ != nullptr) status = log_->Close();
    if (status.ok() && commits_ != nullptr) status = commits_->Close();
    if (status.ok()) status = WriteManifest(/*closed=*/true);
    if (status.ok()) status = lock_->SetLabel("");
  }
  log_.reset();
  commits_.reset();
  lock_.reset();
  return status;
}

}  // namespace sr
