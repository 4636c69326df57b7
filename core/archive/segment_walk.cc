#include "core/archive/segment_walk.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/archive/block_reader.h"
#include "core/archive/commit_file.h"
#include "core/base/status_macros.h"

namespace sr {
namespace {

class SegmentWalker {
 public:
  SegmentWalker(const SegmentContext& context, const CommitEntry& before,
                OnBlock on_block, OnDamage on_damage)
      : context_(context),
        log_path_(context.layout->log_path(context.files.base_offset)),
        commits_path_(context.layout->commits_path(context.files.base_offset)),
        before_(before),
        seal_(FindSeal(*context.manifest, context.files.base_offset)),
        on_block_(on_block),
        on_damage_(on_damage) {
    end_.last_commit = before;
  }

  absl::StatusOr<SegmentEnd> Walk() {
    RETURN_IF_ERROR(ReadCommits());
    if (!context_.files.has_log) {
      ReportMissing(log_path_, "the commits of this segment are there, its "
                               "records are not");
    } else if (context_.reads_log) {
      RETURN_IF_ERROR(OpenLog());
    }
    RETURN_IF_ERROR(WalkBlocks());
    JudgeCommitsEnd();
    if (blocks_ != nullptr) JudgeLogEnd();
    return end_;
  }

 private:
  // A tail is what a crash may leave; elsewhere such bytes are damage.
  bool TailIsLegal() const {
    return context_.is_newest && !context_.manifest->closed && seal_ == nullptr;
  }

  absl::Status ReadCommits() {
    if (!context_.files.has_commits) {
      // A segment being made, or made just before a crash, has a .log only.
      if (!TailIsLegal()) {
        ReportMissing(commits_path_, "the records of this segment are there, "
                                     "its commits are not");
      }
      // All of its blocks are verified as one.
      witnessed_ = KnownLastCommit();
      return absl::OkStatus();
    }
    const uint64_t seed =
        CommitSeed(context_.manifest->store_id, context_.manifest->generation,
                   context_.files.base_offset);
    ASSIGN_OR_RETURN(commits_, ReadCommitFile(context_.file_system,
                                              commits_path_, seed));
    end_.commits_bytes = commits_.size_bytes();
    if (!commits_.IsInOrder()) ReadOutOfOrder();
    RestoreLastCommit();
    end_.valid_commits_bytes =
        static_cast<int64_t>(valid_slots_) * kCommitEntryBytes;
    return absl::OkStatus();
  }

  // Each entry is good by itself, so that the blocks can be verified all the same.
  void ReadOutOfOrder() {
    commits_.PutInOrder();
    is_reordered_ = true;
    StorageDamage damage;
    damage.kind = DamageKind::kCommitCorrupt;
    damage.file = context_.layout->Relative(commits_path_);
    damage.end = end_.commits_bytes;
    damage.first_offset = before_.last_offset + 1;
    damage.last_offset = commits_.slots.back()->last_offset;
    damage.detail = "its entries are not in the order in which they were written";
    on_damage_(std::move(damage));
  }

  // The last commit of this segment, if the manifest repeats it: in its seal, or
  // after a clean stop.
  std::optional<CommitEntry> KnownLastCommit() const {
    if (seal_ != nullptr) return seal_->last_commit;
    const std::optional<CommitPlace>& last = context_.manifest->last_commit;
    if (!context_.manifest->closed || !context_.is_newest ||
        !last.has_value() || last->segment != context_.files.base_offset) {
      return std::nullopt;
    }
    return last->entry;
  }

  // Whether they commit the same records. Where those end in the file is for the
  // seal to judge: it may have been written anew.
  static bool CommitsTheSame(const CommitEntry& a, const CommitEntry& b) {
    return a.sequence == b.sequence && a.last_offset == b.last_offset &&
           a.records == b.records && a.chain == b.chain;
  }

  // So that a damaged last entry does not leave the block it covers unverified.
  void RestoreLastCommit() {
    valid_slots_ = commits_.slots_to_last_valid();
    const std::optional<CommitEntry> known = KnownLastCommit();
    if (!known.has_value()) return;
    bool is_there = false;
    for (std::optional<CommitEntry>& slot : commits_.slots) {
      if (!slot.has_value() || slot->sequence < known->sequence) continue;
      // What follows a clean stop is judged by whoever reads the manifest; nothing
      // can follow a seal.
      if (CommitsTheSame(*slot, *known) ||
          (slot->sequence > known->sequence && seal_ == nullptr)) {
        is_there = true;
      } else {
        slot.reset();
      }
    }
    valid_slots_ = commits_.slots_to_last_valid();
    if (!is_there) witnessed_ = known;
  }

