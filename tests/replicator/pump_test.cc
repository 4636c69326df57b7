// The pump between a source and a sink that fail: whatever happens, the sink
// ends up with exactly what the source has, in order, or the pump stops and
// says why.
#include "replicator/pump.h"

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/exit_code.h"
#include "core/base/log.h"
#include "core/base/status_context.h"
#include "core/record/canonical.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/fake_clock.h"
#include "tests/support/record_generator.h"
#include "tests/support/vector_source.h"

namespace sr {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<TestRecord> Numbered(int from, int to) {
  std::vector<TestRecord> records;
  for (int i = from; i < to; ++i) {
    records.push_back(
        {.offset = i, .key = absl::StrCat("k", i), .value = absl::StrCat(i)});
  }
  return records;
}

// A sink in memory. Its calls are counted; a planted failure happens before or
// after the call took effect.
class MemorySink : public RecordSink {
 public:
  struct Failure {
    absl::Status status;
    bool after_effect = false;
  };

  void FailCall(int n, Failure failure) { failures_[n] = std::move(failure); }
  // Runs before every call, with its number.
  void OnCall(std::function<void(int)> hook) { hook_ = std::move(hook); }
  void set_can_reopen(bool can_reopen) { can_reopen_ = can_reopen; }

  // What a reader would see.
  const std::vector<TestRecord>& committed() const { return committed_; }
  void Hold(std::vector<TestRecord> records) {
    committed_ = std::move(records);
  }
  const std::vector<std::string>& calls() const { return calls_; }

  absl::StatusOr<DurablePosition> Open() override {
    const Failure failure = Count("open");
    if (!failure.status.ok()) return failure.status;
    appended_.clear();
    return Position();
  }

  absl::Status Append(const RecordBatch& batch) override {
    const Failure failure = Count("append");
    if (!failure.status.ok() && !failure.after_effect) return failure.status;
    for (const Record& record : batch) {
      EXPECT_GE(record.offset, NextOffset());
      appended_.push_back(TestRecord::Of(record));
    }
    return failure.status;
  }

  absl::StatusOr<DurablePosition> Commit() override {
    const Failure failure = Count("commit");
    if (!failure.status.ok() && !failure.after_effect) return failure.status;
    committed_.insert(committed_.end(), appended_.begin(), appended_.end());
    appended_.clear();
    if (!failure.status.ok()) return failure.status;
    return Position();
  }

  bool CanReopen(const absl::Status& error) const override {
    return can_reopen_ && absl::IsUnavailable(error);
  }

  absl::Status Close() override { return absl::OkStatus(); }

  DurablePosition Position() const {
    DurablePosition position;
    position.records = static_cast<int64_t>(committed_.size());
    Chain chain;
    for (const TestRecord& record : committed_) {
      chain.Add(record.View());
      position.next_offset = record.offset + 1;
      position.anchors.push_back(
          {record.offset, record.timestamp, ContentDigest(record.View())});
      if (position.anchors.size() > kAnchorsMax) {
        position.anchors.erase(position.anchors.begin());
      }
    }
    position.chain = chain.digest();
    return position;
  }

 private:
  int64_t NextOffset() const {
    if (!appended_.empty()) return appended_.back().offset + 1;
    return committed_.empty() ? 0 : committed_.back().offset + 1;
  }

  Failure Count(const std::string& call) {
    calls_.push_back(call);
    const int n = static_cast<int>(calls_.size());
    if (hook_ != nullptr) hook_(n);
    const auto failure = failures_.find(n);
    return failure == failures_.end() ? Failure() : failure->second;
  }

  std::vector<TestRecord> committed_;
  std::vector<TestRecord> appended_;
  std::map<int, Failure> failures_;
  std::function<void(int)> hook_;
  std::vector<std::string> calls_;
  bool can_reopen_ = true;
};

class PumpTest : public ::testing::Test {
 protected:
  // The default waits between tries are a matter of seconds.
  PumpTest() {
    SetLogLevel(LogLevel::kError);
    options_.name = "a -> b";
    options_.clock = &clock_;
    options_.stop = &stop_;
    options_.may_end = [] { return true; };
    options_.retry_wait_min = absl::Nanoseconds(1);
    options_.retry_wait_max = absl::Nanoseconds(10);
  }

  absl::Status Run(RecordSource* source) {
    pump_ = std::make_unique<Pump>(source, &sink_, options_);
    return pump_->Run(sink_.Open().value());
  }

