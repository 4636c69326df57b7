// Archives of every format version that was ever promised stay readable, and what a
// writer writes today is, byte for byte, what tests/data/archives has of its version.
// docs/archive-format.md takes the smallest of them apart.
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "core/base/digests.h"
#include "gmock/gmock.h"
#include "tests/core/archive/archive_fixture.h"

namespace sr {
namespace {

using testing::IsEmpty;

constexpr char kVersion1[] = "tests/data/archives/version-1";

// The records of the archive in `kVersion1`, two commits in two segments.
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
    ASSERT_THAT(fs_.Files(), testing::SizeIs(6)) << from;
  }

  static ArchiveWriterOptions Options(FileSystem* fs) {
    ArchiveWriterOptions options = WriterOptions(fs);
    options.first_offset = 5;
    options.segment_bytes_max = 200;
    return options;
  }

  static void WriteRecords(FileSystem* fs) {
    const std::vector<TestRecord> records = Records();
    ArchiveWriter writer(Options(fs));
    ASSERT_TRUE(writer.Open().ok());
    ASSERT_EQ(AppendAndCommit(&writer, records, 0, 2, 2), 2u);
    ASSERT_EQ(AppendAndCommit(&writer, records, 2, 3, 1), 3u);
    ASSERT_TRUE(writer.Close().ok());
  }
};

TEST_F(GoldenArchiveTest, Version1IsReadAsItWasWritten) {
  Load(kVersion1);
  const ArchiveScan scan = Scan();
  EXPECT_THAT(scan.damage, IsEmpty());
  EXPECT_EQ(scan.segments, 2);
  const auto read = ReadAll();
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(*read, Records());
  EXPECT_EQ(ToHex(scan.last_commit.chain), "7ee1c884f0562decebdd424f50ea8463");
}

TEST_F(GoldenArchiveTest, Version1IsGoneOnWith) {
  Load(kVersion1);
  ArchiveWriter writer(Options(&fs_));
  const auto position = writer.Open();
  ASSERT_TRUE(position.ok()) << position.status();
  EXPECT_EQ(position->next_offset, 10);
  EXPECT_EQ(position->records, 3);
  std::vector<TestRecord> records = Records();
  records.push_back(records[1]);
  records.back().offset = 10;
  ASSERT_EQ(AppendAndCommit(&writer, records, 3, 4, 1), 4u);
  ASSERT_TRUE(writer.Close().ok());
  EXPECT_THAT(Scan().damage, IsEmpty());
  EXPECT_EQ(ReadAll().value(), records);
}

TEST_F(GoldenArchiveTest, AWriterWritesVersion1ByteForByte) {
  Load(kVersion1);
  ModelFileSystem written;
  WriteRecords(&written);
  ASSERT_EQ(written.Files(), fs_.Files());
  for (const std::string& path : fs_.Files()) {
    if (path == "/b/LOCK") continue;  // A label for people.
    EXPECT_EQ(written.Content(path), fs_.Content(path)) << path;
  }
}

}  // namespace
}  // namespace sr
