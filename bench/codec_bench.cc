// How fast records are encoded, decoded and digested, beside the bare digests
// over the same bytes. One thread, all in the processor's caches or in memory,
// nothing on a disk. bytes_per_second counts keys, values and headers.
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "bench/history.h"
#include "benchmark/benchmark.h"
#include "core/base/check.h"
#include "core/base/digests.h"
#include "core/record/batch_codec.h"
#include "core/record/canonical.h"

namespace sr {
namespace {

constexpr size_t kRecordsOfBatch = 500;

// The history as batches of kRecordsOfBatch.
std::vector<std::string> EncodedHistory(const std::vector<Record>& records,
                                        Compression compression) {
  std::vector<std::string> batches;
  absl::Span<const Record> rest(records);
  while (!rest.empty()) {
    const auto head = rest.subspan(0, kRecordsOfBatch);
    SR_CHECK(EncodeBatch(head, compression, &batches.emplace_back()).ok());
    rest.remove_prefix(head.size());
  }
  return batches;
}

void CountBytes(benchmark::State& state, int64_t bytes) {
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations()) * bytes);
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations()) *
                          state.range(0));
}

void EncodeBatches(benchmark::State& state, Compression compression) {
  const std::vector<TestRecord> history = BenchHistory(state.range(0));
  const std::vector<Record> records = ViewsOf(history);
  std::string bytes;
  for (auto _ : state) {
    absl::Span<const Record> rest(records);
    while (!rest.empty()) {
      const auto head = rest.subspan(0, kRecordsOfBatch);
      bytes.clear();
      SR_CHECK(EncodeBatch(head, compression, &bytes).ok());
      benchmark::DoNotOptimize(bytes.data());
      rest.remove_prefix(head.size());
    }
  }
  CountBytes(state, PayloadBytesOf(records));
}

void DecodeBatches(benchmark::State& state, Compression compression) {
  const std::vector<TestRecord> history = BenchHistory(state.range(0));
  const std::vector<Record> records = ViewsOf(history);
  const std::vector<std::string> batches = EncodedHistory(records, compression);
  RecordBatch decoded;
  size_t checked = 0;
  for (const std::string& batch : batches) {
    decoded.Clear();
    SR_CHECK(DecodeBatch(batch, BatchLimits(), &decoded).ok());
    for (const Record& record : decoded) {
      SR_CHECK(record == records[checked++]);
    }
  }
  SR_CHECK(checked == records.size());
  for (auto _ : state) {
    for (const std::string& batch : batches) {
      decoded.Clear();
      SR_CHECK(DecodeBatch(batch, BatchLimits(), &decoded).ok());
      benchmark::DoNotOptimize(decoded.size());
    }
  }
  CountBytes(state, PayloadBytesOf(records));
}

void ChainOfRecords(benchmark::State& state) {
  const std::vector<TestRecord> history = BenchHistory(state.range(0));
  const std::vector<Record> records = ViewsOf(history);
  for (auto _ : state) {
    Chain chain;
    for (const Record& record : records) chain.Add(record);
    Digest128 digest = chain.digest();
    benchmark::DoNotOptimize(digest);
  }
  CountBytes(state, PayloadBytesOf(records));
}

// The limit: what the two digests cost over the encoded bytes alone.
void BareDigests(benchmark::State& state) {
  const std::vector<TestRecord> history = BenchHistory(state.range(0));
  const std::vector<Record> records = ViewsOf(history);
  const std::vector<std::string> batches =
      EncodedHistory(records, Compression::kNone);
  for (auto _ : state) {
    for (const std::string& batch : batches) {
      benchmark::DoNotOptimize(Crc32c(batch));
      benchmark::DoNotOptimize(Xxh3_128(batch));
    }
  }
  CountBytes(state, PayloadBytesOf(records));
}

BENCHMARK_CAPTURE(EncodeBatches, none, Compression::kNone)
    ->Arg(2000)
    ->Arg(100'000)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(EncodeBatches, zstd, Compression::kZstd)
    ->Arg(2000)
    ->Arg(100'000)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(DecodeBatches, none, Compression::kNone)
    ->Arg(2000)
    ->Arg(100'000)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(DecodeBatches, zstd, Compression::kZstd)
    ->Arg(2000)
    ->Arg(100'000)
    ->Unit(benchmark::kMillisecond);
BENCHMARK(ChainOfRecords)
    ->Arg(2000)
    ->Arg(100'000)
    ->Unit(benchmark::kMillisecond);
BENCHMARK(BareDigests)->Arg(2000)->Arg(100'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace sr
