#include "core/findings/codes.h"

#include <algorithm>
#include <array>
#include <vector>

#include "core/findings/registry_codes.h"
#include "core/findings/schema_codes.h"
#include "core/findings/topic_codes.h"

namespace sr {
namespace {

constexpr char kRestoreAdvice[] =
    "Keep these files as they are. Compare with the source and with other "
    "archives; what is lost here can be copied again into a new archive.";
constexpr char kDifferenceAdvice[] =
    "Find out which copy is right before changing either: compare with a third "
    "copy, or with a registry that still answers.";

// Not constexpr: g++ with UBSan takes no null check of a view for a constant.
const std::array<CodeInfo, 26> kCodes = {{
    {codes::kStorageBatchCorrupt, Severity::kError,
     "acknowledged bytes fail their checksum or format", kRestoreAdvice},
    {codes::kStorageChainMismatch, Severity::kError,
     "records can be read but are not those that were committed",
     kRestoreAdvice},
    {codes::kStorageCommitCorrupt, Severity::kError,
     "a commit entry fails its self-check or contradicts its neighbours",
     kRestoreAdvice},
    {codes::kStorageCommitTorn, Severity::kInfo,
     "a crash cut the last commit entry short; nothing acknowledged is lost",
     "Nothing to do: the next mirror run sets it aside and goes on."},
    {codes::kStorageTailUncommitted, Severity::kInfo,
     "bytes behind the last commit that were never acknowledged",
     "Nothing to do: the next mirror run checks them against the source, and "
     "a broker cuts them off its own files."},
    {codes::kStorageFileMissing, Severity::kError,
     "a file that must be there is not", kRestoreAdvice},
    {codes::kStorageFileTruncated, Severity::kError,
     "a file ends before its last commit does", kRestoreAdvice},
    {codes::kStorageFileExtra, Severity::kError,
     "bytes behind the last commit of a store that was closed cleanly",
     kRestoreAdvice},
    {codes::kStorageManifestCorrupt, Severity::kError,
     "the manifest is not what a writer wrote", kRestoreAdvice},
    {codes::kStorageSealMismatch, Severity::kError,
     "a sealed file is not the one that was sealed, though its records are "
     "those that were committed",
     "No record is lost. Find out who wrote into the archive; put the file back "
     "from another copy of the directory, or write the archive anew with "
     "`schemas-replicator repair`."},
    {codes::kStorageSealMissing, Severity::kError,
     "the manifest is older than the segments: it has no seal for one that must "
     "have it",
     "Put the manifest back in its newest version, or write the archive anew "
     "with `schemas-replicator repair`."},
    {codes::kStorageSumsCorrupt, Severity::kWarning,
     "SHA256SUMS is not what the manifest's seals give",
     "Nothing needs it but `sha256sum -c`; the next `schemas-replicator mirror` "
     "writes it anew."},
    {codes::kStorageUnknownFile, Severity::kWarning,
     "a file that no writer makes",
     "Find out what put it there; an archive's directory is for the archive "
     "alone."},
    {codes::kStorageLastCommitLost, Severity::kError,
     "commits that the manifest knows of are gone", kRestoreAdvice},

    {codes::kStorageReadUnstable, Severity::kWarning,
     "bytes read twice were not the same; the second time they were right",
     "The disk, its cable or the memory is failing: copy the archive to "
     "another machine now, then test the hardware."},
    {codes::kStorageAnchorLost, Severity::kError,
     "a digest that was noted down earlier is not on the archive's chain",
     "If the anchor is this archive's, the archive was put back in an older "
     "state or replaced as a whole: look for the newer one, and compare both "
     "with the source."},
    {codes::kTopicBatchCorrupt, Severity::kError,
     "the topic holds bytes that fail their checksum or format",
     "Do not restart a registry that reads this topic. Salvage what can be "
     "read, or restore from an archive."},
    {codes::kTopicHeadTruncated, Severity::kError,
     "records at the start of the topic were deleted, which compaction never "
     "does",
     "Look at the topic's cleanup.policy and retention. Do not restart the "
     "registry: its memory may be the last copy. Restore from the archive."},

    {codes::kRecordMissing, Severity::kError,
     "a record that another copy holds is not there", kDifferenceAdvice},
    {codes::kRecordExtra, Severity::kError,
     "a record that the reference does not hold", kDifferenceAdvice},
    {codes::kRecordKey, Severity::kError, "the keys of a record differ",
     kDifferenceAdvice},
    {codes::kRecordValue, Severity::kError, "the values of a record differ",
     kDifferenceAdvice},
    {codes::kRecordHeader, Severity::kError, "the headers of a record differ",
     kDifferenceAdvice},
    {codes::kRecordTimestamp, Severity::kError,
     "the timestamps of a record differ", kDifferenceAdvice},
    {codes::kRecordOrder, Severity::kError,
     "a record stands at another place than in the reference",
     kDifferenceAdvice},
    {codes::kCopyBehind, Severity::kWarning,
     "the copy ends before the reference does",
     "If a mirror is running, let it catch up and compare again; otherwise "
     "start it."},
}};

const std::array<ExceptionInfo, 7> kExceptions = {{
    {exceptions::kTimestampType,
     "LogAppendTime has become CreateTime, as in every copy made by a client"},
    {exceptions::kTimestampZero,
     "a timestamp of 0 has become the time of the copy"},
    {exceptions::kNullKey,
     "records with a null key, which a compacted topic does not take"},
    {exceptions::kText,
     "texts that the registry prints in a form of its own"},
    {exceptions::kProtobufText,
     "texts of Protobuf that the registry prints in a form of its own"},
    {exceptions::kNotAddressable,
     "configs and modes of subjects that the registry takes in no path"},
    {exceptions::kNamedOtherwise,
     "versions whose key and value name different subjects or versions"},
}};

}  // namespace

absl::Span<const CodeInfo> AllCodes() {
  static const auto* const all = [] {
    auto* const table = new std::vector<CodeInfo>(kCodes.begin(), kCodes.end());
    table->insert(table->end(), SchemaCodes().begin(), SchemaCodes().end());
    table->insert(table->end(), TopicCodes().begin(), TopicCodes().end());
    table->insert(table->end(), RegistryCodes().begin(), RegistryCodes().end());
    return table;
  }();
  return *all;
}

const CodeInfo* FindCode(absl::string_view code) {
  const absl::Span<const CodeInfo> all = AllCodes();
  const auto found =
      std::find_if(all.begin(), all.end(),
                   [&](const CodeInfo& info) { return info.code == code; });
  return found == all.end() ? nullptr : &*found;
}

absl::Span<const ExceptionInfo> AllExceptions() { return kExceptions; }

const ExceptionInfo* FindException(absl::string_view name) {
  const auto found = std::find_if(
      kExceptions.begin(), kExceptions.end(),
      [&](const ExceptionInfo& info) { return info.name == name; });
  return found == kExceptions.end() ? nullptr : &*found;
}

}  // namespace sr
