#include "core/archive/archive_scan.h"

#include <algorithm>
#include <future>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/archive/archive_store.h"
#include "core/archive/layout.h"
#include "core/archive/segment_seal.h"
#include "core/archive/segment_walk.h"
#include "core/base/status_context.h"
#include "core/base/status_macros.h"

namespace sr {
namespace {

// A writer starts or stops within milliseconds and leaves the manifest alone in
// between: a look that saw damage while it changed is repeated this often.
constexpr int kLooksMax = 5;

class Scanner {
 public:
  Scanner(const ArchiveScanOptions& options,
          absl::FunctionRef<void(const RecordBatch&)> on_records)
      : options_(options),
        on_records_(on_records),
        anchors_(options.check.anchors) {}

  absl::StatusOr<ArchiveScan> Scan() {
    scan_.anchors = anchors_.states();
    if (!ReadTheManifest()) {
      if (!could_not_read_.ok()) return could_not_read_;
      return std::move(scan_);
    }
    const ArchiveLayout layout(options_.directory, options_.generation,
                               scan_.manifest->topic);
    ASSIGN_OR_RETURN(scan_.being_written, options_.file_system->IsLocked(
                                              layout.lock_path()));
    known_ = scan_.manifest->last_commit;
    RETURN_IF_ERROR(WalkSegments(layout));
    JudgeLastCommit(layout);
    RETURN_IF_ERROR(JudgeSums(layout));
    anchors_.Finish(scan_.last_commit);
    scan_.anchors = anchors_.states();
    return std::move(scan_);
  }

 private:
  bool ReadTheManifest() {
    absl::StatusOr<Manifest> manifest = ReadManifest(
        options_.file_system, options_.directory, options_.generation);
    if (manifest.ok()) {
      scan_.manifest = *std::move(manifest);
      return true;
    }
    if (manifest.status().code() != absl::StatusCode::kDataLoss &&
        manifest.status().code() != absl::StatusCode::kNotFound) {
      could_not_read_ = manifest.status();
      return false;
    }
    const ArchiveLayout layout(options_.directory, options_.generation, "");
    const bool missing =
        manifest.status().code() == absl::StatusCode::kNotFound;
    if (missing && IsBarelyBegun(options_.file_system, options_.directory,
                                 options_.generation)
                       .value_or(false)) {
      could_not_read_ = WithHint(
          absl::NotFoundError(absl::StrCat(
              options_.directory, " holds no archive yet: ",
              GenerationName(options_.generation), " is empty")),
          "a writer has just begun it, or died before it wrote; run mirror "
          "again");
      return false;
    }
    StorageDamage damage;
    damage.kind =
        missing ? DamageKind::kFileMissing : DamageKind::kManifestCorrupt;
    damage.file = layout.Relative(layout.manifest_path());
    damage.detail = std::string(manifest.status().message());
    if (!missing) {
      if (auto file = options_.file_system->OpenForRead(layout.manifest_path());
          file.ok()) {
        damage.end = (*file)->Size().value_or(0);
      }
    }
    scan_.damage.push_back(std::move(damage));
    return false;
  }

  absl::Status WalkSegments(const ArchiveLayout& layout) {
    ASSIGN_OR_RETURN(SegmentList list,
                     ListSegments(options_.file_system, layout));
    for (const std::string& name : list.unknown) {
      StorageDamage damage;
      damage.kind = DamageKind::kUnknownFile;
      damage.file = name;
      damage.detail = "no writer makes a file of this name";
      scan_.damage.push_back(std::move(damage));
    }
    // Once more, now that the list is there: whatever a writer has added since,
    // each segment of the list but the newest was sealed before its successor
    // was made.
    if (scan_.being_written && !ReadTheManifest()) return could_not_read_;
    AddKnownSegments(&list.segments);
    for (size_t i = 0; i < list.segments.size(); ++i) {
      SegmentContext context;
      context.file_system = options_.file_system;
      context.layout = &layout;
      context.manifest = &*scan_.manifest;
      context.files = list.segments[i];
      context.is_newest = i + 1 == list.segments.size();
      context.being_written = scan_.being_written;
      context.from_medium = options_.check.from_medium;
      context.reads_log =
          static_cast<int64_t>(i) % options_.check.slices == options_.check.slice;
      RETURN_IF_ERROR(Walk(context));
    }
    return absl::OkStatus();
  }

