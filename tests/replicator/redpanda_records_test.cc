// What becomes of a Redpanda's records that are written anew: a Redpanda holds the
// same as before, from the whole history and from what compaction leaves of it.
#include "replicator/redpanda_records.h"

#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/schemas/redpanda_replay.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/corpus_records.h"
#include "tests/support/record_generator.h"
#include "tests/support/vector_source.h"

namespace sr {
namespace {

using ::testing::ElementsAre;

std::vector<TestRecord> ReadAll(RecordSource* source) {
  std::vector<TestRecord> records;
  RecordBatch batch;
  while (true) {
    const auto fetched = source->Next(absl::ZeroDuration(), &batch);
    EXPECT_TRUE(fetched.ok());
    if (!fetched.ok() || *fetched == Fetched::kCaughtUp) return records;
    for (const Record& record : batch) records.push_back(TestRecord::Of(record));
  }
}

std::unique_ptr<RecordSource> SourceOf(std::vector<TestRecord> records) {
  return std::make_unique<VectorSource>(std::move(records));
}

// As a producer puts them into an empty topic.
std::vector<TestRecord> WrittenAnew(std::vector<TestRecord> records) {
  for (size_t i = 0; i < records.size(); ++i) {
    records[i].offset = static_cast<int64_t>(i);
  }
  return records;
}

// What a Redpanda holds, line by line, offsets and times aside.
std::string HeldFrom(const std::vector<TestRecord>& records) {
  RedpandaReplay replay;
  for (const TestRecord& record : records) {
    EXPECT_NE(replay.Apply(record.View()).effect, Effect::kFatal);
  }
  const RegistryState& state = replay.state();
  std::string text;
  for (const std::string& subject : state.SortedSubjects()) {
    for (const auto& [number, version] : state.subjects.at(subject)) {
      absl::StrAppend(&text, subject, " ", number, " ", version.id, " ",
                      version.deleted ? "deleted " : "", version.type(), " ",
                      ToHex(version.text), "\n");
    }
  }
  for (const auto& [subject, config] : state.configs) {
    absl::StrAppend(&text, "config ", subject, " ", config.json, "\n");
  }
  for (const auto& [subject, mode] : state.modes) {
    absl::StrAppend(&text, "mode ", subject, " ", mode.mode.value_or(""), "\n");
  }
  return text;
}

struct History {
  std::vector<TestRecord> all;
  std::vector<TestRecord> compacted;
};

History RandomHistory(uint64_t seed) {
  CorpusShape shape;
  shape.product = CorpusProduct::kRedpanda;
  shape.seed = seed;
  shape.largest_schema_bytes = 300;
  std::mt19937_64 random(seed);
  const auto corpus = Corpus(shape, 50 + static_cast<int64_t>(random() % 300));
  const auto cleaned = static_cast<int64_t>(random() % corpus.size());
  const auto tombstones =
      static_cast<int64_t>(random() % static_cast<uint64_t>(cleaned + 1));
  return {TestRecordsOf(corpus),
          TestRecordsOf(Compacted(corpus, cleaned, tombstones))};
}

constexpr uint64_t kHistories = 200;

TEST(RedpandaRecordsTest, FilledHoldsTheSameAndKeepsOffsets) {
  for (uint64_t seed = 1; seed <= kHistories; ++seed) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    const std::vector<TestRecord> from = RandomHistory(seed).compacted;
    const auto source = FilledSource(SourceOf(from));
    ASSERT_TRUE(source->Seek(0).ok());
    const std::vector<TestRecord> filled = ReadAll(source.get());
    ASSERT_EQ(filled.size(), static_cast<size_t>(from.back().offset + 1));
    for (size_t i = 0; i < filled.size(); ++i) {
      ASSERT_EQ(filled[i].offset, static_cast<int64_t>(i));
    }
    for (const TestRecord& record : from) {
      EXPECT_EQ(filled[static_cast<size_t>(record.offset)], record);
    }
    EXPECT_EQ(HeldFrom(filled), HeldFrom(from));
  }
}

TEST(RedpandaRecordsTest, StrippedHoldsTheSameWhereverItStands) {
  uint64_t lost_if_not_stripped = 0;
  for (uint64_t seed = 1; seed <= kHistories; ++seed) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    const History history = RandomHistory(seed);
    for (const auto& from : {history.all, history.compacted}) {
      const std::string held = HeldFrom(from);
      const auto source = StrippedSource(SourceOf(from));
      ASSERT_TRUE(source->Seek(0).ok());
      const std::vector<TestRecord> stripped = WrittenAnew(ReadAll(source.get()));
      for (const TestRecord& record : stripped) {
        EXPECT_EQ(SeqOf(record.View()), std::nullopt) << *record.key;
      }
      EXPECT_EQ(HeldFrom(stripped), held);
      lost_if_not_stripped += HeldFrom(WrittenAnew(from)) != held ? 1 : 0;
    }
  }
  EXPECT_GT(lost_if_not_stripped, kHistories / 2);
}

TestRecord At(int64_t offset, std::optional<std::string> key,
              std::optional<std::string> value) {
  TestRecord record;
  record.offset = offset;
  record.timestamp = 1'700'000'000'000 + offset;
  record.key = std::move(key);
  record.value = std::move(value);
  return record;
}

TEST(RedpandaRecordsTest, FilledReplacesWhatHasNoKey) {
  const auto source = FilledSource(
      SourceOf({At(1, "a", "1"), At(2, std::nullopt, "2"), At(4, "b", "3")}));
  ASSERT_TRUE(source->Seek(0).ok());
  std::vector<std::string> keys;
  for (const TestRecord& record : ReadAll(source.get())) {
    keys.push_back(absl::StrCat(record.offset, record.key.value()));
    EXPECT_EQ(record.value.has_value(), record.key->size() == 1);
  }
  const std::string noop = R"({"keytype":"NOOP","magic":0})";
  EXPECT_THAT(keys,
              ElementsAre("0" + noop, "1a", "2" + noop, "3" + noop, "4b"));
  ASSERT_TRUE(source->Seek(4).ok());
  EXPECT_EQ(ReadAll(source.get()).size(), 1u);
}

TEST(RedpandaRecordsTest, StrippedLeavesOutWhatStandsElsewhere) {
  const std::string key =
      R"({"keytype":"CONFIG","subject":"s","magic":0,"seq":7,"node":1})";
  const std::string other_form =
      R"({"keytype": "CONFIG","subject":"s","magic":0,"seq":9,"node":1})";
  const auto source = StrippedSource(SourceOf(
      {At(7, key, "{}"), At(8, key, "{}"), At(9, other_form, "{}"),
       At(10, key, std::nullopt), At(11, "no key of a registry", "{}")}));
  ASSERT_TRUE(source->Seek(0).ok());
  std::vector<std::string> keys;
  for (const TestRecord& record : ReadAll(source.get())) {
    keys.push_back(absl::StrCat(record.offset, " ", *record.key));
  }
  const std::string stripped =
      R"({"keytype":"CONFIG","subject":"s","magic":0})";
  EXPECT_THAT(keys, ElementsAre("7 " + stripped, "9 " + other_form,
                                "10 " + stripped, "11 no key of a registry"));
}

}  // namespace
}  // namespace sr
