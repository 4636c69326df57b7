// Which generation a mirror writes: the newest, or a new one where the operator
// accepts another source, and the source is another one. Damage is no other source.
#include "replicator/archive_target.h"

#include <string>
#include <vector>

#include "core/archive/archive_store.h"
#include "core/base/status_context.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "replicator/resume_point.h"
#include "tests/core/archive/archive_fixture.h"

namespace sr {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class ArchiveTargetTest : public ArchiveTest {
 protected:
  void SetUp() override {
    records_ = RecordGenerator(60).Take(40);
    WriteClosed(records_, 4);
    options_.name = "archive:/b";
    options_.writer = WriterOptions(&fs_);
    options_.accept_new_source = true;
  }

  absl::StatusOr<ArchiveTarget> Open(RecordSource* source) {
    return OpenArchiveTarget(options_, stop_, source);
  }

  std::vector<int64_t> Generations() {
    return ListArchiveDirectory(&fs_, kDirectory)->generations;
  }

  // Opens and expects a second generation, with nothing in it.
  void ExpectANewGeneration(RecordSource* source) {
    const auto target = Open(source);
    ASSERT_TRUE(target.ok()) << target.status();
    EXPECT_EQ(target->writer->generation(), 2);
    EXPECT_EQ(target->position.records, 0);
    EXPECT_THAT(Generations(), ElementsAre(1, 2));
  }

  // Opens, expects an error, and that nothing was begun.
  absl::Status ExpectRefused(RecordSource* source) {
    const auto target = Open(source);
    EXPECT_FALSE(target.ok());
    EXPECT_THAT(Generations(), ElementsAre(1));
    return target.status();
  }

  StopToken stop_;
  ArchiveTargetOptions options_;
  std::vector<TestRecord> records_;
};

TEST_F(ArchiveTargetTest, TheSameSourceGoesOnInTheSameGeneration) {
  VectorSource source(records_);
  const auto target = Open(&source);
  ASSERT_TRUE(target.ok()) << target.status();
  EXPECT_EQ(target->writer->generation(), 1);
  EXPECT_EQ(target->position.records, 40);
  EXPECT_THAT(Generations(), ElementsAre(1));
}

TEST_F(ArchiveTargetTest, OtherRecordsBeginANewGeneration) {
  records_.back().value = "other";
  VectorSource source(records_);
  ExpectANewGeneration(&source);
}

TEST_F(ArchiveTargetTest, ASourceThatEndsEarlierBeginsANewGeneration) {
  records_.resize(30);
  VectorSource source(records_);
  ExpectANewGeneration(&source);
}

TEST_F(ArchiveTargetTest, ASourceThatHasLostWhatComesNextBeginsANewGeneration) {
  VectorSource source(records_);
  options_.writer.first_offset = records_.back().offset + 2;
  ExpectANewGeneration(&source);
}

TEST_F(ArchiveTargetTest, AnotherClusterBeginsANewGeneration) {
  VectorSource source(records_);
  options_.writer.cluster_id = "cluster-2";
  ExpectANewGeneration(&source);
}

TEST_F(ArchiveTargetTest, WithoutTheFlagNothingIsBegun) {
  records_.back().value = "other";
  VectorSource source(records_);
  options_.accept_new_source = false;
  EXPECT_EQ(Open(&source)->writer->generation(), 1);
  options_.writer.cluster_id = "cluster-2";
  EXPECT_TRUE(absl::IsFailedPrecondition(ExpectRefused(&source)));
}

// A copy that is damaged or away says nothing about whose history it is.
TEST_F(ArchiveTargetTest, ASourceThatCannotBeReadBeginsNothing) {
  for (const absl::Status& error :
       {absl::DataLossError("bytes 5..9: CRC"),
        absl::UnavailableError("no broker"), absl::CancelledError("stopped")}) {
    VectorSource source(records_);
    source.FailAt(records_.back().offset, error);
    EXPECT_EQ(ExpectRefused(&source), error);
  }
}

TEST_F(ArchiveTargetTest, ADamagedArchiveBeginsNothing) {
  VectorSource source(records_);
  FlipBit(File(".log", CountFiles(".log") - 1), 30, 1);
  const absl::Status status = ExpectRefused(&source);
  EXPECT_TRUE(absl::IsDataLoss(status));
  EXPECT_FALSE(IsAnotherSource(status));
  EXPECT_THAT(RenderError(status), HasSubstr("the archive is damaged"));
}

}  // namespace
}  // namespace sr
