#include <algorithm>
#include <set>
#include <string>

#include "absl/strings/ascii.h"
#include "core/findings/codes.h"
#include "core/findings/finding.h"
#include "gtest/gtest.h"

namespace sr {
namespace {

TEST(Codes, AreUniqueAndUpperCaseAndExplained) {
  std::set<std::string> seen;
  for (const CodeInfo& info : AllCodes()) {
    EXPECT_TRUE(seen.insert(std::string(info.code)).second) << info.code;
    EXPECT_TRUE(std::all_of(
        info.code.begin(), info.code.end(),
        [](unsigned char c) { return absl::ascii_isupper(c) || absl::ascii_isdigit(c) ||
                               c == '_'; }))
        << info.code;
    EXPECT_FALSE(info.meaning.empty()) << info.code;
    EXPECT_NE(info.meaning.back(), '.') << info.code;
    EXPECT_FALSE(info.advice.empty()) << info.code;
    EXPECT_EQ(info.advice.back(), '.') << info.code;
    EXPECT_EQ(FindCode(info.code), &info);
  }
  EXPECT_EQ(FindCode("NO_SUCH_CODE"), nullptr);
}

// What others parse: a change here is a change of the contract.
TEST(Codes, KeepTheirNames) {
  std::string names;
  for (const CodeInfo& info : AllCodes()) {
    names += std::string(info.code) + " " +
             std::string(SeverityName(info.severity)) + "\n";
  }
  EXPECT_EQ(names,
            "STORAGE_BATCH_CORRUPT error\n"
            "STORAGE_CHAIN_MISMATCH error\n"
            "STORAGE_COMMIT_CORRUPT error\n"
            "STORAGE_COMMIT_TORN info\n"
            "STORAGE_TAIL_UNCOMMITTED info\n"
            "STORAGE_FILE_MISSING error\n"
            "STORAGE_FILE_TRUNCATED error\n"
            "STORAGE_FILE_EXTRA error\n"
            "STORAGE_MANIFEST_CORRUPT error\n"
            "STORAGE_SEAL_MISMATCH error\n"
            "STORAGE_SEAL_MISSING error\n"
            "STORAGE_SUMS_CORRUPT warning\n"
            "STORAGE_UNKNOWN_FILE warning\n"
            "STORAGE_LAST_COMMIT_LOST error\n"
            "STORAGE_READ_UNSTABLE warning\n"
            "STORAGE_ANCHOR_LOST error\n"
            "TOPIC_BATCH_CORRUPT error\n"
            "TOPIC_HEAD_TRUNCATED error\n"
            "RECORD_MISSING error\n"
            "RECORD_EXTRA error\n"
            "RECORD_KEY error\n"
            "RECORD_VALUE error\n"
            "RECORD_HEADER error\n"
            "RECORD_TIMESTAMP error\n"
            "RECORD_ORDER error\n"
            "COPY_BEHIND warning\n"
            "KEY_NULL error\n"
            "KEY_EMPTY warning\n"
            "KEY_NOT_JSON_OBJECT error\n"
            "KEYTYPE_UNKNOWN error\n"
            "KEY_FIELDS error\n"
            "SCHEMA_MAGIC error\n"
            "MAGIC_NONZERO warning\n"
            "NOOP_MAGIC warning\n"
            "KEY_EXTRA_FIELD warning\n"
            "SEQ_NODE_PAIR error\n"
            "KEY_ESCAPED_SUBJECT warning\n"
            "SUBJECT_NOT_NORMAL error\n"
            "SUBJECT_EMPTY warning\n"
            "JSON_BOM error\n"
            "JSON_LAX warning\n"
            "VALUE_EMPTY warning\n"
            "VALUE_LITERAL_NULL warning\n"
            "VALUE_NOT_JSON_OBJECT error\n"
            "VALUE_EXTRA_FIELD warning\n"
            "SCHEMA_FIELDS error\n"
            "SCHEMA_ID_ZERO warning\n"
            "KEY_VALUE_MISMATCH error\n"
            "SCHEMA_TYPE_UNKNOWN error\n"
            "DELETED_FLAG warning\n"
            "ENUM_UNKNOWN error\n"
            "REFERENCE_MALFORMED error\n"
            "REFERENCE_VERSION_LATEST warning\n"
            "MD5_FORMAT error\n"
            "MD5_MISMATCH error\n"
            "MD5_WITHOUT_ENC warning\n"
            "ENC_WITHOUT_MD5 error\n"
            "ROLLBACK_TRACE info\n"
            "CONFIG_FIELDS error\n"
            "CONFIG_LEVEL_ABSENT error\n"
            "CONFIG_SUBJECT_MISMATCH warning\n"
            "COMPAT_LEVEL_UNKNOWN error\n"
            "MODE_UNKNOWN error\n"
            "DELETE_SUBJECT_VALUE error\n"
            "DELETE_SUBJECT_NO_VERSION error\n"
            "DELETE_SUBJECT_RANGE error\n"
            "DELETE_SUBJECT_ZERO warning\n"
            "CONTEXT_MISMATCH error\n"
            "ASSOC_MISMATCH error\n"
            "NOOP_VALUE warning\n"
            "TIMESTAMP_INVALID warning\n"
            "TIMESTAMP_BACKWARD warning\n"
            "HEADER_UNEXPECTED warning\n"
            "KEY_FORM_FOREIGN warning\n"
            "SUBJECT_GLOBAL_CONTEXT warning\n"
            "ROLLBACK_OFFSET_INVALID warning\n"
            "METADATA_NOT_SORTED warning\n"
            "ENC_NEEDS_KEYSET info\n"
            "ENC_SENSITIVE_EMPTY error\n"
            "RULE_NAME_DUPLICATE warning\n"
            "RULE_MODE_MISPLACED warning\n"
            "RULE_ENABLE_ONLY_AT warning\n"
            "CONFIG_EMPTY info\n"
            "MODE_FORWARD_SCOPE error\n"
            "MODE_READONLY_OVERRIDE warning\n"
            "CONTEXT_TENANT warning\n"
            "READER_VERSION_MIN error\n"
            "MIXED_WRITERS warning\n"
            "KEYTYPE_NOT_MANAGED warning\n"
            "RECORD_SKIPPED error\n"
            "SEQ_OFFSET_MISMATCH error\n"
            "SEQ_COLLISION info\n"
            "ID_CONFLICT error\n"
            "KEY_TEXT_REWRITTEN error\n"
            "TOMBSTONE_BURST warning\n"
            "DELETE_SUBJECT_TOMBSTONED error\n"
            "COMPACTION_DIVERGENCE error\n"
            "KEY_TWIN_ARMED error\n"
            "KEY_FORM_TWIN warning\n"
            "GLOBAL_KEY_TWIN warning\n"
            "KEY_ID_REWRITTEN error\n"
            "TOMBSTONE_NOT_SOFT_DELETED warning\n"
            "ID_ATTRIBUTE_CONFLICT error\n"
            "ID_TWO_VERSIONS warning\n"
            "ID_NEAR_LIMIT warning\n"
            "TOP_ID_AT_RISK info\n"
            "MODE_IMPORT_LEFT warning\n"
            "ALIAS_TARGET_MISSING warning\n"
            "ALIAS_CHAIN warning\n"
            "ALIAS_HIDES_SUBJECT warning\n"
            "CONTEXT_RECORD_MISSING warning\n"
            "CONTEXT_UNUSED info\n"
            "ASSOC_ORPHAN warning\n"
            "ASSOC_STRONG_CONFLICT warning\n"
            "ASSOC_GUID_DUPLICATE warning\n"
            "REFERENCE_FORWARD error\n"
            "REFERENCE_DANGLING error\n"
            "REFERENCE_TARGET_SOFT_DELETED warning\n"
            "REFERENCE_CYCLE error\n"
            "SCHEMA_UNPARSABLE error\n"
            "NAME_NOT_DEFINED error\n"
            "IMPORT_NOT_SUPPLIED info\n"
            "PARTITION_COUNT error\n"
            "CLEANUP_POLICY error\n"
            "REPLICATION_FACTOR_LOW warning\n"
            "MIN_ISR_LOW warning\n"
            "UNCLEAN_ELECTION warning\n"
            "MESSAGE_TOO_LARGE error\n"
            "MESSAGE_SIZE_HEADROOM warning\n"
            "LOG_START_NONZERO warning\n"
            "TIMESTAMP_TYPE warning\n"
            "TRANSACTIONAL_BATCH error\n"
            "TOPIC_MISSING error\n"
            "TOPIC_LOST_SCHEMA error\n"
            "REGISTRY_LACKS_SCHEMA error\n"
            "REGISTRY_CANNOT_DECRYPT warning\n"
            "DELETED_IN_TOPIC_ONLY error\n"
            "DELETED_IN_REGISTRY_ONLY error\n"
            "REGISTRY_ID_DIFFERS error\n"
            "REGISTRY_TEXT_DIFFERS error\n"
            "REGISTRY_ATTRIBUTES_DIFFER error\n"
            "REGISTRY_GUID_DIFFERS error\n"
            "REGISTRY_TS_DIFFERS warning\n"
            "REGISTRY_CONFIG_DIFFERS error\n"
            "REGISTRY_MODE_DIFFERS error\n"
            "REGISTRY_CONTEXT_DIFFERS warning\n"
            "REGISTRY_UNRESOLVED warning\n"
            "ENC_TOPIC_MISSING error\n");
}

TEST(Exceptions, AreExplained) {
  for (const char* const name :
       {exceptions::kTimestampType, exceptions::kTimestampZero,
        exceptions::kNullKey, exceptions::kText, exceptions::kProtobufText,
        exceptions::kNotAddressable, exceptions::kNamedOtherwise}) {
    ASSERT_NE(FindException(name), nullptr) << name;
    EXPECT_FALSE(FindException(name)->meaning.empty());
  }
  EXPECT_EQ(AllExceptions().size(), 7u);
  EXPECT_EQ(FindException("none"), nullptr);
}

TEST(MakeFinding, TakesSeverityAndAdviceFromTheTable) {
  const Finding finding = MakeFinding(codes::kCopyBehind, "archive:b");
  EXPECT_EQ(finding.code, "COPY_BEHIND");
  EXPECT_EQ(finding.severity, Severity::kWarning);
  EXPECT_EQ(finding.copy, "archive:b");
  EXPECT_EQ(finding.advice, FindCode(codes::kCopyBehind)->advice);
  EXPECT_EQ(finding.offset, std::nullopt);
}

TEST(MakeFindingDeathTest, StopsAtAnUnknownCode) {
  EXPECT_DEATH(MakeFinding("NO_SUCH_CODE", ""), "broken invariant");
}

TEST(FindingList, KeepsTheFirstOfEachCodeAndCountsAll) {
  FindingList list(2);
  for (int64_t offset = 0; offset < 5; ++offset) {
    Finding finding = MakeFinding(codes::kRecordValue, "x");
    finding.offset = offset;
    list.Add(finding);
  }
  EXPECT_FALSE(list.WillKeep(codes::kRecordValue));
  EXPECT_TRUE(list.WillKeep(codes::kRecordKey));
  list.AddUnkept(codes::kRecordValue, Severity::kError);
  list.Add(MakeFinding(codes::kStorageCommitTorn, "x"));
  ASSERT_EQ(list.kept().size(), 3u);
  EXPECT_EQ(list.kept()[1].offset, 1);
  EXPECT_EQ(list.count(codes::kRecordValue), 6);
  EXPECT_EQ(list.count(codes::kRecordKey), 0);
  EXPECT_EQ(list.counts().size(), 2u);
  EXPECT_EQ(list.count(Severity::kError), 6);
  EXPECT_EQ(list.count(Severity::kWarning), 0);
  EXPECT_EQ(list.count(Severity::kInfo), 1);
}

TEST(FindingList, MergesCountsAndKeepsItsLimit) {
  FindingList list(2), other;
  list.Add(MakeFinding(codes::kRecordKey, "a"));
  for (int i = 0; i < 3; ++i) other.Add(MakeFinding(codes::kRecordKey, "b"));
  other.Add(MakeFinding(codes::kCopyBehind, "b"));
  list.Merge(other);
  EXPECT_EQ(list.count(codes::kRecordKey), 4);
  EXPECT_EQ(list.count(Severity::kError), 4);
  EXPECT_EQ(list.count(Severity::kWarning), 1);
  ASSERT_EQ(list.kept().size(), 3u);
  EXPECT_EQ(list.kept()[1].copy, "b");
  EXPECT_EQ(list.kept()[2].code, "COPY_BEHIND");
}

}  // namespace
}  // namespace sr
