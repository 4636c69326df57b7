#include "core/archive/proven_walk.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/archive/archive_store.h"
#include "core/archive/block_reader.h"
#include "core/archive/commit_file.h"
#include "core/archive/layout.h"
#include "core/archive/storage_damage.h"
#include "core/base/status_context.h"
#include "core/base/status_macros.h"
#include "core/record/canonical.h"

namespace sr {
namespace {

class Walker {
 public:
  Walker(FileSystem* file_system, ProvenWalk* walk, const ArchiveLayout& layout,
         SupplyRecords supply, OnProven on_proven)
      : file_system_(file_system),
        walk_(walk),
        layout_(layout),
        supply_(supply),
        on_proven_(on_proven) {
    walk_->last_commit.last_offset = walk_->manifest.first_offset - 1;
  }

  absl::Status Walk() {
    ASSIGN_OR_RETURN(const std::vector<CommitPlace> places, Places());
    for (const CommitPlace& place : places) RETURN_IF_ERROR(TakeBlock(place));
    return absl::OkStatus();
  }

 private:
  // Every commit that an entry or the manifest still tells of, in their order.
  absl::StatusOr<std::vector<CommitPlace>> Places() {
    ASSIGN_OR_RETURN(const SegmentList list, ListSegments(file_system_, layout_));
    std::vector<CommitPlace> places;
    for (const SegmentFiles& segment : list.segments) {
      if (segment.has_log) with_log_.push_back(segment.base_offset);
      if (!segment.has_commits) continue;
      ASSIGN_OR_RETURN(
          const CommitFile commits,
          ReadCommitFile(file_system_, layout_.commits_path(segment.base_offset),
                         CommitSeed(walk_->manifest.store_id,
                                    walk_->manifest.generation,
                                    segment.base_offset)));
      for (const std::optional<CommitEntry>& slot : commits.slots) {
        if (slot.has_value()) places.push_back({segment.base_offset, *slot});
      }
    }
    for (const SealedSegment& sealed : walk_->manifest.sealed) {
      places.push_back({sealed.segment, sealed.last_commit});
    }
    if (walk_->manifest.last_commit.has_value()) {
      places.push_back(*walk_->manifest.last_commit);
    }
    std::stable_sort(places.begin(), places.end(),
                     [](const CommitPlace& a, const CommitPlace& b) {
                       return a.entry.sequence < b.entry.sequence;
                     });
    return places;
  }

  // The records between what is proven and the commit at `place`.
  absl::Status TakeBlock(const CommitPlace& place) {
    const CommitEntry& entry = place.entry;
    if (entry.sequence <= walk_->last_commit.sequence) return absl::OkStatus();
    RecordBatch records;
    ASSIGN_OR_RETURN(const std::string wrong, ReadOwn(place, &records));
    if (!wrong.empty()) {
      RETURN_IF_ERROR(TakeSupplied(entry, wrong, &records));
    }
    RETURN_IF_ERROR(on_proven_(records));
    walk_->last_commit = entry;
    segment_ = place.segment;
    has_segment_ = true;
    return absl::OkStatus();
  }

  // Reads them from this archive; returns what is wrong with them, or "".
  absl::StatusOr<std::string> ReadOwn(const CommitPlace& place,
                                      RecordBatch* records) {
    RETURN_IF_ERROR(OpenLog(place.segment));
    if (blocks_ == nullptr) {
      return absl::StrCat(layout_.Relative(layout_.log_path(place.segment)),
                          ": is not there");
    }
    const bool same_segment = has_segment_ && segment_ == place.segment;
    if (same_segment && place.entry.position <= walk_->last_commit.position) {
      return std::string("the commits contradict each other");
    }
    std::optional<StorageDamage> damage;
    // Once more from the medium: memory and cables fail as well.
    for (int look = 1; look <= 2; ++look) {
      ASSIGN_OR_RETURN(damage, blocks_->Read(walk_->last_commit, same_segment,
                                             place.entry, records));
      if (!damage.has_value()) return std::string();
      blocks_->ReadAnew();
    }
    return absl::StrCat(damage->file, ": ", damage->detail);
  }

  absl::Status OpenLog(int64_t base_offset) {
    if (open_ == base_offset) return absl::OkStatus();
    open_ = base_offset;
    blocks_.reset();
    if (std::find(with_log_.begin(), with_log_.end(), base_offset) ==
        with_log_.end()) {
      return absl::OkStatus();
    }
    const std::string path = layout_.log_path(base_offset);
    ASSIGN_OR_RETURN(std::unique_ptr<ReadableFile> log,
                     file_system_->OpenForRead(path));
    blocks_ = std::make_unique<BlockReader>(std::move(log), layout_.Relative(path));
    return absl::OkStatus();
  }

  absl::Status TakeSupplied(const CommitEntry& entry, const std::string& wrong,
                            RecordBatch* records) {
    SuppliedRange range;
    range.first_offset = walk_->last_commit.last_offset + 1;
    range.last_offset = entry.last_offset;
    range.why = wrong;
    records->Clear();
    RETURN_IF_ERROR(supply_(range.first_offset, range.last_offset, records));
    range.records = static_cast<int64_t>(records->size());
    const int64_t committed = entry.records - walk_->last_commit.records;
    Chain chain(walk_->last_commit.chain);
    for (const Record& record : *records) chain.Add(record);
    if (!(chain.digest() == entry.chain)) {
      return WithHint(
          absl::DataLossError(absl::StrCat(
              "offsets ", range.first_offset, " to ", range.last_offset,
              " are lost here (", wrong, "), and the other copy does not have them: of ",
              committed, " records that were committed it has ", range.records,
              range.records == committed ? ", and they are other ones" : "")),
          "another copy may have them; a topic that was compacted since has not");
    }
    if (!walk_->supplied.empty() &&
        walk_->supplied.back().last_offset + 1 == range.first_offset) {
      walk_->supplied.back().last_offset = range.last_offset;
      walk_->supplied.back().records += range.records;
    } else {
      walk_->supplied.push_back(std::move(range));
    }
    return absl::OkStatus();
  }

  FileSystem* const file_system_;
  ProvenWalk* const walk_;
  const ArchiveLayout& layout_;
  const SupplyRecords supply_;
  const OnProven on_proven_;
  std::vector<int64_t> with_log_;  // Base offsets of the segments that have one.
  // Where the last proven commit stands.
  int64_t segment_ = 0;
  bool has_segment_ = false;
  // The segment that blocks_ reads; null if it has no log.
  int64_t open_ = -1;
  std::unique_ptr<BlockReader> blocks_;
};

}  // namespace

absl::StatusOr<ProvenWalk> WalkProven(FileSystem* file_system,
                                      const std::string& directory,
                                      int64_t generation, SupplyRecords supply,
                                      OnProven on_proven) {
  ProvenWalk walk;
  ASSIGN_OR_RETURN(walk.manifest,
                   ReadManifest(file_system, directory, generation));
  const ArchiveLayout layout(directory, generation, walk.manifest.topic);
  RETURN_IF_ERROR(
      Walker(file_system, &walk, layout, supply, on_proven).Walk());
  return walk;
}

}  // namespace sr
