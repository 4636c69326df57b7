// Topics that real registries wrote, or were given, and what they answered
// after a start on them (tests/data/README.md): the state from the topic is the
// state over REST.
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "core/base/text.h"
#include "core/json/json.h"
#include "core/schemas/confluent_replay.h"
#include "core/schemas/content_hash.h"
#include "core/schemas/content_md5.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/recorded_topic.h"

namespace sr {
namespace {

using ::testing::UnorderedElementsAreArray;

// Subject, version, id, type, deleted, guid, timestamp. Versions before 8 do
// not tell the last two: "" and 0.
using Row = std::tuple<std::string, int64_t, int64_t, std::string, bool,
                       std::string, int64_t>;

std::vector<Row> ExpectedRows(const JsonValue& versions) {
  std::vector<Row> rows;
  for (const JsonValue& row : versions.array()) {
    const bool told = !row.Find("guid")->is_null();
    rows.emplace_back(
        row.Find("subject")->string_value(), row.Find("version")->int64_value(),
        row.Find("id")->int64_value(), row.Find("type")->string_value(),
        row.Find("deleted")->bool_value(),
        told ? row.Find("guid")->string_value() : "",
        told ? row.Find("ts")->int64_value() : 0);
  }
  return rows;
}

// What REST lists: not what is stored under a key without a subject.
std::vector<Row> RowsOf(const RegistryState& state, bool told) {
  std::vector<Row> rows;
  for (const auto& [subject, versions] : state.subjects) {
    for (const auto& [number, version] : versions) {
      const auto* const other = version.other_name();
      if (subject.empty() && number == 0) continue;
      rows.emplace_back(
          other == nullptr ? subject : other->subject.value_or(""),
          other == nullptr ? number : other->version.value_or(0), version.id,
          std::string(version.type()), version.deleted,
          told ? GuidOf(version.md5().value_or(Digest128())) : "",
          told ? version.timestamp : 0);
    }
  }
  return rows;
}

void ExpectSettings(const JsonValue& recorded, const RegistryState& state) {
  for (const JsonMember& config : recorded.Find("configs")->object()) {
    const auto found = state.configs.find(config.name);
    if (config.value.is_null()) {
      EXPECT_TRUE(found == state.configs.end()) << config.name;
    } else if (found == state.configs.end()) {
      ADD_FAILURE() << "no config of " << config.name;
    } else if (found->second.level.has_value()) {
      EXPECT_EQ(*found->second.level, config.value.string_value());
    }
  }
  for (const JsonMember& mode : recorded.Find("modes")->object()) {
    const auto found = state.modes.find(mode.name);
    const bool has_mode =
        found != state.modes.end() && found->second.mode.has_value();
    EXPECT_EQ(has_mode, !mode.value.is_null()) << mode.name;
    if (has_mode && !mode.value.is_null()) {
      EXPECT_EQ(*found->second.mode, mode.value.string_value());
    }
  }
}

// What is expected of a registry that has read the first `count` of the records
// of `recorded`, answers being `answers`.
void ExpectAnswers(const JsonValue& recorded, size_t count,
                   const JsonValue& answers, ConfluentReplay* replay) {
  const JsonValue::Array& records = recorded.Find("records")->array();
  for (size_t i = 0; i < count; ++i) {
    (void)replay->Apply(RecordedRecord(records[i]).View());
  }
  // Null where the listing itself answered 500.
  const JsonValue& versions = *answers.Find("versions");
  if (!versions.is_null()) {
    const bool told = versions.array().empty() ||
                      !versions.array()[0].Find("guid")->is_null();
    EXPECT_THAT(RowsOf(replay->state(), told),
                UnorderedElementsAreArray(ExpectedRows(versions)));
  }
  ExpectSettings(answers, replay->state());
  if (!answers.Find("contexts")->is_null()) {
    std::vector<std::string> contexts = {"."};
    for (const auto& [context, offset] : replay->state().contexts) {
      contexts.push_back(context);
    }
    std::vector<std::string> expected;
    for (const JsonValue& context : answers.Find("contexts")->array()) {
      expected.push_back(context.string_value());
    }
    EXPECT_THAT(contexts, UnorderedElementsAreArray(expected));
  }
}

ConfluentReplayOptions WithContent() {
  ConfluentReplayOptions options;
  options.content_md5 = true;
  return options;
}

// Replays each case of `file` and compares with the registry's answers while it
// ran, where those are recorded, and after a start on the same records. Returns
// the number of cases.
int ExpectAsRecorded(const std::string& file) {
  int cases = 0;
  for (const JsonValue& recorded : RecordedLines("tests/data/schemas/" + file)) {
    SCOPED_TRACE(recorded.Find("case")->string_value());
    ++cases;
    if (const JsonValue* live = recorded.Find("live")) {
      SCOPED_TRACE("live");
      ConfluentReplay replay(WithContent());
      ExpectAnswers(recorded,
                    static_cast<size_t>(live->Find("records")->int64_value()),
                    *live, &replay);
    }
    SCOPED_TRACE("after a restart");
    ConfluentReplay replay(WithContent());
    if (recorded.Find("starts")->bool_value()) {
      ExpectAnswers(recorded, recorded.Find("records")->array().size(),
                    recorded, &replay);
      EXPECT_FALSE(replay.stopped());
    } else {
      for (const JsonValue& line : recorded.Find("records")->array()) {
        (void)replay.Apply(RecordedRecord(line).View());
      }
      EXPECT_TRUE(replay.stopped());
    }
  }
  return cases;
}

TEST(RecordedRegistryTest, PoisonOfConfluent822) {
  EXPECT_EQ(ExpectAsRecorded("confluent_8.2.2_poison.jsonl.xz"), 80);
}

TEST(RecordedRegistryTest, ConflictsOfConfluent822) {
  EXPECT_EQ(ExpectAsRecorded("confluent_8.2.2_conflicts.jsonl.xz"), 32);
}

// Whole topics: everything a registry can be asked to do, with old and new
// keys, before and after compaction and the end of the tombstones, restored in
// the right order and in a wrong one, and 4,000 versions.
TEST(RecordedRegistryTest, TopicsOfConfluent) {
  int cases = 0;
  for (const JsonValue& recorded : RecordedLines("tests/data/schemas/confluent_topics.jsonl.xz")) {
    const std::string name = recorded.Find("case")->string_value();
    SCOPED_TRACE(name);
    ConfluentReplayOptions options = WithContent();
    options.version =
        ConfluentVersion::Parse(name.substr(0, name.find(' '))).value();
    ConfluentReplay replay(options);
    ExpectAnswers(recorded, recorded.Find("records")->array().size(), recorded,
                  &replay);
    EXPECT_FALSE(replay.stopped());
    ++cases;
  }
  EXPECT_EQ(cases, 16);
}

// One topic as it was written, cleaned, cleaned of its tombstones and restored
// gave the same answers, and two bad restores did not.
TEST(RecordedRegistryTest, ContentHashIsTheSameWhereTheAnswersWere) {
  std::map<std::string, std::string> hashes;
  for (const JsonValue& recorded : RecordedLines("tests/data/schemas/confluent_topics.jsonl.xz")) {
    const std::string name = recorded.Find("case")->string_value();
    if (name == "8.2.2 larger") continue;
    ConfluentReplayOptions options;
    options.content_hash = TextLevel::kExact;
    ConfluentReplay replay(options);
    for (const JsonValue& line : recorded.Find("records")->array()) {
      (void)replay.Apply(RecordedRecord(line).View());
    }
    hashes[name] = ToHex(HashOf(replay.state()).all);
  }
  const std::string as_written = hashes["8.2.2 0-uncompacted"];
  EXPECT_EQ(hashes["8.2.2 1-compacted"], as_written);
  EXPECT_EQ(hashes["8.2.2 2-tombstones-expired"], as_written);
  EXPECT_EQ(hashes["8.2.2 restore a-same-timestamps"], as_written);
  EXPECT_NE(hashes["8.2.2 restore e-last-per-key-sorted-by-key"], as_written);
  EXPECT_NE(hashes["8.2.2 restore f-without-delete-subject"], as_written);
}

// A record that stops the reader, once passed over, has done nothing.
TEST(RecordedRegistryTest, WhatIsPassedOverIsAsIfItWereNotThere) {
  ConfluentReplayOptions options;
  options.content_hash = TextLevel::kExact;
  int stopped = 0;
  for (const JsonValue& recorded :
       RecordedLines("tests/data/schemas/confluent_8.2.2_poison.jsonl.xz")) {
    SCOPED_TRACE(recorded.Find("case")->string_value());
    ConfluentReplay passed_over(options);
    ConfluentReplay without(options);
    for (const JsonValue& line : recorded.Find("records")->array()) {
      const TestRecord record = RecordedRecord(line);
      (void)passed_over.Apply(record.View());
      if (!passed_over.stopped()) {
        (void)without.Apply(record.View());
        continue;
      }
      passed_over.PassOver();
      ++stopped;
    }
    EXPECT_EQ(ToHex(HashOf(passed_over.state()).all),
              ToHex(HashOf(without.state()).all));
  }
  EXPECT_EQ(stopped, 9);
}

}  // namespace
}  // namespace sr
