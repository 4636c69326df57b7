// Archives of every format version that was ever promised stay readable, and what a
// writer writes today is, byte for byte, what tests/data/archives has of its version.
// docs/archive-format.md takes the smallest of them apart.
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "core/archive/archive_store.h"
#include "core/base/digests.h"
#include "gmock/gmock.h"
#include "tests/core/archive/archive_fixture.h"
#include "tests/support/fake_clock.h"
#include "tests/support/program.h"

namespace sr {
namespace {

using testing::IsEmpty;

constexpr char kVersion1[] = "tests/data/archives/version-1";
constexpr char kVersion2[] = "tests/data/archives/version-2";

// The records of both archives, two commits in two segments.
std::vector<TestRecord> Records() {
  std::vector<TestRecord> records(3);
  records[0].offset = 5;
  records[0].timestamp = 1700000000000;
  records[0].key = R"({"keytype":"NOOP","magic":0})";
  records[0].value = "";
  records[1].offset = 6;
  records[1].timestamp = 1700000000001;
  records[1].key =
      R"({"keytype":"SCHEMA","subject":"a-value","version":1,"magic":1})";
  records[1].value =
      R"({"subject":"a-value","version":1,"id":1,"schema":"\"string\"",)"
      R"("deleted":false})";
  records[1].headers = {{"h", "1"}, {"", std::nullopt}};
  records[2].offset = 9;
  records[2].timestamp = -1;
  records[2].timestamp_type = TimestampType::kLogAppendTime;
  records[2].key =
      R"({"keytype":"SCHEMA","subject":"a-value","version":1,"magic":1})";
  return records;
}

class GoldenArchiveTest : public ArchiveTest {
 protected:
  // Takes the archive in `from`, a directory of the source tree, as kDirectory.
  void Load(const std::string& from) {
    for (const char* directory :
         {"", "/gen-1", "/gen-1/_schemas-0", "/gen-1/commits", "/gen-1/torn"}) {
      ASSERT_TRUE(
          fs_.CreateDirectory(std::string(kDirectory) + directory).ok());
    }
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(from)) {
      if (!entry.is_regular_file()) continue;
      std::ifstream file(entry.path(), std::ios::binary);
      std::stringstream content;
      content << file.rdbuf();
      fs_.SetContent(kDirectory + entry.path().string().substr(from.size()),
                     content.str());
    }
    ASSERT_THAT(fs_.Files(), testing::SizeIs(testing::Ge(6))) << from;
  }

  static ArchiveWriterOptions Options(FileSystem* fs) {
    ArchiveWriterOptions options = WriterOptions(fs);
    options.first_offset = 5;
    options.segment_bytes_max = 200;
    return options;
  }

  static void WriteRecords(FileSystem* fs) {
    const std::vector<TestRecord> records = Records();
    FakeClock clock;
    ArchiveWriterOptions options = Options(fs);
    options.clock = &clock;
    ArchiveWriter writer(options);
    ASSERT_TRUE(writer.Open().ok());
    ASSERT_EQ(AppendAndCommit(&writer, records, 0, 2, 2), 2u);
    ASSERT_EQ(AppendAndCommit(&writer, records, 2, 3, 1), 3u);
    ASSERT_TRUE(writer.Close().ok());
  }
};

class EveryGoldenArchiveTest : public GoldenArchiveTest,
                               public testing::WithParamInterface<const char*> {
};

TEST_P(EveryGoldenArchiveTest, IsReadAsItWasWritten) {
  Load(GetParam());
  const ArchiveScan scan = Scan();
  EXPECT_THAT(scan.damage, IsEmpty());
  EXPECT_EQ(scan.segments, 2);
  const auto read = ReadAll();
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(*read, Records());
  EXPECT_EQ(ToHex(scan.last_commit.chain), "7ee1c884f0562decebdd424f50ea8463");
}

TEST_P(EveryGoldenArchiveTest, IsGoneOnWith) {
  Load(GetParam());
  std::vector<TestRecord> records = Records();
  for (size_t i = 3; i < 6; ++i) {
    records.push_back(records[1]);
    records.back().offset = static_cast<int64_t>(i) + 7;
    ArchiveWriter writer(Options(&fs_));
    const auto position = writer.Open();
    ASSERT_TRUE(position.ok()) << position.status();
    EXPECT_EQ(position->next_offset, i + 7);
    EXPECT_EQ(position->records, i);
    ASSERT_EQ(AppendAndCommit(&writer, records, i, i + 1, 1), i + 1);
    ASSERT_TRUE(writer.Close().ok());
    EXPECT_THAT(Scan().damage, IsEmpty());
  }
  EXPECT_EQ(ReadAll().value(), records);
}

INSTANTIATE_TEST_SUITE_P(Versions, EveryGoldenArchiveTest,
                         testing::Values(kVersion1, kVersion2));

// Segments that were ended before there were seals get none: nobody has read them
// since. The one that was being written has.
TEST_F(GoldenArchiveTest, Version1BecomesVersion2WithItsNewestSegment) {
  Load(kVersion1);
  std::vector<TestRecord> records = Records();
  for (size_t i = 3; i < 6; ++i) {
    records.push_back(records[1]);
    records.back().offset = static_cast<int64_t>(i) + 7;
  }
  ArchiveWriter writer(Options(&fs_));
  ASSERT_TRUE(writer.Open().ok());
  ASSERT_EQ(AppendAndCommit(&writer, records, 3, 6, 1), 6u);
  ASSERT_TRUE(writer.Close().ok());
  const auto manifest = ReadManifest(&fs_, kDirectory, 1);
  ASSERT_TRUE(manifest.ok()) << manifest.status();
  EXPECT_EQ(manifest->format_version, 2);
  EXPECT_EQ(manifest->sealed_from, 7);
  ASSERT_FALSE(manifest->sealed.empty());
  EXPECT_EQ(manifest->sealed[0].segment, 7);
  EXPECT_EQ(manifest->sealed[0].first_offset, 9);
  EXPECT_THAT(Scan().damage, IsEmpty());
}

TEST_F(GoldenArchiveTest, AWriterWritesVersion2ByteForByte) {
  Load(kVersion2);
  ModelFileSystem written;
  WriteRecords(&written);
  ASSERT_EQ(written.Files(), fs_.Files());
  for (const std::string& path : fs_.Files()) {
    if (path == "/b/LOCK") continue;  // A label for people.
    EXPECT_EQ(written.Content(path), fs_.Content(path)) << path;
  }
}

// Nothing of ours is needed to see that the sealed files are what they were.
TEST_F(GoldenArchiveTest, SumsAreAsSha256sumReadsThem) {
  const ProgramResult result = RunProgram(
      {"/bin/sh", "-c",
       std::string("cd ") + kVersion2 + "/gen-1 && sha256sum -c SHA256SUMS"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.out,
            "_schemas-0/00000000000000000005.log: OK\n"
            "commits/00000000000000000005.commits: OK\n");
}

}  // namespace
}  // namespace sr
