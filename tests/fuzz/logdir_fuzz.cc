// Any files as a broker's partition directory, with what the directory above says of
// it. The input is a row of files: a byte that chooses the name, two for the length,
// the content.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "core/base/check.h"
#include "core/base/digests.h"
#include "core/logdir/log_directory.h"
#include "core/record/big_endian.h"
#include "tests/support/model_file_system.h"

namespace sr {
namespace {

constexpr char kPartition[] = "/data/_schemas-0";

constexpr const char* kNames[] = {
    "_schemas-0/00000000000000000000.log",
    "_schemas-0/00000000000000000005.log",
    "_schemas-0/00000000000000001000.log",
    "_schemas-0/00000000000000000000.log.swap",
    "_schemas-0/00000000000000000005.log.swap",
    "_schemas-0/00000000000000000005.log.cleaned",
    "_schemas-0/00000000000000000000.log.deleted",
    "_schemas-0/00000000000000000005.index",
    "log-start-offset-checkpoint",
    "replication-offset-checkpoint",
    "meta.properties",
    ".kafka_cleanshutdown",
};
constexpr size_t kNameCount = sizeof(kNames) / sizeof(kNames[0]);

using Files = std::vector<std::pair<std::string, std::string>>;

Files SplitInput(absl::string_view bytes) {
  Files files;
  while (bytes.size() >= 3) {
    const char* const name = kNames[static_cast<uint8_t>(bytes[0]) % kNameCount];
    const size_t length = size_t{static_cast<uint8_t>(bytes[1])} << 8 |
                          static_cast<uint8_t>(bytes[2]);
    bytes.remove_prefix(3);
    files.emplace_back(absl::StrCat("/data/", name), bytes.substr(0, length));
    bytes.remove_prefix(files.back().second.size());
  }
  return files;
}

// `log` with the CRC that a broker would have given each batch of format 2, so that
// what is behind the CRC is reached.
std::string WithCrcs(std::string log) {
  constexpr size_t kLengthAt = 8, kBehindLength = 12;
  constexpr size_t kCrcAt = 17, kCoveredFrom = 21;
  for (size_t at = 0; at + kCoveredFrom < log.size();) {
    const auto length = ReadBigEndian<uint32_t>(log, at + kLengthAt);
    const size_t end = at + kBehindLength + length;
    if (end > log.size() || end < at + kCoveredFrom) break;
    const uint32_t crc = Crc32c(
        absl::string_view(log).substr(at + kCoveredFrom, end - at - kCoveredFrom));
    WriteBigEndian(crc, at + kCrcAt, &log);
    at = end;
  }
  return log;
}

// What a reader delivered, and how it ended.
struct Delivered {
  std::set<int64_t> offsets;
  std::set<int64_t> committed;  // Those that are not marked.
  absl::Status status;
};

Delivered ReadAll(LogDirectory* directory) {
  Delivered delivered;
  RecordBatch batch;
  int64_t before = -1;
  while (true) {
    const absl::StatusOr<Fetched> fetched =
        directory->Next(absl::ZeroDuration(), &batch);
    delivered.status = fetched.status();
    if (!fetched.ok()) return delivered;
    SR_CHECK((*fetched == Fetched::kRecords) == !batch.empty());
    if (batch.empty()) return delivered;
    for (const Record& record : batch) {
      SR_CHECK(record.offset > before);
      SR_CHECK(record.offset >= directory->start_offset());
      before = record.offset;
      delivered.offsets.insert(record.offset);
      if (!directory->IsUncommitted(record.offset)) {
        delivered.committed.insert(record.offset);
      }
    }
    SR_CHECK(directory->position() > before);
  }
}

absl::StatusOr<std::unique_ptr<LogDirectory>> Open(ModelFileSystem* file_system,
                                                   bool skip_damaged,
                                                   bool committed_only) {
  LogDirectoryOptions options;
  options.file_system = file_system;
  options.directory = kPartition;
  options.skip_damaged = skip_damaged;
  options.committed_only = committed_only;
  return LogDirectory::Open(options);
}

void CheckSummary(const LogDirectory& directory) {
  SR_CHECK(directory.end_offset() >= directory.start_offset());
  const LogSummary& summary = directory.summary();
  SR_CHECK(summary.file_bytes.size() == summary.files.segments.size());
  for (const LostBytes& lost : directory.damage()) {
    SR_CHECK(lost.begin <= lost.end && !lost.why.empty());
  }
  for (const std::string& remark : directory.Remarks()) SR_CHECK(!remark.empty());
}

void CheckDirectory(const Files& files) {
  ModelFileSystem file_system;
  SR_CHECK(file_system.CreateDirectory("/data").ok());
  SR_CHECK(file_system.CreateDirectory(kPartition).ok());
  for (const auto& [path, content] : files) file_system.SetContent(path, content);

  const auto tolerant = Open(&file_system, true, false);
  if (!tolerant.ok()) {
    SR_CHECK(absl::IsNotFound(tolerant.status()) ||
             absl::IsUnimplemented(tolerant.status()) ||
             absl::IsDataLoss(tolerant.status()));
    return;
  }
  CheckSummary(**tolerant);
  // Damage that is skipped ends nothing.
  const Delivered all = ReadAll(tolerant->get());
  SR_CHECK(all.status.ok());
  SR_CHECK(static_cast<int64_t>(all.offsets.size()) <=
           (*tolerant)->summary().records);

  // Without skipping, damage ends the reading, and nothing else does.
  const auto strict = Open(&file_system, false, false);
  SR_CHECK(strict.ok());
  const Delivered first = ReadAll(strict->get());
  SR_CHECK(first.status.ok() || (absl::IsDataLoss(first.status) &&
                                 !(*strict)->damage().empty()));
  if (first.status.ok()) SR_CHECK(first.offsets == all.offsets);

  const auto committed = Open(&file_system, true, true);
  SR_CHECK(committed.ok());
  SR_CHECK(ReadAll(committed->get()).offsets == all.committed);
}

}  // namespace
}  // namespace sr

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  sr::Files files = sr::SplitInput(
      absl::string_view(reinterpret_cast<const char*>(data), size));
  sr::CheckDirectory(files);
  for (auto& [path, content] : files) content = sr::WithCrcs(std::move(content));
  sr::CheckDirectory(files);
  return 0;
}
