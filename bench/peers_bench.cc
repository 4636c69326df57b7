// What the recipes that operators follow by hand lose of a topic, beside our commands on
// the same topic, and how long each takes. The registry is a stand-in that answers what
// Confluent 8.2.2 would from that topic (tests/support/registry).
//
//   peers_bench [RECORDS [RUNS]]     10000 3
//
// KAFKA_LIBS_4 says where the broker's jars are; python3 and kcat are needed.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "core/base/check.h"
#include "core/json/json.h"
#include "core/schemas/confluent_replay.h"
#include "tests/support/corpus_records.h"
#include "tests/support/kafka_broker.h"
#include "tests/support/program.h"
#include "tests/support/raw_client.h"
#include "tests/support/recorded_topic.h"
#include "tests/support/registry/fake_registry.h"

namespace sr {
namespace {

// A key that no registry knows, and that stops one.
constexpr char kPoison[] = R"({"keytype":"WHAT","magic":0})";

struct Lost {
  std::map<std::string, int64_t> findings;  // Of `compare` with the registry.
  int64_t headers = 0;
  int64_t times = 0;
  int64_t tombstones = 0;
  int64_t foreign_keys = 0;
  int64_t poison = 0;
};

class Peers {
 public:
  Peers(KafkaBroker* broker, std::vector<TestRecord> records)
      : bootstrap_(broker->bootstrap()),
        raw_(bootstrap_),
        records_(std::move(records)) {
    // Of the last hour, so that nothing is cleaned meanwhile.
    const int64_t start = absl::ToUnixMillis(absl::Now() - absl::Hours(1));
    for (size_t i = 0; i < records_.size(); ++i) {
      records_[i].timestamp = start + static_cast<int64_t>(i);
      // As some tools leave them.
      if (i % 10 == 0) records_[i].headers.emplace_back("trace", "x");
    }
    ConfluentReplayOptions options;
    options.version = ConfluentVersion::Parse("8.2.2").value();
    options.content_md5 = true;
    ConfluentReplay replay(options);
    registry_.Hold(ContentOf(records_, &replay, Product::kConfluent));
    Produce("source");
    TestRecord poison;
    poison.timestamp = records_.back().timestamp;
    poison.key = kPoison;
    poison.value = "{}";
    records_.insert(records_.begin() + static_cast<std::ptrdiff_t>(records_.size() / 2),
                    poison);
    Produce("poisoned");
  }

  const std::string& bootstrap() const { return bootstrap_; }
  std::string registry() const { return registry_.url(); }
  std::string Kafka(const std::string& topic) const {
    return absl::StrCat("kafka://", bootstrap_, "/", topic);
  }

  // Runs `command` into a new topic `runs` times; prints a row.
  void Measure(const char* name, int runs,
               const std::function<void(const std::string&)>& command,
               bool makes_topic) {
    std::vector<double> seconds;
    Lost lost;
    for (int run = 0; run < runs; ++run) {
      const std::string topic = absl::StrCat("target", ++targets_);
      if (!makes_topic) {
        SR_CHECK(raw_.CreateTopic(topic, {{"cleanup.policy", "compact"}}).ok());
      }
      const absl::Time started = absl::Now();
      command(topic);
      seconds.push_back(absl::ToDoubleSeconds(absl::Now() - started));
      if (run + 1 == runs) lost = LostIn(topic);
    }
    std::sort(seconds.begin(), seconds.end());
    int64_t wrong = 0;
    for (const auto& [code, count] : lost.findings) wrong += count;
    std::printf("%-28s %7.2f s %8ld %8ld %8ld %8ld %8ld %8ld\n", name,
                seconds[seconds.size() / 2], static_cast<long>(wrong),
                static_cast<long>(lost.headers), static_cast<long>(lost.times),
                static_cast<long>(lost.tombstones),
                static_cast<long>(lost.foreign_keys),
                static_cast<long>(lost.poison));
    for (const auto& [code, count] : lost.findings) {
      std::printf("  %-40s %8ld\n", code.c_str(), static_cast<long>(count));
    }
  }

 private:
  void Produce(const std::string& topic) {
    SR_CHECK(raw_.CreateTopic(topic, {{"cleanup.policy", "compact"}}).ok());
    source_.clear();
    for (const TestRecord& record : records_) {
      RawRecord raw;
      raw.timestamp = record.timestamp;
      raw.key = record.key;
      raw.value = record.value;
      for (const auto& [header, value] : record.headers) {
        raw.headers.push_back({header, value});
      }
      source_.push_back(std::move(raw));
    }
    SR_CHECK(raw_.Produce(topic, source_).ok());
  }

  Lost LostIn(const std::string& topic) {
    Lost lost;
    const ProgramResult compared = RunProgram(
        {SR_VERIFIER, "compare", Kafka(topic), registry(), "--confirm=15s",
         "--quiet", "--all", "--output=json"},
        absl::Minutes(2));
    const JsonValue report = ParseJson(compared.out).value();
    for (const JsonValue& finding : report.Find("findings")->array()) {
      ++lost.findings[finding.Find("code")->string_value()];
    }
    CountRecords(raw_.Consume(topic, "read_uncommitted").value(), &lost);
    return lost;
  }

