// How fast an archive is written and checked, each beside the least that the
// machine needs for the same bytes: a sequential write with the same syncs, a
// bare read, a read with the two digests. The files lie in TMPDIR and, when
// read, in the page cache. bytes_per_second counts the bytes of the .log files.
#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "bench/bare_parse.h"
#include "bench/history.h"
#include "benchmark/benchmark.h"
#include "core/archive/archive_scan.h"
#include "core/archive/archive_writer.h"
#include "core/base/check.h"
#include "core/base/digests.h"
#include "core/base/file_system.h"
#include "core/base/log.h"
#include "tests/support/program.h"
#include "verifier/checks/topic_records.h"

namespace sr {
namespace {

constexpr size_t kRecordsOfCommit = 2000;
constexpr int64_t kReadBytes = 1 << 20;

struct Written {
  int64_t log_bytes = 0;
  int64_t commits = 0;
};

// Writes `records` to a new archive, a commit for every kRecordsOfCommit.
Written WriteArchive(const std::string& directory,
                     const std::vector<Record>& records) {
  ArchiveWriterOptions options;
  options.file_system = PosixFileSystem();
  options.directory = directory;
  options.topic = "_schemas";
  options.new_store_id = std::string(32, 'b');
  options.lock_label = "bench";
  ArchiveWriter writer(options);
  SR_CHECK(writer.Open().ok());
  Written written;
  for (size_t at = 0; at < records.size(); at += kRecordsOfCommit) {
    RecordBatch batch;
    const size_t end = std::min(records.size(), at + kRecordsOfCommit);
    for (size_t i = at; i < end; ++i) batch.AddBorrowed(records[i]);
    SR_CHECK(writer.Append(batch).ok());
    SR_CHECK(writer.Commit().ok());
    ++written.commits;
  }
  SR_CHECK(writer.Close().ok());
  return written;
}

absl::StatusOr<ArchiveScan> Scan(const std::string& directory,
                                 bool holds_seals = true) {
  ArchiveScanOptions options;
  options.check.holds_seals = holds_seals;
  options.check.seals_in_second_thread = true;
  options.file_system = PosixFileSystem();
  options.directory = directory;
  return ScanArchive(
      options, [](const RecordBatch&) {}, [] {});
}

// The archive of a bench: written once, checked before anything is timed.
class BenchArchive {
 public:
  explicit BenchArchive(int64_t count)
      : history_(BenchHistory(count)), records_(ViewsOf(history_)) {
    SetLogLevel(LogLevel::kWarning);
    written_ = WriteArchive(directory(), records_);
    const absl::StatusOr<ArchiveScan> scan = Scan(directory());
    SR_CHECK(scan.ok() && scan->damage.empty() && scan->records == count);
    written_.log_bytes = scan->log_bytes;
  }

  std::string directory() const { return temporary_.path() + "/archive"; }
  std::string scratch() const { return temporary_.path() + "/scratch"; }
  const std::vector<Record>& records() const { return records_; }
  const Written& written() const { return written_; }

  std::vector<std::string> LogPaths() const {
    std::vector<std::string> paths;
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(directory())) {
      if (entry.path().extension() == ".log") paths.push_back(entry.path());
    }
    std::sort(paths.begin(), paths.end());
    return paths;
  }

