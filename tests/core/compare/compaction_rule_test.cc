#include "core/compare/compaction_rule.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "gtest/gtest.h"

namespace sr {
namespace {

constexpr int64_t kNowMs = 1'800'000'000'000;
constexpr int64_t kHourMs = 3'600'000;
constexpr int64_t kOld = kNowMs - 1000 * kHourMs;

// One absence as "offset:reason".
using Absences = std::vector<std::pair<int64_t, AbsenceReason>>;

class CompactionRuleTest : public ::testing::Test {
 protected:
  CompactionRuleTest() {
    policy_.delete_retention = absl::Hours(24);
    policy_.min_compaction_lag = absl::ZeroDuration();
    policy_.clock_skew_max = absl::ZeroDuration();
  }

  // Feeds records at offsets 0, 1, ... `present` as the compacted copy has it.
  void Value(absl::string_view key, bool present, int64_t timestamp = kOld) {
    Feed(Xxh3_128(key), false, present, timestamp);
  }
  void Tombstone(absl::string_view key, bool present,
                 int64_t timestamp = kOld) {
    Feed(Xxh3_128(key), true, present, timestamp);
  }
  void NullKey(bool present, int64_t timestamp = kOld) {
    Feed(std::nullopt, false, present, timestamp);
  }

  // The unexplained absences, `markers` offsets of which no record is known
  // being at the end of the log.
  Absences Unexplained(int64_t markers = 1) {
    Absences absences;
    for (const UnexplainedAbsence& absence : Rule().Finish(offset_ + markers)) {
      absences.emplace_back(absence.offset, absence.reason);
    }
    return absences;
  }

  CompactionRule& Rule() {
    if (!rule_.has_value()) {
      rule_.emplace(policy_, absl::FromUnixMillis(kNowMs));
    }
    return *rule_;
  }

  CompactionPolicy policy_;

 private:
  void Feed(std::optional<Digest128> key, bool tombstone, bool present,
            int64_t timestamp) {
    const KeyedRecord record{offset_++, timestamp, key, tombstone};
    present ? Rule().Present(record) : Rule().Absent(record);
  }