  absl::Status OpenLog() {
    ASSIGN_OR_RETURN(std::unique_ptr<ReadableFile> log,
                     context_.file_system->OpenForRead(log_path_));
    blocks_ = std::make_unique<BlockReader>(
        std::move(log), context_.layout->Relative(log_path_));
    if (context_.from_medium) blocks_->ReadAnew();
    ASSIGN_OR_RETURN(end_.log_bytes, blocks_->FileSize());
    return absl::OkStatus();
  }

  absl::Status WalkBlocks() {
    for (size_t slot = 0; slot < valid_slots_; ++slot) {
      RETURN_IF_ERROR(WalkSlot(slot));
    }
    if (witnessed_.has_value() &&
        (!end_.has_commits ||
         witnessed_->position > end_.last_commit.position)) {
      last_entry_ = end_.last_commit;
      RETURN_IF_ERROR(WalkBlock(*witnessed_));
    }
    return absl::OkStatus();
  }

  absl::Status WalkSlot(size_t slot) {
    const std::optional<CommitEntry>& entry = commits_.slots[slot];
    if (!entry.has_value()) {
      // Its block is verified together with the next one: the chain does not
      // depend on where commits cut it.
      ReportCommit(slot, "self-check fails", DamageKind::kCommitCorrupt);
      ++damaged_slots_;
      return absl::OkStatus();
    }
    CommitEntry expected_before = end_.last_commit;
    expected_before.sequence += std::exchange(damaged_slots_, 0);
    if (is_reordered_) {
      // What is missing between them has been told of.
      expected_before.sequence = entry->sequence - 1;
    }
    if (!end_.has_commits && entry->sequence > expected_before.sequence + 1) {
      SkipMissingCommits(expected_before, *entry);
      return absl::OkStatus();
    }
    if (const char* why = WhyNotSuccessor(expected_before, *entry,
                                          end_.has_commits)) {
      ReportCommit(slot, why, DamageKind::kCommitCorrupt);
      if (entry->position <= end_.committed_bytes) return absl::OkStatus();
    }
    return WalkBlock(*entry);
  }

  // Whole segments before this one are gone. The first block here cannot be
  // verified either, as the chain into it is unknown: it counts as lost.
  void SkipMissingCommits(const CommitEntry& expected_before,
                          const CommitEntry& entry) {
    StorageDamage damage;
    damage.kind = DamageKind::kFileMissing;
    damage.file = context_.layout->Relative(commits_path_);
    damage.first_offset = expected_before.last_offset + 1;
    damage.last_offset = entry.last_offset;
    damage.detail = absl::StrCat(
        "a segment before this one is missing: its first commit is number ",
        entry.sequence, ", expected ", expected_before.sequence + 1);
    on_damage_(std::move(damage));
    end_.last_commit = entry;
    end_.has_commits = true;
    end_.committed_bytes = entry.position;
  }

  absl::Status WalkBlock(const CommitEntry& entry) {
    if (blocks_ != nullptr) RETURN_IF_ERROR(ReadBlock(entry));
    end_.last_commit = entry;
    end_.has_commits = true;
    end_.committed_bytes = entry.position;
    return absl::OkStatus();
  }

  absl::Status ReadBlock(const CommitEntry& entry) {
    ASSIGN_OR_RETURN(
        std::optional<StorageDamage> damage,
        blocks_->Read(end_.last_commit, end_.has_commits, entry, &records_));
    if (damage.has_value()) {
      // Read once more before it is judged: memory and cables fail as well.
      StorageDamage first = *std::move(damage);
      blocks_->ReadAnew();
      ASSIGN_OR_RETURN(damage, blocks_->Read(end_.last_commit,
                                             end_.has_commits, entry,
                                             &records_));
      if (!damage.has_value()) {
        first.kind = DamageKind::kReadUnstable;
        on_damage_(std::move(first));
      }
    }
    if (damage.has_value()) {
      on_damage_(*std::move(damage));
    } else {
      on_block_(end_.last_commit, entry, records_);
    }
    return absl::OkStatus();
  }