  // Segments that the manifest tells of and of which no file is left: they are
  // walked as missing.
  void AddKnownSegments(std::vector<SegmentFiles>* segments) const {
    const int64_t newest = segments->empty() ? -1 : segments->back().base_offset;
    for (const SealedSegment& sealed : scan_.manifest->sealed) {
      // Begun after the list was made.
      if (scan_.being_written && sealed.segment > newest) continue;
      AddSegment(sealed.segment, segments);
    }
    if (known_.has_value()) AddSegment(known_->segment, segments);
  }

  static void AddSegment(int64_t base_offset,
                         std::vector<SegmentFiles>* segments) {
    const auto place = std::lower_bound(
        segments->begin(), segments->end(), base_offset,
        [](const SegmentFiles& files, int64_t base) {
          return files.base_offset < base;
        });
    if (place != segments->end() && place->base_offset == base_offset) return;
    segments->insert(place, SegmentFiles{base_offset, false, false});
  }

  absl::Status Walk(const SegmentContext& context) {
    const size_t damage_before = scan_.damage.size();
    const SealedSegment* const seal =
        FindSeal(*scan_.manifest, context.files.base_offset);
    std::future<SealResult> held;
    if (seal != nullptr) held = HoldSegment(context, *seal);
    ASSIGN_OR_RETURN(
        const SegmentEnd end,
        WalkSegment(
            context, scan_.last_commit,
            [this](const CommitEntry& before, const CommitEntry& entry,
                   const RecordBatch& records) {
              anchors_.AddBlock(before, entry, records);
              scan_.records += static_cast<int64_t>(records.size());
              on_records_(records);
            },
            [this](StorageDamage damage) {
              scan_.damage.push_back(std::move(damage));
            }));
    scan_.last_commit = end.last_commit;
    scan_.commits_last_sequence = end.last_commit.sequence;
    scan_.log_bytes += end.log_bytes;
    ++scan_.segments;
    if (seal == nullptr) ExpectNoSeal(context, end);
    // What the walk has found wrong with a segment says more than its seal would.
    if (held.valid() && !HasDamageSince(damage_before)) {
      ASSIGN_OR_RETURN(std::optional<StorageDamage> damage, held.get());
      if (damage.has_value()) scan_.damage.push_back(*std::move(damage));
    }
    if (context.reads_log && !HasDamageSince(damage_before)) {
      scan_.whole_segments.push_back(context.files.base_offset);
    }
    return absl::OkStatus();
  }

  bool HasDamageSince(size_t count) const {
    return std::any_of(scan_.damage.begin() + static_cast<ptrdiff_t>(count),
                       scan_.damage.end(), [](const StorageDamage& damage) {
                         return IsDamage(damage.kind);
                       });
  }

  using SealResult = absl::StatusOr<std::optional<StorageDamage>>;

  // Begins to hold the segment against its seal, or will when the result is asked
  // for; no future if it is not to be.
  std::future<SealResult> HoldSegment(const SegmentContext& context,
                                      const SealedSegment& seal) const {
    if (!context.reads_log || !options_.check.holds_seals ||
        !context.files.has_log || !context.files.has_commits) {
      return {};
    }
    // With both: in a thread if there is one to be had.
    return std::async(options_.check.seals_in_second_thread
                          ? std::launch::async | std::launch::deferred
                          : std::launch::deferred,
                      [this, layout = context.layout, &seal] {
                        return HoldAgainstSeal(options_.file_system, *layout,
                                               seal,
                                               options_.check.from_medium);
                      });
  }

  void ExpectNoSeal(const SegmentContext& context, const SegmentEnd& end) {
    const Manifest& manifest = *scan_.manifest;
    const bool needs_one =
        manifest.format_version > 1 &&
        context.files.base_offset >= manifest.sealed_from &&
        !context.is_newest && end.has_commits;
    if (needs_one) ReportSealMissing(context, end);
  }

