#include "core/archive/proven_walk.h"

#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "core/base/status_macros.h"
#include "gmock/gmock.h"
#include "tests/core/archive/archive_fixture.h"

namespace sr {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class ProvenWalkTest : public ArchiveTest {
 protected:
  struct Walked {
    absl::Status status;
    ProvenWalk walk;
    std::vector<TestRecord> records;
  };

  // Walks the archive; `other` is what the other copy holds.
  Walked Walk(const std::vector<TestRecord>& other) {
    Walked walked;
    auto walk = WalkProven(
        &fs_, kDirectory, 1,
        [&](int64_t first, int64_t last, RecordBatch* records) {
          for (const TestRecord& record : other) {
            if (record.offset >= first && record.offset <= last) {
              records->Add(record.View());
            }
          }
          return absl::OkStatus();
        },
        [&](const RecordBatch& records) {
          for (const Record& record : records) {
            walked.records.push_back(TestRecord::Of(record));
          }
          return absl::OkStatus();
        });
    walked.status = walk.status();
    if (walk.ok()) walked.walk = *std::move(walk);
    return walked;
  }

  // All files but the manifest and the lock: what a repair can do without.
  std::vector<std::string> Repairable() {
    std::vector<std::string> files;
    for (const std::string& path : fs_.Files()) {
      if (absl::EndsWith(path, ".log") || absl::EndsWith(path, ".commits")) {
        files.push_back(path);
      }
    }
    return files;
  }

  void ExpectAll(const Walked& walked, const std::vector<TestRecord>& records) {
    ASSERT_TRUE(walked.status.ok()) << walked.status;
    EXPECT_EQ(walked.records, records);
    EXPECT_EQ(walked.walk.last_commit.records, static_cast<int64_t>(records.size()));
    EXPECT_EQ(walked.walk.last_commit.last_offset, records.back().offset);
  }

