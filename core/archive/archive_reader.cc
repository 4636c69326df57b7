#include "core/archive/archive_reader.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/archive/commit_file.h"
#include "core/base/status_context.h"
#include "core/base/status_macros.h"

namespace sr {
namespace {

constexpr absl::Duration kPollInterval = absl::Milliseconds(50);

absl::Status DamageStatus(const StorageDamage& damage) {
  return WithHint(
      absl::DataLossError(absl::StrCat(
          "the archive is damaged at ", damage.file, ", bytes ", damage.begin,
          "..", damage.end, ", offsets ", damage.first_offset.value_or(-1),
          "..", damage.last_offset.value_or(-1), ": ", damage.detail)),
      "`schemas-verifier check` lists all damage");
}

}  // namespace

ArchiveReader::ArchiveReader(ArchiveReaderOptions options, Manifest manifest)
    : options_(std::move(options)),
      manifest_(std::move(manifest)),
      layout_(options_.directory, manifest_.generation, manifest_.topic),
      position_(manifest_.first_offset) {
  before_.last_offset = manifest_.first_offset - 1;
}

absl::StatusOr<std::unique_ptr<ArchiveReader>> ArchiveReader::Open(
    ArchiveReaderOptions options) {
  ASSIGN_OR_RETURN(const int64_t generation,
                   ChooseGeneration(options.file_system, options.directory,
                                    options.generation));
  ASSIGN_OR_RETURN(Manifest manifest,
                   ReadManifest(options.file_system, options.directory,
                                generation));
  return std::unique_ptr<ArchiveReader>(
      new ArchiveReader(std::move(options), std::move(manifest)));
}

absl::Status ArchiveReader::Seek(int64_t offset) {
  ASSIGN_OR_RETURN(const SegmentList list,
                   ListSegments(options_.file_system, layout_));
  position_ = std::max(offset, manifest_.first_offset);
  at_end_ = false;
  base_offset_.reset();
  entries_.clear();
  before_ = CommitEntry{};
  before_.last_offset = manifest_.first_offset - 1;

  const SegmentFiles* chosen = nullptr;
  const SegmentFiles* previous = nullptr;
  for (const SegmentFiles& segment : list.segments) {
    if (chosen != nullptr && segment.base_offset > position_) break;
    previous = chosen;
    chosen = &segment;
  }
  if (chosen == nullptr) return absl::OkStatus();
  if (previous != nullptr) {
    ASSIGN_OR_RETURN(
        const CommitFile commits,
        ReadCommitFile(options_.file_system,
                       layout_.commits_path(previous->base_offset),
                       CommitSeed(manifest_.store_id, manifest_.generation,
                                  previous->base_offset)));
    const size_t valid = commits.slots_to_last_valid();
    if (valid > 0) before_ = *commits.slots[valid - 1];
  }
  return OpenSegment(chosen->base_offset);
}

absl::Status ArchiveReader::OpenSegment(int64_t base_offset) {
  const std::string path = layout_.log_path(base_offset);
  absl::StatusOr<std::unique_ptr<ReadableFile>> log =
      options_.file_system->OpenForRead(path);
  if (absl::IsNotFound(log.status())) {
    return absl::DataLossError(absl::StrCat(layout_.Relative(path),
                                            " is missing beside its commits"));
  }
  if (!log.ok()) return log.status();
  blocks_ =
      std::make_unique<BlockReader>(*std::move(log), layout_.Relative(path));
  base_offset_ = base_offset;
  commits_bytes_read_ = 0;
  before_in_this_segment_ = false;
  return absl::OkStatus();
}

absl::StatusOr<Fetched> ArchiveReader::Next(absl::Duration timeout,
                                            RecordBatch* batch) {
  batch->Clear();
  if (at_end_) WaitForMore(timeout);
  while (true) {
    if (entries_.empty()) RETURN_IF_ERROR(FindEntries().status());
    if (entries_.empty() || !FrontIsDurable()) {
      at_end_ = true;
      return Fetched::kCaughtUp;
    }
    ASSIGN_OR_RETURN(const Fetched fetched, Deliver(batch));
    if (fetched == Fetched::kRecords) return fetched;
  }
}

// An entry can be seen before its sync has returned; what feeds a shadow must
// not run ahead of the disk.
bool ArchiveReader::FrontIsDurable() const {
  return options_.signal == nullptr ||
         entries_.front().last_offset < options_.signal->next_offset();
}

// Takes the next block off `entries_`. kNothing if it lies below the position.
absl::StatusOr<Fetched> ArchiveReader::Deliver(RecordBatch* batch) {
  const CommitEntry entry = entries_.front();
  if (entry.last_offset >= position_) {
    ASSIGN_OR_RETURN(
        std::optional<StorageDamage> damage,
        blocks_->Read(before_, before_in_this_segment_, entry, batch));
    if (damage.has_value()) {
      batch->Clear();
      return DamageStatus(*damage);
    }
    batch->DropBefore(position_);
    position_ = entry.last_offset + 1;
    at_end_ = false;
  }
  entries_.pop_front();
  before_ = entry;
  before_in_this_segment_ = true;
  return batch->empty() ? Fetched::kNothing : Fetched::kRecords;
}

// Looks for entries behind those read so far, in this segment or the next.
absl::StatusOr<bool> ArchiveReader::FindEntries() {
  if (!base_offset_.has_value()) {
    ASSIGN_OR_RETURN(const std::optional<int64_t> first, NextSegment());
    if (!first.has_value()) return false;
    RETURN_IF_ERROR(OpenSegment(*first));
  }
  while (true) {
    // In this order: a writer rolls after the last commit of a segment, so once
    // a newer segment is seen, what this one holds now is all it ever will.
    ASSIGN_OR_RETURN(const std::optional<int64_t> next, NextSegment());
    ASSIGN_OR_RETURN(const bool more, ReadNewEntries());
    if (more) return true;
    if (!next.has_value()) return false;
    RETURN_IF_ERROR(OpenSegment(*next));
  }
}

absl::StatusOr<bool> ArchiveReader::ReadNewEntries() {
  const uint64_t seed = CommitSeed(manifest_.store_id, manifest_.generation,
                                   *base_offset_);
  absl::StatusOr<CommitFile> commits =
      ReadCommitFile(options_.file_system, layout_.commits_path(*base_offset_),
                     seed, commits_bytes_read_);
  // A segment just made has no commits yet.
  if (absl::IsNotFound(commits.status())) return false;
  if (!commits.ok()) return commits.status();
  const size_t valid = commits->slots_to_last_valid();
  CommitEntry last = entries_.empty() ? before_ : entries_.back();
  bool same_segment = before_in_this_segment_;
  for (size_t i = 0; i < valid; ++i) {
    const std::optional<CommitEntry>& slot = commits->slots[i];
    const char* why = slot.has_value()
                          ? WhyNotSuccessor(last, *slot, same_segment)
                          : "self-check fails";
    if (why != nullptr) {
      return absl::DataLossError(absl::StrCat(
          layout_.Relative(layout_.commits_path(*base_offset_)), ", bytes ",
          commits_bytes_read_, "..", commits_bytes_read_ + kCommitEntryBytes,
          ": ", why));
    }
    entries_.push_back(*slot);
    last = *slot;
    same_segment = true;
    commits_bytes_read_ += kCommitEntryBytes;
  }
  return valid > 0;
}

absl::StatusOr<std::optional<int64_t>> ArchiveReader::NextSegment() const {
  ASSIGN_OR_RETURN(const SegmentList list,
                   ListSegments(options_.file_system, layout_));
  for (const SegmentFiles& segment : list.segments) {
    if (!base_offset_.has_value() || segment.base_offset > *base_offset_) {
      return segment.base_offset;
    }
  }
  return std::nullopt;
}

void ArchiveReader::WaitForMore(absl::Duration timeout) const {
  if (options_.signal != nullptr) {
    options_.signal->WaitFor(position_, timeout);
  } else {
    options_.clock->Sleep(std::min(timeout, kPollInterval));
  }
}

absl::StatusOr<CommitEntry> ArchiveReader::LastCommit() const {
  CommitEntry last;
  last.last_offset = manifest_.first_offset - 1;
  ASSIGN_OR_RETURN(const SegmentList list,
                   ListSegments(options_.file_system, layout_));
  for (auto segment = list.segments.rbegin(); segment != list.segments.rend();
       ++segment) {
    if (!segment->has_commits) continue;
    ASSIGN_OR_RETURN(
        const CommitFile commits,
        ReadCommitFile(options_.file_system,
                       layout_.commits_path(segment->base_offset),
                       CommitSeed(manifest_.store_id, manifest_.generation,
                                  segment->base_offset)));
    const size_t valid = commits.slots_to_last_valid();
    if (valid > 0) return *commits.slots[valid - 1];
  }
  return last;
}

}  // namespace sr