  std::optional<CompactionRule> rule_;
  int64_t offset_ = 0;
};

constexpr bool kPresent = true;
constexpr bool kAbsent = false;

TEST_F(CompactionRuleTest, ExplainsARecordSupersededByOneThatIsThere) {
  Value("a", kAbsent);
  Value("a", kPresent);
  EXPECT_EQ(Unexplained(), Absences());
  EXPECT_EQ(Rule().absent(), 1);
}

TEST_F(CompactionRuleTest, ExplainsASupersededTombstone) {
  Tombstone("a", kAbsent, kNowMs - 1);
  Value("a", kPresent);
  EXPECT_EQ(Unexplained(), Absences());
}

TEST_F(CompactionRuleTest, FindsTheLatestOfAKeyOnce) {
  Value("a", kAbsent);
  Value("b", kPresent);
  Value("a", kAbsent);
  Value("c", kPresent);
  EXPECT_EQ(Unexplained(), (Absences{{2, AbsenceReason::kLatestOfKey}}));
}

TEST_F(CompactionRuleTest, FindsTheLatestOfAKeyWithAnEarlierOneThere) {
  Value("a", kPresent);
  Value("a", kAbsent);
  Value("b", kPresent);
  EXPECT_EQ(Unexplained(), (Absences{{1, AbsenceReason::kLatestOfKey}}));
}

TEST_F(CompactionRuleTest, IsNotDeceivedByAnotherKey) {
  Value("a", kAbsent);
  Value("b", kPresent);
  EXPECT_EQ(Unexplained(), (Absences{{0, AbsenceReason::kLatestOfKey}}));
}

TEST_F(CompactionRuleTest, TellsAnEmptyKeyFromANullOne) {
  Value("", kAbsent);
  NullKey(kPresent);
  EXPECT_EQ(Unexplained(), (Absences{{0, AbsenceReason::kLatestOfKey}}));
}

TEST_F(CompactionRuleTest, ExplainsANullKey) {
  NullKey(kAbsent);
  Value("a", kPresent);
  EXPECT_EQ(Unexplained(), Absences());
}

TEST_F(CompactionRuleTest, ExplainsAnExpiredTombstoneWithAllBeforeItGone) {
  Value("a", kAbsent);
  Tombstone("a", kAbsent, kNowMs - 24 * kHourMs);
  Value("b", kPresent);
  EXPECT_EQ(Unexplained(), Absences());
}

TEST_F(CompactionRuleTest, FindsATombstoneYoungerThanItsRetention) {
  Tombstone("a", kAbsent, kNowMs - 24 * kHourMs + 1);
  Value("b", kPresent);
  EXPECT_EQ(Unexplained(), (Absences{{0, AbsenceReason::kTombstoneTooYoung}}));
}

TEST_F(CompactionRuleTest, FindsADeletedThingThatCameBack) {
  Value("a", kPresent);
  Tombstone("a", kAbsent);
  Value("b", kPresent);
  EXPECT_EQ(Unexplained(), (Absences{{1, AbsenceReason::kTombstoneAlone}}));
}

TEST_F(CompactionRuleTest, FindsItWithAnAbsentOneInBetween) {
  Value("a", kPresent);
  Value("a", kAbsent);
  Tombstone("a", kAbsent);
  Value("b", kPresent);
  EXPECT_EQ(Unexplained(), (Absences{{2, AbsenceReason::kTombstoneAlone}}));
}

TEST_F(CompactionRuleTest, FindsARecordBelowTheCompactionLag) {
  policy_.min_compaction_lag = absl::Hours(1);
  Value("a", kAbsent, kNowMs - kHourMs);
  Value("b", kAbsent, kNowMs - kHourMs + 1);
  NullKey(kAbsent, kNowMs);
  Value("a", kPresent, kNowMs);
  Value("b", kPresent, kNowMs);
  EXPECT_EQ(Unexplained(), (Absences{{1, AbsenceReason::kBelowCompactionLag},
                                     {2, AbsenceReason::kBelowCompactionLag}}));
}

TEST_F(CompactionRuleTest, HasNoLagWhereKafkaHasNone) {
  Value("a", kAbsent, kNowMs + kHourMs);  // A producer with a wrong clock.
  Value("a", kPresent, kNowMs);
  EXPECT_EQ(Unexplained(), Absences());
}

TEST_F(CompactionRuleTest, FindsTheLastRecordOfTheLog) {
  Value("a", kPresent);
  Tombstone("b", kAbsent);
  EXPECT_EQ(Unexplained(0), (Absences{{1, AbsenceReason::kLastOfLog}}));
}

TEST_F(CompactionRuleTest, NamesTheLastRecordOnceIfAlreadyFound) {
  Value("a", kAbsent);
  EXPECT_EQ(Unexplained(0), (Absences{{0, AbsenceReason::kLatestOfKey}}));
}

TEST_F(CompactionRuleTest, DoesNotGuessWhatStandsBehindTheLastRecord) {
  Value("a", kPresent);
  Tombstone("b", kAbsent);
  EXPECT_EQ(Unexplained(1), Absences());
}

TEST_F(CompactionRuleTest, ChecksSupersedingWhatEverIsUnknown) {
  policy_ = CompactionPolicy();
  Tombstone("a", kAbsent, kNowMs);  // No retention known.
  Value("b", kAbsent, kNowMs);      // No lag known.
  Value("b", kPresent, kNowMs);
  Value("c", kAbsent);
  Value("d", kPresent);
  EXPECT_EQ(Unexplained(), (Absences{{3, AbsenceReason::kLatestOfKey}}));
}

TEST_F(CompactionRuleTest, AllowsForClocksThatDiffer) {
  policy_.clock_skew_max = absl::Minutes(5);
  policy_.min_compaction_lag = absl::Hours(1);
  Tombstone("a", kAbsent, kNowMs - 24 * kHourMs + 300'000);
  Tombstone("b", kAbsent, kNowMs - 24 * kHourMs + 300'001);
  Value("c", kAbsent, kNowMs - kHourMs + 300'000);
  Value("d", kAbsent, kNowMs - kHourMs + 300'001);
  Value("c", kPresent);
  Value("d", kPresent);
  EXPECT_EQ(Unexplained(), (Absences{{1, AbsenceReason::kTombstoneTooYoung},
                                     {3, AbsenceReason::kBelowCompactionLag}}));
}

TEST_F(CompactionRuleTest, HasWordsForEachReason) {
  for (const AbsenceReason reason :
       {AbsenceReason::kLatestOfKey, AbsenceReason::kTombstoneTooYoung,
        AbsenceReason::kTombstoneAlone, AbsenceReason::kBelowCompactionLag,
        AbsenceReason::kLastOfLog}) {
    EXPECT_FALSE(AbsenceReasonText(reason).empty());
  }
}

}  // namespace
}  // namespace sr
