// Random histories: a legally compacted copy never alarms, and one random
// damage is found as exactly what it is.
//
// The model says what Kafka's cleaner may do in the simplest way that can be
// written down, apart from the rule under test.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "core/compare/compare_by_offset.h"
#include "core/compare/compare_by_order.h"
#include "core/findings/codes.h"
#include "gtest/gtest.h"
#include "tests/core/compare/compare_fixture.h"

namespace sr {
namespace {

constexpr int kRounds = 300;
constexpr int64_t kHourMs = 3'600'000;

uint64_t FirstSeed() {
  const char* const text = std::getenv("SR_TEST_SEED");
  uint64_t seed = 0;
  if (text != nullptr && absl::SimpleAtoi(text, &seed)) return seed;
  return std::random_device()();
}

// One round of a test: random numbers, and how to have them again.
class Round {
 public:
  Round(uint64_t seed, const char* test) : random_(seed) {
    replay_ = absl::StrCat(
        "replay: SR_TEST_SEED=", seed,
        " tests/core/compare/compare_random_test --gtest_filter=", test);
  }

  int64_t Below(int64_t limit) {
    return std::uniform_int_distribution<int64_t>(0, limit - 1)(random_);
  }
  bool OneIn(int64_t n) { return Below(n) == 0; }
  const std::string& replay() const { return replay_; }

 private:
  std::mt19937_64 random_;
  std::string replay_;
};

struct HistoryOptions {
  bool null_keys = true;
  bool repeats = true;  // Records equal to an earlier one in every part.
};

std::vector<TestRecord> RandomHistory(const HistoryOptions& options,
                                      Round* round) {
  const int64_t count = 20 + round->Below(100);
  const int64_t keys = 2 + round->Below(30);
  std::vector<TestRecord> records;
  int64_t offset = 0;
  for (int64_t i = 0; i < count; ++i) {
    TestRecord record =
        MakeRecord(offset, absl::StrCat("key", round->Below(keys)),
                   absl::StrCat("value", i));
    record.timestamp = kOldMs + 1000 * i;
    if (round->OneIn(6)) record.value = std::nullopt;
    if (options.null_keys && round->OneIn(12)) record.key = std::nullopt;
    if (round->OneIn(9)) record.headers = {{"h", std::nullopt}, {"h", "1"}};
    if (options.repeats && i > 0 && round->OneIn(8)) {
      record = records[static_cast<size_t>(round->Below(i))];
      record.offset = offset;
    }
    // Some tombstones are young.
    if (!record.value.has_value() && round->OneIn(3)) {
      record.timestamp = kNowMs - kHourMs + i;
    }
    records.push_back(std::move(record));
    offset += round->OneIn(10) ? 2 : 1;  // Markers.
  }
  return records;
}

// What may be left of `history` after compaction with a tombstone retention of
// 24 hours: for each key its last record, or nothing if that is an old
// tombstone; and any of the others.
std::vector<TestRecord> RandomlyCompacted(
    const std::vector<TestRecord>& history, Round* round) {
  std::map<std::string, size_t> last;
  for (size_t i = 0; i < history.size(); ++i) {
    if (history[i].key.has_value()) last[*history[i].key] = i;
  }
  std::map<std::string, bool> wiped;
  for (const auto& [key, i] : last) {
    const bool expired = !history[i].value.has_value() &&
                         history[i].timestamp < kNowMs - 25 * kHourMs;
    wiped[key] = expired && i + 1 < history.size() && round->OneIn(2);
  }
  const int64_t keep_one_in = 1 + round->Below(4);
  std::vector<TestRecord> kept;
  for (size_t i = 0; i < history.size(); ++i) {
    const TestRecord& record = history[i];
    const bool is_end = i + 1 == history.size();
    bool keep = is_end || round->OneIn(keep_one_in);
    if (record.key.has_value()) {
      if (last[*record.key] == i) keep = true;
      if (wiped[*record.key]) keep = false;
    }
    if (keep) kept.push_back(record);
  }
  return kept;
}

std::vector<TestRecord> Mirrored(const std::vector<TestRecord>& records) {
  std::vector<TestRecord> shadow = records;
  for (size_t i = 0; i < shadow.size(); ++i) {
    shadow[i].offset = static_cast<int64_t>(i + i / 4);
  }
  return shadow;
}

// Index of the record at `offset`; it must be there.
size_t IndexOf(const std::vector<TestRecord>& records, int64_t offset) {
  for (size_t i = 0; i < records.size(); ++i) {
    if (records[i].offset == offset) return i;
  }
  ADD_FAILURE() << "no record at " << offset;
  return 0;
}

// Changes one part of `record` and returns the code that says so.
const char* ChangeAPart(TestRecord* record, Round* round) {
  switch (round->Below(4)) {
    case 0:
      record->key = "a key of nothing else";
      return codes::kRecordKey;
    case 1:
      // A tombstone stays one: whether compaction was legal hangs on it.
      if (record->value.has_value()) {
        record->value = *record->value + "x";
        return codes::kRecordValue;
      }
      [[fallthrough]];
    case 2:
      record->headers.emplace_back("new", "1");
      return codes::kRecordHeader;
    default:
      record->timestamp -= 777'777'777;
      return codes::kRecordTimestamp;
  }
}

class CompareRandomTest : public ::testing::Test {
 protected:
  CompareRandomTest() {
    settings_.now = absl::FromUnixMillis(kNowMs);
    settings_.clock = &clock_;
    reference_.traits.is_topic = true;
    shadow_.traits.is_topic = shadow_.traits.is_shadow = true;
  }