  FakeClock clock_;
  StopToken stop_;
  PumpOptions options_;
  MemorySink sink_;
  std::unique_ptr<Pump> pump_;
};

TEST_F(PumpTest, CopiesAllAndCounts) {
  VectorSource source(Numbered(0, 100));
  ASSERT_TRUE(Run(&source).ok());
  EXPECT_THAT(sink_.committed(), ElementsAreArray(source.records()));
  EXPECT_EQ(pump_->counters().records, 100);
  EXPECT_EQ(pump_->counters().next_offset, 100);
  EXPECT_EQ(pump_->counters().commits, 1);
  EXPECT_GT(pump_->counters().bytes, 0);
}

TEST_F(PumpTest, AnEmptySourceIsNoReasonToCommit) {
  VectorSource source({});
  ASSERT_TRUE(Run(&source).ok());
  EXPECT_THAT(sink_.calls(), ElementsAre("open"));
}

TEST_F(PumpTest, CommitsByRecordsBytesAndAge) {
  VectorSource by_records(Numbered(0, 100), /*batch_records=*/10);
  options_.commit_records_max = 30;
  ASSERT_TRUE(Run(&by_records).ok());
  EXPECT_EQ(pump_->counters().commits, 4);

  sink_ = MemorySink();
  options_.commit_records_max = 50000;
  options_.commit_bytes_max = 1;
  VectorSource by_bytes(Numbered(0, 100), 10);
  ASSERT_TRUE(Run(&by_bytes).ok());
  EXPECT_EQ(pump_->counters().commits, 10);

  sink_ = MemorySink();
  options_.commit_bytes_max = 8 << 20;
  sink_.OnCall([this](int) { clock_.Sleep(absl::Milliseconds(500)); });
  VectorSource by_age(Numbered(0, 100), 10);
  ASSERT_TRUE(Run(&by_age).ok());
  EXPECT_GE(pump_->counters().commits, 3);
  EXPECT_LE(pump_->counters().commits, 5);
}

// With nothing new at the moment, what has come is made durable at once.
TEST_F(PumpTest, CommitsWhenNothingMoreComes) {
  VectorSource source(Numbered(0, 20), 5);
  source.StallAt(10);
  ASSERT_TRUE(Run(&source).ok());
  EXPECT_THAT(sink_.calls(),
              ElementsAre("open", "append", "append", "commit", "append",
                          "append", "commit"));
}

TEST_F(PumpTest, EndsOnlyAtTheEndOffset) {
  VectorSource source(Numbered(0, 10));
  options_.end_offset = 15;
  int looks = 0;
  options_.may_end = [&looks, &source] {
    if (++looks == 20) {
      for (const TestRecord& record : Numbered(10, 15)) source.Add(record);
    }
    return true;
  };
  ASSERT_TRUE(Run(&source).ok());
  EXPECT_EQ(sink_.committed().size(), 15u);
}

TEST_F(PumpTest, MarkersAfterTheLastRecordCountAsTheEnd) {
  VectorSource source(Numbered(0, 10));
  source.set_end_offset(12);
  options_.end_offset = 12;
  ASSERT_TRUE(Run(&source).ok());
  EXPECT_EQ(sink_.committed().size(), 10u);
}

// What it is a copy of may still grow: an archive that a sibling writes.
TEST_F(PumpTest, DoesNotEndBeforeItMay) {
  VectorSource source(Numbered(0, 10));
  int looks = 0;
  options_.may_end = [&looks, &source] {
    if (++looks == 5) source.Add(Numbered(10, 11)[0]);
    return looks > 10;
  };
  ASSERT_TRUE(Run(&source).ok());
  EXPECT_EQ(sink_.committed().size(), 11u);
}

TEST_F(PumpTest, AStopCommitsWhatWasAppended) {
  VectorSource source(Numbered(0, 100), 10);
  options_.may_end = nullptr;
  sink_.OnCall([this](int n) {
    if (n == 4) stop_.RequestStop();  // During the third append.
  });
  ASSERT_TRUE(Run(&source).ok());
  EXPECT_THAT(sink_.committed(), ElementsAreArray(Numbered(0, 30)));
}

TEST_F(PumpTest, AStopEndsAWaitForTheSource) {
  VectorSource source(Numbered(0, 10));
  source.FailAt(5, absl::UnavailableError("broker away"), 1000000);
  options_.retry_wait_min = options_.retry_wait_max = absl::Hours(1);
  sink_.OnCall([this](int n) {
    if (n == 3) stop_.RequestStop();  // The commit before the wait.
  });
  ASSERT_TRUE(Run(&source).ok());
  EXPECT_THAT(sink_.committed(), ElementsAreArray(Numbered(0, 5)));
}

TEST_F(PumpTest, BeginsWhereTheSourceDoes) {
  VectorSource source(Numbered(50, 60));
  source.FailAt(0, absl::OutOfRangeError("asked for what never was"), 0);
  options_.first_offset = 50;
  ASSERT_TRUE(Run(&source).ok());
  EXPECT_THAT(sink_.committed(), ElementsAreArray(Numbered(50, 60)));
}

TEST_F(PumpTest, GoesOnWhereTheSinkEnds) {
  VectorSource source(Numbered(0, 100));
  sink_.Hold(Numbered(0, 60));
  ASSERT_TRUE(Run(&source).ok());
  EXPECT_THAT(sink_.committed(), ElementsAreArray(source.records()));
  EXPECT_EQ(pump_->counters().records, 40);
}

// The last records of the sink may have been compacted away in the source.
TEST_F(PumpTest, GoesOnOverCompactedRecords) {
  std::vector<TestRecord> left = Numbered(0, 50);
  left.push_back(Numbered(70, 71)[0]);
  VectorSource source(left);
  sink_.Hold(Numbered(0, 60));
  ASSERT_TRUE(Run(&source).ok());
  EXPECT_EQ(sink_.committed().back().offset, 70);
  EXPECT_EQ(sink_.committed().size(), 61u);
}

class OtherSourceTest : public PumpTest {
 protected:
  void ExpectRefused(std::vector<TestRecord> records,
                     const std::string& why) {
    sink_.Hold(Numbered(0, 60));
    VectorSource source(std::move(records));
    const absl::Status status = Run(&source);
    EXPECT_EQ(ExitCodeOf(status), ExitCode::kDamage) << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr(why));
    EXPECT_THAT(std::string(status.message()), HasSubstr("a -> b"));
    EXPECT_THAT(HintOf(status), HasSubstr("do not restart it"));
    EXPECT_THAT(sink_.committed(), ElementsAreArray(Numbered(0, 60)));
    EXPECT_THAT(sink_.calls(), ElementsAre("open"));
  }
};

