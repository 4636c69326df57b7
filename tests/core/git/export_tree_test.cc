// What export has written, read again; and each file of it that is damaged, missing or
// one too many.
#include "core/git/export_tree.h"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/git/work_tree.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/core/git/hostile_names.h"
#include "tests/support/program.h"

namespace sr {
namespace {

using ::testing::HasSubstr;

KeptRecord Schema(const std::string& subject, int64_t offset) {
  std::string escaped;
  for (const char c : subject) {
    absl::StrAppend(&escaped, (c == '"' || c == '\\') ? "\\" : "",
                    std::string(1, c));
  }
  KeptRecord record;
  record.offset = offset;
  record.timestamp = 1'700'000'000'000 + offset;
  record.key = absl::StrCat(R"({"keytype":"SCHEMA","subject":")", escaped,
                            R"(","version":1,"magic":1})");
  record.value = absl::StrCat(R"({"subject":")", escaped,
                              R"(","version":1,"id":)", offset + 1,
                              R"(,"schema":"\"string\"","deleted":false})");
  return record;
}

class ExportTreeTest : public testing::Test {
 protected:
  void Write(const std::vector<KeptRecord>& records) {
    ExportSummary summary;
    summary.source = "topic _schemas";
    summary.last_offset = 99;
    summary.records = static_cast<int64_t>(records.size());
    for (const KeptRecord& record : records) {
      const RecordFiles files = FilesOf(record);
      AddToDigest(files.record_path, files.record, &summary.digest);
      Put(files.record_path, files.record);
      if (!files.schema_path.empty()) Put(files.schema_path, files.schema);
    }
    Put(kSummaryPath, EncodeSummary(summary));
  }

  void Put(const std::string& path, const std::string& content) {
    const absl::Status status = WriteBelow(directory_.path(), path, content);
    ASSERT_TRUE(status.ok()) << status;
    files_[path] = content;
  }

  absl::StatusOr<ExportTree> Read() {
    return ReadExportTree(PosixFileSystem(), directory_.path());
  }

  TemporaryDirectory directory_;
  std::map<std::string, std::string> files_;
};

TEST_F(ExportTreeTest, HostileSubjects) {
  std::vector<KeptRecord> records;
  for (const std::string& name : HostileNames(2000, 3, /*any_bytes=*/false)) {
    // JSON has these escaped only.
    if (name.find_first_of(std::string("\0\n\r\t\x1b", 5)) != std::string::npos) {
      continue;
    }
    records.push_back(Schema(name, static_cast<int64_t>(records.size())));
  }
  Write(records);
  const auto tree = Read();
  ASSERT_TRUE(tree.ok()) << tree.status();
  EXPECT_EQ(tree->summary.source, "topic _schemas");
  EXPECT_EQ(tree->summary.last_offset, 99);
  ASSERT_EQ(tree->records.size(), records.size());
  std::map<int64_t, KeptRecord> by_offset;
  for (const auto& [path, record] : tree->records) {
    by_offset[*record.offset] = record;
  }
  for (size_t i = 0; i < records.size(); ++i) {
    EXPECT_TRUE(by_offset[static_cast<int64_t>(i)] == records[i]);
  }
}

TEST_F(ExportTreeTest, EveryFileAndEveryByteOfIt) {
  KeptRecord config;
  config.key = R"({"keytype":"CONFIG","magic":0})";
  config.value = R"({"compatibilityLevel":"FULL"})";
  config.offset = 5;
  KeptRecord other;
  other.key = "no key";
  other.offset = 6;
  Write({Schema("a", 1), Schema(":.c:b", 2), config, other});
  ASSERT_TRUE(Read().ok()) << Read().status();
  const auto files = files_;
  for (const auto& [path, content] : files) {
    ASSERT_TRUE(RemoveBelow(directory_.path(), path).ok());
    EXPECT_FALSE(Read().ok()) << path;
    for (size_t at = 0; at < content.size(); ++at) {
      std::string damaged = content;
      damaged[at] = static_cast<char>(damaged[at] ^ 1);
      // What the summary says of the history is for people, and its offset is where
      // export goes on.
      const bool is_free = path == kSummaryPath && at < content.find("\"records\"");
      Put(path, damaged);
      EXPECT_TRUE(is_free || absl::IsDataLoss(Read().status()))
          << path << " " << at;
    }
    Put(path, content);
  }
  ASSERT_TRUE(Read().ok());
}

TEST_F(ExportTreeTest, WhatIsTooMany) {
  Write({Schema("a", 1)});
  Put("README.md", "mine");
  EXPECT_TRUE(Read().ok());
  Put("subjects/ca/a/notes", "mine");
  EXPECT_THAT(std::string(Read().status().message()),
              HasSubstr("subjects/ca/a/notes: no file that export makes"));
  ASSERT_TRUE(RemoveBelow(directory_.path(), "subjects/ca/a/notes").ok());
  // Of another export.
  const RecordFiles files = FilesOf(Schema("b", 2));
  Put(files.record_path, files.record);
  Put(files.schema_path, files.schema);
  EXPECT_THAT(std::string(Read().status().message()),
              HasSubstr("it speaks of 1 records, and 2 are here"));
}

TEST_F(ExportTreeTest, NothingIsWrittenThroughALink) {
  const std::string elsewhere = directory_.path() + "/elsewhere";
  const std::string tree = directory_.path() + "/tree";
  std::filesystem::create_directory(elsewhere);
  std::filesystem::create_directory(tree);
  std::filesystem::create_directory_symlink(elsewhere, tree + "/a");
  EXPECT_TRUE(absl::IsFailedPrecondition(WriteBelow(tree, "a/b", "x")));
  EXPECT_TRUE(absl::IsFailedPrecondition(RemoveBelow(tree, "a/b")));
  EXPECT_TRUE(std::filesystem::is_empty(elsewhere));
  // A link in place of the file itself is replaced.
  std::filesystem::create_symlink(elsewhere + "/f", tree + "/c");
  EXPECT_TRUE(WriteBelow(tree, "c", "x").ok());
  EXPECT_FALSE(std::filesystem::is_symlink(tree + "/c"));
  EXPECT_TRUE(std::filesystem::is_empty(elsewhere));
  EXPECT_TRUE(RemoveBelow(tree, "d/e/f").ok());
}

}  // namespace
}  // namespace sr
