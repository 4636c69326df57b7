// Topics that Karapace wrote or was given, and what it answered on them
// (tests/data/README.md): the state from the topic is the state over REST.
#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "core/json/json.h"
#include "core/json/json_scanner.h"
#include "core/schemas/content_hash.h"
#include "core/schemas/karapace_replay.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/recorded_topic.h"

namespace sr {
namespace {

using ::testing::IsEmpty;

std::set<std::string> LiveSubjects(const RegistryState& state) {
  std::set<std::string> subjects;
  for (const auto& [subject, versions] : state.subjects) {
    for (const auto& [number, version] : versions) {
      if (!version.deleted) subjects.insert(subject);
    }
  }
  return subjects;
}

std::set<std::string> Without(std::set<std::string> names,
                              const std::set<std::string>& left_out) {
  for (const std::string& name : left_out) names.erase(name);
  return names;
}

std::set<std::string> Strings(const JsonValue& array) {
  std::set<std::string> strings;
  for (const JsonValue& each : array.array()) {
    strings.insert(each.string_value());
  }
  return strings;
}

std::string GlobalLevel(const RegistryState& state) {
  const auto global = state.configs.find("");
  return global != state.configs.end() ? global->second.level.value_or("")
                                       : "BACKWARD";
}

// The good records around each bad one, as the recording has them.
TestRecord GoodRecord(int64_t offset, int number) {
  TestRecord record;
  record.offset = offset;
  record.key = absl::StrCat(R"({"keytype":"SCHEMA","subject":"good-)", number,
                            R"(","version":1,"magic":1})");
  record.value = absl::StrCat(
      R"({"subject":"good-)", number, R"(","version":1,"id":)", number + 1,
      R"(,"schema":"{\"type\":\"record\",\"name\":\"G)", number + 1,
      R"(\",\"fields\":[]}","deleted":false})");
  return record;
}

// What is not in the model: numbers of an id or a version that no other product
// can hold, and what happens to a subject under them.
const std::set<std::string>& NotModelled() {
  static const auto* const cases = new std::set<std::string>{
      "schema-id-float", "schema-id-huge", "schema-version-huge"};
  return *cases;
}

// One good record, a bad one, two good ones, and a start on them.
TEST(RecordedKarapaceTest, PoisonAtTheStart) {
  int cases = 0;
  for (const JsonValue& recorded :
       RecordedLines("tests/data/schemas/karapace_6.2.0_poison.jsonl.xz")) {
    const std::string name = recorded.Find("case")->string_value();
    SCOPED_TRACE(name);
    ++cases;
    TestRecord poison;
    poison.offset = 1;
    poison.key = RecordedBytes(*recorded.Find("key"));
    poison.value = RecordedBytes(*recorded.Find("value"));
    KarapaceReplay replay;
    for (const TestRecord& record :
         {GoodRecord(0, 0), poison, GoodRecord(2, 1), GoodRecord(3, 2)}) {
      (void)replay.Apply(record.View());
    }
    EXPECT_EQ(!replay.stopped_at().has_value(),
              recorded.Find("ready")->bool_value());
    const RegistryState& state = replay.state();
    const JsonValue::Array& good = recorded.Find("good")->array();
    for (size_t i = 0; i < good.size(); ++i) {
      EXPECT_EQ(LiveSubjects(state).count(absl::StrCat("good-", i)) > 0,
                good[i].bool_value())
          << i;
    }
    if (NotModelled().count(name) == 0) {
      EXPECT_EQ(replay.known_subjects(), Strings(*recorded.Find("subjects")));
    }
    EXPECT_EQ(GlobalLevel(state), recorded.Find("level")->string_value());
    if (replay.stopped_at().has_value()) continue;
    const JsonValue* const next_id = recorded.Find("next_id");
    EXPECT_EQ(replay.next_id().has_value(), !next_id->is_null());
    if (replay.next_id().has_value()) {
      EXPECT_EQ(*replay.next_id(), next_id->int64_value());
    }
    if (const JsonValue* const old_keys = recorded.Find("old_keys");
        !old_keys->is_null()) {
      EXPECT_EQ(replay.writes_old_keys(), old_keys->bool_value());
    }
  }
  EXPECT_EQ(cases, 92);
}