TEST_F(OtherSourceTest, Emptied) { ExpectRefused({}, "ends before offset"); }

TEST_F(OtherSourceTest, Shorter) {
  ExpectRefused(Numbered(0, 59), "ends before offset 59");
}

TEST_F(OtherSourceTest, AnotherKey) {
  std::vector<TestRecord> records = Numbered(0, 100);
  records[59].key = "other";
  ExpectRefused(records, "offset 59 has another content");
}

TEST_F(OtherSourceTest, AnotherTime) {
  std::vector<TestRecord> records = Numbered(0, 100);
  records[50].timestamp += 1;
  ExpectRefused(records, "offset 50 has another content");
}

TEST_F(OtherSourceTest, AHeaderMore) {
  std::vector<TestRecord> records = Numbered(0, 100);
  records[44].headers.push_back({"h", std::nullopt});
  ExpectRefused(records, "offset 44 has another content");
}

TEST_F(OtherSourceTest, ARecordWhereThereWasNone) {
  sink_.Hold([] {
    std::vector<TestRecord> records = Numbered(0, 60);
    records.erase(records.begin() + 55);
    return records;
  }());
  VectorSource source(Numbered(0, 100));
  const absl::Status status = Run(&source);
  EXPECT_EQ(ExitCodeOf(status), ExitCode::kDamage);
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("a record at offset 55 where there was none"));
}

TEST_F(PumpTest, RecordsThatAreGoneAreNeverSkipped) {
  VectorSource source(Numbered(0, 100), 10);
  source.FailAt(50, absl::OutOfRangeError("offset out of range"));
  const absl::Status status = Run(&source);
  EXPECT_EQ(ExitCodeOf(status), ExitCode::kDamage);
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("records from offset 50 on are not in the source"));
  EXPECT_THAT(sink_.committed(), ElementsAreArray(Numbered(0, 50)));
}

TEST_F(PumpTest, TroubleOfTheSourceIsWaitedOut) {
  VectorSource source(Numbered(0, 100), 10);
  source.FailAt(0, absl::UnavailableError("away"), 5);
  source.FailAt(33, absl::DeadlineExceededError("slow"), 5);
  ASSERT_TRUE(Run(&source).ok());
  EXPECT_THAT(sink_.committed(), ElementsAreArray(source.records()));
}

TEST_F(PumpTest, DamageOfTheSourceIsNotWaitedOut) {
  VectorSource source(Numbered(0, 100), 10);
  source.FailAt(33, absl::DataLossError("CRC"), 1);
  const absl::Status status = Run(&source);
  EXPECT_EQ(ExitCodeOf(status), ExitCode::kDamage);
  // What came before it is good, and safe.
  EXPECT_THAT(sink_.committed(), ElementsAreArray(Numbered(0, 33)));
}

