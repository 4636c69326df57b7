#include "core/compare/compare_by_order.h"

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "core/findings/codes.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/core/compare/compare_fixture.h"

namespace sr {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

// Reference offsets 0..9; the shadow has them in transactions of three with a
// marker behind each, from offset 0: 0 1 2 | 4 5 6 | 8 9 10 | 12.
class CompareByOrderTest : public ::testing::Test {
 protected:
  CompareByOrderTest() : reference("archive"), shadow("shadow") {
    reference.records = DistinctRecords(10);
    shadow.traits.is_topic = shadow.traits.is_shadow = true;
    settings.now = absl::FromUnixMillis(kNowMs);
    settings.clock = &clock;
    Mirror();
  }

  // Makes the shadow what a mirror makes of the reference.
  void Mirror() {
    shadow.records = reference.records;
    for (TestRecord& record : shadow.records) {
      record.timestamp_type = TimestampType::kCreateTime;
    }
  }

  absl::StatusOr<CompareResult> TryCompare() {
    for (size_t i = 0; i < shadow.records.size(); ++i) {
      shadow.records[i].offset = static_cast<int64_t>(i + i / 3);
    }
    for (size_t i = 0; i < reference.records.size(); ++i) {
      if (reference.records[i].offset < static_cast<int64_t>(i)) {
        reference.records[i].offset = static_cast<int64_t>(i);
      }
    }
    if (reference.source == nullptr) reference.Finish(false);
    if (shadow.source == nullptr) shadow.Finish(true);
    return CompareByOrder(reference.Compared(), shadow.Compared(), settings);
  }

  CompareResult Compare() {
    absl::StatusOr<CompareResult> result = TryCompare();
    EXPECT_TRUE(result.ok()) << result.status();
    return result.ok() ? *std::move(result) : CompareResult();
  }

  static void RemoveAt(TestCopy* copy, size_t i) {
    copy->records.erase(copy->records.begin() + static_cast<ptrdiff_t>(i));
  }
  static void InsertAt(TestCopy* copy, size_t i, TestRecord record) {
    copy->records.insert(copy->records.begin() + static_cast<ptrdiff_t>(i),
                         std::move(record));
  }