  void CountRecords(const std::vector<RawRecord>& found, Lost* lost) {
    std::set<std::string> keys;
    std::multiset<int64_t> times;
    int64_t headers = 0;
    int64_t tombstones = 0;
    for (const RawRecord& record : source_) {
      if (record.key == kPoison) continue;
      keys.insert(*record.key);
      times.insert(record.timestamp);
      headers += record.headers.empty() ? 0 : 1;
      tombstones += record.value.has_value() ? 0 : 1;
    }
    for (const RawRecord& record : found) {
      if (record.key == kPoison) {
        ++lost->poison;
        continue;
      }
      lost->foreign_keys += keys.count(record.key.value_or("")) == 0 ? 1 : 0;
      const auto time = times.find(record.timestamp);
      if (time != times.end()) times.erase(time);
      headers -= record.headers.empty() ? 0 : 1;
      tombstones -= record.value.has_value() ? 0 : 1;
    }
    lost->times = static_cast<int64_t>(times.size());
    lost->headers = headers;
    lost->tombstones = tombstones;
  }

  const std::string bootstrap_;
  RawClient raw_;
  FakeRegistry registry_{Product::kConfluent, "8.2.2"};
  std::vector<TestRecord> records_;
  std::vector<RawRecord> source_;
  int targets_ = 0;
};

void Run(std::vector<std::string> words) {
  const ProgramResult result = RunProgram(words, absl::Minutes(5));
  if (result.exit_code == 0) return;
  std::fprintf(stderr, "%s: exit code %d\n%s", words[0].c_str(),
               result.exit_code, result.err.c_str());
  std::abort();
}

void MeasureAll(const char* title, std::vector<TestRecord> records, int runs) {
  const auto broker = KafkaBroker::Start();
  SR_CHECK(broker.ok());
  Peers peers(broker->get(), std::move(records));
  const TemporaryDirectory directory;
  int files = 0;
  // Wrong: what a registry started on it would answer otherwise, by `compare`.
  std::printf("%s\n%-28s %9s %8s %8s %8s %8s %8s %8s\n", title, "", "median",
              "wrong", "headers", "times", "tombst.", "foreign", "poison");
  peers.Measure("get_and_produce.py", runs,
                [&](const std::string& topic) {
                  Run({"python3", "bench/peers/get_and_produce.py",
                       peers.registry(), peers.bootstrap(), topic});
                },
                false);
  peers.Measure("harvest", runs,
                [&](const std::string& topic) {
                  Run({SR_REPLICATOR, "harvest", peers.registry(),
                       peers.Kafka(topic), "--quiet", "--execute"});
                },
                true);
  peers.Measure("copy_without_deletes.py", runs,
                [&](const std::string& topic) {
                  Run({"python3", "bench/peers/copy_without_deletes.py",
                       peers.bootstrap(), "poisoned", topic});
                },
                false);
  peers.Measure("salvage", runs,
                [&](const std::string& topic) {
                  Run({SR_REPLICATOR, "salvage", peers.Kafka("poisoned"),
                       peers.Kafka(topic), "--product=confluent-8.2", "--quiet",
                       absl::StrCat("--quarantine=", directory.path(), "/q",
                                    ++files),
                       "--execute"});
                },
                true);
  peers.Measure("console_and_back.py", runs,
                [&](const std::string& topic) {
                  Run({"python3", "bench/peers/console_and_back.py",
                       peers.bootstrap(), "source", topic});
                },
                false);
  peers.Measure("mirror and restore", runs,
                [&](const std::string& topic) {
                  const std::string archive = absl::StrCat(
                      "archive:", directory.path(), "/a", ++files);
                  Run({SR_REPLICATOR, "mirror", peers.Kafka("source"), archive,
                       "--until=end", "--quiet"});
                  Run({SR_REPLICATOR, "restore", archive, peers.Kafka(topic),
                       "--quiet", "--execute"});
                },
                true);
}

int Main(int64_t count, int64_t runs) {
  for (const JsonValue& topic :
       RecordedLines("tests/data/schemas/confluent_topics.jsonl.xz")) {
    if (topic.Find("case")->string_value() != "8.2.2 0-uncompacted") continue;
    MeasureAll("The records of one life cycle that a real Confluent 8.2.2 wrote; for "
               "copy_without_deletes and salvage with one that stops it",
               RecordedRecords(topic), static_cast<int>(runs));
  }
  CorpusShape shape;
  shape.largest_schema_bytes = 2000;
  MeasureAll(absl::StrCat(count, " generated records; likewise")
                 .c_str(),
             TestRecordsOf(Corpus(shape, count)), static_cast<int>(runs));
  return 0;
}

}  // namespace
}  // namespace sr

int main(int argc, char** argv) {
  int64_t records = 10'000;
  int64_t runs = 3;
  if (argc > 3 || (argc > 1 && !absl::SimpleAtoi(argv[1], &records)) ||
      (argc > 2 && !absl::SimpleAtoi(argv[2], &runs)) || records < 100 || runs < 1) {
    std::fprintf(stderr, "usage: %s [RECORDS [RUNS]]\n", argv[0]);
    return 2;
  }
  return sr::Main(records, runs);
}