  const std::vector<TestRecord> records_ =
      RecordGenerator(5, {.offset_gap_max = 2, .value_bytes_max = 120}).Take(60);
};

TEST_F(ProvenWalkTest, AWholeArchiveNeedsNobody) {
  WriteClosed(records_, 4);
  ASSERT_GE(CountFiles(".log"), 3U);
  const Walked walked = Walk({});
  ExpectAll(walked, records_);
  EXPECT_THAT(walked.walk.supplied, IsEmpty());
  EXPECT_EQ(walked.walk.last_commit, Scan().last_commit);
}

TEST_F(ProvenWalkTest, EveryChangedByteIsMadeGood) {
  WriteClosed(records_, 4);
  for (const std::string& path : Repairable()) {
    const std::string good = fs_.Content(path);
    for (size_t at = 0; at < good.size(); ++at) {
      FlipBit(path, at, static_cast<int>(at % 8));
      ExpectAll(Walk(records_), records_);
      fs_.SetContent(path, good);
    }
  }
}

TEST_F(ProvenWalkTest, EveryTruncationIsMadeGood) {
  WriteClosed(records_, 4);
  for (const std::string& path : Repairable()) {
    const std::string good = fs_.Content(path);
    for (size_t size = 0; size < good.size(); size += 3) {
      fs_.SetContent(path, good.substr(0, size));
      ExpectAll(Walk(records_), records_);
      fs_.SetContent(path, good);
    }
  }
}

TEST_F(ProvenWalkTest, EveryFileThatIsGoneIsMadeGood) {
  WriteClosed(records_, 4);
  for (const std::string& path : Repairable()) {
    const std::string good = fs_.Content(path);
    fs_.Delete(path);
    ExpectAll(Walk(records_), records_);
    fs_.SetContent(path, good);
  }
  // All of them: the manifest of a clean stop alone proves the whole history.
  for (const std::string& path : Repairable()) fs_.Delete(path);
  const Walked walked = Walk(records_);
  ExpectAll(walked, records_);
  ASSERT_THAT(walked.walk.supplied, SizeIs(1));
  EXPECT_EQ(walked.walk.supplied[0].records, static_cast<int64_t>(records_.size()));
}

TEST_F(ProvenWalkTest, SaysWhichOffsetsCameFromTheOther) {
  WriteClosed(records_, 4);
  FlipBit(File(".log", 1), 70, 2);
  const Walked walked = Walk(records_);
  ExpectAll(walked, records_);
  ASSERT_THAT(walked.walk.supplied, SizeIs(1));
  const SuppliedRange& range = walked.walk.supplied[0];
  EXPECT_EQ(range.records, 4);
  EXPECT_THAT(range.why, HasSubstr("CRC"));
  int64_t count = 0;
  for (const TestRecord& record : records_) {
    count += record.offset >= range.first_offset && record.offset <= range.last_offset;
  }
  EXPECT_EQ(count, 4);
}

// A copy that has not exactly what was committed is of no use, whatever is wrong.
TEST_F(ProvenWalkTest, OtherRecordsAreNotTaken) {
  WriteClosed(records_, 4);
  FlipBit(File(".log", 1), 70, 2);
  const SuppliedRange lost = Walk(records_).walk.supplied.at(0);
  size_t index = 0;
  while (records_[index].offset < lost.first_offset) ++index;

  std::vector<std::vector<TestRecord>> others;
  others.push_back({});
  others.push_back(records_);  // Compacted: one of them is gone.
  others.back().erase(others.back().begin() + static_cast<std::ptrdiff_t>(index));
  others.push_back(records_);
  others.back()[index].value = "another";
  others.push_back(records_);
  ++others.back()[index].timestamp;
  others.push_back(records_);
  others.back()[index].headers.push_back({"x", "y"});
  for (const std::vector<TestRecord>& other : others) {
    const Walked walked = Walk(other);
    EXPECT_EQ(walked.status.code(), absl::StatusCode::kDataLoss);
    EXPECT_THAT(std::string(walked.status.message()),
                HasSubstr(absl::StrCat("offsets ", lost.first_offset, " to ",
                                       lost.last_offset)));
    for (const TestRecord& record : walked.records) {
      EXPECT_LT(record.offset, lost.first_offset);
    }
  }
}

TEST_F(ProvenWalkTest, AnArchiveThatWasNotClosedIsProvenToItsLastCommit) {
  WriteKilled(records_, 4, 3);
  const std::vector<TestRecord> committed(records_.begin(), records_.end() - 3);
  ExpectAll(Walk({}), committed);
  // The last entry is gone: nobody knows any more what was behind.
  const std::string path = File(".commits", CountFiles(".commits") - 1);
  const std::string entries = fs_.Content(path);
  ASSERT_GE(entries.size(), 128U);
  fs_.SetContent(path, entries.substr(0, entries.size() - 1));
  const Walked walked = Walk(records_);
  ASSERT_TRUE(walked.status.ok()) << walked.status;
  EXPECT_LT(walked.records.size(), committed.size());
  EXPECT_EQ(walked.records,
            std::vector<TestRecord>(committed.begin(),
                                    committed.begin() + static_cast<std::ptrdiff_t>(
                                                            walked.records.size())));
}

TEST_F(ProvenWalkTest, WithoutItsManifestNothingIsProven) {
  WriteClosed(records_, 4);
  FlipBit(std::string(kDirectory) + "/gen-1/MANIFEST.json", 40, 0);
  EXPECT_EQ(Walk(records_).status.code(), absl::StatusCode::kDataLoss);
}

TEST_F(ProvenWalkTest, ErrorsOfTheOthersAreGivenOn) {
  WriteClosed(records_, 4);
  const auto walk_with = [this](absl::Status supply, absl::Status take) {
    return WalkProven(
               &fs_, kDirectory, 1,
               [&](int64_t, int64_t, RecordBatch*) { return supply; },
               [&](const RecordBatch&) { return take; })
        .status()
        .code();
  };
  EXPECT_EQ(walk_with(absl::OkStatus(), absl::CancelledError("")),
            absl::StatusCode::kCancelled);
  fs_.Delete(File(".log"));
  EXPECT_EQ(walk_with(absl::UnavailableError(""), absl::OkStatus()),
            absl::StatusCode::kUnavailable);
}

// Whatever was done to the files: what comes out is a beginning of what was
// committed, and nothing else.
TEST_F(ProvenWalkTest, NothingElseIsEverProven) {
  WriteClosed(records_, 4);
  std::mt19937_64 random(3);
  std::map<std::string, std::string> good;
  for (const std::string& path : Repairable()) good[path] = fs_.Content(path);
  int whole = 0;
  for (int trial = 0; trial < 1500; ++trial) {
    for (uint64_t n = 1 + random() % 4; n > 0; --n) {
      auto file = good.begin();
      std::advance(file, static_cast<std::ptrdiff_t>(random() % good.size()));
      std::string bad = fs_.Has(file->first) ? fs_.Content(file->first) : file->second;
      if (bad.empty()) bad = "x";
      switch (random() % 4) {
        case 0:
          bad[random() % bad.size()] = static_cast<char>(random());
          break;
        case 1:
          bad.resize(random() % bad.size());
          break;
        case 2:
          bad += bad.substr(random() % bad.size());
          break;
        default:
          bad = std::next(good.begin(), static_cast<std::ptrdiff_t>(
                                            random() % good.size()))
                    ->second;
      }
      fs_.SetContent(file->first, bad);
    }
    const bool with_other = random() % 2 == 0;
    const Walked walked = Walk(with_other ? records_ : std::vector<TestRecord>());
    ASSERT_LE(walked.records.size(), records_.size());
    ASSERT_TRUE(std::equal(walked.records.begin(), walked.records.end(),
                           records_.begin()))
        << "trial " << trial;
    if (with_other) ExpectAll(walked, records_);
    whole += walked.status.ok() ? 1 : 0;
    for (const auto& [path, content] : good) fs_.SetContent(path, content);
  }
  EXPECT_GT(whole, 700);
}

}  // namespace
}  // namespace sr
