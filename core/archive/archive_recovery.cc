#include "core/archive/archive_recovery.h"

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/archive/archive_store.h"
#include "core/archive/commit_file.h"
#include "core/archive/segment_walk.h"
#include "core/base/log.h"
#include "core/base/status_context.h"
#include "core/base/status_macros.h"
#include "core/record/canonical.h"

namespace sr {
namespace {

// A tail is at most what was appended between two commits.
constexpr int64_t kTailBytesMax = int64_t{4} << 30;

void KeepAnchors(const RecordBatch& records,
                 std::vector<RecordAnchor>* anchors) {
  const size_t count = records.size();
  const size_t first = count > kAnchorsMax ? count - kAnchorsMax : 0;
  for (size_t i = first; i < count; ++i) {
    anchors->push_back({records[i].offset, records[i].timestamp,
                        ContentDigest(records[i])});
  }
  if (anchors->size() > kAnchorsMax) {
    anchors->erase(anchors->begin(), anchors->end() - kAnchorsMax);
  }
}

absl::Status DamageStatus(const StorageDamage& damage) {
  std::string where = absl::StrCat(damage.file, ", bytes ", damage.begin, "..",
                                   damage.end);
  if (damage.first_offset.has_value() && damage.last_offset.has_value()) {
    absl::StrAppend(&where, ", offsets ", *damage.first_offset, "..",
                    *damage.last_offset);
  }
  return WithHint(
      absl::DataLossError(
          absl::StrCat("the archive is damaged at ", where, ": ", damage.detail)),
      "nothing was changed; `schemas-verifier check` lists all damage; mirror "
      "to another directory until this one is repaired");
}

// The last valid commit of a segment that is not the newest; all zero if it
// has none.
absl::StatusOr<CommitEntry> LastCommitOf(FileSystem* file_system,
                                         const ArchiveLayout& layout,
                                         const Manifest& manifest,
                                         int64_t base_offset) {
  if (const SealedSegment* seal = FindSeal(manifest, base_offset)) {
    return seal->last_commit;
  }
  ASSIGN_OR_RETURN(
      const CommitFile commits,
      ReadCommitFile(file_system, layout.commits_path(base_offset),
                     CommitSeed(manifest.store_id, manifest.generation,
                                base_offset)));
  const size_t valid = commits.slots_to_last_valid();
  return valid == 0 ? CommitEntry{} : *commits.slots[valid - 1];
}

// Walks segment `i` of the list behind the commit `before` and adds what it
// finds to `*end`.
absl::Status WalkInto(const SegmentContext& context, const CommitEntry& before,
                      RecoveredEnd* end) {
  absl::Status damaged;
  end->summary = SegmentSummary();
  ASSIGN_OR_RETURN(
      const SegmentEnd walked,
      WalkSegment(
          context, before,
          [end](const CommitEntry&, const CommitEntry&,
                const RecordBatch& records) {
            KeepAnchors(records, &end->anchors);
            for (size_t i = 0; i < records.size(); ++i) {
              end->summary.Add(records[i]);
            }
          },
          [end, &damaged](StorageDamage damage) {
            if (IsDamage(damage.kind)) {
              if (damaged.ok()) damaged = DamageStatus(damage);
            } else {
              end->tails.push_back(std::move(damage));
            }
          }));
  RETURN_IF_ERROR(damaged);
  end->last_commit = walked.last_commit;
  if (walked.has_commits) end->last_commit_segment = context.files.base_offset;
  end->has_segment = true;
  end->base_offset = context.files.base_offset;
  end->has_commits_file = context.files.has_commits;
  end->is_sealed =
      FindSeal(*context.manifest, context.files.base_offset) != nullptr;
  end->log_bytes = walked.committed_bytes;
  return absl::OkStatus();
}

absl::Status CheckKnownCommit(const Manifest& manifest,
                              const CommitEntry& last) {
  if (!manifest.last_commit.has_value() ||
      last.sequence >= manifest.last_commit->entry.sequence) {
    return absl::OkStatus();
  }
  return WithHint(
      absl::DataLossError(absl::StrCat(
          "the archive ends at commit ", last.sequence,
          ", but its manifest knows commit ",
          manifest.last_commit->entry.sequence, " with offset ",
          manifest.last_commit->entry.last_offset)),
      "files were removed or put back in an older version; nothing was changed");
}

absl::Status MoveTail(FileSystem* file_system, const ArchiveLayout& layout,
                      const std::string& path, const StorageDamage& tail) {
  ASSIGN_OR_RETURN(std::unique_ptr<ReadableFile> file,
                   file_system->OpenForRead(path));
  if (tail.end - tail.begin > kTailBytesMax) {
    return absl::FailedPreconditionError(absl::StrCat(
        path, " has ", tail.end - tail.begin,
        " bytes behind its last commit, more than any crash leaves"));
  }
  std::string bytes;
  RETURN_IF_ERROR(file->Read(tail.begin, tail.end - tail.begin, &bytes));

  // The name says what the bytes are; a tail that was moved before, by a start
  // that was itself interrupted, is recognised by it.
  const std::string name =
      absl::StrCat(path.substr(path.rfind('/') + 1), ".", tail.begin, "-",
                   tail.end, ".", ToHex(Xxh3_128(bytes)).substr(0, 16));
  const std::string to = JoinPath(layout.torn_directory(), name);
  ASSIGN_OR_RETURN(const bool moved_before, file_system->Exists(to));
  if (!moved_before) RETURN_IF_ERROR(ReplaceFile(file_system, to, bytes));
  LogInfo(absl::StrCat("a crash left ", bytes.size(), " uncommitted bytes in ",
                       tail.file, "; they are kept in ", layout.Relative(to),
                       " and their records are fetched again"));
  return file_system->Truncate(path, tail.begin);
}

}  // namespace

absl::StatusOr<RecoveredEnd> FindEnd(FileSystem* file_system,
                                     const ArchiveLayout& layout,
                                     const Manifest& manifest) {
  ASSIGN_OR_RETURN(const SegmentList list, ListSegments(file_system, layout));
  RecoveredEnd end;
  end.last_commit.last_offset = manifest.first_offset - 1;

  // Begin at the last segment but one, so that a newest segment without a
  // commit still leaves anchors.
  const size_t count = list.segments.size();
  const size_t first = count > 2 ? count - 2 : 0;
  CommitEntry before = end.last_commit;
  if (first > 0) {
    ASSIGN_OR_RETURN(before,
                     LastCommitOf(file_system, layout, manifest,
                                  list.segments[first - 1].base_offset));
  }
  for (size_t i = first; i < count; ++i) {
    SegmentContext context;
    context.file_system = file_system;
    context.layout = &layout;
    context.manifest = &manifest;
    context.files = list.segments[i];
    context.is_newest = i + 1 == count;
    RETURN_IF_ERROR(WalkInto(context, before, &end));
    before = end.last_commit;
  }
  RETURN_IF_ERROR(CheckKnownCommit(manifest, end.last_commit));
  return end;
}

absl::Status MoveTails(FileSystem* file_system, const ArchiveLayout& layout,
                       const RecoveredEnd& end) {
  for (const StorageDamage& tail : end.tails) {
    const std::string path = tail.kind == DamageKind::kTornCommit
                                 ? layout.commits_path(end.base_offset)
                                 : layout.log_path(end.base_offset);
    RETURN_IF_ERROR(MoveTail(file_system, layout, path, tail));
  }
  return absl::OkStatus();
}

}  // namespace sr
