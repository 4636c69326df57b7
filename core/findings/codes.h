// Every code a finding can have, with what it means and what to do: the one
// table behind reports and docs/findings.md. Codes are a contract with those
// who parse reports: never rename, never reuse.
#ifndef CORE_FINDINGS_CODES_H_
#define CORE_FINDINGS_CODES_H_

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "core/findings/finding.h"

namespace sr {
namespace codes {

// An archive's files.
inline constexpr char kStorageBatchCorrupt[] = "STORAGE_BATCH_CORRUPT";
inline constexpr char kStorageChainMismatch[] = "STORAGE_CHAIN_MISMATCH";
inline constexpr char kStorageCommitCorrupt[] = "STORAGE_COMMIT_CORRUPT";
inline constexpr char kStorageCommitTorn[] = "STORAGE_COMMIT_TORN";
inline constexpr char kStorageTailUncommitted[] = "STORAGE_TAIL_UNCOMMITTED";
inline constexpr char kStorageFileMissing[] = "STORAGE_FILE_MISSING";
inline constexpr char kStorageFileTruncated[] = "STORAGE_FILE_TRUNCATED";
inline constexpr char kStorageFileExtra[] = "STORAGE_FILE_EXTRA";
inline constexpr char kStorageManifestCorrupt[] = "STORAGE_MANIFEST_CORRUPT";
inline constexpr char kStorageUnknownFile[] = "STORAGE_UNKNOWN_FILE";
inline constexpr char kStorageLastCommitLost[] = "STORAGE_LAST_COMMIT_LOST";

// A live topic.
inline constexpr char kTopicBatchCorrupt[] = "TOPIC_BATCH_CORRUPT";
inline constexpr char kTopicHeadTruncated[] = "TOPIC_HEAD_TRUNCATED";

// Two copies, record by record.
inline constexpr char kRecordMissing[] = "RECORD_MISSING";
inline constexpr char kRecordExtra[] = "RECORD_EXTRA";
inline constexpr char kRecordKey[] = "RECORD_KEY";
inline constexpr char kRecordValue[] = "RECORD_VALUE";
inline constexpr char kRecordHeader[] = "RECORD_HEADER";
inline constexpr char kRecordTimestamp[] = "RECORD_TIMESTAMP";
inline constexpr char kRecordOrder[] = "RECORD_ORDER";
inline constexpr char kCopyBehind[] = "COPY_BEHIND";

}  // namespace codes

struct CodeInfo {
  absl::string_view code;
  Severity severity = Severity::kError;
  absl::string_view meaning;  // One line, no full stop.
  absl::string_view advice;   // One or two sentences.
};

// The table, in the order of docs/findings.md.
absl::Span<const CodeInfo> AllCodes();

// The row of `code`; null if there is none.
const CodeInfo* FindCode(absl::string_view code);

// Named exceptions: differences that a kind of copy cannot help having (design
// §3.5). Counted and reported, never findings.
namespace exceptions {
inline constexpr char kTimestampType[] = "timestamp_type";
inline constexpr char kTimestampZero[] = "timestamp_zero";
inline constexpr char kNullKey[] = "null_key";
}  // namespace exceptions

struct ExceptionInfo {
  absl::string_view name;
  absl::string_view meaning;  // One line, no full stop.
};

absl::Span<const ExceptionInfo> AllExceptions();
const ExceptionInfo* FindException(absl::string_view name);

}  // namespace sr

#endif  // CORE_FINDINGS_CODES_H_