// Subject, version, id, type, deleted.
using Row = std::tuple<std::string, int64_t, int64_t, std::string, bool>;

// Whose versions have no path that this server understands, and one whose
// answer is too large for the recording.
bool HasNoAnswer(const std::string& subject) {
  return subject.empty() || subject == "None" || subject == "5" ||
         subject == "v0" || subject == "vneg" || subject == "big" ||
         subject == "ctl\x01";
}

// Subjects of the poison with numbers that are not in the model: the float, the
// huge id and the one that followed it, the huge version.
bool HasOddNumber(const std::string& subject) {
  return subject == "if" || subject == "ih" || subject == "after-all" ||
         subject == "vh";
}

std::set<Row> RowsOf(const RegistryState& state) {
  std::set<Row> rows;
  for (const auto& [subject, versions] : state.subjects) {
    if (HasNoAnswer(subject)) continue;
    for (const auto& [number, version] : versions) {
      rows.emplace(subject, number, version.id, std::string(version.type()),
                        version.deleted);
    }
  }
  return rows;
}

std::set<Row> ExpectedRows(const JsonValue& versions) {
  std::set<Row> rows;
  for (const JsonValue& row : versions.array()) {
    const std::string subject = row.Find("subject")->string_value();
    if (HasNoAnswer(subject) || HasOddNumber(subject)) continue;
    rows.emplace(
        subject, row.Find("version")->int64_value(),
        row.Find("id")->int64_value(), row.Find("type")->string_value(),
        row.Find("deleted")->bool_value());
  }
  return rows;
}

// Those of `rows` that are not in `others`.
std::vector<Row> Missing(const std::set<Row>& rows,
                         const std::set<Row>& others) {
  std::vector<Row> missing;
  std::set_difference(rows.begin(), rows.end(), others.begin(), others.end(),
                      std::back_inserter(missing));
  return missing;
}

std::string Quoted(const std::string& text) {
  return absl::StrCat("\"", CanonicallyEscaped(text), "\"");
}

// The version's content as REST tells it, with the references that the topic
// has, which this server does not tell.
Digest256 ContentOf(const JsonValue& row, const SchemaVersion& version) {
  std::string value = absl::StrCat(
      R"({"subject":)", Quoted(row.Find("subject")->string_value()),
      R"(,"version":)", row.Find("version")->int64_value(), R"(,"id":)",
      row.Find("id")->int64_value(), R"(,"schemaType":)",
      Quoted(row.Find("type")->string_value()), R"(,"references":[)");
  for (const SchemaReference& reference : version.references()) {
    if (value.back() == '}') value.push_back(',');
    absl::StrAppend(&value, R"({"name":)", Quoted(reference.name),
                    R"(,"subject":)", Quoted(reference.subject),
                    R"(,"version":)", reference.version, "}");
  }
  absl::StrAppend(&value, R"(],"schema":)",
                  Quoted(row.Find("schema")->string_value()), "}");
  const SchemaValue decoded = DecodeSchemaValue(absl::string_view(value));
  EXPECT_EQ(decoded.problem, ValueProblem::kNone) << value;
  return DigestsOf(decoded, TextLevel::kStructural).live;
}

KarapaceReplayOptions OptionsOf(const JsonValue& recorded) {
  KarapaceReplayOptions options;
  options.major = recorded.Find("case")->string_value()[0] - '0';
  options.is_running = recorded.Find("running")->bool_value();
  options.content_hash = TextLevel::kStructural;
  return options;
}

