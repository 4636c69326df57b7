#include "core/archive/segment_seal.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "core/base/check.h"
#include "core/base/digests.h"
#include "core/base/status_context.h"
#include "core/base/status_macros.h"

namespace sr {
namespace {

constexpr int64_t kReadBytes = 1 << 20;

// SHA256SUMS has two lines for a seal, a manifest twenty.
constexpr int64_t kSumsBytesMax = kManifestBytesMax;

// A writer that rolls changes the manifest; one look in so many sees it at rest.
constexpr int kLooksMax = 5;

// Gives `on_piece` the bytes of the file in order, kReadBytes at a time, and returns
// how many they were. `on_piece` may take them.
absl::StatusOr<int64_t> ReadPieces(
    const ReadableFile& file, absl::FunctionRef<void(std::string*)> on_piece) {
  ASSIGN_OR_RETURN(const int64_t size, file.Size());
  int64_t at = 0;
  std::string piece;
  while (at < size) {
    RETURN_IF_ERROR(file.Read(at, std::min(kReadBytes, size - at), &piece));
    if (piece.empty()) break;  // Cut meanwhile.
    at += static_cast<int64_t>(piece.size());
    on_piece(&piece);
  }
  return at;
}

struct FileDigest {
  int64_t bytes = 0;
  Digest256 sha256;
};

absl::StatusOr<FileDigest> DigestFile(FileSystem* file_system,
                                      const std::string& path,
                                      bool from_medium) {
  ASSIGN_OR_RETURN(const std::unique_ptr<ReadableFile> file,
                   file_system->OpenForRead(path));
  if (from_medium) file->DropCache();
  FileDigest digest;
  Sha256Stream sha256;
  ASSIGN_OR_RETURN(digest.bytes,
                   ReadPieces(*file, [&sha256](std::string* piece) {
                     sha256.Add(*piece);
                   }));
  digest.sha256 = sha256.Finish();
  return digest;
}

absl::Status ExpectBytes(const std::string& path, int64_t found,
                         int64_t committed) {
  if (found == committed) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat(path, " has ", found,
                                          " bytes, committed are ", committed));
}

// Whether the .log reads back as it was written. By its CRC: the accident that this
// looks for, between the writer's memory and the file, is not one that means to
// deceive, and check finds it by the seal once more.
absl::Status ReadBack(FileSystem* file_system, const std::string& path,
                      const LogDigest& written) {
  ASSIGN_OR_RETURN(const std::unique_ptr<ReadableFile> file,
                   file_system->OpenForRead(path));
  uint32_t crc32c = 0;
  ASSIGN_OR_RETURN(const int64_t bytes,
                   ReadPieces(*file, [&crc32c](std::string* piece) {
                     crc32c = ExtendCrc32c(crc32c, *piece);
                   }));
  RETURN_IF_ERROR(ExpectBytes(path, bytes, written.bytes));
  if (crc32c != written.crc32c) {
    return WithHint(
        absl::DataLossError(
            absl::StrCat(path, " does not read back as it was written")),
        "start again, which reads what is there; check names what is wrong with it");
  }
  return absl::OkStatus();
}

StorageDamage DamageOf(const ArchiveLayout& layout, const SealedSegment& sealed,
                       const std::string& path, const FileDigest& found,
                       int64_t bytes) {
  StorageDamage damage;
  damage.kind = DamageKind::kSealMismatch;
  damage.file = layout.Relative(path);
  damage.end = std::max(found.bytes, bytes);
  damage.first_offset = sealed.first_offset;
  damage.last_offset = sealed.last_commit.last_offset;
  damage.detail =
      found.bytes == bytes
          ? "its SHA-256 is not the one it was sealed with"
          : absl::StrCat("it has ", found.bytes, " bytes, sealed were ", bytes);
  return damage;
}

absl::StatusOr<std::optional<StorageDamage>> HoldFile(
    FileSystem* file_system, const ArchiveLayout& layout,
    const SealedSegment& sealed, const std::string& path, int64_t bytes,
    const Digest256& sha256, bool from_medium) {
  std::optional<StorageDamage> damage;
  // Once more before it is judged: memory and cables fail as well.
  for (const bool second : {false, true}) {
    ASSIGN_OR_RETURN(
        const FileDigest found,
        DigestFile(file_system, path, from_medium || second));
    if (found.bytes == bytes && found.sha256 == sha256) {
      if (second) damage->kind = DamageKind::kReadUnstable;
      return damage;
    }
    if (!second) damage = DamageOf(layout, sealed, path, found, bytes);
  }
  return damage;
}

// One line of SHA256SUMS.
void AppendSum(const Digest256& sha256, absl::string_view directory,
               int64_t base_offset, absl::string_view suffix,
               std::string* text) {
  absl::StrAppend(text, ToHex(sha256), "  ", directory, "/",
                  SegmentFileName(base_offset, suffix), "\n");
}

// "" if there is no such file.
absl::StatusOr<std::string> ReadSums(FileSystem* file_system,
                                     const ArchiveLayout& layout) {
  absl::StatusOr<std::string> text =
      ReadWholeFile(file_system, layout.sums_path(), kSumsBytesMax);
  if (absl::IsNotFound(text.status())) return std::string();
  return text;
}

std::optional<StorageDamage> JudgeText(const ArchiveLayout& layout,
                                       const Manifest& manifest,
                                       const std::string& text) {
  if (manifest.format_version < 2) return std::nullopt;
  const size_t count = manifest.sealed.size();
  if (text == Sha256Sums(manifest, count)) return std::nullopt;
  if (!manifest.closed && count > 0 &&
      text == Sha256Sums(manifest, count - 1)) {
    return std::nullopt;
  }
  StorageDamage damage;
  damage.kind = text.empty() ? DamageKind::kFileMissing
                             : DamageKind::kSumsCorrupt;
  damage.file = layout.Relative(layout.sums_path());
  damage.end = static_cast<int64_t>(text.size());
  damage.detail = text.empty()
                      ? "the manifest has seals, but this file is missing or "
                        "empty"
                      : "it is not what the seals in the manifest give";
  return damage;
}

}  // namespace

