// The whole of `schemas-replicator mirror --until=end` on a real broker, from
// start to exit, beside the bare work of the same records in the same run:
//
//   topic -> archive            a bare consumer; a sequential write of as many
//                               bytes with as many syncs; kcat to a file
//   topic -> archive -> shadow  a bare transactional producer
//
// then `check` of the topic beside kafka-dump-log --deep-iteration of its log,
// and `check` of the archive. Also tells the most memory that each of them had.
//
//   mirror_bench [RECORDS [ROUNDS]]     200000 records, 3 rounds
//
// The fastest round counts, and the most memory. Every copy is compared with the source by
// `schemas-verifier compare` before its time is printed. KAFKA_LIBS_4 says
// where the broker's jars are; TMPDIR on which disk everything lies.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "bench/bare_client.h"
#include "bench/history.h"
#include "core/base/check.h"
#include "core/base/file_system.h"
#include "tests/support/kafka_broker.h"
#include "tests/support/program.h"
#include "tests/support/raw_client.h"

namespace sr {
namespace {

// Of replicator/pump.h: what mirror commits at once when it catches up.
constexpr int64_t kCommitBytes = int64_t{8} << 20;
constexpr char kTopic[] = "_schemas";

class MirrorBench {
 public:
  explicit MirrorBench(int64_t records)
      : history_(BenchHistory(records)), records_(ViewsOf(history_)) {
    auto broker = KafkaBroker::Start();
    if (!broker.ok()) {
      std::fprintf(stderr, "%s\n", broker.status().ToString().c_str());
      std::exit(1);
    }
    broker_ = *std::move(broker);
    Create(kTopic);
    BareProduceInTransactions(broker_->bootstrap(), kTopic, records_,
                              kCommitBytes);
  }

  int64_t payload_bytes() const { return PayloadBytesOf(records_); }

  absl::Duration Consume() {
    return TimeOf([this] {
      SR_CHECK(BareConsume(broker_->bootstrap(), kTopic,
                           static_cast<int64_t>(records_.size())) ==
               payload_bytes());
    });
  }

  absl::Duration WriteWithSyncs() {
    const TemporaryDirectory directory;
    FileSystem* const fs = PosixFileSystem();
    const std::string part(static_cast<size_t>(kCommitBytes), 'x');
    const std::string entry(64, 'x');
    return TimeOf([&] {
      const auto log = fs->Create(directory.path() + "/log");
      const auto commits = fs->Create(directory.path() + "/commits");
      SR_CHECK(log.ok() && commits.ok());
      for (int64_t left = payload_bytes(); left > 0; left -= kCommitBytes) {
        SR_CHECK((*log)
                     ->Append(part.substr(
                         0, static_cast<size_t>(std::min(left, kCommitBytes))))
                     .ok());
        SR_CHECK((*log)->Sync().ok());
        SR_CHECK((*commits)->Append(entry).ok() && (*commits)->Sync().ok());
      }
    });
  }

  absl::Duration ProduceInTransactions() {
    const std::string topic = NewTopic();
    Create(topic);
    return TimeOf([&] {
      BareProduceInTransactions(broker_->bootstrap(), topic, records_,
                                kCommitBytes);
    });
  }

  absl::Duration MirrorToArchive() { return Mirror({}, &to_archive_); }

  absl::Duration MirrorToArchiveAndShadow() {
    return Mirror({Location(NewTopic())}, &to_archive_and_shadow_);
  }

  absl::Duration KcatToFile() {
    return TimeOf([this] {
      const TemporaryDirectory directory;
      int64_t ignored = 0;
      Run({"sh", "-c",
           absl::StrCat("kcat -C -e -q -o beginning -b ", broker_->bootstrap(),
                        " -t ", kTopic, " -f '%o %T %k %s\\n' > ",
                        directory.path(), "/dump")},
          &ignored);
    });
  }

  absl::Duration DumpLogOfTopic() {
    std::vector<std::string> segments;
    for (const auto& file :
         std::filesystem::directory_iterator(broker_->LogDirectory(kTopic))) {
      if (file.path().extension() == ".log") segments.push_back(file.path());
    }
    return TimeOf([&] {
      const auto dump = broker_->DumpLogSegments(
          {"--deep-iteration", "--skip-record-metadata", "--files",
           absl::StrJoin(segments, ",")});
      SR_CHECK(dump.ok() && dump->exit_code == 0);
    });
  }

  // All levels but that of the topic's configuration, which is not as it
  // should be: the cluster has one broker, so a topic has one replica.
  absl::Duration CheckTopic() {
    return TimeOf([this] {
      Run({SR_VERIFIER, "check", Location(kTopic),
           "--levels=storage,record,replay,schema", "--quiet"},
          &check_topic_);
    });
  }

  void PrintMemory() const {
    PrintMemory("CheckTopic", check_topic_);
    PrintMemory("MirrorToArchive", to_archive_);
    PrintMemory("MirrorToArchiveAndShadow", to_archive_and_shadow_);
    PrintMemory("CheckArchive", check_);
    PrintMemory("CheckArchiveToReplay", check_to_replay_);
    std::printf("%-28s %9.1f bytes a live key above 64 MiB (design: 200)\n", "",
                static_cast<double>(check_to_replay_ - (int64_t{64} << 20)) /
                    static_cast<double>(LiveKeys()));
    PrintMemory("CompareTopicAndArchive", compare_);
  }

 private:
  static absl::Duration TimeOf(const std::function<void()>& work) {
    const absl::Time start = absl::Now();
    work();
    return absl::Now() - start;
  }