  void JudgeCommitsEnd() {
    if (!context_.files.has_commits) return;  // Reported as missing.
    if (witnessed_.has_value()) {
      ReportLostEntries();
      return;
    }
    if (end_.valid_commits_bytes == end_.commits_bytes || is_reordered_) return;
    if (context_.being_written && TailIsLegal()) return;
    StorageDamage damage;
    damage.kind = TailIsLegal() ? DamageKind::kTornCommit
                                : DamageKind::kCommitCorrupt;
    damage.file = context_.layout->Relative(commits_path_);
    damage.begin = end_.valid_commits_bytes;
    damage.end = end_.commits_bytes;
    damage.first_offset = end_.last_commit.last_offset + 1;
    damage.detail = "the last entry fails its self-check or is cut";
    // More than one entry does not tear at once: an entry is written only
    // after the one before it is durable.
    if (damage.end - damage.begin > kCommitEntryBytes) {
      damage.kind = DamageKind::kCommitCorrupt;
    }
    on_damage_(std::move(damage));
  }

  // The manifest knows a later commit than the file holds.
  void ReportLostEntries() {
    const int64_t expected_bytes =
        end_.valid_commits_bytes +
        kCommitEntryBytes * (witnessed_->sequence - last_entry_.sequence);
    StorageDamage damage;
    damage.kind = end_.commits_bytes < expected_bytes
                      ? DamageKind::kFileTruncated
                      : DamageKind::kCommitCorrupt;
    damage.file = context_.layout->Relative(commits_path_);
    damage.begin = end_.valid_commits_bytes;
    damage.end = std::max(expected_bytes, end_.commits_bytes);
    damage.first_offset = last_entry_.last_offset + 1;
    damage.last_offset = witnessed_->last_offset;
    damage.detail = absl::StrCat(
        "commits ", last_entry_.sequence + 1, "..", witnessed_->sequence,
        ", known from the manifest, are damaged or missing");
    if (valid_slots_ == 0 && !commits_.slots.empty()) {
      absl::StrAppend(&damage.detail,
                      "; no entry is of the store that the manifest names");
    }
    on_damage_(std::move(damage));
  }

  void JudgeLogEnd() {
    if (end_.log_bytes <= end_.committed_bytes) return;
    if (context_.being_written && TailIsLegal()) return;
    StorageDamage damage;
    damage.kind = TailIsLegal() ? DamageKind::kUncommittedTail
                                : DamageKind::kExtraBytes;
    damage.file = context_.layout->Relative(log_path_);
    damage.begin = end_.committed_bytes;
    damage.end = end_.log_bytes;
    damage.first_offset = end_.last_commit.last_offset + 1;
    damage.detail = absl::StrCat(damage.end - damage.begin,
                                 " bytes behind the last commit");
    on_damage_(std::move(damage));
  }

  void ReportMissing(const std::string& path, const char* detail) {
    StorageDamage damage;
    damage.kind = DamageKind::kFileMissing;
    damage.file = context_.layout->Relative(path);
    damage.first_offset = before_.last_offset + 1;
    for (const std::optional<CommitEntry>& slot : commits_.slots) {
      if (slot.has_value()) damage.last_offset = slot->last_offset;
    }
    if (seal_ != nullptr) damage.last_offset = seal_->last_commit.last_offset;
    damage.detail = detail;
    on_damage_(std::move(damage));
  }

  void ReportCommit(size_t slot, const char* why, DamageKind kind) {
    StorageDamage damage;
    damage.kind = kind;
    damage.file = context_.layout->Relative(commits_path_);
    damage.begin = static_cast<int64_t>(slot) * kCommitEntryBytes;
    damage.end = damage.begin + kCommitEntryBytes;
    damage.first_offset = end_.last_commit.last_offset + 1;
    if (slot + 1 < commits_.slots.size() &&
        commits_.slots[slot + 1].has_value()) {
      damage.last_offset = commits_.slots[slot + 1]->last_offset;
    }
    damage.detail = why;
    on_damage_(std::move(damage));
  }

  const SegmentContext& context_;
  const std::string log_path_;
  const std::string commits_path_;
  const CommitEntry before_;
  const SealedSegment* const seal_;  // Null: it has none.
  const OnBlock on_block_;
  const OnDamage on_damage_;
  CommitFile commits_;
  size_t valid_slots_ = 0;
  // The last commit, known from the manifest when its entry is damaged or gone.
  std::optional<CommitEntry> witnessed_;
  CommitEntry last_entry_;  // The last one before it that the file holds.
  bool is_reordered_ = false;  // Its slots are not where they are in the file.
  int64_t damaged_slots_ = 0;  // In a row, just before the current one.
  std::unique_ptr<BlockReader> blocks_;  // Null: only the commits are judged.
  RecordBatch records_;
  SegmentEnd end_;
};

}  // namespace

absl::StatusOr<SegmentEnd> WalkSegment(const SegmentContext& context,
                                       const CommitEntry& before,
                                       OnBlock on_block, OnDamage on_damage) {
  return SegmentWalker(context, before, on_block, on_damage).Walk();
}

}  // namespace sr