 private:
  TemporaryDirectory temporary_;
  std::vector<TestRecord> history_;
  std::vector<Record> records_;
  Written written_;
};

void CountBytes(benchmark::State& state, const BenchArchive& archive) {
  const auto iterations = static_cast<int64_t>(state.iterations());
  state.SetBytesProcessed(iterations * archive.written().log_bytes);
  state.SetItemsProcessed(iterations * state.range(0));
}

// Gives every .log to `on_bytes`, kReadBytes at a time; returns the bytes.
template <typename OnBytes>
int64_t ReadLogs(const std::vector<std::string>& paths,
                 const OnBytes& on_bytes) {
  int64_t total = 0;
  std::string bytes;
  for (const std::string& path : paths) {
    auto file = PosixFileSystem()->OpenForRead(path);
    SR_CHECK(file.ok());
    const absl::StatusOr<int64_t> size = (*file)->Size();
    SR_CHECK(size.ok());
    for (int64_t at = 0; at < *size; at += kReadBytes) {
      SR_CHECK(
          (*file)->Read(at, std::min(kReadBytes, *size - at), &bytes).ok());
      on_bytes(bytes);
    }
    total += *size;
  }
  return total;
}

void BareRead(benchmark::State& state) {
  const BenchArchive archive(state.range(0));
  const std::vector<std::string> paths = archive.LogPaths();
  for (auto _ : state) {
    const int64_t bytes = ReadLogs(paths, [](const std::string& part) {
      benchmark::DoNotOptimize(part.data());
    });
    SR_CHECK(bytes == archive.written().log_bytes);
  }
  CountBytes(state, archive);
}

void BareReadWithDigests(benchmark::State& state) {
  const BenchArchive archive(state.range(0));
  const std::vector<std::string> paths = archive.LogPaths();
  for (auto _ : state) {
    ReadLogs(paths, [](const std::string& part) {
      benchmark::DoNotOptimize(Crc32c(part));
      benchmark::DoNotOptimize(Xxh3_128(part));
    });
  }
  CountBytes(state, archive);
}

// What `check` does at the storage level.
void CheckArchive(benchmark::State& state) {
  const BenchArchive archive(state.range(0));
  for (auto _ : state) {
    const absl::StatusOr<ArchiveScan> scan = Scan(archive.directory());
    SR_CHECK(scan.ok() && scan->records == state.range(0));
  }
  CountBytes(state, archive);
}

// The same with --skip-seals: without SHA-256.
void CheckArchiveSkippingSeals(benchmark::State& state) {
  const BenchArchive archive(state.range(0));
  for (auto _ : state) {
    const absl::StatusOr<ArchiveScan> scan = Scan(archive.directory(), false);
    SR_CHECK(scan.ok() && scan->records == state.range(0));
  }
  CountBytes(state, archive);
}

// With what the record level needs on top: all keys and values parsed.
void BareReadWithDigestsAndParse(benchmark::State& state) {
  const BenchArchive archive(state.range(0));
  const std::vector<std::string> paths = archive.LogPaths();
  BareParse parse(archive.records());
  for (auto _ : state) {
    ReadLogs(paths, [](const std::string& part) {
      benchmark::DoNotOptimize(Crc32c(part));
      benchmark::DoNotOptimize(Xxh3_128(part));
    });
    benchmark::DoNotOptimize(parse.ParseAll());
  }
  CountBytes(state, archive);
}

// What `check` does at the levels storage and record.
void CheckArchiveAndRecords(benchmark::State& state) {
  const BenchArchive archive(state.range(0));
  ArchiveScanOptions options;
  options.file_system = PosixFileSystem();
  options.directory = archive.directory();
  options.check.seals_in_second_thread = true;
  for (auto _ : state) {
    TopicRecords levels("bench", {{}, RecordDepth::kRecord});
    const absl::StatusOr<ArchiveScan> scan = ScanArchive(
        options, [&](const RecordBatch& batch) { levels.Add(batch); }, [] {});
    SR_CHECK(scan.ok() && scan->damage.empty());
    const TopicRecordsResult result = levels.Finish();
    SR_CHECK(result.record.items == state.range(0));
    SR_CHECK(result.record_findings.empty());
  }
  CountBytes(state, archive);
}

// The same bytes in one file, synced as often: the data, then 64 bytes more.
void BareWriteWithSyncs(benchmark::State& state) {
  const BenchArchive archive(state.range(0));
  const std::string part(static_cast<size_t>(archive.written().log_bytes /
                                             archive.written().commits),
                         'x');
  const std::string entry(64, 'x');
  FileSystem* const fs = PosixFileSystem();
  for (auto _ : state) {
    const auto log = fs->Create(archive.scratch() + ".log");
    const auto commits = fs->Create(archive.scratch() + ".commits");
    SR_CHECK(log.ok() && commits.ok());
    for (int64_t i = 0; i < archive.written().commits; ++i) {
      SR_CHECK((*log)->Append(part).ok() && (*log)->Sync().ok());
      SR_CHECK((*commits)->Append(entry).ok() && (*commits)->Sync().ok());
    }
    state.PauseTiming();
    std::filesystem::remove(archive.scratch() + ".log");
    std::filesystem::remove(archive.scratch() + ".commits");
    state.ResumeTiming();
  }
  CountBytes(state, archive);
}

void WriteArchiveWithCommits(benchmark::State& state) {
  const BenchArchive archive(state.range(0));
  for (auto _ : state) {
    const Written written = WriteArchive(archive.scratch(), archive.records());
    state.PauseTiming();
    SR_CHECK(written.commits == archive.written().commits);
    std::filesystem::remove_all(archive.scratch());
    state.ResumeTiming();
  }
  CountBytes(state, archive);
}

void Sizes(benchmark::internal::Benchmark* bench) {
  bench->Arg(2000)->Arg(200'000)->Unit(benchmark::kMillisecond)->UseRealTime();
}

BENCHMARK(BareRead)->Apply(Sizes);
BENCHMARK(BareReadWithDigests)->Apply(Sizes);
BENCHMARK(CheckArchive)->Apply(Sizes);
BENCHMARK(CheckArchiveSkippingSeals)->Apply(Sizes);
BENCHMARK(BareReadWithDigestsAndParse)->Apply(Sizes);
BENCHMARK(CheckArchiveAndRecords)->Apply(Sizes);
BENCHMARK(BareWriteWithSyncs)->Apply(Sizes);
BENCHMARK(WriteArchiveWithCommits)->Apply(Sizes);

}  // namespace
}  // namespace sr