  // Adds the program's memory to `peak`.
  static void Run(const std::vector<std::string>& words, int64_t* peak) {
    const ProgramResult result = RunProgram(words, absl::Minutes(10));
    *peak = std::max(*peak, result.peak_memory_bytes);
    if (result.exit_code == 0) return;
    std::fprintf(stderr, "%s ended with %d\n%s%s\n", words[1].c_str(),
                 result.exit_code, result.out.c_str(), result.err.c_str());
    std::exit(1);
  }

  // Keys whose last record has a value.
  int64_t LiveKeys() const {
    absl::flat_hash_map<absl::string_view, bool> lives;
    for (const Record& record : records_) {
      lives[record.key.value_or("")] = record.value.has_value();
    }
    return std::count_if(lives.begin(), lives.end(),
                         [](const auto& key) { return key.second; });
  }

  static void PrintMemory(const char* name, int64_t peak) {
    std::printf("%-28s %9.1f MiB at most\n", name,
                static_cast<double>(peak) / 1048576.0);
  }

  absl::Duration Mirror(const std::vector<std::string>& shadows,
                        int64_t* peak) {
    const TemporaryDirectory directory;
    std::vector<std::string> copies = {
        Location(kTopic),
        absl::StrCat("archive:", directory.path(), "/archive")};
    copies.insert(copies.end(), shadows.begin(), shadows.end());
    std::vector<std::string> mirror = {SR_REPLICATOR, "mirror"};
    mirror.insert(mirror.end(), copies.begin(), copies.end());
    mirror.insert(mirror.end(), {"--until=end", "--quiet"});
    const absl::Duration time = TimeOf([&] { Run(mirror, peak); });
    Run({SR_VERIFIER, "check", copies[1], "--quiet"}, &check_);
    Run({SR_VERIFIER, "check", copies[1], "--levels=storage,record,replay",
         "--quiet"},
        &check_to_replay_);
    std::vector<std::string> compare = {SR_VERIFIER, "compare"};
    compare.insert(compare.end(), copies.begin(), copies.end());
    Run(compare, &compare_);
    return time;
  }

  void Create(const std::string& topic) const {
    SR_CHECK(RawClient(broker_->bootstrap())
                 .CreateTopic(topic, {{"retention.ms", "-1"},
                                      {"message.timestamp.type", "CreateTime"}})
                 .ok());
  }

  std::string NewTopic() { return absl::StrCat("copy-", ++topics_); }
  std::string Location(const std::string& topic) const {
    return absl::StrCat("kafka://", broker_->bootstrap(), "/", topic);
  }

  const std::vector<TestRecord> history_;
  const std::vector<Record> records_;
  std::unique_ptr<KafkaBroker> broker_;
  int topics_ = 0;
  // The most bytes in memory so far, of each program.
  int64_t to_archive_ = 0;
  int64_t to_archive_and_shadow_ = 0;
  int64_t check_ = 0;
  int64_t check_to_replay_ = 0;
  int64_t check_topic_ = 0;
  int64_t compare_ = 0;
};

struct Work {
  const char* name;
  absl::Duration (MirrorBench::*run)();
  absl::Duration best = absl::InfiniteDuration();
};

void Print(const Work& work, const MirrorBench& bench, int64_t records) {
  const double seconds = absl::ToDoubleSeconds(work.best);
  std::printf("%-28s %9.0f ms %9.1f MB/s %10.0f records/s\n", work.name,
              seconds * 1e3,
              static_cast<double>(bench.payload_bytes()) / seconds / 1e6,
              static_cast<double>(records) / seconds);
}

void PrintRatio(const Work& ours, const Work& bare) {
  std::printf("%-28s %.2f x %s\n", ours.name,
              absl::FDivDuration(bare.best, ours.best), bare.name);
}

int Main(int64_t records, int64_t rounds) {
  MirrorBench bench(records);
  std::vector<Work> works = {
      {"BareConsumer", &MirrorBench::Consume},
      {"BareWriteWithSyncs", &MirrorBench::WriteWithSyncs},
      {"MirrorToArchive", &MirrorBench::MirrorToArchive},
      {"BareTransactionalProducer", &MirrorBench::ProduceInTransactions},
      {"MirrorToArchiveAndShadow", &MirrorBench::MirrorToArchiveAndShadow},
      {"KcatToFile", &MirrorBench::KcatToFile},
      {"DumpLogOfTopic", &MirrorBench::DumpLogOfTopic},
      {"CheckTopic", &MirrorBench::CheckTopic}};
  // Turn about, so that a busy minute of the machine meets all of them.
  for (int64_t round = 0; round < rounds; ++round) {
    for (Work& work : works)
      work.best = std::min(work.best, (bench.*work.run)());
  }
  std::printf("%lld records, %.1f MB of keys and values, best of %lld\n",
              static_cast<long long>(records),
              static_cast<double>(bench.payload_bytes()) / 1e6,
              static_cast<long long>(rounds));
  for (const Work& work : works) Print(work, bench, records);
  PrintRatio(works[2], works[0].best > works[1].best ? works[0] : works[1]);
  PrintRatio(works[2], works[5]);
  PrintRatio(works[4], works[3]);
  PrintRatio(works[7], works[6]);
  bench.PrintMemory();
  return 0;
}

}  // namespace
}  // namespace sr

int main(int argc, char** argv) {
  int64_t records = 200'000;
  int64_t rounds = 3;
  if (argc > 3 || (argc > 1 && !absl::SimpleAtoi(argv[1], &records)) ||
      (argc > 2 && !absl::SimpleAtoi(argv[2], &rounds)) || records < 1 ||
      rounds < 1) {
    std::fprintf(stderr, "usage: %s [RECORDS [ROUNDS]]\n", argv[0]);
    return 2;
  }
  return sr::Main(records, rounds);
}
