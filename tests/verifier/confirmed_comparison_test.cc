// A comparison that is run again and again: for what was written, and for all.
#include "verifier/confirmed_comparison.h"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "core/archive/archive_writer.h"
#include "core/base/file_system.h"
#include "core/schemas/confluent_replay.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/damage/damage.h"
#include "tests/support/program.h"
#include "tests/support/registry/fake_registry.h"
#include "tests/support/written_archive.h"

namespace sr {
namespace {

using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

using Breadth = ConfirmedComparison::Breadth;

// A topic, in an archive, that is written to, and a registry that reads it.
class ConfirmedComparisonTest : public testing::TestWithParam<const char*> {
 protected:
  ConfirmedComparisonTest()
      : records_(GoodHistory(GetParam()[0] == '8' ? CorpusProduct::kConfluent8
                                                  : CorpusProduct::kConfluent7)),
        registry_(Product::kConfluent, GetParam()) {
    options_.quiet = true;
    options_.registry.confirm = absl::ZeroDuration();
    options_.registry.lag = absl::ZeroDuration();
    WriteArchive(directory_.path() + "/archive", records_);
    Follow();
    comparison_ = std::make_unique<ConfirmedComparison>(
        location_, std::vector<Location>{archive_}, options_);
  }

  FakeContent Content() const {
    ConfluentReplayOptions options;
    options.content_md5 = true;
    options.version.major = GetParam()[0] - '0';
    ConfluentReplay replay(options);
    return ContentOf(records_, &replay, Product::kConfluent);
  }
  void Follow() { registry_.Hold(Content()); }

  void Write(const std::string& key, const std::string& value) {
    TestRecord record;
    record.offset = records_.back().offset + 1;
    record.timestamp = absl::ToUnixMillis(options_.copy.clock->Now());
    record.key = key;
    if (!value.empty()) record.value = value;
    ArchiveWriterOptions options;
    options.file_system = PosixFileSystem();
    options.directory = directory_.path() + "/archive";
    options.topic = "_schemas";
    options.new_store_id = std::string(32, 'd');
    options.lock_label = "test";
    ArchiveWriter writer(options);
    ASSERT_TRUE(writer.Open().ok());
    ASSERT_TRUE(writer.Append(BatchOf({record})).ok());
    ASSERT_TRUE(writer.Commit().ok());
    ASSERT_TRUE(writer.Close().ok());
    records_.push_back(std::move(record));
  }

  void WriteSchema(const std::string& subject, int id) {
    Write(absl::StrCat(R"({"keytype":"SCHEMA","subject":")", subject,
                       R"(","version":1,"magic":1})"),
          absl::StrCat(R"({"subject":")", subject, R"(","version":1,"id":)", id,
                       R"(,"schema":"\"string\"","deleted":false})"));
  }

  // "CODE name" of what is found.
  std::vector<std::string> Run(Breadth breadth) {
    const int64_t before = registry_.counts().requests;
    const absl::Status status = comparison_->Run(breadth);
    EXPECT_TRUE(status.ok()) << status;
    requests_ = registry_.counts().requests - before;
    std::vector<std::string> found;
    for (const StateDifference& difference :
         comparison_->topics()[0].confirmed) {
      found.push_back(
          absl::StrCat(difference.code, " ", NameOf(difference.item)));
    }
    return found;
  }

  const TemporaryDirectory directory_;
  std::vector<TestRecord> records_;
  FakeRegistry registry_;
  VerifierOptions options_;
  const Location location_ = ParseLocation(registry_.url()).value();
  const Location archive_ =
      ParseLocation("archive:" + directory_.path() + "/archive").value();
  std::unique_ptr<ConfirmedComparison> comparison_;
  int64_t requests_ = 0;  // Of the last run.
};

TEST_P(ConfirmedComparisonTest, OnlyWhatWasWrittenIsAskedFor) {
  EXPECT_THAT(Run(Breadth::kWritten), IsEmpty());
  EXPECT_GT(requests_, 50);  // The first time everything.
  EXPECT_THAT(Run(Breadth::kEverything), IsEmpty());
  EXPECT_THAT(Run(Breadth::kWritten), IsEmpty());
  EXPECT_EQ(requests_, 0);
  WriteSchema("new", 900001);
  Follow();
  EXPECT_THAT(Run(Breadth::kWritten), IsEmpty());
  EXPECT_LE(requests_, 2);
  EXPECT_EQ(comparison_->topics()[0].first.items, 1);
  EXPECT_THAT(Run(Breadth::kWritten), IsEmpty());
  EXPECT_TRUE(comparison_->asked().HasVersion("new", 1));
  EXPECT_FALSE(comparison_->asked().HasVersion("new", 2));
  Write(R"({"keytype":"CONFIG","subject":"new","magic":0})",
        R"({"subject":"new","compatibilityLevel":"FULL"})");
  Follow();
  EXPECT_THAT(Run(Breadth::kWritten), IsEmpty());
  EXPECT_EQ(requests_, 1);
  EXPECT_EQ(comparison_->topics()[0].first.items, 1);
}

