// The levels record and replay of `check` on records in memory, beside a bare
// pass over the same bytes: both digests and simdjson over every key and value,
// the schema's text left escaped (design §10).
//
// Each bench checks its result before it times anything.
#include <benchmark/benchmark.h>

#include <malloc.h>

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "bench/bare_parse.h"
#include "bench/history.h"
#include "core/base/check.h"
#include "core/base/digests.h"
#include "core/record/record.h"
#include "core/schemas/confluent_replay.h"
#include "verifier/checks/topic_records.h"

namespace sr {
namespace {

// The bytes of `history` one behind the other, as those of a decoded batch are.
RecordBatch BatchOf(const std::vector<TestRecord>& history) {
  RecordBatch batch;
  for (const TestRecord& record : history) batch.Add(record.View());
  return batch;
}

void CountWork(benchmark::State& state, const RecordBatch& batch) {
  state.SetItemsProcessed(state.iterations() *
                          static_cast<int64_t>(batch.size()));
  state.SetBytesProcessed(state.iterations() *
                          static_cast<int64_t>(batch.payload_bytes()));
}

void BareDigestsAndParse(benchmark::State& state) {
  const std::vector<TestRecord> history = BenchHistory(state.range(0));
  const RecordBatch batch = BatchOf(history);
  BareParse parse(ViewsOf(history));
  std::vector<absl::string_view> texts;
  for (const std::string_view text : parse.Texts()) {
    texts.emplace_back(text.data(), text.size());
  }
  SR_CHECK(parse.ParseAll() > 0);
  for (auto _ : state) {
    for (const absl::string_view text : texts) {
      benchmark::DoNotOptimize(Crc32c(text));
      benchmark::DoNotOptimize(Xxh3_64(text));
    }
    benchmark::DoNotOptimize(parse.ParseAll());
  }
  CountWork(state, batch);
}
BENCHMARK(BareDigestsAndParse)->Arg(2000)->Arg(100'000);

void ReplayConfluent(benchmark::State& state) {
  const std::vector<TestRecord> history = BenchHistory(state.range(0));
  const RecordBatch batch = BatchOf(history);
  for (auto _ : state) {
    auto replay = std::make_unique<ConfluentReplay>();
    for (const Record& record : batch) {
      SR_CHECK(replay->Apply(record).effect == Effect::kApplied);
    }
    benchmark::DoNotOptimize(replay->state().subjects.size());
    // Replayed is what counts, not forgotten; and the next round begins as a
    // program does.
    state.PauseTiming();
    replay.reset();
    malloc_trim(0);
    state.ResumeTiming();
  }
  CountWork(state, batch);
}
BENCHMARK(ReplayConfluent)->Arg(2000)->Arg(100'000);

void RecordLevel(benchmark::State& state) {
  const std::vector<TestRecord> history = BenchHistory(state.range(0));
  const RecordBatch batch = BatchOf(history);
  for (auto _ : state) {
    TopicRecords levels("bench", {{}, RecordDepth::kRecord});
    levels.Add(batch);
    const TopicRecordsResult result = levels.Finish();
    SR_CHECK(result.record_findings.empty());
    SR_CHECK(result.record.items == static_cast<int64_t>(batch.size()));
  }
  CountWork(state, batch);
}
BENCHMARK(RecordLevel)->Arg(2000)->Arg(100'000);

void RecordAndReplayLevels(benchmark::State& state) {
  const std::vector<TestRecord> history = BenchHistory(state.range(0));
  const RecordBatch batch = BatchOf(history);
  for (auto _ : state) {
    TopicRecords levels("bench", {{}, RecordDepth::kReplay});
    levels.Add(batch);
    const TopicRecordsResult result = levels.Finish();
    SR_CHECK(result.record_findings.empty() && result.replay_findings.empty());
  }
  CountWork(state, batch);
}
BENCHMARK(RecordAndReplayLevels)->Arg(2000)->Arg(100'000);

// With the schema level: each distinct text parsed.
void AllRecordLevels(benchmark::State& state) {
  const std::vector<TestRecord> history = BenchHistory(state.range(0));
  const RecordBatch batch = BatchOf(history);
  for (auto _ : state) {
    TopicRecords levels("bench", {{}, RecordDepth::kSchema});
    levels.Add(batch);
    const TopicRecordsResult result = levels.Finish();
    SR_CHECK(result.schema.items > 0 && result.schema_findings.empty());
  }
  CountWork(state, batch);
}
BENCHMARK(AllRecordLevels)->Arg(2000)->Arg(100'000);

}  // namespace
}  // namespace sr
