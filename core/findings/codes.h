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
inline constexpr char kStorageSealMismatch[] = "STORAGE_SEAL_MISMATCH";
inline constexpr char kStorageSealMissing[] = "STORAGE_SEAL_MISSING";
inline constexpr char kStorageSumsCorrupt[] = "STORAGE_SUMS_CORRUPT";
inline constexpr char kStorageUnknownFile[] = "STORAGE_UNKNOWN_FILE";
inline constexpr char kStorageLastCommitLost[] = "STORAGE_LAST_COMMIT_LOST";
inline constexpr char kStorageReadUnstable[] = "STORAGE_READ_UNSTABLE";
inline constexpr char kStorageAnchorLost[] = "STORAGE_ANCHOR_LOST";

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

// The key of a record.
inline constexpr char kKeyNull[] = "KEY_NULL";
inline constexpr char kKeyEmpty[] = "KEY_EMPTY";
inline constexpr char kKeyNotJsonObject[] = "KEY_NOT_JSON_OBJECT";
inline constexpr char kKeytypeUnknown[] = "KEYTYPE_UNKNOWN";
inline constexpr char kKeyFields[] = "KEY_FIELDS";
inline constexpr char kSchemaMagic[] = "SCHEMA_MAGIC";
inline constexpr char kMagicNonzero[] = "MAGIC_NONZERO";
inline constexpr char kNoopMagic[] = "NOOP_MAGIC";
inline constexpr char kKeyExtraField[] = "KEY_EXTRA_FIELD";
inline constexpr char kSeqNodePair[] = "SEQ_NODE_PAIR";
inline constexpr char kKeyEscapedSubject[] = "KEY_ESCAPED_SUBJECT";
inline constexpr char kSubjectNotNormal[] = "SUBJECT_NOT_NORMAL";
inline constexpr char kSubjectEmpty[] = "SUBJECT_EMPTY";
inline constexpr char kJsonBom[] = "JSON_BOM";
inline constexpr char kJsonLax[] = "JSON_LAX";

// The value of a record.
inline constexpr char kValueEmpty[] = "VALUE_EMPTY";
inline constexpr char kValueLiteralNull[] = "VALUE_LITERAL_NULL";
inline constexpr char kValueNotJsonObject[] = "VALUE_NOT_JSON_OBJECT";
inline constexpr char kValueExtraField[] = "VALUE_EXTRA_FIELD";
inline constexpr char kSchemaFields[] = "SCHEMA_FIELDS";
inline constexpr char kSchemaIdZero[] = "SCHEMA_ID_ZERO";
inline constexpr char kKeyValueMismatch[] = "KEY_VALUE_MISMATCH";
inline constexpr char kSchemaTypeUnknown[] = "SCHEMA_TYPE_UNKNOWN";
inline constexpr char kDeletedFlag[] = "DELETED_FLAG";
inline constexpr char kEnumUnknown[] = "ENUM_UNKNOWN";
inline constexpr char kReferenceMalformed[] = "REFERENCE_MALFORMED";
inline constexpr char kReferenceVersionLatest[] = "REFERENCE_VERSION_LATEST";
inline constexpr char kMd5Format[] = "MD5_FORMAT";
inline constexpr char kMd5Mismatch[] = "MD5_MISMATCH";
inline constexpr char kMd5WithoutEnc[] = "MD5_WITHOUT_ENC";
inline constexpr char kEncWithoutMd5[] = "ENC_WITHOUT_MD5";
inline constexpr char kRollbackTrace[] = "ROLLBACK_TRACE";
inline constexpr char kConfigFields[] = "CONFIG_FIELDS";
inline constexpr char kConfigLevelAbsent[] = "CONFIG_LEVEL_ABSENT";
inline constexpr char kConfigSubjectMismatch[] = "CONFIG_SUBJECT_MISMATCH";
inline constexpr char kCompatLevelUnknown[] = "COMPAT_LEVEL_UNKNOWN";
inline constexpr char kModeUnknown[] = "MODE_UNKNOWN";
inline constexpr char kDeleteSubjectValue[] = "DELETE_SUBJECT_VALUE";
inline constexpr char kDeleteSubjectNoVersion[] = "DELETE_SUBJECT_NO_VERSION";
inline constexpr char kDeleteSubjectRange[] = "DELETE_SUBJECT_RANGE";
inline constexpr char kDeleteSubjectZero[] = "DELETE_SUBJECT_ZERO";
inline constexpr char kContextMismatch[] = "CONTEXT_MISMATCH";
inline constexpr char kAssocMismatch[] = "ASSOC_MISMATCH";
inline constexpr char kNoopValue[] = "NOOP_VALUE";