void SegmentSummary::Add(const Record& record) {
  const bool is_first = first_offset < 0;
  if (is_first) first_offset = record.offset;
  min_timestamp =
      is_first ? record.timestamp : std::min(min_timestamp, record.timestamp);
  max_timestamp =
      is_first ? record.timestamp : std::max(max_timestamp, record.timestamp);
}

absl::Status DigestLog(FileSystem* file_system, const ArchiveLayout& layout,
                       int64_t base_offset, int64_t bytes, LogDigester* digester) {
  const std::string path = layout.log_path(base_offset);
  ASSIGN_OR_RETURN(const std::unique_ptr<ReadableFile> file,
                   file_system->OpenForRead(path));
  ASSIGN_OR_RETURN(const int64_t found,
                   ReadPieces(*file, [digester](std::string* piece) {
                     digester->Add(piece);
                   }));
  return ExpectBytes(path, found, bytes);
}

absl::StatusOr<SealedSegment> SealSegment(FileSystem* file_system,
                                          const ArchiveLayout& layout,
                                          int64_t base_offset,
                                          const SegmentSummary& summary,
                                          const LogDigest& written,
                                          const CommitEntry& last_commit) {
  SR_CHECK(written.bytes == last_commit.position);
  RETURN_IF_ERROR(
      ReadBack(file_system, layout.log_path(base_offset), written));
  ASSIGN_OR_RETURN(const FileDigest commits,
                   DigestFile(file_system, layout.commits_path(base_offset),
                              /*from_medium=*/false));
  SealedSegment sealed;
  sealed.segment = base_offset;
  sealed.first_offset = summary.first_offset;
  sealed.min_timestamp = summary.min_timestamp;
  sealed.max_timestamp = summary.max_timestamp;
  sealed.last_commit = last_commit;
  sealed.log_sha256 = written.sha256;
  sealed.commits_bytes = commits.bytes;
  sealed.commits_sha256 = commits.sha256;
  return sealed;
}

absl::StatusOr<std::optional<StorageDamage>> HoldAgainstSeal(
    FileSystem* file_system, const ArchiveLayout& layout,
    const SealedSegment& sealed, bool from_medium) {
  ASSIGN_OR_RETURN(
      std::optional<StorageDamage> damage,
      HoldFile(file_system, layout, sealed, layout.log_path(sealed.segment),
               sealed.last_commit.position, sealed.log_sha256, from_medium));
  if (damage.has_value()) return damage;
  return HoldFile(file_system, layout, sealed,
                  layout.commits_path(sealed.segment), sealed.commits_bytes,
                  sealed.commits_sha256, from_medium);
}

std::string Sha256Sums(const Manifest& manifest, size_t count) {
  const std::string partition = absl::StrCat(manifest.topic, "-0");
  std::string text;
  for (size_t i = 0; i < count; ++i) {
    const SealedSegment& sealed = manifest.sealed[i];
    AppendSum(sealed.log_sha256, partition, sealed.segment, kLogSuffix, &text);
    AppendSum(sealed.commits_sha256, kCommitsName, sealed.segment,
              kCommitsSuffix, &text);
  }
  return text;
}

absl::Status WriteSha256Sums(FileSystem* file_system,
                             const ArchiveLayout& layout,
                             const Manifest& manifest) {
  const std::string wanted = Sha256Sums(manifest, manifest.sealed.size());
  ASSIGN_OR_RETURN(const std::string found, ReadSums(file_system, layout));
  if (found == wanted) return absl::OkStatus();
  return ReplaceFile(file_system, layout.sums_path(), wanted);
}

absl::StatusOr<std::optional<StorageDamage>> JudgeSha256Sums(
    FileSystem* file_system, const ArchiveLayout& layout) {
  const auto read_manifest = [&] {
    return ReadWholeFile(file_system, layout.manifest_path(),
                         kManifestBytesMax);
  };
  for (int look = 1; look <= kLooksMax; ++look) {
    ASSIGN_OR_RETURN(const std::string before, read_manifest());
    ASSIGN_OR_RETURN(const std::string text, ReadSums(file_system, layout));
    ASSIGN_OR_RETURN(const std::string after, read_manifest());
    if (before != after) continue;
    const absl::StatusOr<Manifest> manifest = DecodeManifest(before);
    // Its damage is reported where it is read for its own sake.
    if (!manifest.ok()) break;
    return JudgeText(layout, *manifest, text);
  }
  return std::optional<StorageDamage>();
}

}  // namespace sr
