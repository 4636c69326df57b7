#include "core/compare/compare_by_offset.h"

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

class CompareByOffsetTest : public ::testing::Test {
 protected:
  CompareByOffsetTest() : reference("topic"), other("archive") {
    reference.records = other.records = DistinctRecords(10);
    reference.traits.is_topic = true;
    settings.now = absl::FromUnixMillis(kNowMs);
    settings.clock = &clock;
  }

  absl::StatusOr<CompareResult> TryCompare() {
    if (reference.source == nullptr) reference.Finish(false);
    if (other.source == nullptr) other.Finish(false);
    return CompareByOffset(reference.Compared(), other.Compared(), settings);
  }

  CompareResult Compare() {
    absl::StatusOr<CompareResult> result = TryCompare();
    EXPECT_TRUE(result.ok()) << result.status();
    return result.ok() ? *std::move(result) : CompareResult();
  }

  static void Remove(TestCopy* copy, int64_t offset) {
    auto& records = copy->records;
    for (size_t i = 0; i < records.size(); ++i) {
      if (records[i].offset == offset) {
        records.erase(records.begin() + static_cast<ptrdiff_t>(i));
        return;
      }
    }
  }

  TickingClock clock;
  TestCopy reference;
  TestCopy other;
  CompareSettings settings;
};

TEST_F(CompareByOffsetTest, FindsNothingInEqualCopies) {
  const CompareResult result = Compare();
  EXPECT_THAT(Brief(result), IsEmpty());
  EXPECT_EQ(result.records_compared, 10);
  EXPECT_EQ(result.reference_records, 10);
  EXPECT_EQ(result.other_records, 10);
  EXPECT_EQ(result.behind, 0);
  EXPECT_EQ(result.explained_by_compaction, 0);
  ASSERT_TRUE(result.verified_through.has_value());
  EXPECT_EQ(result.verified_through->offset, 9);
  EXPECT_EQ(result.verified_through->timestamp_ms, kOldMs + 9);
}

TEST_F(CompareByOffsetTest, ComparesNothingInEmptyCopies) {
  reference.records.clear();
  other.records.clear();
  const CompareResult result = Compare();
  EXPECT_THAT(Brief(result), IsEmpty());
  EXPECT_EQ(result.records_compared, 0);
  EXPECT_FALSE(result.verified_through.has_value());
}

TEST_F(CompareByOffsetTest, FindsAChangedKey) {
  other.records[4].key = "keyX";
  const CompareResult result = Compare();
  ASSERT_THAT(Brief(result), ElementsAre("RECORD_KEY archive 4"));
  EXPECT_EQ(result.findings.kept()[0].position, "key byte 3 of 4");
}

TEST_F(CompareByOffsetTest, FindsAChangedValueAndItsFirstByte) {
  reference.records[4].value = std::string(500, 'a') + "\x1b" + "bc";
  other.records[4].value = std::string(500, 'a') + "\x1b" + "xcd";
  const CompareResult result = Compare();
  ASSERT_THAT(Brief(result), ElementsAre("RECORD_VALUE archive 4"));
  const Finding& finding = result.findings.kept()[0];
  EXPECT_EQ(finding.position, "value byte 501 of 504, expected 503 bytes");
  EXPECT_EQ(finding.key, "key4");
  EXPECT_EQ(finding.expected, "..." + std::string(59, 'a') + "\\x1bbc");
  EXPECT_EQ(finding.found, "..." + std::string(59, 'a') + "\\x1bxcd");
}

TEST_F(CompareByOffsetTest, TellsNullFromEmpty) {
  other.records[2].value = "";
  reference.records[2].value = std::nullopt;
  reference.records[3].key = "";
  other.records[3].key = std::nullopt;
  const CompareResult result = Compare();
  ASSERT_THAT(Brief(result),
              ElementsAre("RECORD_VALUE archive 2", "RECORD_KEY archive 3"));
  EXPECT_EQ(result.findings.kept()[0].position, "value is not null");
  EXPECT_EQ(result.findings.kept()[0].expected, "null");
  EXPECT_EQ(result.findings.kept()[1].position, "key is null");
}

TEST_F(CompareByOffsetTest, FindsHeadersThatDiffer) {
  reference.records[1].headers = {{"a", "1"}, {"b", "2"}};
  other.records[1].headers = {{"b", "2"}, {"a", "1"}};
  reference.records[2].headers = {{"a", std::nullopt}};
  other.records[2].headers = {{"a", ""}};
  reference.records[3].headers = {{"a", "1"}, {"a", "1"}};
  other.records[3].headers = {{"a", "1"}};
  const CompareResult result = Compare();
  ASSERT_THAT(Brief(result),
              ElementsAre("RECORD_HEADER archive 1", "RECORD_HEADER archive 2",
                          "RECORD_HEADER archive 3"));
  EXPECT_EQ(result.findings.kept()[0].expected, "a=1");
  EXPECT_EQ(result.findings.kept()[0].found, "b=2");
  EXPECT_EQ(result.findings.kept()[2].position, "header 1 of 1");
}

