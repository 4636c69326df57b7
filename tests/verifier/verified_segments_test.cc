// When each segment was last found whole: noted by `check`, told by `describe`.
#include "verifier/verified_segments.h"

#include <string>
#include <vector>

#include "core/base/status_context.h"
#include "core/json/json.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/core/archive/archive_fixture.h"
#include "tests/support/program.h"

namespace sr {
namespace {

using testing::HasSubstr;

constexpr char kPath[] = "/state/verified.json";

class VerifiedSegmentsTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(fs_.CreateDirectory("/state").ok()); }
  ModelFileSystem fs_;
};

TEST_F(VerifiedSegmentsTest, AreThereAgain) {
  VerifiedSegments noted;
  noted.Note({"a", 1, 0}, {1000, false});
  noted.Note({"a", 1, 40}, {2000, true});
  noted.Note({"a", 2, 40}, {3000, false});
  noted.Note({"a", 1, 0}, {4000, true});  // Once more, later.
  ASSERT_TRUE(noted.Write(&fs_, kPath).ok());
  const auto read = VerifiedSegments::Read(&fs_, kPath);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->Find({"a", 1, 0})->at_ms, 4000);
  EXPECT_TRUE(read->Find({"a", 1, 0})->from_medium);
  EXPECT_EQ(read->Find({"a", 1, 40})->at_ms, 2000);
  EXPECT_FALSE(read->Find({"a", 2, 40})->from_medium);
  for (const SegmentId& other :
       {SegmentId{"b", 1, 0}, SegmentId{"a", 2, 0}, SegmentId{"a", 1, 41}}) {
    EXPECT_FALSE(read->Find(other).has_value());
  }
}

TEST_F(VerifiedSegmentsTest, NoFileIsNoneAndAnotherFileIsRefused) {
  EXPECT_FALSE(
      VerifiedSegments::Read(&fs_, kPath)->Find({"a", 1, 0}).has_value());
  for (const char* text :
       {"", "{", "[]", R"({"format": "other", "format_version": 1})",
        R"({"format": "schemas-verifier verified segments",)"
        R"( "format_version": 2, "segments": []})",
        R"({"format": "schemas-verifier verified segments",)"
        R"( "format_version": 1, "segments": [{"store_id": "a"}]})"}) {
    fs_.SetContent(kPath, text);
    const absl::Status status = VerifiedSegments::Read(&fs_, kPath).status();
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << text << ": " << status;
    EXPECT_THAT(RenderError(status), HasSubstr("hint: name another file"));
  }
}

// Two parts of an archive on two days; of the second a segment is damaged.
TEST_F(VerifiedSegmentsTest, CheckNotesAndDescribeTells) {
  const TemporaryDirectory temporary;
  const std::string archive = temporary.path() + "/b";
  const std::string file = temporary.path() + "/verified.json";
  const auto records =
      RecordGenerator(50, {.value_bytes_max = 400}).Take(60);
  ArchiveWriterOptions options = WriterOptions(PosixFileSystem());
  options.directory = archive;
  ArchiveWriter writer(options);
  ASSERT_TRUE(writer.Open().ok());
  ASSERT_EQ(AppendAndCommit(&writer, records, 0, 60, 6), 60u);
  ASSERT_TRUE(writer.Close().ok());

  const auto verifier = [&](const std::string& command,
                            std::vector<std::string> more) {
    std::vector<std::string> words = {SR_VERIFIER, command,
                                      "archive:" + archive, "--quiet",
                                      "--verified=" + file};
    words.insert(words.end(), more.begin(), more.end());
    return RunProgram(words);
  };
  // Whether each segment has been verified, as describe has it.
  const auto verified = [&] {
    const ProgramResult result = verifier("describe", {"--output=ndjson"});
    EXPECT_EQ(result.exit_code, 0) << result.err;
    std::vector<bool> known;
    const JsonValue description = ParseJson(result.out).value();
    for (const JsonValue& segment : description.Find("verified")->array()) {
      known.push_back(segment.Find("from_medium") != nullptr);
    }
    return known;
  };
  EXPECT_THAT(verified(), testing::Each(false));
  const size_t count = verified().size();
  ASSERT_GT(count, 3u);

  EXPECT_EQ(verifier("check", {"--levels=storage", "--slice=1/2"}).exit_code, 0);
  // A place where nothing can be written is an error, and the report is there.
  const auto check_into_nowhere = [&] {
    return RunProgram({SR_VERIFIER, "check", "archive:" + archive,
                       "--levels=storage",
                       "--verified=" + temporary.path() + "/none/verified.json"});
  };
  ProgramResult nowhere = check_into_nowhere();
  EXPECT_EQ(nowhere.exit_code, 1) << nowhere.err;
  EXPECT_THAT(nowhere.out, HasSubstr("clean: 60 records verified"));
  std::vector<bool> expected(count, false);
  for (size_t i = 0; i < count; i += 2) expected[i] = true;
  EXPECT_EQ(verified(), expected);

  const std::string log = archive + "/gen-1/_schemas-0/" +
                          SegmentFileName(0, kLogSuffix);
  ASSERT_TRUE(PosixFileSystem()->Remove(file).ok());
  std::string bytes = ReadWholeFile(PosixFileSystem(), log, 1 << 20).value();
  bytes[100] = static_cast<char>(bytes[100] ^ 1);
  ASSERT_TRUE(ReplaceFile(PosixFileSystem(), log, bytes).ok());
  EXPECT_EQ(verifier("check", {"--levels=storage"}).exit_code, 3);
  nowhere = check_into_nowhere();
  EXPECT_EQ(nowhere.exit_code, 3);
  EXPECT_THAT(nowhere.err, HasSubstr("none/verified.json"));
  // describe cannot read past the damage; the file has all but that one.
  const auto noted = VerifiedSegments::Read(PosixFileSystem(), file).value();
  const SegmentList list =
      ListSegments(PosixFileSystem(), ArchiveLayout(archive, 1, kTopic)).value();
  for (const SegmentFiles& segment : list.segments) {
    EXPECT_EQ(noted.Find({std::string(32, 'a'), 1, segment.base_offset})
                  .has_value(),
              segment.base_offset != 0)
        << segment.base_offset;
  }
}

}  // namespace
}  // namespace sr