// Around key and value, and the finer points of both.
inline constexpr char kTimestampInvalid[] = "TIMESTAMP_INVALID";
inline constexpr char kTimestampBackward[] = "TIMESTAMP_BACKWARD";
inline constexpr char kHeaderUnexpected[] = "HEADER_UNEXPECTED";
inline constexpr char kKeyFormForeign[] = "KEY_FORM_FOREIGN";
inline constexpr char kSubjectGlobalContext[] = "SUBJECT_GLOBAL_CONTEXT";
inline constexpr char kRollbackOffsetInvalid[] = "ROLLBACK_OFFSET_INVALID";
inline constexpr char kMetadataNotSorted[] = "METADATA_NOT_SORTED";
inline constexpr char kEncNeedsKeyset[] = "ENC_NEEDS_KEYSET";
inline constexpr char kEncSensitiveEmpty[] = "ENC_SENSITIVE_EMPTY";
inline constexpr char kRuleNameDuplicate[] = "RULE_NAME_DUPLICATE";
inline constexpr char kRuleModeMisplaced[] = "RULE_MODE_MISPLACED";
inline constexpr char kRuleEnableOnlyAt[] = "RULE_ENABLE_ONLY_AT";
inline constexpr char kConfigEmpty[] = "CONFIG_EMPTY";
inline constexpr char kModeForwardScope[] = "MODE_FORWARD_SCOPE";
inline constexpr char kModeReadonlyOverride[] = "MODE_READONLY_OVERRIDE";
inline constexpr char kContextTenant[] = "CONTEXT_TENANT";

// What a registry makes of the records.
inline constexpr char kReaderVersionMin[] = "READER_VERSION_MIN";
inline constexpr char kMixedWriters[] = "MIXED_WRITERS";
inline constexpr char kKeytypeNotManaged[] = "KEYTYPE_NOT_MANAGED";
inline constexpr char kRecordSkipped[] = "RECORD_SKIPPED";
inline constexpr char kSeqOffsetMismatch[] = "SEQ_OFFSET_MISMATCH";
inline constexpr char kSeqCollision[] = "SEQ_COLLISION";
inline constexpr char kIdConflict[] = "ID_CONFLICT";
inline constexpr char kKeyTextRewritten[] = "KEY_TEXT_REWRITTEN";
inline constexpr char kTombstoneBurst[] = "TOMBSTONE_BURST";
inline constexpr char kDeleteSubjectTombstoned[] =
    "DELETE_SUBJECT_TOMBSTONED";
inline constexpr char kCompactionDivergence[] = "COMPACTION_DIVERGENCE";
inline constexpr char kKeyTwinArmed[] = "KEY_TWIN_ARMED";
inline constexpr char kKeyFormTwin[] = "KEY_FORM_TWIN";
inline constexpr char kGlobalKeyTwin[] = "GLOBAL_KEY_TWIN";
inline constexpr char kKeyIdRewritten[] = "KEY_ID_REWRITTEN";
inline constexpr char kTombstoneNotSoftDeleted[] = "TOMBSTONE_NOT_SOFT_DELETED";
inline constexpr char kIdAttributeConflict[] = "ID_ATTRIBUTE_CONFLICT";
inline constexpr char kIdTwoVersions[] = "ID_TWO_VERSIONS";
inline constexpr char kIdNearLimit[] = "ID_NEAR_LIMIT";
inline constexpr char kTopIdAtRisk[] = "TOP_ID_AT_RISK";
inline constexpr char kModeImportLeft[] = "MODE_IMPORT_LEFT";
inline constexpr char kAliasTargetMissing[] = "ALIAS_TARGET_MISSING";
inline constexpr char kAliasChain[] = "ALIAS_CHAIN";
inline constexpr char kAliasHidesSubject[] = "ALIAS_HIDES_SUBJECT";
inline constexpr char kContextRecordMissing[] = "CONTEXT_RECORD_MISSING";
inline constexpr char kContextUnused[] = "CONTEXT_UNUSED";
inline constexpr char kAssocOrphan[] = "ASSOC_ORPHAN";
inline constexpr char kAssocStrongConflict[] = "ASSOC_STRONG_CONFLICT";
inline constexpr char kAssocGuidDuplicate[] = "ASSOC_GUID_DUPLICATE";

