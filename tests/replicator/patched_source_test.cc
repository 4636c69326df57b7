// A copy with holes and one without, over random holes: what comes out is all of it.
#include "replicator/patched_source.h"

#include <memory>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/support/record_generator.h"
#include "tests/support/vector_source.h"

namespace sr {
namespace {

// Cannot be read at some offsets, nor in a batch with them.
class HoledSource final : public RecordSource {
 public:
  HoledSource(std::vector<TestRecord> records, std::set<int64_t> holes)
      : source_(std::move(records)), holes_(std::move(holes)) {}

  absl::Status Seek(int64_t offset) override { return source_.Seek(offset); }
  absl::StatusOr<Fetched> Next(absl::Duration timeout,
                               RecordBatch* batch) override {
    const int64_t before = source_.position();
    const auto fetched = source_.Next(timeout, batch);
    if (!fetched.ok()) return fetched;
    for (const Record& record : *batch) {
      if (holes_.count(record.offset) == 0) continue;
      batch->Clear();
      EXPECT_TRUE(source_.Seek(before).ok());
      return absl::DataLossError("a hole");
    }
    return fetched;
  }
  int64_t position() const override { return source_.position(); }

 private:
  VectorSource source_;
  const std::set<int64_t> holes_;
};

absl::StatusOr<std::vector<TestRecord>> ReadAll(RecordSource* source) {
  std::vector<TestRecord> records;
  RecordBatch batch;
  while (true) {
    const auto fetched = source->Next(absl::ZeroDuration(), &batch);
    if (!fetched.ok()) return fetched.status();
    if (*fetched == Fetched::kCaughtUp) return records;
    for (const Record& record : batch) records.push_back(TestRecord::Of(record));
  }
}

TEST(PatchedSourceTest, AllOfItWhateverTheHoles) {
  for (uint64_t seed = 1; seed <= 500; ++seed) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    std::mt19937_64 random(seed);
    const std::vector<TestRecord> all =
        RecordGenerator(seed, {.offset_gap_max = 3, .value_bytes_max = 20})
            .Take(1 + random() % 80);
    std::set<int64_t> holes;
    for (const TestRecord& record : all) {
      if (random() % 4 == 0) holes.insert(record.offset);
    }
    const int64_t start = all[random() % all.size()].offset;
    std::vector<TestRecord> left;
    for (const TestRecord& record : all) {
      if (record.offset >= start) left.push_back(record);
    }
    PatchedSource source(std::make_unique<HoledSource>(left, holes), start,
                         std::make_unique<VectorSource>(all));
    for (int reading = 0; reading < 2; ++reading) {
      ASSERT_TRUE(source.Seek(0).ok());
      const auto read = ReadAll(&source);
      ASSERT_TRUE(read.ok()) << read.status();
      EXPECT_EQ(*read, all);
      // What was taken from the other one had to be.
      std::set<int64_t> patched;
      for (const Patch& patch : source.patches()) {
        for (int64_t at = patch.first_offset; at <= patch.last_offset; ++at) {
          patched.insert(at);
        }
      }
      for (const int64_t hole : holes) EXPECT_EQ(patched.count(hole), 1u);
      if (holes.empty()) {
        for (const TestRecord& record : left) {
          EXPECT_EQ(patched.count(record.offset), 0u);
        }
      }
    }
  }
}

TEST(PatchedSourceTest, WhatNeitherHasIsTheSourcesError) {
  const std::vector<TestRecord> all = RecordGenerator(1).Take(20);
  const std::vector<TestRecord> early(all.begin(), all.begin() + 5);
  PatchedSource source(
      std::make_unique<HoledSource>(all, std::set<int64_t>{all[10].offset}), 0,
      std::make_unique<VectorSource>(early));
  ASSERT_TRUE(source.Seek(0).ok());
  const auto read = ReadAll(&source);
  EXPECT_TRUE(absl::IsDataLoss(read.status())) << read.status();
  EXPECT_EQ(read.status().message(), "a hole");
}

TEST(PatchedSourceTest, ABeginningThatNeitherHasIsLeftOut) {
  const std::vector<TestRecord> all = RecordGenerator(2).Take(20);
  const std::vector<TestRecord> late(all.begin() + 8, all.end());
  PatchedSource source(std::make_unique<VectorSource>(late), late[0].offset,
                       std::make_unique<VectorSource>(std::vector<TestRecord>()));
  ASSERT_TRUE(source.Seek(0).ok());
  const auto read = ReadAll(&source);
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(*read, late);
}

}  // namespace
}  // namespace sr