TEST_F(CompareByOffsetTest, FindsATimestampThatDiffers) {
  ++other.records[7].timestamp;
  EXPECT_THAT(Brief(Compare()), ElementsAre("RECORD_TIMESTAMP archive 7"));
}

TEST_F(CompareByOffsetTest, FindsATimestampTypeThatDiffers) {
  other.records[7].timestamp_type = TimestampType::kLogAppendTime;
  EXPECT_THAT(Brief(Compare()), ElementsAre("RECORD_TIMESTAMP archive 7"));
}

TEST_F(CompareByOffsetTest, FindsEachPartOfARecordOnce) {
  other.records[7] = MakeRecord(7, "x", "y");
  other.records[7].headers = {{"h", "1"}};
  other.records[7].timestamp = 1;
  EXPECT_THAT(
      Brief(Compare()),
      ElementsAre("RECORD_KEY archive 7", "RECORD_VALUE archive 7",
                  "RECORD_HEADER archive 7", "RECORD_TIMESTAMP archive 7"));
}

TEST_F(CompareByOffsetTest, FindsAMissingRecord) {
  Remove(&other, 5);
  const CompareResult result = Compare();
  ASSERT_THAT(Brief(result), ElementsAre("RECORD_MISSING archive 5"));
  EXPECT_EQ(result.findings.kept()[0].key, "key5");
  EXPECT_THAT(result.findings.kept()[0].expected, HasSubstr("value value5"));
}

TEST_F(CompareByOffsetTest, FindsAnExtraRecord) {
  Remove(&reference, 5);
  EXPECT_THAT(Brief(Compare()), ElementsAre("RECORD_EXTRA archive 5"));
}

TEST_F(CompareByOffsetTest, FindsARecordMissingFromTheSourceThatIsCompacted) {
  reference.MakeCompacted();
  Remove(&reference, 5);
  const CompareResult result = Compare();
  ASSERT_THAT(Brief(result), ElementsAre("RECORD_MISSING topic 5"));
  EXPECT_THAT(result.findings.kept()[0].found,
              HasSubstr("it is the latest record of its key"));
  EXPECT_EQ(result.findings.kept()[0].key, "key5");
}

TEST_F(CompareByOffsetTest, TakesCompactionForWhatItIs) {
  reference.MakeCompacted();
  other.records[3].key = reference.records[3].key = "key8";
  Remove(&reference, 3);
  const CompareResult result = Compare();
  EXPECT_THAT(Brief(result), IsEmpty());
  EXPECT_EQ(result.explained_by_compaction, 1);
}

TEST_F(CompareByOffsetTest, DoesNotExplainByARecordBeyondTheEndOfTheTopic) {
  reference.MakeCompacted();
  other.records[3].key = "key9";
  other.records[9].key = "key9";
  Remove(&reference, 3);
  Remove(&reference, 9);  // The topic ends at offset 9.
  EXPECT_THAT(Brief(Compare()),
              ElementsAre("RECORD_EXTRA archive 9", "RECORD_MISSING topic 3"));
}

TEST_F(CompareByOffsetTest, TakesCompactionOfTheOtherCopyForWhatItIs) {
  other.MakeCompacted();
  reference.records[3].key = other.records[3].key = "key8";
  Remove(&other, 3);
  Remove(&other, 4);
  EXPECT_THAT(Brief(Compare()), ElementsAre("RECORD_MISSING archive 4"));
}

TEST_F(CompareByOffsetTest, FindsWhatAnArchiveLacksThoughTheTopicIsCompacted) {
  reference.MakeCompacted();
  reference.records[3].key = other.records[3].key = "key8";
  Remove(&other, 3);
  EXPECT_THAT(Brief(Compare()), ElementsAre("RECORD_MISSING archive 3"));
}

TEST_F(CompareByOffsetTest, CountsWhatACopyIsBehind) {
  for (int64_t offset = 7; offset < 10; ++offset) Remove(&other, offset);
  const CompareResult result = Compare();
  ASSERT_THAT(Brief(result), ElementsAre("COPY_BEHIND archive 7"));
  EXPECT_EQ(result.behind, 3);
  EXPECT_EQ(result.findings.kept()[0].expected, "3 records, offsets 7 to 9");
  EXPECT_EQ(result.findings.kept()[0].found, "the copy ends at offset 7");
  EXPECT_EQ(result.verified_through->offset, 6);
}

TEST_F(CompareByOffsetTest, CountsAnEmptyCopyAsBehind) {
  other.records.clear();
  const CompareResult result = Compare();
  EXPECT_THAT(Brief(result), ElementsAre("COPY_BEHIND archive 0"));
  EXPECT_EQ(result.behind, 10);
  EXPECT_FALSE(result.verified_through.has_value());
}

