#include "verifier/checks/storage.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/archive/archive_scan.h"
#include "core/archive/archive_store.h"
#include "core/base/progress.h"
#include "core/base/status_macros.h"
#include "core/base/text.h"
#include "core/findings/codes.h"
#include "verifier/read_through.h"

namespace sr {
namespace {

const char* CodeOf(DamageKind kind) {
  switch (kind) {
    case DamageKind::kBatchCorrupt:
      return codes::kStorageBatchCorrupt;
    case DamageKind::kChainMismatch:
      return codes::kStorageChainMismatch;
    case DamageKind::kCommitCorrupt:
      return codes::kStorageCommitCorrupt;
    case DamageKind::kFileMissing:
      return codes::kStorageFileMissing;
    case DamageKind::kFileTruncated:
      return codes::kStorageFileTruncated;
    case DamageKind::kExtraBytes:
      return codes::kStorageFileExtra;
    case DamageKind::kManifestCorrupt:
      return codes::kStorageManifestCorrupt;
    case DamageKind::kLastCommitLost:
      return codes::kStorageLastCommitLost;
    case DamageKind::kSealMismatch:
      return codes::kStorageSealMismatch;
    case DamageKind::kSealMissing:
      return codes::kStorageSealMissing;
    case DamageKind::kSumsCorrupt:
      return codes::kStorageSumsCorrupt;
    case DamageKind::kUnknownFile:
      return codes::kStorageUnknownFile;
    case DamageKind::kReadUnstable:
      return codes::kStorageReadUnstable;
    case DamageKind::kTornCommit:
      return codes::kStorageCommitTorn;
    case DamageKind::kUncommittedTail:
      return codes::kStorageTailUncommitted;
  }
  return codes::kStorageBatchCorrupt;
}

// "offsets 10..19", "offsets from 10 on", or nothing known.
std::string OffsetsText(const StorageDamage& damage) {
  if (!damage.first_offset.has_value()) return "";
  if (!damage.last_offset.has_value() ||
      *damage.last_offset < *damage.first_offset) {
    return absl::StrCat("offsets from ", *damage.first_offset, " on");
  }
  return absl::StrCat("offsets ", *damage.first_offset, "..",
                      *damage.last_offset);
}

// Keeps for each anchor the state that is best of all generations.
void KeepBest(const std::vector<AnchorState>& states,
              std::vector<AnchorState>* best) {
  for (size_t i = 0; i < states.size(); ++i) {
    (*best)[i] = std::max((*best)[i], states[i]);
  }
}

void JudgeAnchors(const std::vector<ChainAnchor>& anchors,
                  const std::vector<AnchorState>& states,
                  const std::string& copy, FindingList* findings) {
  for (size_t i = 0; i < anchors.size(); ++i) {
    if (states[i] == AnchorState::kHeld) continue;
    Finding finding = MakeFinding(codes::kStorageAnchorLost, copy);
    finding.offset = anchors[i].offset;
    finding.expected = absl::StrCat("chain ", ToHex(anchors[i].chain));
    finding.found = AnchorStateText(states[i]);
    findings->Add(std::move(finding));
  }
}

absl::Status ScanGeneration(const Location& location, int64_t generation,
                            const ArchiveCheck& check,
                            const CopyOptions& options, bool quiet,
                            RecordObserver* observer,
                            std::vector<AnchorState>* anchors,
                            StorageResult* result) {
  ArchiveScanOptions scan_options;
  scan_options.check = check;
  scan_options.file_system = options.file_system;
  scan_options.directory = location.path;
  scan_options.generation = generation;
  Progress progress(absl::StrCat("check ", location.text), options.clock,
                    !quiet);
  ProgressState state;
  VerifiedThrough through;
  if (observer != nullptr) observer->Begin();
  ASSIGN_OR_RETURN(
      const ArchiveScan scan,
      ScanArchive(
          scan_options,
          [&](const RecordBatch& records) {
            state.records += static_cast<int64_t>(records.size());
            state.bytes += static_cast<int64_t>(records.payload_bytes());
            through = {records.back().offset, records.back().timestamp};
            progress.Update(state);
            if (observer != nullptr) observer->Add(records);
          },
          [&] {
            state = ProgressState{};
            if (observer != nullptr) observer->Begin();
          }));
  if (observer != nullptr) observer->End();
  for (const StorageDamage& damage : scan.damage) {
    result->findings.Add(FindingOf(damage, location.text));
  }
  for (const int64_t segment : scan.whole_segments) {
    result->whole_segments.push_back(
        {scan.manifest->store_id, generation, segment});
  }
  KeepBest(scan.anchors, anchors);
  result->records += scan.records;
  if (scan.records > 0) result->verified_through = through;
  return absl::OkStatus();
}

}  // namespace

Finding FindingOf(const StorageDamage& damage, const std::string& copy) {
  Finding finding = MakeFinding(CodeOf(damage.kind), copy);
  finding.offset = damage.first_offset;
  finding.position = EscapeForTerminal(damage.file);
  if (damage.end > damage.begin) {
    absl::StrAppend(&finding.position, " bytes ", damage.begin, "..",
                    damage.end);
  }
  finding.found = EscapeForTerminal(damage.detail);
  const std::string offsets = OffsetsText(damage);
  if (!offsets.empty()) absl::StrAppend(&finding.found, "; ", offsets);
  return finding;
}

absl::StatusOr<StorageResult> CheckArchiveStorage(const Location& location,
                                                  const ArchiveCheck& check,
                                                  const CopyOptions& options,
                                                  bool quiet,
                                                  int64_t findings_kept_per_code,
                                                  RecordObserver* observer) {
  std::vector<int64_t> generations;
  if (location.generation.has_value()) {
    ASSIGN_OR_RETURN(const int64_t generation,
                     ChooseGeneration(options.file_system, location.path,
                                      location.generation));
    generations.push_back(generation);
  } else {
    // Also says that there is no archive, if there is none.
    const absl::StatusOr<int64_t> only =
        ChooseGeneration(options.file_system, location.path, std::nullopt);
    if (!only.ok() && !absl::IsInvalidArgument(only.status())) {
      return only.status();
    }
    ASSIGN_OR_RETURN(const ArchiveDirectory found,
                     ListArchiveDirectory(options.file_system, location.path));
    generations = found.generations;
  }
  StorageResult result;
  result.findings = FindingList(findings_kept_per_code);
  std::vector<AnchorState> anchors(check.anchors.size(),
                                   AnchorState::kBehindTheEnd);
  for (const int64_t generation : generations) {
    RETURN_IF_ERROR(ScanGeneration(location, generation, check, options, quiet,
                                   observer, &anchors, &result));
  }
  JudgeAnchors(check.anchors, anchors, location.text, &result.findings);
  return result;
}

absl::StatusOr<StorageResult> CheckTopicStorage(const Location& location,
                                                const CopyOptions& options,
                                                bool quiet,
                                                int64_t findings_kept_per_code,
                                                RecordObserver* observer) {
  ASSIGN_OR_RETURN(Copy copy, OpenCopy(location, options));
  StorageResult result;
  result.findings = FindingList(findings_kept_per_code);
  if (observer != nullptr) observer->Begin();
  const absl::Status status = ReadThrough(
      absl::StrCat("check ", location.text), quiet, options.clock, &copy,
      [&result, observer](const RecordBatch& batch) {
        if (observer != nullptr) observer->Add(batch);
        for (const Record& record : batch) {
          result.largest_record_bytes =
              std::max(result.largest_record_bytes,
                       static_cast<int64_t>(PayloadBytes(record)));
        }
        result.records += static_cast<int64_t>(batch.size());
        result.verified_through =
            VerifiedThrough{batch.back().offset, batch.back().timestamp};
        return true;
      });
  if (absl::IsDataLoss(status)) {
    Finding finding = MakeFinding(codes::kTopicBatchCorrupt, location.text);
    finding.offset = copy.source->position();
    finding.found = EscapeForTerminal(status.message());
    result.findings.Add(std::move(finding));
    if (observer != nullptr) observer->End();  // Of what can be read.
    return result;
  }
  RETURN_IF_ERROR(status);
  if (observer != nullptr) observer->End();
  return result;
}

}  // namespace sr
