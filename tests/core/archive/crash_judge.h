// What must hold after a writer was stopped anywhere, on any file system: the run
// that is stopped, and the judgement of what it leaves.
#ifndef TESTS_CORE_ARCHIVE_CRASH_JUDGE_H_
#define TESTS_CORE_ARCHIVE_CRASH_JUDGE_H_

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/archive/archive_store.h"
#include "core/base/log.h"
#include "gmock/gmock.h"
#include "tests/core/archive/archive_fixture.h"

namespace sr {

class CrashJudge {
 public:
  // Archives of `records` in `directory`.
  CrashJudge(std::string directory, std::vector<TestRecord> records)
      : directory_(std::move(directory)), records_(std::move(records)) {
    // Every start is logged; there are thousands.
    SetLogLevel(LogLevel::kWarning);
  }

  ArchiveWriterOptions Options(FileSystem* fs) const {
    ArchiveWriterOptions options = WriterOptions(fs);
    options.directory = directory_;
    return options;
  }
  const std::vector<TestRecord>& records() const { return records_; }

  // How far apart the calls are at which something happens: 1, or SR_EVERY, for
  // runs in which a sanitizer makes each take ten times as long.
  static int64_t Stride() {
    const char* const every = std::getenv("SR_EVERY");
    return every != nullptr ? std::max(std::atoi(every), 1) : 1;
  }

  // Two starts with records in between, rolling segments, a clean stop at the
  // end. Returns how many records were acknowledged, and says so of each commit
  // at once.
  size_t ReferenceRun(
      FileSystem* fs,
      const std::function<void(size_t)>& on_acknowledged = nullptr) const {
    size_t acknowledged = 0;
    for (const size_t until : {records_.size() / 2, records_.size()}) {
      ArchiveWriter writer(Options(fs));
      if (!writer.Open().ok()) return acknowledged;
      while (acknowledged < until) {
        const size_t next = std::min(acknowledged + 4, until);
        if (AppendAndCommit(&writer, records_, acknowledged, next, 4) < next) {
          return acknowledged;
        }
        acknowledged = next;
        if (on_acknowledged != nullptr) on_acknowledged(acknowledged);
      }
      if (!writer.Close().ok()) return acknowledged;
    }
    return acknowledged;
  }

  // After whatever happened: the archive is sound, holds at least what was
  // acknowledged, nothing twice, nothing else; and takes the rest.
  void Judge(FileSystem* fs, size_t acknowledged,
             const std::string& what) const {
    JudgeScan(fs, what);
    ArchiveWriter writer(Options(fs));
    const absl::StatusOr<DurablePosition> position = writer.Open();
    ASSERT_TRUE(position.ok()) << what << ": " << position.status();
    const size_t held = static_cast<size_t>(position->records);
    ASSERT_GE(held, acknowledged) << what;
    ASSERT_LE(held, records_.size()) << what;
    if (held > 0) {
      ASSERT_EQ(position->next_offset, records_[held - 1].offset + 1) << what;
    }
    ASSERT_EQ(AppendAndCommit(&writer, records_, held, records_.size(), 4),
              records_.size())
        << what;
    ASSERT_TRUE(writer.Close().ok()) << what;
    JudgeContent(fs, what);
  }

 private:
  void JudgeScan(FileSystem* fs, const std::string& what) const {
    const auto generation = ChooseGeneration(fs, directory_, std::nullopt);
    if (!generation.ok()) {
      ASSERT_TRUE(absl::IsNotFound(generation.status())) << what;
      return;
    }
    ArchiveScanOptions options;
    options.file_system = fs;
    options.directory = directory_;
    const auto scan = ScanArchive(
        options, [](const RecordBatch&) {}, [] {});
    if (!fs->Exists(ArchiveLayout(directory_, 1, kTopic).manifest_path())
             .value_or(true)) {
      // Nothing has been acknowledged, and nothing is damaged.
      ASSERT_TRUE(absl::IsNotFound(scan.status())) << what << scan.status();
      return;
    }
    ASSERT_TRUE(scan.ok()) << what << ": " << scan.status();
    for (const StorageDamage& damage : scan->damage) {
      ASSERT_FALSE(IsDamage(damage.kind))
          << what << ": false alarm: " << damage.file << " " << damage.detail;
    }
  }

  void JudgeContent(FileSystem* fs, const std::string& what) const {
    ArchiveScanOptions options;
    options.file_system = fs;
    options.directory = directory_;
    std::vector<TestRecord> found;
    const auto scan = ScanArchive(
        options,
        [&found](const RecordBatch& batch) {
          for (const Record& record : batch) {
            found.push_back(TestRecord::Of(record));
          }
        },
        [&found] { found.clear(); });
    ASSERT_TRUE(scan.ok()) << what;
    ASSERT_TRUE(scan->damage.empty()) << what << scan->damage[0].detail;
    ASSERT_EQ(found, records_) << what;
  }

  const std::string directory_;
  const std::vector<TestRecord> records_;
};

}  // namespace sr

#endif  // TESTS_CORE_ARCHIVE_CRASH_JUDGE_H_