TEST_F(CompareByOffsetTest, FindsRecordsBeyondTheEndOfTheReference) {
  Remove(&reference, 8);
  Remove(&reference, 9);
  const CompareResult result = Compare();
  ASSERT_THAT(Brief(result),
              ElementsAre("RECORD_EXTRA archive 8", "RECORD_EXTRA archive 9"));
  EXPECT_EQ(result.findings.kept()[0].expected, "the end of topic at 8");
}

TEST_F(CompareByOffsetTest, ComparesNoFurtherThanTheEndsTakenBefore) {
  // In the middle of what a source delivers at once.
  reference.traits.end_offset = 5;
  other.traits.end_offset = 5;
  other.records[5].value = "later";
  other.records[8].value = "later";
  const CompareResult result = Compare();
  EXPECT_THAT(Brief(result), IsEmpty());
  EXPECT_EQ(result.records_compared, 5);
}

TEST_F(CompareByOffsetTest, TakesATopicThatGotShorterAsItIs) {
  reference.traits.end_offset = 20;
  Remove(&reference, 9);
  const CompareResult result = Compare();
  ASSERT_THAT(Brief(result), ElementsAre("RECORD_EXTRA archive 9"));
  EXPECT_EQ(result.findings.kept()[0].expected, "the end of topic at 9");
}

TEST_F(CompareByOffsetTest, TakesAnotherCopyThatGotShorterAsBehind) {
  other.traits.end_offset = 20;
  Remove(&other, 9);
  EXPECT_THAT(Brief(Compare()), ElementsAre("COPY_BEHIND archive 9"));
}

TEST_F(CompareByOffsetTest, FindsATopicThatLostItsStart) {
  reference.traits.start_offset = 3;
  reference.MakeCompacted();
  for (int64_t offset = 0; offset < 3; ++offset) Remove(&reference, offset);
  const CompareResult result = Compare();
  ASSERT_THAT(Brief(result), ElementsAre("TOPIC_HEAD_TRUNCATED topic 0"));
  EXPECT_EQ(result.findings.kept()[0].expected, "3 records, offsets 0 to 2");
}

TEST_F(CompareByOffsetTest, FindsItInATopicThatIsNotTheReference) {
  reference.traits.is_topic = false;
  other.traits.is_topic = true;
  other.traits.start_offset = 3;
  for (int64_t offset = 0; offset < 3; ++offset) Remove(&other, offset);
  EXPECT_THAT(Brief(Compare()), ElementsAre("TOPIC_HEAD_TRUNCATED archive 0"));
}

TEST_F(CompareByOffsetTest, CountsAllAndKeepsTheFirst) {
  settings.findings_kept_per_code = 2;
  for (TestRecord& record : other.records) record.value = "x";
  const CompareResult result = Compare();
  EXPECT_THAT(Brief(result),
              ElementsAre("RECORD_VALUE archive 0", "RECORD_VALUE archive 1"));
  EXPECT_EQ(result.findings.count(codes::kRecordValue), 10);
}

TEST_F(CompareByOffsetTest, SaysWhichCopyCouldNotBeRead) {
  other.Finish(false);
  other.source->FailAt(6, absl::DataLossError("crc of batch 6"));
  const absl::Status status = TryCompare().status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(status.message(), "reading archive: crc of batch 6");
  EXPECT_EQ(FailedCopyOf(status), "archive");
  EXPECT_EQ(FailedCopyOf(absl::UnknownError("x")), "");
}

TEST_F(CompareByOffsetTest, WaitsForASlowSource) {
  other.Finish(false);
  other.source->StallAt(6, 5);
  EXPECT_THAT(Brief(Compare()), IsEmpty());
}

TEST_F(CompareByOffsetTest, DoesNotWaitForEver) {
  other.Finish(false);
  other.source->StallAt(6, 1'000'000);
  EXPECT_EQ(TryCompare().status().code(), absl::StatusCode::kDeadlineExceeded);
}

TEST_F(CompareByOffsetTest, StopsWhenAsked) {
  StopToken stop;
  stop.RequestStop();
  settings.stop = &stop;
  EXPECT_EQ(TryCompare().status().code(), absl::StatusCode::kCancelled);
}

TEST_F(CompareByOffsetTest, FindsTheSameIfNothingCanBeReadAgain) {
  reference.MakeCompacted();
  Remove(&reference, 5);
  other.Finish(false);
  // The first Seek positions the source; later ones fail.
  struct OneSeek : VectorSource {
    using VectorSource::VectorSource;
    absl::Status Seek(int64_t offset) override {
      return seeks() == 0 ? VectorSource::Seek(offset)
                          : absl::UnavailableError("away");
    }
  };
  other.source = std::make_unique<OneSeek>(other.records, 3);
  const CompareResult result = Compare();
  EXPECT_THAT(Brief(result), ElementsAre("RECORD_MISSING topic 5"));
  EXPECT_EQ(result.findings.kept()[0].key, "");
}

}  // namespace
}  // namespace sr