  TickingClock clock;
  TestCopy reference;
  TestCopy shadow;
  CompareSettings settings;
};

TEST_F(CompareByOrderTest, FindsNothingInAFaithfulShadow) {
  const CompareResult result = Compare();
  EXPECT_THAT(Brief(result), IsEmpty());
  EXPECT_THAT(result.exceptions, IsEmpty());
  EXPECT_EQ(result.records_compared, 10);
  EXPECT_EQ(result.reference_records, 10);
  EXPECT_EQ(result.other_records, 10);
  ASSERT_TRUE(result.verified_through.has_value());
  EXPECT_EQ(result.verified_through->offset, 9);
}

TEST_F(CompareByOrderTest, FindsAChangedValueAndItsFirstByte) {
  shadow.records[4].value = "valuX4";
  const CompareResult result = Compare();
  ASSERT_THAT(Brief(result), ElementsAre("RECORD_VALUE shadow 5"));
  const Finding& finding = result.findings.kept()[0];
  EXPECT_EQ(finding.position, "value byte 4 of 6, offset 4 of archive");
  EXPECT_EQ(finding.key, "key4");
  EXPECT_EQ(finding.expected, "value4");
  EXPECT_EQ(finding.found, "valuX4");
  EXPECT_EQ(result.records_compared, 10);
}

TEST_F(CompareByOrderTest, FindsAValueThatBecameNull) {
  reference.records[4].value = "";
  shadow.records[4].value = std::nullopt;
  EXPECT_THAT(Brief(Compare()), ElementsAre("RECORD_VALUE shadow 5"));
}

TEST_F(CompareByOrderTest, FindsAChangedKey) {
  shadow.records[4].key = "other";
  EXPECT_THAT(Brief(Compare()), ElementsAre("RECORD_KEY shadow 5"));
}

TEST_F(CompareByOrderTest, FindsChangedHeaders) {
  reference.records[4].headers = {{"a", "1"}, {"b", "2"}};
  shadow.records[4].headers = {{"b", "2"}, {"a", "1"}};
  EXPECT_THAT(Brief(Compare()), ElementsAre("RECORD_HEADER shadow 5"));
}

TEST_F(CompareByOrderTest, FindsAChangeInAnyHeader) {
  reference.records[4].headers = {{"a", "1"}, {"b", "2"}};
  shadow.records[4].headers = {{"x", "1"}, {"b", "2"}};
  reference.records[6].headers = {{"a", std::nullopt}, {"b", "2"}};
  shadow.records[6].headers = {{"a", ""}, {"b", "2"}};
  EXPECT_THAT(Brief(Compare()),
              ElementsAre("RECORD_HEADER shadow 5", "RECORD_HEADER shadow 8"));
}

TEST_F(CompareByOrderTest, FindsAChangedTimestamp) {
  shadow.records[4].timestamp += 5000;
  EXPECT_THAT(Brief(Compare()), ElementsAre("RECORD_TIMESTAMP shadow 5"));
}

TEST_F(CompareByOrderTest, FindsATopicThatSetsTimestampsItself) {
  shadow.records[4].timestamp_type = TimestampType::kLogAppendTime;
  EXPECT_THAT(Brief(Compare()), ElementsAre("RECORD_TIMESTAMP shadow 5"));
}

TEST_F(CompareByOrderTest, FindsAChangedFirstAndLastRecord) {
  shadow.records[0].value = "x";
  shadow.records[9].value = "y";
  EXPECT_THAT(Brief(Compare()),
              ElementsAre("RECORD_VALUE shadow 0", "RECORD_VALUE shadow 12"));
}

TEST_F(CompareByOrderTest, FindsAMissingRecord) {
  RemoveAt(&shadow, 4);
  const CompareResult result = Compare();
  ASSERT_THAT(Brief(result), ElementsAre("RECORD_MISSING shadow 4"));
  const Finding& finding = result.findings.kept()[0];
  EXPECT_EQ(finding.key, "key4");
  EXPECT_EQ(finding.position, "offset 4 of archive");
  EXPECT_EQ(finding.found,
            "no such record after shadow offset 4, before shadow offset 5");
  EXPECT_THAT(finding.expected, HasSubstr("value value4"));
}

TEST_F(CompareByOrderTest, FindsAMissingFirstRecord) {
  RemoveAt(&shadow, 0);
  EXPECT_THAT(Brief(Compare()), ElementsAre("RECORD_MISSING shadow 0"));
}

TEST_F(CompareByOrderTest, FindsAnExtraRecord) {
  InsertAt(&shadow, 4, MakeRecord(0, "new", "x"));
  const CompareResult result = Compare();
  ASSERT_THAT(Brief(result), ElementsAre("RECORD_EXTRA shadow 5"));
  EXPECT_EQ(result.findings.kept()[0].key, "new");
}

TEST_F(CompareByOrderTest, FindsAnExtraRecordAtTheEnd) {
  shadow.records.push_back(MakeRecord(0, "new", "x"));
  EXPECT_THAT(Brief(Compare()), ElementsAre("RECORD_EXTRA shadow 13"));
}

TEST_F(CompareByOrderTest, FindsARecordThatIsThereTwice) {
  InsertAt(&shadow, 4, shadow.records[4]);
  EXPECT_THAT(Brief(Compare()),
              ElementsAre(testing::StartsWith("RECORD_EXTRA shadow ")));
}

TEST_F(CompareByOrderTest, FindsTwoNeighboursSwappedAsOne) {
  std::swap(shadow.records[4], shadow.records[5]);
  const CompareResult result = Compare();
  ASSERT_EQ(result.findings.counts(),
            (std::map<std::string, int64_t>{{codes::kRecordOrder, 1}}));
}

TEST_F(CompareByOrderTest, FindsARecordMovedFarAsOne) {
  const TestRecord moved = shadow.records[1];
  RemoveAt(&shadow, 1);
  shadow.records.push_back(moved);
  const CompareResult result = Compare();
  ASSERT_THAT(Brief(result), ElementsAre("RECORD_ORDER shadow 12"));
  const Finding& finding = result.findings.kept()[0];
  EXPECT_EQ(finding.expected, "after shadow offset 0, before shadow offset 1");
  EXPECT_EQ(finding.found, "at shadow offset 12");
  EXPECT_EQ(finding.key, "key1");
}

TEST_F(CompareByOrderTest, FindsAMissingRecordThatComesAgainLater) {
  reference.records[8].key = reference.records[2].key;
  reference.records[8].value = reference.records[2].value;
  reference.records[8].timestamp = reference.records[2].timestamp;
  Mirror();
  RemoveAt(&shadow, 2);
  EXPECT_THAT(Brief(Compare()), ElementsAre("RECORD_MISSING shadow 2"));
}

TEST_F(CompareByOrderTest, FindsOneOfManyEqualRecordsMissing) {
  for (TestRecord& record : reference.records) {
    record.key = "noop";
    record.value = std::nullopt;
    record.timestamp = kOldMs;
  }
  reference.records[9].key = "last";
  Mirror();
  RemoveAt(&shadow, 4);
  EXPECT_EQ(Compare().findings.counts(),
            (std::map<std::string, int64_t>{{codes::kRecordMissing, 1}}));
}

TEST_F(CompareByOrderTest, KeepsDamagesApart) {
  shadow.records[7].value = "x";
  RemoveAt(&shadow, 4);
  shadow.records[1].key = "y";
  EXPECT_THAT(Brief(Compare()),
              testing::UnorderedElementsAre("RECORD_KEY shadow 1",
                                            "RECORD_MISSING shadow 4",
                                            "RECORD_VALUE shadow 8"));
}

TEST_F(CompareByOrderTest, CountsWhatTheShadowIsBehind) {
  for (int i = 0; i < 3; ++i) shadow.records.pop_back();
  const CompareResult result = Compare();
  ASSERT_THAT(Brief(result), ElementsAre("COPY_BEHIND shadow 7"));
  EXPECT_EQ(result.behind, 3);
  EXPECT_EQ(result.verified_through->offset, 6);
  EXPECT_EQ(result.findings.kept()[0].expected,
            "3 more records, the last offset 9 of archive");
}

TEST_F(CompareByOrderTest, CountsAnEmptyShadowAsBehind) {
  shadow.records.clear();
  const CompareResult result = Compare();
  EXPECT_THAT(Brief(result), ElementsAre("COPY_BEHIND shadow 0"));
  EXPECT_EQ(result.behind, 10);
  EXPECT_FALSE(result.verified_through.has_value());
}

TEST_F(CompareByOrderTest, ListsTheNamedExceptions) {
  reference.records[2].timestamp_type = TimestampType::kLogAppendTime;
  reference.records[3].timestamp_type = TimestampType::kLogAppendTime;
  reference.records[5].timestamp = 0;
  Mirror();
  shadow.records[5].timestamp = kNowMs;
  const CompareResult result = Compare();
  EXPECT_THAT(Brief(result), IsEmpty());
  EXPECT_THAT(result.exceptions, ElementsAre(Pair("timestamp_type", 2),
                                             Pair("timestamp_zero", 1)));
}

TEST_F(CompareByOrderTest, MatchesTimestampZeroBesideADamage) {
  reference.records[5].timestamp = 0;
  Mirror();
  shadow.records[5].timestamp = kNowMs;
  RemoveAt(&shadow, 4);
  const CompareResult result = Compare();
  EXPECT_THAT(Brief(result), ElementsAre("RECORD_MISSING shadow 4"));
  EXPECT_THAT(result.exceptions, ElementsAre(Pair("timestamp_zero", 1)));
}

// Their timestamps tell nothing, so what moved is missing here and extra there.
TEST_F(CompareByOrderTest, FindsRecordsOfTimestampZeroOutOfOrder) {
  for (TestRecord& record : reference.records) record.timestamp = 0;
  Mirror();
  for (TestRecord& record : shadow.records) record.timestamp = kNowMs;
  std::swap(shadow.records[4], shadow.records[5]);
  const CompareResult result = Compare();
  EXPECT_EQ(result.findings.counts(),
            (std::map<std::string, int64_t>{{codes::kRecordExtra, 1},
                                            {codes::kRecordMissing, 1}}));
}

TEST_F(CompareByOrderTest, TakesTheCompactionOfTheReferenceForWhatItIs) {
  reference.MakeCompacted();
  reference.records[2].key = "key7";
  reference.records[4].key = "key7";
  Mirror();
  RemoveAt(&reference, 4);
  RemoveAt(&reference, 2);
  const CompareResult result = Compare();
  EXPECT_THAT(Brief(result), IsEmpty());
  EXPECT_EQ(result.explained_by_compaction, 2);
}

TEST_F(CompareByOrderTest, FindsWhatTheReferenceLostThoughItIsCompacted) {
  reference.MakeCompacted();
  RemoveAt(&reference, 4);
  const CompareResult result = Compare();
  ASSERT_THAT(Brief(result), ElementsAre("RECORD_EXTRA shadow 5"));
  EXPECT_THAT(result.findings.kept()[0].expected,
              HasSubstr("it is the latest record of its key"));
}

TEST_F(CompareByOrderTest, PairsTheLastOfEqualRecordsOfACompactedReference) {
  reference.MakeCompacted();
  reference.records[1] = reference.records[0];
  reference.records[1].offset = 1;
  Mirror();
  RemoveAt(&reference, 0);
  const CompareResult result = Compare();
  EXPECT_THAT(Brief(result), IsEmpty());
  EXPECT_EQ(result.explained_by_compaction, 1);
}

TEST_F(CompareByOrderTest, ExplainsByRecordsThatTheShadowDoesNotHaveYet) {
  reference.MakeCompacted();
  reference.records[5].key = "key9";
  Mirror();
  RemoveAt(&reference, 5);
  for (int i = 0; i < 4; ++i) shadow.records.pop_back();  // Up to 5.
  const CompareResult result = Compare();
  EXPECT_THAT(Brief(result), ElementsAre("COPY_BEHIND shadow 6"));
  EXPECT_EQ(result.behind, 4);
  EXPECT_EQ(result.explained_by_compaction, 1);
}

TEST_F(CompareByOrderTest, ExplainsNothingBehindTheEndOfTheReference) {
  reference.MakeCompacted();
  shadow.records.push_back(MakeRecord(0, "key9", "x"));
  shadow.records.push_back(MakeRecord(0, "key9", "y"));
  EXPECT_THAT(Brief(Compare()),
              ElementsAre("RECORD_EXTRA shadow 13", "RECORD_EXTRA shadow 14"));
}

TEST_F(CompareByOrderTest, TakesTheCompactionOfAShadowForWhatItIs) {
  shadow.MakeCompacted();
  reference.records[2].key = "key7";
  reference.records[3].key = std::nullopt;
  Mirror();
  RemoveAt(&shadow, 3);
  RemoveAt(&shadow, 2);
  RemoveAt(&shadow, 2);  // key4
  const CompareResult result = Compare();
  ASSERT_THAT(Brief(result), ElementsAre("RECORD_MISSING shadow 4"));
  EXPECT_EQ(result.explained_by_compaction, 1);
  EXPECT_THAT(result.exceptions, ElementsAre(Pair("null_key", 1)));
  EXPECT_THAT(result.findings.kept()[0].found,
              HasSubstr("it is the latest record of its key"));
}

TEST_F(CompareByOrderTest, TakesANullKeyAtTheEndForAnExceptionToo) {
  shadow.MakeCompacted();
  reference.records[9].key = std::nullopt;
  Mirror();
  RemoveAt(&shadow, 9);
  const CompareResult result = Compare();
  EXPECT_THAT(Brief(result), IsEmpty());
  EXPECT_EQ(result.behind, 0);
  EXPECT_THAT(result.exceptions, ElementsAre(Pair("null_key", 1)));
}

TEST_F(CompareByOrderTest, FindsANullKeyMissingFromAShadowThatIsNotCompacted) {
  reference.records[3].key = std::nullopt;
  Mirror();
  RemoveAt(&shadow, 3);
  EXPECT_THAT(Brief(Compare()), ElementsAre("RECORD_MISSING shadow 3"));
}

TEST_F(CompareByOrderTest, FindsAReferenceThatLostItsStart) {
  reference.traits.is_topic = true;
  reference.traits.start_offset = 3;
  for (int i = 0; i < 3; ++i) RemoveAt(&reference, 0);
  const CompareResult result = Compare();
  ASSERT_THAT(Brief(result), ElementsAre("TOPIC_HEAD_TRUNCATED archive -1"));
  EXPECT_EQ(result.findings.kept()[0].expected,
            "3 records, shadow offsets 0 to 2");
}

TEST_F(CompareByOrderTest, FindsAnotherTopicAltogether) {
  for (TestRecord& record : shadow.records) {
    record.key = *record.key + "x";
    record.value = "z";
    record.timestamp += 1'000'000;
  }
  const CompareResult result = Compare();
  EXPECT_EQ(result.findings.count(codes::kRecordExtra), 10);
  EXPECT_EQ(result.findings.count(codes::kCopyBehind), 1);
  EXPECT_EQ(result.records_compared, 0);
}

TEST_F(CompareByOrderTest, SaysLessIfNothingCanBeReadAgain) {
  shadow.records[4].value = "x";
  TryCompare().status().IgnoreError();  // Makes the sources.
  struct OneSeek : VectorSource {
    using VectorSource::VectorSource;
    absl::Status Seek(int64_t offset) override {
      return seeks() == 0 ? VectorSource::Seek(offset)
                          : absl::UnavailableError("away");
    }
  };
  const int64_t end = shadow.traits.end_offset;
  shadow.source = std::make_unique<OneSeek>(shadow.records, 3);
  shadow.source->set_end_offset(end);
  const CompareResult result = Compare();
  ASSERT_THAT(Brief(result), ElementsAre("RECORD_VALUE shadow 5"));
  EXPECT_EQ(result.findings.kept()[0].position, "offset 4 of archive");
  EXPECT_EQ(result.findings.kept()[0].found, "");
}

TEST_F(CompareByOrderTest, SaysWhichCopyCouldNotBeRead) {
  TryCompare().status().IgnoreError();
  shadow.source->FailAt(6, absl::UnavailableError("broker away"));
  const absl::Status status = TryCompare().status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(FailedCopyOf(status), "shadow");
}

TEST_F(CompareByOrderTest, CountsAllAndKeepsTheFirst) {
  settings.findings_kept_per_code = 2;
  for (TestRecord& record : shadow.records) record.value = "x";
  const CompareResult result = Compare();
  EXPECT_THAT(Brief(result),
              ElementsAre("RECORD_VALUE shadow 0", "RECORD_VALUE shadow 1"));
  EXPECT_EQ(result.findings.count(codes::kRecordValue), 10);
}

}  // namespace
}  // namespace sr