// Where schemas lead, and what their texts are.
inline constexpr char kReferenceForward[] = "REFERENCE_FORWARD";
inline constexpr char kReferenceDangling[] = "REFERENCE_DANGLING";
inline constexpr char kReferenceTargetSoftDeleted[] =
    "REFERENCE_TARGET_SOFT_DELETED";
inline constexpr char kReferenceCycle[] = "REFERENCE_CYCLE";
inline constexpr char kSchemaUnparsable[] = "SCHEMA_UNPARSABLE";
inline constexpr char kNameNotDefined[] = "NAME_NOT_DEFINED";
inline constexpr char kImportNotSupplied[] = "IMPORT_NOT_SUPPLIED";

// The topic's configuration.
inline constexpr char kPartitionCount[] = "PARTITION_COUNT";
inline constexpr char kCleanupPolicy[] = "CLEANUP_POLICY";
inline constexpr char kReplicationFactorLow[] = "REPLICATION_FACTOR_LOW";
inline constexpr char kMinIsrLow[] = "MIN_ISR_LOW";
inline constexpr char kUncleanElection[] = "UNCLEAN_ELECTION";
inline constexpr char kMessageTooLarge[] = "MESSAGE_TOO_LARGE";
inline constexpr char kMessageSizeHeadroom[] = "MESSAGE_SIZE_HEADROOM";
inline constexpr char kLogStartNonzero[] = "LOG_START_NONZERO";
inline constexpr char kTimestampType[] = "TIMESTAMP_TYPE";
inline constexpr char kTransactionalBatch[] = "TRANSACTIONAL_BATCH";

// A topic and the registry that answers for it.
inline constexpr char kTopicMissing[] = "TOPIC_MISSING";
inline constexpr char kTopicLostSchema[] = "TOPIC_LOST_SCHEMA";
inline constexpr char kRegistryLacksSchema[] = "REGISTRY_LACKS_SCHEMA";
inline constexpr char kRegistryCannotDecrypt[] = "REGISTRY_CANNOT_DECRYPT";
inline constexpr char kDeletedInTopicOnly[] = "DELETED_IN_TOPIC_ONLY";
inline constexpr char kDeletedInRegistryOnly[] = "DELETED_IN_REGISTRY_ONLY";
inline constexpr char kRegistryIdDiffers[] = "REGISTRY_ID_DIFFERS";
inline constexpr char kRegistryTextDiffers[] = "REGISTRY_TEXT_DIFFERS";
inline constexpr char kRegistryAttributesDiffer[] =
    "REGISTRY_ATTRIBUTES_DIFFER";
inline constexpr char kRegistryGuidDiffers[] = "REGISTRY_GUID_DIFFERS";
inline constexpr char kRegistryTsDiffers[] = "REGISTRY_TS_DIFFERS";
inline constexpr char kRegistryConfigDiffers[] = "REGISTRY_CONFIG_DIFFERS";
inline constexpr char kRegistryModeDiffers[] = "REGISTRY_MODE_DIFFERS";
inline constexpr char kRegistryContextDiffers[] = "REGISTRY_CONTEXT_DIFFERS";
inline constexpr char kRegistryUnresolved[] = "REGISTRY_UNRESOLVED";
inline constexpr char kEncTopicMissing[] = "ENC_TOPIC_MISSING";

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
inline constexpr char kText[] = "text";
inline constexpr char kProtobufText[] = "protobuf_text";
inline constexpr char kNotAddressable[] = "not_addressable";
inline constexpr char kNamedOtherwise[] = "named_otherwise";
}  // namespace exceptions

struct ExceptionInfo {
  absl::string_view name;
  absl::string_view meaning;  // One line, no full stop.
};

absl::Span<const ExceptionInfo> AllExceptions();
const ExceptionInfo* FindException(absl::string_view name);

}  // namespace sr

#endif  // CORE_FINDINGS_CODES_H_