// 12345678901234567890123 in a text that another wrote: Karapace 6 prints it as
// 1.2345678901234568e+22, and the model keeps what is in the topic.
bool HasBigInteger(const JsonValue& row) {
  return row.Find("schema")->string_value().find("e+22") != std::string::npos;
}

void ExpectTexts(const JsonValue& recorded, const RegistryState& state) {
  // A Karapace prints Protobuf of another writer anew.
  const bool same_writer = recorded.Find("same_writer")->bool_value();
  for (const JsonValue& row : recorded.Find("versions")->array()) {
    const auto found =
        state.subjects.find(row.Find("subject")->string_value());
    if (found == state.subjects.end()) continue;  // Told by the rows.
    const SchemaVersion* const version =
        found->second.Find(static_cast<int32_t>(row.Find("version")->int64_value()));
    if (version == nullptr) continue;
    if (version->type() == "PROTOBUF" && !same_writer) continue;
    if (HasBigInteger(row) && !same_writer) continue;
    EXPECT_EQ(ToHex(version->digests()->live), ToHex(ContentOf(row, *version)))
        << row.Find("subject")->string_value() << " "
        << row.Find("schema")->string_value();
  }
}

void ExpectIds(const JsonValue& recorded, const KarapaceReplay& replay) {
  const bool same_writer = recorded.Find("same_writer")->bool_value();
  for (const JsonMember& answer : recorded.Find("ids")->object()) {
    int64_t id = 0;
    ASSERT_TRUE(absl::SimpleAtoi(answer.name, &id));
    const Digest128* const text = replay.TextOfId(id);
    EXPECT_EQ(text != nullptr, !answer.value.is_null()) << id;
    if (text == nullptr || answer.value.is_null() || !same_writer) continue;
    const std::string escaped =
        CanonicallyEscaped(answer.value.string_value());
    JsonSpan span;
    span.kind = JsonKind::kString;
    span.text = escaped;
    EXPECT_EQ(ToHex(*text), ToHex(TextDigest(span)))
        << id << " " << answer.value.string_value();
  }
}

TEST(RecordedKarapaceTest, Topics) {
  int cases = 0;
  for (const JsonValue& recorded : RecordedLines("tests/data/schemas/karapace_topics.jsonl.xz")) {
    SCOPED_TRACE(recorded.Find("case")->string_value());
    ++cases;
    KarapaceReplay replay(OptionsOf(recorded));
    for (const JsonValue& line : recorded.Find("records")->array()) {
      (void)replay.Apply(RecordedRecord(line).View());
    }
    EXPECT_FALSE(replay.stopped_at().has_value());
    const RegistryState& state = replay.state();
    const std::set<std::string> odd = {"if", "ih", "after-all", "vh"};
    EXPECT_EQ(LiveSubjects(state),
              Without(Strings(*recorded.Find("subjects")), odd));
    EXPECT_EQ(Without(replay.known_subjects(), odd),
              Without(Strings(*recorded.Find("subjects_with_deleted")), odd));
    const std::set<Row> rows = RowsOf(state);
    const std::set<Row> expected = ExpectedRows(*recorded.Find("versions"));
    EXPECT_THAT(Missing(expected, rows), IsEmpty()) << "not in the model";
    EXPECT_THAT(Missing(rows, expected), IsEmpty()) << "not in the answers";
    EXPECT_EQ(GlobalLevel(state), recorded.Find("level")->string_value());
    for (const JsonMember& level : recorded.Find("levels")->object()) {
      const auto config = state.configs.find(level.name);
      if (level.value.is_null()) {
        // A level of null is stored and not told.
        EXPECT_TRUE(config == state.configs.end() ||
                    !config->second.level.has_value())
            << level.name;
      } else {
        ASSERT_NE(config, state.configs.end()) << level.name;
        EXPECT_EQ(config->second.level, level.value.string_value());
      }
    }
    ExpectTexts(recorded, state);
    ExpectIds(recorded, replay);
  }
  EXPECT_EQ(cases, 12);
}

}  // namespace
}  // namespace sr
