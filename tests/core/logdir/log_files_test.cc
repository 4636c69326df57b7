#include "core/logdir/log_files.h"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace sr {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string Log(int64_t base_offset, const std::string& suffix = ".log") {
  std::string digits = std::to_string(base_offset);
  return std::string(20 - digits.size(), '0') + digits + suffix;
}

// What of `names` is the log; `next_offsets` are those behind the .swap files.
LogFiles Choose(std::vector<std::string> names,
                const std::map<int64_t, int64_t>& next_offsets = {}) {
  std::sort(names.begin(), names.end());
  const auto files = ChooseLogFiles(
      names, [&](const LogFile& file) -> absl::StatusOr<int64_t> {
        return next_offsets.at(file.base_offset);
      });
  EXPECT_TRUE(files.ok()) << files.status();
  return *files;
}

std::vector<std::string> Segments(const LogFiles& files) {
  std::vector<std::string> names;
  for (const LogFile& file : files.segments) names.push_back(file.name);
  return names;
}

TEST(LogFiles, AreThoseWithTwentyDigitsInTheirOrder) {
  const LogFiles files = Choose(
      {Log(0), Log(0, ".index"), Log(0, ".timeindex"), Log(900), Log(1200, ".log"),
       Log(900, ".index"), Log(900, ".txnindex"), Log(1200, ".snapshot"),
       "leader-epoch-checkpoint", "partition.metadata", "5.log", Log(7, ".log.bak"),
       "0000000000000000000x.log", "99999999999999999999.log"});
  EXPECT_THAT(Segments(files), ElementsAre(Log(0), Log(900), Log(1200)));
  EXPECT_EQ(files.segments[1].base_offset, 900);
  EXPECT_THAT(files.left_out, IsEmpty());
  EXPECT_THAT(files.missing, IsEmpty());
}

TEST(LogFiles, WhatWasBeingDeletedIsNone) {
  const LogFiles files = Choose({Log(0, ".log.deleted"), Log(0, ".index.deleted"),
                                 Log(0, ".timeindex"), Log(900)});
  EXPECT_THAT(Segments(files), ElementsAre(Log(900)));
  EXPECT_THAT(files.left_out, ElementsAre(HasSubstr("deleting")));
  EXPECT_THAT(files.missing, IsEmpty());
}

TEST(LogFiles, ACompactionThatDidNotEndIsNone) {
  const LogFiles files = Choose({Log(0), Log(0, ".log.cleaned"),
                                 Log(0, ".index.cleaned"), Log(900)});
  EXPECT_THAT(Segments(files), ElementsAre(Log(0), Log(900)));
  EXPECT_THAT(files.left_out, ElementsAre(HasSubstr("did not come to its end")));
}

// Three segments were compacted into one; the broker died before it had removed
// them.
TEST(LogFiles, ASwapReplacesWhatItWasMadeOf) {
  const LogFiles files = Choose(
      {Log(0), Log(0, ".log.swap"), Log(900), Log(1200), Log(2000), Log(900, ".index")},
      {{0, 2000}});
  EXPECT_THAT(Segments(files), ElementsAre(Log(0, ".log.swap"), Log(2000)));
  EXPECT_THAT(files.left_out,
              ElementsAre(HasSubstr(Log(0)), HasSubstr(Log(900)), HasSubstr(Log(1200))));
}

// A part of them may be gone, index first or last.
TEST(LogFiles, AnIndexOfWhatASwapReplacesIsNotMissed) {
  const LogFiles files = Choose({Log(0, ".log.swap"), Log(900, ".index"), Log(2000)},
                                {{0, 2000}});
  EXPECT_THAT(Segments(files), ElementsAre(Log(0, ".log.swap"), Log(2000)));
  EXPECT_THAT(files.missing, IsEmpty());
}

// A segment that was split into two: what lies between the swaps is replaced too.
TEST(LogFiles, SeveralSwapsReplaceAllBetweenThem) {
  const LogFiles files = Choose({Log(0), Log(0, ".log.swap"), Log(500),
                                 Log(900, ".log.swap"), Log(1000), Log(1500)},
                                {{0, 400}, {900, 1500}});
  EXPECT_THAT(Segments(files),
              ElementsAre(Log(0, ".log.swap"), Log(900, ".log.swap"), Log(1500)));
}

TEST(LogFiles, ASwapWithoutRecordsReplacesItsOwnName) {
  const LogFiles files = Choose({Log(0), Log(0, ".log.swap"), Log(900)}, {{0, 0}});
  EXPECT_THAT(Segments(files), ElementsAre(Log(0, ".log.swap"), Log(900)));
}

// Not all of a group had been renamed: none of them counts from the first on that
// was not.
TEST(LogFiles, ASwapAboveACleanedIsNone) {
  const LogFiles files = Choose({Log(0), Log(0, ".log.swap"), Log(900),
                                 Log(900, ".log.cleaned"), Log(1200, ".log.swap")},
                                {{0, 900}});
  EXPECT_THAT(Segments(files), ElementsAre(Log(0, ".log.swap"), Log(900)));
  const LogFiles same = Choose({Log(0), Log(0, ".log.swap"), Log(0, ".index.cleaned")});
  EXPECT_THAT(Segments(same), ElementsAre(Log(0)));
}

TEST(LogFiles, AnIndexWithoutALogTellsOfASegmentThatIsGone) {
  const LogFiles files = Choose(
      {Log(0), Log(900, ".index"), Log(900, ".timeindex"), Log(2000)});
  EXPECT_THAT(Segments(files), ElementsAre(Log(0), Log(2000)));
  ASSERT_EQ(files.missing.size(), 1U);
  EXPECT_EQ(files.missing[0].name, Log(900));
  EXPECT_EQ(files.missing[0].base_offset, 900);
}

TEST(LogFiles, AnErrorOfReadingIsGivenOn) {
  const auto files = ChooseLogFiles(
      {Log(0, ".log.swap")}, [](const LogFile&) -> absl::StatusOr<int64_t> {
        return absl::UnavailableError("the disk is away");
      });
  EXPECT_EQ(files.status().code(), absl::StatusCode::kUnavailable);
}

}  // namespace
}  // namespace sr
