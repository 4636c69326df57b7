// An archive to be damaged: two generations, each of several segments, sealed but
// for the newest, and closed cleanly. What is where is known, so that a finding can
// be held against the damage that was done.
#ifndef TESTS_FAULT_TWO_GENERATIONS_H_
#define TESTS_FAULT_TWO_GENERATIONS_H_

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/archive/archive_scan.h"
#include "core/archive/commit_file.h"
#include "core/archive/layout.h"
#include "gmock/gmock.h"
#include "tests/core/archive/archive_fixture.h"

namespace sr {

// Path to content.
using Files = std::map<std::string, std::string>;

class TwoGenerations : public testing::Test {
 protected:
  // About `kib` KiB of segments in all, six records for each commit.
  void Build(int64_t kib) {
    half_ = static_cast<size_t>(kib) * 5 / 2 / 12 * 12;
    records_ = RecordGenerator(90, {.offset_gap_max = 2, .value_bytes_max = 180})
                   .Take(2 * half_);
    segment_bytes_max_ = kib * 1024 / 10;
    good_ = Written(half_, 'a');
    other_ = Written(half_, 'b');
    older_ = Written(half_ / 2, 'a');
    for (const char* directory : {"/b", "/b/gen-1", "/b/gen-2"}) {
      ASSERT_TRUE(fs_.CreateDirectory(directory).ok());
    }
    for (const char* generation : {"/b/gen-1", "/b/gen-2"}) {
      for (const char* directory : {"/_schemas-0", "/commits", "/torn"}) {
        ASSERT_TRUE(
            fs_.CreateDirectory(absl::StrCat(generation, directory)).ok());
      }
    }
    for (const auto& [path, content] : good_) {
      fs_.SetContent(path, content);
      names_.push_back(path);
      NoteBlocks(path);
    }
    for (const int64_t generation : {1, 2}) {
      ASSERT_THAT(ScanOf(generation), testing::IsEmpty());
    }
  }

  // All files but the lock's of a store with this id, of which each generation
  // has `count` records.
  Files Written(size_t count, char id) {
    ModelFileSystem fs;
    EXPECT_TRUE(fs.CreateDirectory("/b").ok());
    for (const int generation : {1, 2}) {
      EXPECT_TRUE(
          fs.CreateDirectory(absl::StrCat("/b/gen-", generation)).ok());
      ArchiveWriterOptions options = WriterOptions(&fs);
      options.new_store_id = std::string(32, id);
      options.segment_bytes_max = segment_bytes_max_;
      ArchiveWriter writer(options);
      EXPECT_TRUE(writer.Open().ok());
      EXPECT_EQ(writer.generation(), generation);
      const size_t begin = generation == 1 ? 0 : half_;
      EXPECT_EQ(AppendAndCommit(&writer, records_, begin, begin + count, 6),
                begin + count);
      EXPECT_TRUE(writer.Close().ok());
    }
    Files files;
    for (const std::string& path : fs.Files()) {
      if (!absl::EndsWith(path, "LOCK")) files[path] = fs.Content(path);
    }
    return files;
  }

  static int64_t GenerationOfPath(const std::string& path) {
    return absl::StrContains(path, "/gen-2/") ? 2 : 1;
  }

  // Scans the generation of `path`; each is judged by its own files alone.
  std::vector<StorageDamage> ScanOf(int64_t generation) {
    ArchiveScanOptions options;
    options.file_system = &fs_;
    options.directory = kDirectory;
    options.generation = generation;
    absl::StatusOr<ArchiveScan> scan = ScanArchive(
        options, [](const RecordBatch&) {}, [] {});
    EXPECT_TRUE(scan.ok()) << scan.status();
    return scan.ok() ? std::move(scan->damage) : std::vector<StorageDamage>();
  }

  // Offsets of the commit that byte `at` of a .log or .commits belongs to.
  struct Block {
    int64_t end = 0;  // Of its bytes.
    int64_t first_offset = 0;
    int64_t last_offset = 0;
  };
  const Block& BlockAt(const std::string& path, size_t at) const {
    const std::vector<Block>& blocks = blocks_.at(path);
    for (const Block& block : blocks) {
      if (static_cast<int64_t>(at) < block.end) return block;
    }
    return blocks.back();
  }
  bool HasBlocks(const std::string& path) const {
    return blocks_.count(path) > 0;
  }

  ModelFileSystem fs_;
  std::vector<TestRecord> records_;  // The second half is the second generation's.
  size_t half_ = 0;
  int64_t segment_bytes_max_ = 0;
  Files good_;
  Files other_;  // The same records in another store.
  Files older_;  // The same store when it had half of them.
  std::vector<std::string> names_;

 private:
  // The blocks of a .commits and of its .log.
  void NoteBlocks(const std::string& path) {
    if (!absl::EndsWith(path, kCommitsSuffix)) return;
    const int64_t generation = GenerationOfPath(path);
    const int64_t base =
        *BaseOffsetOf(path.substr(path.rfind('/') + 1), kCommitsSuffix);
    const std::string log =
        ArchiveLayout(kDirectory, generation, kTopic).log_path(base);
    const uint64_t seed = CommitSeed(std::string(32, 'a'), generation, base);
    const CommitFile commits = ReadCommitFile(&fs_, path, seed).value();
    int64_t next = base;
    int64_t entry_end = 0;
    for (const auto& slot : commits.slots) {
      entry_end += kCommitEntryBytes;
      blocks_[path].push_back({entry_end, next, slot->last_offset});
      blocks_[log].push_back({slot->position, next, slot->last_offset});
      next = slot->last_offset + 1;
    }
  }

  std::map<std::string, std::vector<Block>> blocks_;
};

}  // namespace sr

#endif  // TESTS_FAULT_TWO_GENERATIONS_H_
