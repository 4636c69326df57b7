// What `check` says of topics that real registries wrote: exactly the lines of
// tests/data/schemas/findings.txt, each of which is justified there.
#include <algorithm>
#include <fstream>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/json/json.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/record_generator.h"
#include "tests/support/recorded_topic.h"
#include "tests/support/vector_source.h"
#include "tests/verifier/finding_lines.h"
#include "verifier/checks/topic_records.h"

namespace sr {
namespace {

// Of tests/data/golden: the form of `show --raw --output=ndjson`.
std::vector<TestRecord> RecordsOfShow(const std::string& path) {
  std::vector<TestRecord> records;
  for (const JsonValue& line : RecordedLines(path)) {
    TestRecord record;
    record.offset = line.Find("offset")->int64_value();
    record.timestamp = line.Find("timestamp")->int64_value();
    record.key = RecordedBytes(*line.Find("key"));
    record.value = RecordedBytes(*line.Find("value"));
    for (const JsonValue& header : line.Find("headers")->array()) {
      record.headers.emplace_back(RecordedBytes(header.array()[0]).value_or(""),
                                  RecordedBytes(header.array()[1]));
    }
    records.push_back(std::move(record));
  }
  return records;
}

// One line a finding: "topic: error CODE@offset".
void AppendFindings(const std::string& topic,
                    const std::vector<TestRecord>& records,
                    std::vector<std::string>* lines,
                    const ProductChoice& choice = {}) {
  TopicRecords checked("copy", {choice});
  checked.Add(BatchOf(records));
  for (const std::string& line : FindingLines(checked.Finish())) {
    lines->push_back(absl::StrCat(topic, ": ", line));
  }
}

// The lines that are not in `others`.
std::vector<std::string> Without(const std::vector<std::string>& lines,
                                 const std::vector<std::string>& others) {
  std::vector<std::string> rest;
  for (const std::string& line : lines) {
    if (std::find(others.begin(), others.end(), line) == others.end()) {
      rest.push_back(line);
    }
  }
  return rest;
}

// Without empty lines and comments.
std::vector<std::string> ExpectedLines() {
  std::ifstream file("tests/data/schemas/findings.txt");
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) {
    if (!line.empty() && line[0] != '#') lines.push_back(line);
  }
  return lines;
}

TEST(GoldenFindingsTest, AreExactlyThoseThatAreJustified) {
  std::vector<std::string> found;
  for (const JsonValue& recorded :
       RecordedLines("tests/data/schemas/confluent_topics.jsonl.xz")) {
    AppendFindings(recorded.Find("case")->string_value(),
                   RecordedRecords(recorded), &found);
  }
  // Without headers, which the recordings have not all; so the product is told.
  for (const JsonValue& recorded :
       RecordedLines("tests/data/schemas/karapace_topics.jsonl.xz")) {
    const std::string name = recorded.Find("case")->string_value();
    if (name == "6.2.0 poison, running") continue;  // See SkippedRecordsTest.
    ProductChoice choice;
    choice.product = Product::kKarapace;
    choice.karapace_major = name[0] - '0';
    AppendFindings(absl::StrCat("karapace ", name), RecordedRecords(recorded),
                   &found, choice);
  }
  AppendFindings(
      "karapace 6.2.0 basic",
      RecordsOfShow("tests/data/golden/karapace-6.2.0-basic.ndjson.xz"),
      &found);
  const std::vector<std::string> expected = ExpectedLines();
  // First what differs, which is easier to read than all.
  EXPECT_THAT(Without(found, expected), testing::IsEmpty()) << "not expected";
  EXPECT_THAT(Without(expected, found), testing::IsEmpty()) << "not found";
  EXPECT_THAT(found, testing::ElementsAreArray(expected));
}

// An extra where the recordings lie beside the project: what real projects
// registered on a real server, and four thousand versions.
TEST(GoldenFindingsTest, RealSchemasHaveNoFindingAboveInfo) {
  for (const char* name : {"s10-real-schemas", "s2-larger"}) {
    const std::string path = absl::StrCat("../shared/golden/confluent/8.2.2/",
                                          name, "/records.jsonl.xz");
    if (!std::ifstream(path).good()) {
      GTEST_SKIP() << path << " is not there; an extra";
    }
    std::vector<std::string> found;
    AppendFindings(name, RecordsOfRecording(path), &found);
    for (const std::string& line : found) {
      EXPECT_THAT(line, testing::HasSubstr(": info IMPORT_NOT_SUPPLIED@"));
    }
  }
}

// Whether what `check` says of compaction is what the real classes did: their
// states before and after it are in the scenarios.
TEST(GoldenFindingsTest, DivergenceIsFoundWhereCompactionChangedTheState) {
  std::ifstream file("tests/data/schemas/confluent_scenarios.jsonl");
  int diverging = 0;
  for (std::string line; std::getline(file, line);) {
    const JsonValue scenario = ParseJson(line).value();
    const std::string name = scenario.Find("name")->string_value();
    SCOPED_TRACE(name);
    std::vector<TestRecord> records;
    for (const JsonValue& pair : scenario.Find("records")->array()) {
      TestRecord record;
      record.offset = static_cast<int64_t>(records.size());
      const JsonValue& key = pair.array()[0];
      const JsonValue& value = pair.array()[1];
      if (!key.is_null()) record.key = key.string_value();
      if (!value.is_null()) record.value = value.string_value();
      records.push_back(std::move(record));
    }
    const auto text = [&scenario](const char* state) {
      const JsonValue* const versions = scenario.Find(state)->Find("versions");
      std::string rows;
      for (const JsonValue& row :
           versions == nullptr ? JsonValue::Array() : versions->array()) {
        absl::StrAppend(&rows, row.Find("subject")->string_value(), "/",
                        row.Find("version")->int64_value(), "=",
                        row.Find("id")->int64_value(), ":",
                        row.Find("text")->string_value(),
                        row.Find("deleted")->bool_value() ? "(del) " : " ");
      }
      return rows;
    };
    const bool diverges = text("as_replayed") != text("compacted");
    TopicRecords checked("copy", {{Product::kConfluent, {}}});
    checked.Add(BatchOf(records));
    const FindingList found = checked.Finish().replay_findings;
    EXPECT_EQ(found.count("COMPACTION_DIVERGENCE") +
                      found.count("DELETE_SUBJECT_TOMBSTONED") >
                  0,
              diverges);
    if (diverges) ++diverging;
  }
  EXPECT_EQ(diverging, 4);
}

}  // namespace
}  // namespace sr
