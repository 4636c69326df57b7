// An archive in a model file system, with verbs.
#ifndef TESTS_CORE_ARCHIVE_ARCHIVE_FIXTURE_H_
#define TESTS_CORE_ARCHIVE_ARCHIVE_FIXTURE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/archive/archive_reader.h"
#include "core/archive/archive_scan.h"
#include "core/archive/archive_writer.h"
#include "core/base/clock.h"
#include "gtest/gtest.h"
#include "tests/support/model_file_system.h"
#include "tests/support/record_generator.h"
#include "tests/support/vector_source.h"

namespace sr {

inline constexpr char kDirectory[] = "/b";
inline constexpr char kTopic[] = "_schemas";
inline constexpr char kCluster[] = "cluster-1";

inline ArchiveWriterOptions WriterOptions(FileSystem* fs) {
  ArchiveWriterOptions options;
  options.file_system = fs;
  options.directory = kDirectory;
  options.cluster_id = kCluster;
  options.topic = kTopic;
  options.topic_config = {{{"cleanup.policy", "compact"}}};
  options.new_store_id = std::string(32, 'a');
  options.lock_label = "pid 1";
  options.segment_bytes_max = 2048;
  return options;
}

// Appends records[begin, end) and commits after every `per_commit` of them.
// Returns how many of `records` were acknowledged; stops at the first error.
inline size_t AppendAndCommit(ArchiveWriter* writer,
                              const std::vector<TestRecord>& records,
                              size_t begin, size_t end, size_t per_commit) {
  size_t acknowledged = begin;
  for (size_t i = begin; i < end; i += per_commit) {
    const size_t until = std::min(end, i + per_commit);
    if (!writer->Append(BatchOf(records, i, until)).ok()) break;
    if (!writer->Commit().ok()) break;
    acknowledged = until;
  }
  return acknowledged;
}

class ArchiveTest : public testing::Test {
 protected:
  // Writes an archive with all of `records` and closes it cleanly.
  void WriteClosed(const std::vector<TestRecord>& records, size_t per_commit) {
    ArchiveWriter writer(WriterOptions(&fs_));
    ASSERT_TRUE(writer.Open().ok());
    ASSERT_EQ(AppendAndCommit(&writer, records, 0, records.size(), per_commit),
              records.size());
    ASSERT_TRUE(writer.Close().ok());
  }

  // Writes an archive and kills the writer after the last commit, with
  // `uncommitted` more records appended.
  void WriteKilled(const std::vector<TestRecord>& records, size_t per_commit,
                   size_t uncommitted = 0) {
    ArchiveWriter writer(WriterOptions(&fs_));
    ASSERT_TRUE(writer.Open().ok());
    const size_t committed = records.size() - uncommitted;
    ASSERT_EQ(AppendAndCommit(&writer, records, 0, committed, per_commit),
              committed);
    if (uncommitted > 0) {
      ASSERT_TRUE(
          writer.Append(BatchOf(records, committed, records.size())).ok());
    }
    fs_.Restart();
  }

  absl::StatusOr<std::vector<TestRecord>> ReadAll(int64_t from = 0) {
    ArchiveReaderOptions options;
    options.file_system = &fs_;
    options.clock = SystemClock();
    options.directory = kDirectory;
    absl::StatusOr<std::unique_ptr<ArchiveReader>> reader =
        ArchiveReader::Open(options);
    if (!reader.ok()) return reader.status();
    absl::Status status = (*reader)->Seek(from);
    if (!status.ok()) return status;
    std::vector<TestRecord> records;
    RecordBatch batch;
    while (true) {
      absl::StatusOr<Fetched> fetched =
          (*reader)->Next(absl::ZeroDuration(), &batch);
      if (!fetched.ok()) return fetched.status();
      if (*fetched != Fetched::kRecords) return records;
      for (const Record& record : batch) {
        records.push_back(TestRecord::Of(record));
      }
    }
  }

  ArchiveScan Scan() {
    ArchiveScanOptions options;
    options.file_system = &fs_;
    options.directory = kDirectory;
    absl::StatusOr<ArchiveScan> scan = ScanArchive(
        options, [](const RecordBatch&) {}, [] {});
    EXPECT_TRUE(scan.ok()) << scan.status();
    return scan.ok() ? *std::move(scan) : ArchiveScan{};
  }

  std::vector<DamageKind> Kinds() {
    std::vector<DamageKind> kinds;
    for (const StorageDamage& damage : Scan().damage) {
      kinds.push_back(damage.kind);
    }
    return kinds;
  }

  // The path of the n-th .log or .commits.
  std::string File(const std::string& suffix, size_t n = 0) {
    std::vector<std::string> found;
    for (const std::string& path : fs_.Files()) {
      if (path.size() > suffix.size() &&
          path.compare(path.size() - suffix.size(), suffix.size(), suffix) ==
              0) {
        found.push_back(path);
      }
    }
    EXPECT_LT(n, found.size()) << "no such file: " << suffix;
    return n < found.size() ? found[n] : "";
  }
  size_t CountFiles(const std::string& suffix) {
    size_t count = 0;
    for (const std::string& path : fs_.Files()) {
      count += path.size() > suffix.size() &&
               path.compare(path.size() - suffix.size(), suffix.size(),
                            suffix) == 0;
    }
    return count;
  }

  void FlipBit(const std::string& path, size_t at, int bit) {
    std::string content = fs_.Content(path);
    content[at] = static_cast<char>(content[at] ^ (1 << bit));
    fs_.SetContent(path, content);
  }

  ModelFileSystem fs_;
};

}  // namespace sr

#endif  // TESTS_CORE_ARCHIVE_ARCHIVE_FIXTURE_H_
