// The thirty sequences of records whose outcome was executed on the real
// classes of a Confluent registry (tests/data/README.md).
#include <algorithm>
#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "core/json/json.h"
#include "core/schemas/confluent_replay.h"
#include "core/schemas/value.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/vector_source.h"

namespace sr {
namespace {

using ::testing::UnorderedElementsAreArray;

// Subject, version, id, digest of the text, deleted.
using Row = std::tuple<std::string, int64_t, int64_t, std::string, bool>;

// As it is listed: by the names in its values.
std::vector<Row> RowsOf(const RegistryState& state) {
  std::vector<Row> rows;
  for (const auto& [subject, versions] : state.subjects) {
    for (const auto& [number, version] : versions) {
      const auto* const other = version.other_name();
      rows.emplace_back(
          other == nullptr ? subject : other->subject.value_or(""),
          other == nullptr ? number : other->version.value_or(0), version.id,
          ToHex(version.text), version.deleted);
    }
  }
  return rows;
}

std::vector<Row> ExpectedRows(const JsonValue& expected) {
  std::vector<Row> rows;
  for (const JsonValue& row : expected.Find("versions")->array()) {
    JsonSpan text;
    text.kind = JsonKind::kString;
    text.text = row.Find("text")->string_value();
    rows.emplace_back(row.Find("subject")->string_value(),
                      row.Find("version")->int64_value(),
                      row.Find("id")->int64_value(), ToHex(TextDigest(text)),
                      row.Find("deleted")->bool_value());
  }
  return rows;
}

std::map<std::string, std::string> ExpectedConfigs(const JsonValue& expected) {
  std::map<std::string, std::string> configs;
  for (const JsonMember& member : expected.Find("configs")->object()) {
    configs[member.name] = member.value.string_value();
  }
  return configs;
}

std::map<std::string, std::string> ConfigsOf(const RegistryState& state) {
  std::map<std::string, std::string> configs;
  for (const auto& [subject, config] : state.configs) {
    configs[subject] = config.level.value_or("");
  }
  return configs;
}

std::vector<int64_t> Numbers(const JsonValue& array) {
  std::vector<int64_t> numbers;
  for (const JsonValue& value : array.array()) {
    numbers.push_back(value.int64_value());
  }
  return numbers;
}

// Replays `records`, renumbered from 0, and holds the outcome against
// `expected`.
void ExpectOutcome(const std::vector<TestRecord>& records,
                   const JsonValue& expected) {
  ConfluentReplay replay;
  std::vector<int64_t> refused;
  std::vector<int64_t> skipped;
  std::vector<int64_t> half_applied;
  for (size_t i = 0; i < records.size(); ++i) {
    TestRecord record = records[i];
    record.offset = static_cast<int64_t>(i);
    const RecordEffect effect = replay.Apply(record.View());
    if (effect.effect == Effect::kRolledBack) refused.push_back(record.offset);
    if (effect.effect == Effect::kSkipped) skipped.push_back(record.offset);
    if (effect.effect == Effect::kApplied && !effect.reason.empty()) {
      half_applied.push_back(record.offset);
    }
  }
  if (const JsonValue* stopped = expected.Find("stopped_at")) {
    EXPECT_EQ(replay.stopped_at(), stopped->int64_value());
    return;
  }
  EXPECT_FALSE(replay.stopped());
  EXPECT_THAT(RowsOf(replay.state()),
              UnorderedElementsAreArray(ExpectedRows(expected)));
  EXPECT_EQ(ConfigsOf(replay.state()), ExpectedConfigs(expected));
  EXPECT_EQ(refused, Numbers(*expected.Find("refused")));
  // An exception while a record is stored: some of it was, or nothing.
  std::vector<int64_t> failed = Numbers(*expected.Find("failed"));
  std::vector<int64_t> not_applied = Numbers(*expected.Find("skipped"));
  not_applied.insert(not_applied.end(), failed.begin(), failed.end());
  skipped.insert(skipped.end(), half_applied.begin(), half_applied.end());
  EXPECT_THAT(skipped, UnorderedElementsAreArray(not_applied));
}

// The last record of each key; without tombstones if `expired`.
std::vector<TestRecord> Compact(const std::vector<TestRecord>& records,
                                bool expired) {
  std::vector<TestRecord> left;
  for (size_t i = 0; i < records.size(); ++i) {
    const bool is_last = std::none_of(
        records.begin() + static_cast<std::ptrdiff_t>(i) + 1, records.end(),
        [&](const TestRecord& later) { return later.key == records[i].key; });
    if (!is_last || (expired && !records[i].value.has_value())) continue;
    left.push_back(records[i]);
  }
  return left;
}

TEST(ReplayScenariosTest, EachEndsAsOnTheRealClasses) {
  std::ifstream file("tests/data/schemas/confluent_scenarios.jsonl");
  int count = 0;
  for (std::string line; std::getline(file, line); ++count) {
    const absl::StatusOr<JsonValue> scenario = ParseJson(line);
    ASSERT_TRUE(scenario.ok()) << scenario.status();
    SCOPED_TRACE(scenario->Find("name")->string_value());
    std::vector<TestRecord> records;
    for (const JsonValue& pair : scenario->Find("records")->array()) {
      TestRecord record;
      const JsonValue& key = pair.array()[0];
      const JsonValue& value = pair.array()[1];
      if (!key.is_null()) record.key = key.string_value();
      if (!value.is_null()) record.value = value.string_value();
      records.push_back(std::move(record));
    }
    {
      SCOPED_TRACE("as replayed");
      ExpectOutcome(records, *scenario->Find("as_replayed"));
    }
    {
      SCOPED_TRACE("compacted");
      ExpectOutcome(Compact(records, false), *scenario->Find("compacted"));
    }
    SCOPED_TRACE("compacted, tombstones expired");
    ExpectOutcome(Compact(records, true),
                  *scenario->Find("compacted_tombstones_expired"));
  }
  EXPECT_EQ(count, 30);
}

}  // namespace
}  // namespace sr