  void ReportSealMissing(const SegmentContext& context, const SegmentEnd& end) {
    StorageDamage damage;
    damage.kind = DamageKind::kSealMissing;
    damage.file = context.layout->Relative(context.layout->manifest_path());
    damage.first_offset = context.files.base_offset;
    damage.last_offset = end.last_commit.last_offset;
    damage.detail = absl::StrCat(
        "it has no seal for ",
        context.layout->Relative(
            context.layout->log_path(context.files.base_offset)),
        ", which is not the newest segment");
    scan_.damage.push_back(std::move(damage));
  }

  absl::Status JudgeSums(const ArchiveLayout& layout) {
    ASSIGN_OR_RETURN(std::optional<StorageDamage> damage,
                     JudgeSha256Sums(options_.file_system, layout));
    if (damage.has_value()) scan_.damage.push_back(*std::move(damage));
    return absl::OkStatus();
  }

  // The manifest knows a commit that must still be there; after a clean stop
  // it is the last one.
  void JudgeLastCommit(const ArchiveLayout& layout) {
    const std::optional<CommitPlace>& known = known_;
    const int64_t known_sequence = known.has_value() ? known->entry.sequence : 0;
    StorageDamage damage;
    damage.file = layout.Relative(layout.manifest_path());
    if (scan_.last_commit.sequence < known_sequence) {
      damage.kind = DamageKind::kLastCommitLost;
      damage.first_offset = scan_.last_commit.last_offset + 1;
      damage.last_offset = known->entry.last_offset;
      damage.detail = absl::StrCat("the manifest knows commit ", known_sequence,
                                   ", the last one there is ",
                                   scan_.last_commit.sequence);
    } else if (scan_.manifest->closed &&
               scan_.last_commit.sequence > known_sequence) {
      damage.kind = DamageKind::kExtraBytes;
      damage.first_offset = known.has_value() ? known->entry.last_offset + 1 : 0;
      damage.last_offset = scan_.last_commit.last_offset;
      damage.detail = absl::StrCat(
          "commit ", scan_.last_commit.sequence,
          " was added after the clean stop at commit ", known_sequence);
    } else if (known.has_value() &&
               scan_.last_commit.sequence == known_sequence &&
               !(scan_.last_commit == known->entry)) {
      damage.kind = DamageKind::kCommitCorrupt;
      damage.last_offset = known->entry.last_offset;
      damage.detail = "the last commit is not the one the manifest knows";
    } else {
      return;
    }
    scan_.damage.push_back(std::move(damage));
  }

  const ArchiveScanOptions& options_;
  const absl::FunctionRef<void(const RecordBatch&)> on_records_;
  AnchorJudge anchors_;
  absl::Status could_not_read_;
  // Of the manifest as it was before the segments were listed.
  std::optional<CommitPlace> known_;
  ArchiveScan scan_;
};

// The manifest as it is now, for telling whether a writer came or went; empty
// if it cannot be read.
std::string ManifestText(const ArchiveScanOptions& options) {
  return ReadWholeFile(
             options.file_system,
             ArchiveLayout(options.directory, options.generation, "")
                 .manifest_path(),
             kManifestBytesMax)
      .value_or("");
}

}  // namespace

absl::StatusOr<ArchiveScan> ScanArchive(
    const ArchiveScanOptions& options,
    absl::FunctionRef<void(const RecordBatch&)> on_records,
    absl::FunctionRef<void()> on_restart) {
  for (int look = 1;; ++look) {
    const std::string before = ManifestText(options);
    const bool locked_before =
        options.file_system
            ->IsLocked(JoinPath(options.directory, kLockName))
            .value_or(false);
    absl::StatusOr<ArchiveScan> scan = Scanner(options, on_records).Scan();
    const bool clean = scan.ok() && scan->damage.empty();
    if (clean || look == kLooksMax) return scan;
    const bool changed =
        ManifestText(options) != before ||
        options.file_system->IsLocked(JoinPath(options.directory, kLockName))
                .value_or(false) != locked_before;
    if (!changed) return scan;
    on_restart();
  }
}

}  // namespace sr