TEST_P(ConfirmedComparisonTest, WhatDiffersOfIt) {
  EXPECT_THAT(Run(Breadth::kEverything), IsEmpty());
  WriteSchema("one", 900001);
  WriteSchema("two", 900002);
  Write(R"({"keytype":"CONFIG","subject":"two","magic":0})",
        R"({"subject":"two","compatibilityLevel":"FULL"})");
  Write(R"({"keytype":"MODE","subject":"two","magic":0})",
        R"({"subject":"two","mode":"READONLY"})");
  FakeContent content = Content();
  content.schemas.erase({"one", 1});
  content.configs["two"] = R"({"compatibilityLevel":"NONE"})";
  content.modes["two"] = "IMPORT";
  // Of what nobody wrote to only a run for everything hears.
  content.schemas[{"lost", 1}] = content.schemas.at({"two", 1});
  registry_.Hold(content);
  // What it may not have read yet when it is asked is not missing.
  EXPECT_THAT(Run(Breadth::kWritten),
              UnorderedElementsAre("REGISTRY_CONFIG_DIFFERS config of two",
                                   "REGISTRY_MODE_DIFFERS mode of two"));
  EXPECT_TRUE(comparison_->has_written());
  EXPECT_THAT(Run(Breadth::kWritten),
              UnorderedElementsAre("REGISTRY_LACKS_SCHEMA one version 1",
                                   "REGISTRY_CONFIG_DIFFERS config of two",
                                   "REGISTRY_MODE_DIFFERS mode of two"));
  EXPECT_FALSE(comparison_->has_written());
  EXPECT_THAT(Run(Breadth::kWritten), IsEmpty());
  EXPECT_EQ(requests_, 0);
  EXPECT_THAT(Run(Breadth::kEverything),
              UnorderedElementsAre("REGISTRY_LACKS_SCHEMA one version 1",
                                   "TOPIC_LOST_SCHEMA lost version 1",
                                   "REGISTRY_CONFIG_DIFFERS config of two",
                                   "REGISTRY_MODE_DIFFERS mode of two"));
}

// Deleted softly, and for good; what a subject's deletion does to its versions.
TEST_P(ConfirmedComparisonTest, Deletions) {
  WriteSchema("one", 900001);
  WriteSchema("two", 900002);
  Follow();
  EXPECT_THAT(Run(Breadth::kEverything), IsEmpty());
  Write(R"({"keytype":"DELETE_SUBJECT","subject":"one","magic":0})",
        R"({"subject":"one","version":1})");
  Write(R"({"keytype":"SCHEMA","subject":"two","version":1,"magic":1})", "");
  Follow();
  EXPECT_THAT(Run(Breadth::kWritten), IsEmpty());
  EXPECT_LE(requests_, 5);
  EXPECT_GE(comparison_->topics()[0].first.items, 1);
}

// What a run that failed was about is asked for by the next.
TEST_P(ConfirmedComparisonTest, ARunThatFails) {
  EXPECT_THAT(Run(Breadth::kEverything), IsEmpty());
  registry_.SetMisbehaviour([](const HttpRequest&) {
    return HttpReply{401, R"({"error_code":401,"message":"no"})"};
  });
  WriteSchema("new", 900001);
  Follow();
  (void)comparison_->Run(Breadth::kWritten);
  EXPECT_FALSE(comparison_->reading().unread.empty());
  registry_.SetMisbehaviour(nullptr);
  EXPECT_THAT(Run(Breadth::kEverything), IsEmpty());
  EXPECT_GT(requests_, 50);
}

INSTANTIATE_TEST_SUITE_P(Versions, ConfirmedComparisonTest,
                         testing::Values("8.2.2", "7.6.13"),
                         [](const auto& info) {
                           return std::string("V") + info.param[0];
                         });

}  // namespace
}  // namespace sr
