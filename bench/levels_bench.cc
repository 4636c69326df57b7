// The levels record and replay of `check` on records in memory, beside a bare
// pass over the same bytes: both digests and simdjson over every key and value,
// the schema's text left escaped (design §10).
//
// Each bench checks its result before it times anything.
#include <benchmark/benchmark.h>
#include <simdjson.h>

#include <cstdint>
#include <string>
#include <vector>

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

// Reads every member of one document; strings stay as they stand. Returns the
// bytes of them.
size_t ParseAll(simdjson::ondemand::parser& parser,
                const simdjson::padded_string& text) {
  size_t bytes = 0;
  simdjson::ondemand::document document = parser.iterate(text);
  for (auto field : document.get_object()) {
    bytes += std::string_view(field.key().value().raw(), 1).size();
    bytes += std::string_view(field.value().raw_json_token()).size();
  }
  return bytes;
}

void BareDigestsAndParse(benchmark::State& state) {
  const std::vector<TestRecord> history = BenchHistory(state.range(0));
  const RecordBatch batch = BatchOf(history);
  // simdjson wants room behind each text: given to it beforehand.
  std::vector<simdjson::padded_string> texts;
  for (const Record& record : batch) {
    texts.emplace_back(
        std::string_view(record.key->data(), record.key->size()));
    if (record.value.has_value()) {
      texts.emplace_back(
          std::string_view(record.value->data(), record.value->size()));
    }
  }
  simdjson::ondemand::parser parser;
  SR_CHECK(ParseAll(parser, texts[0]) > 0);
  for (auto _ : state) {
    size_t bytes = 0;
    for (const simdjson::padded_string& text : texts) {
      const absl::string_view view(text.data(), text.size());
      benchmark::DoNotOptimize(Crc32c(view));
      benchmark::DoNotOptimize(Xxh3_64(view));
      bytes += ParseAll(parser, text);
    }
    benchmark::DoNotOptimize(bytes);
  }
  CountWork(state, batch);
}
BENCHMARK(BareDigestsAndParse)->Arg(2000)->Arg(100'000);

void ReplayConfluent(benchmark::State& state) {
  const std::vector<TestRecord> history = BenchHistory(state.range(0));
  const RecordBatch batch = BatchOf(history);
  for (auto _ : state) {
    ConfluentReplay replay;
    for (const Record& record : batch) {
      SR_CHECK(replay.Apply(record).effect == Effect::kApplied);
    }
    benchmark::DoNotOptimize(replay.state().subjects.size());
  }
  CountWork(state, batch);
}
BENCHMARK(ReplayConfluent)->Arg(2000)->Arg(100'000);

void RecordLevel(benchmark::State& state) {
  const std::vector<TestRecord> history = BenchHistory(state.range(0));
  const RecordBatch batch = BatchOf(history);
  for (auto _ : state) {
    TopicRecords levels("bench", ProductChoice(), RecordDepth::kRecord);
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
    TopicRecords levels("bench", ProductChoice(), RecordDepth::kReplay);
    levels.Add(batch);
    const TopicRecordsResult result = levels.Finish();
    SR_CHECK(result.record_findings.empty() && result.replay_findings.empty());
  }
  CountWork(state, batch);
}
BENCHMARK(RecordAndReplayLevels)->Arg(2000)->Arg(100'000);

}  // namespace
}  // namespace sr
