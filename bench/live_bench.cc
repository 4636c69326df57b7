// How long after a record was appended it is safe, with `schemas-replicator
// mirror` following a topic on a real broker: from the broker's acknowledgement
// until the archive's commit of it is on the disk, and until a consumer of the
// shadow has it.
//
//   live_bench [RECORDS]     500
//
// KAFKA_LIBS_4 says where the broker's jars are; TMPDIR on which disk the
// archive lies.
#include <signal.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "bench/bare_client.h"
#include "bench/history.h"
#include "core/base/check.h"
#include "tests/support/kafka_broker.h"
#include "tests/support/program.h"
#include "tests/support/raw_client.h"

namespace sr {
namespace {

constexpr uintmax_t kCommitEntryBytes = 64;

// Waits until `path` has `size` bytes. Stops the program after a minute.
void WaitForSize(const std::string& path, uintmax_t size) {
  const absl::Time deadline = absl::Now() + absl::Minutes(1);
  std::error_code not_there_yet;
  while (true) {
    const uintmax_t found = std::filesystem::file_size(path, not_there_yet);
    if (!not_there_yet && found >= size) return;
    SR_CHECK(absl::Now() < deadline);
    absl::SleepFor(absl::Microseconds(100));
  }
}

void Print(const char* name, std::vector<absl::Duration> times) {
  std::sort(times.begin(), times.end());
  const auto rank = [&times](double part) {
    return absl::ToDoubleMilliseconds(times[static_cast<size_t>(
        part * static_cast<double>(times.size() - 1))]);
  };
  std::printf("%-28s p50 %7.1f ms   p99 %7.1f ms   max %7.1f ms\n", name,
              rank(0.5), rank(0.99), rank(1));
}

int Main(int64_t count) {
  const auto broker = KafkaBroker::Start();
  if (!broker.ok()) {
    std::fprintf(stderr, "%s\n", broker.status().ToString().c_str());
    return 1;
  }
  const std::string& bootstrap = (*broker)->bootstrap();
  SR_CHECK(RawClient(bootstrap)
               .CreateTopic("_schemas", {{"cleanup.policy", "compact"}})
               .ok());
  const std::vector<TestRecord> history = BenchHistory(count);
  const std::vector<Record> records = ViewsOf(history);
  BareProducer producer(bootstrap);
  producer.ProduceAndWait("_schemas", records[0]);

  const TemporaryDirectory directory;
  Program mirror({SR_REPLICATOR, "mirror",
                  absl::StrCat("kafka://", bootstrap, "/_schemas"),
                  absl::StrCat("archive:", directory.path(), "/archive"),
                  absl::StrCat("kafka://", bootstrap, "/shadow"), "--quiet"},
                 absl::StrCat(directory.path(), "/log"));
  const std::string commits = absl::StrCat(
      directory.path(), "/archive/gen-1/commits/00000000000000000000.commits");
  WaitForSize(commits, kCommitEntryBytes);
  BareFollower follower(bootstrap, "shadow");
  follower.WaitForNext();

  std::vector<absl::Duration> to_archive;
  std::vector<absl::Duration> to_shadow;
  for (size_t i = 1; i < records.size(); ++i) {
    producer.ProduceAndWait("_schemas", records[i]);
    const absl::Time appended = absl::Now();
    WaitForSize(commits, kCommitEntryBytes * (i + 1));
    to_archive.push_back(absl::Now() - appended);
    follower.WaitForNext();
    to_shadow.push_back(absl::Now() - appended);
  }
  mirror.Signal(SIGTERM);
  SR_CHECK(mirror.Wait(absl::Minutes(1)) == 128 + SIGTERM);
  std::printf("%zu records, one after the other\n", to_archive.size());
  Print("AppendToDurableInArchive", to_archive);
  Print("AppendToReadFromShadow", to_shadow);
  return 0;
}

}  // namespace
}  // namespace sr

int main(int argc, char** argv) {
  int64_t records = 500;
  if (argc > 2 || (argc > 1 && !absl::SimpleAtoi(argv[1], &records)) ||
      records < 2) {
    std::fprintf(stderr, "usage: %s [RECORDS]\n", argv[0]);
    return 2;
  }
  return sr::Main(records);
}