  CompareResult ByOffset() {
    reference_.Finish(false);
    archive_.Finish(false);
    return CompareByOffset(reference_.Compared(), archive_.Compared(),
                           settings_)
        .value();
  }
  CompareResult ByOrder() {
    reference_.Finish(false);
    shadow_.Finish(true);
    return CompareByOrder(reference_.Compared(), shadow_.Compared(), settings_)
        .value();
  }

  static std::map<std::string, int64_t> One(const char* code) {
    return {{code, 1}};
  }

  TickingClock clock_;
  CompareSettings settings_;
  TestCopy reference_{"topic"};
  TestCopy archive_{"archive"};
  TestCopy shadow_{"shadow"};
};

// Runs the body for many seeds, each a whole test of its own.
#define FOR_RANDOM_ROUNDS(test)                                               \
  class CompareRandomTest_##test : public CompareRandomTest {                 \
   public:                                                                    \
    void TestBody() override {}                                               \
    void Body(Round* round);                                                  \
  };                                                                          \
  TEST(CompareRandom, test) {                                                 \
    const uint64_t first = FirstSeed();                                       \
    const int rounds = std::getenv("SR_TEST_SEED") != nullptr ? 1 : kRounds;  \
    std::printf("first seed %llu\n", static_cast<unsigned long long>(first)); \
    for (int i = 0; i < rounds && !HasFailure(); ++i) {                       \
      Round round(first + static_cast<uint64_t>(i), "CompareRandom." #test);  \
      SCOPED_TRACE(round.replay());                                           \
      CompareRandomTest_##test().Body(&round);                                \
    }                                                                         \
  }                                                                           \
  void CompareRandomTest_##test::Body(Round* round)

FOR_RANDOM_ROUNDS(LegalCompactionOfTheSourceIsNoDifferenceByOffset) {
  archive_.records = RandomHistory({}, round);
  reference_.records = RandomlyCompacted(archive_.records, round);
  reference_.MakeCompacted();
  const CompareResult result = ByOffset();
  EXPECT_TRUE(result.findings.empty()) << testing::PrintToString(Brief(result));
  EXPECT_EQ(result.explained_by_compaction,
            static_cast<int64_t>(archive_.records.size() -
                                 reference_.records.size()));
}

FOR_RANDOM_ROUNDS(LegalCompactionOfTheSourceIsNoDifferenceByOrder) {
  const std::vector<TestRecord> history = RandomHistory({}, round);
  shadow_.records = Mirrored(history);
  reference_.records = RandomlyCompacted(history, round);
  reference_.MakeCompacted();
  const CompareResult result = ByOrder();
  EXPECT_TRUE(result.findings.empty()) << testing::PrintToString(Brief(result));
}

FOR_RANDOM_ROUNDS(LegalCompactionOfAShadowIsNoDifference) {
  HistoryOptions options;
  options.null_keys = false;
  reference_.records = RandomHistory(options, round);
  shadow_.records = Mirrored(RandomlyCompacted(reference_.records, round));
  shadow_.MakeCompacted();
  const CompareResult result = ByOrder();
  EXPECT_TRUE(result.findings.empty()) << testing::PrintToString(Brief(result));
}

FOR_RANDOM_ROUNDS(AChangedPartIsFoundByOffset) {
  archive_.records = RandomHistory({}, round);
  reference_.records = RandomlyCompacted(archive_.records, round);
  reference_.MakeCompacted();
  const size_t i = static_cast<size_t>(
      round->Below(static_cast<int64_t>(reference_.records.size())));
  const int64_t offset = reference_.records[i].offset;
  const char* const code =
      ChangeAPart(&archive_.records[IndexOf(archive_.records, offset)], round);
  const CompareResult result = ByOffset();
  EXPECT_EQ(result.findings.counts(), One(code));
  EXPECT_EQ(result.findings.kept().at(0).offset, offset);
}

FOR_RANDOM_ROUNDS(ARecordMissingFromTheArchiveIsFoundByOffset) {
  archive_.records = RandomHistory({}, round);
  reference_.records = RandomlyCompacted(archive_.records, round);
  reference_.MakeCompacted();
  if (reference_.records.size() < 2) return;
  const size_t i = static_cast<size_t>(
      round->Below(static_cast<int64_t>(reference_.records.size()) - 1));
  const int64_t offset = reference_.records[i].offset;
  archive_.records.erase(
      archive_.records.begin() +
      static_cast<ptrdiff_t>(IndexOf(archive_.records, offset)));
  const CompareResult result = ByOffset();
  EXPECT_EQ(result.findings.counts(), One(codes::kRecordMissing));
  EXPECT_EQ(Brief(result).at(0),
            absl::StrCat("RECORD_MISSING archive ", offset));
}

FOR_RANDOM_ROUNDS(ALatestRecordLostByTheSourceIsFoundByOffset) {
  archive_.records = RandomHistory({}, round);
  reference_.records = RandomlyCompacted(archive_.records, round);
  reference_.MakeCompacted();
  // A record with a value that no later one of its key stands behind.
  std::map<std::string, int64_t> latest;
  for (const TestRecord& record : archive_.records) {
    if (!record.key.has_value()) continue;
    latest.erase(*record.key);
    if (record.value.has_value()) latest[*record.key] = record.offset;
  }
  if (latest.empty()) return;
  const int64_t offset =
      std::next(latest.begin(),
                round->Below(static_cast<int64_t>(latest.size())))
          ->second;
  reference_.traits.end_offset = archive_.records.back().offset + 1;
  reference_.records.erase(
      reference_.records.begin() +
      static_cast<ptrdiff_t>(IndexOf(reference_.records, offset)));
  // The last of all makes the topic shorter instead.
  if (offset == archive_.records.back().offset) return;
  const CompareResult result = ByOffset();
  EXPECT_EQ(result.findings.counts(), One(codes::kRecordMissing));
  EXPECT_EQ(Brief(result).at(0), absl::StrCat("RECORD_MISSING topic ", offset));
}

FOR_RANDOM_ROUNDS(AChangedPartIsFoundByOrder) {
  HistoryOptions options;
  options.repeats = false;
  const std::vector<TestRecord> history = RandomHistory(options, round);
  shadow_.records = Mirrored(history);
  reference_.records = RandomlyCompacted(history, round);
  reference_.MakeCompacted();
  const size_t i = static_cast<size_t>(
      round->Below(static_cast<int64_t>(reference_.records.size())));
  const size_t in_shadow = IndexOf(history, reference_.records[i].offset);
  const char* const code = ChangeAPart(&shadow_.records[in_shadow], round);
  const CompareResult result = ByOrder();
  EXPECT_EQ(result.findings.counts(), One(code));
  // Of tombstones with the same content any one may be the one whose timestamp
  // was changed.
  if (absl::string_view(code) == codes::kRecordTimestamp) return;
  EXPECT_EQ(result.findings.kept().at(0).offset,
            shadow_.records[in_shadow].offset);
}

FOR_RANDOM_ROUNDS(AMissingRecordIsFoundByOrder) {
  reference_.records = RandomHistory({}, round);
  shadow_.records = Mirrored(reference_.records);
  const int64_t i =
      round->Below(static_cast<int64_t>(reference_.records.size()) - 1);
  const TestRecord missing = reference_.records[static_cast<size_t>(i)];
  shadow_.records.erase(shadow_.records.begin() + i);
  const CompareResult result = ByOrder();
  // Among equal records any one may be named, and the last of all can only be
  // told to be not there yet.
  ASSERT_EQ(result.findings.kept().size(), 1u);
  const Finding& finding = result.findings.kept()[0];
  TestRecord named =
      reference_.records[IndexOf(reference_.records, *finding.offset)];
  named.offset = missing.offset;
  EXPECT_EQ(named.View(), missing.View());
  if (*finding.offset != reference_.records.back().offset) {
    EXPECT_EQ(finding.code, codes::kRecordMissing);
  }
}

FOR_RANDOM_ROUNDS(AnExtraRecordIsFoundByOrder) {
  reference_.records = RandomHistory({}, round);
  std::vector<TestRecord> records = reference_.records;
  const int64_t size = static_cast<int64_t>(records.size());
  TestRecord extra = records[static_cast<size_t>(round->Below(size))];
  if (round->OneIn(2)) extra.key = "new";
  records.insert(records.begin() + round->Below(size + 1), extra);
  shadow_.records = Mirrored(records);
  EXPECT_EQ(ByOrder().findings.counts(), One(codes::kRecordExtra));
}

FOR_RANDOM_ROUNDS(AMovedRecordIsFoundByOrder) {
  reference_.records = RandomHistory({}, round);
  std::vector<TestRecord> records = reference_.records;
  const int64_t size = static_cast<int64_t>(records.size());
  const int64_t from = round->Below(size);
  TestRecord moved = records[static_cast<size_t>(from)];
  moved.value = "unique";
  reference_.records[static_cast<size_t>(from)] = moved;
  records.erase(records.begin() + from);
  const int64_t to = round->Below(size);
  if (to == from) return;
  records.insert(records.begin() + to, moved);
  shadow_.records = Mirrored(records);
  const CompareResult result = ByOrder();
  EXPECT_EQ(result.findings.counts(), One(codes::kRecordOrder));
}

}  // namespace
}  // namespace sr