TEST_F(PumpTest, GivesUpWhenTroubleHasLastedTooLong) {
  VectorSource source(Numbered(0, 10));
  source.FailAt(0, absl::UnavailableError("away"), 1000000);
  options_.give_up_after = absl::Seconds(30);
  int tries = 0;
  options_.may_end = [this, &tries] {
    ++tries;
    clock_.Sleep(absl::Seconds(1));
    return false;
  };
  const absl::Status status = Run(&source);
  EXPECT_TRUE(absl::IsUnavailable(status));
  EXPECT_EQ(status.message(), "a -> b: away");
  EXPECT_EQ(tries, 31);
}

// The time of one trouble does not count for the next.
TEST_F(PumpTest, TroubleThatEndedIsForgotten) {
  VectorSource source(Numbered(0, 40), 10);
  for (const int offset : {0, 10, 20, 30}) {
    source.FailAt(offset, absl::UnavailableError("away"), 20);
  }
  options_.give_up_after = absl::Seconds(30);
  options_.commit_records_max = 1;
  options_.may_end = [this] {
    clock_.Sleep(absl::Seconds(1));
    return true;
  };
  EXPECT_TRUE(Run(&source).ok());
}

TEST_F(PumpTest, ASinkThatCannotGoOnEndsIt) {
  VectorSource source(Numbered(0, 10), 10);
  sink_.set_can_reopen(false);
  sink_.FailCall(3, {absl::UnavailableError("fdatasync: I/O error")});
  const absl::Status status = Run(&source);
  EXPECT_TRUE(absl::IsUnavailable(status));
  EXPECT_THAT(sink_.calls(), ElementsAre("open", "append", "commit"));
}

// After any failure of the sink it is opened again before it is written to,
// and the resume point is proved again.
TEST_F(PumpTest, AFailedCommitThatTookEffectIsNotDoneTwice) {
  for (const bool after_effect : {false, true}) {
    sink_ = MemorySink();
    VectorSource source(Numbered(0, 10), 10);
    sink_.FailCall(3, {absl::UnavailableError("no answer"), after_effect});
    ASSERT_TRUE(Run(&source).ok());
    EXPECT_THAT(sink_.committed(), ElementsAreArray(source.records()));
    EXPECT_EQ(sink_.calls()[3], "open");
    EXPECT_EQ(pump_->counters().records, after_effect ? 0 : 10);
    EXPECT_EQ(pump_->counters().next_offset, 10);
  }
}

TEST_F(PumpTest, TheProofIsNotSkippedWhenTheSourceIsAwayMeanwhile) {
  std::vector<TestRecord> records = Numbered(0, 100);
  records[40].value = "rewritten";
  VectorSource source(records, 10);
  sink_.Hold(Numbered(0, 45));
  source.FailAt(29, absl::UnavailableError("away"), 3);
  const absl::Status status = Run(&source);
  EXPECT_EQ(ExitCodeOf(status), ExitCode::kDamage);
  EXPECT_EQ(sink_.committed().size(), 45u);
}

// Every single failure of every call, before and after its effect; then many
// at once, of source and sink together.
TEST_F(PumpTest, ExactlyOnceWhateverFails) {
  options_.commit_records_max = 10;
  for (int n = 2; n <= 30; ++n) {
    for (const bool after_effect : {false, true}) {
      sink_ = MemorySink();
      VectorSource source(Numbered(0, 60), 4);
      sink_.FailCall(n, {absl::UnavailableError("x"), after_effect});
      ASSERT_TRUE(Run(&source).ok());
      ASSERT_THAT(sink_.committed(), ElementsAreArray(source.records()))
          << "call " << n << (after_effect ? " after" : " before");
    }
  }
}

TEST_F(PumpTest, ExactlyOnceWhateverFailsTogether) {
  const uint64_t first = TestSeed(1);
  for (uint64_t seed = first; seed < first + 300; ++seed) {
    std::mt19937_64 random(seed);
    sink_ = MemorySink();
    options_.commit_records_max = 1 + static_cast<int64_t>(random() % 20);
    RecordGenerator generator(seed, {.offset_gap_max = 3});
    VectorSource source(generator.Take(100), 1 + random() % 9);
    for (int n = 2; n < 400; ++n) {
      if (random() % 4 != 0) continue;
      sink_.FailCall(n, {absl::UnavailableError("x"), random() % 2 == 0});
    }
    for (int64_t offset = 0; offset < 300; ++offset) {
      if (random() % 8 != 0) continue;
      if (random() % 3 == 0) {
        source.StallAt(offset);
      } else {
        source.FailAt(offset, absl::UnavailableError("y"),
                      1 + static_cast<int>(random() % 3));
      }
    }
    ASSERT_TRUE(Run(&source).ok()) << ReplayHint(seed);
    ASSERT_THAT(sink_.committed(), ElementsAreArray(source.records()))
        << ReplayHint(seed);
  }
}

}  // namespace
}  // namespace sr
