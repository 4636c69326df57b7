// What is read without a JSON reader is what a JSON reader reads: on texts of
// the usual form and on those that a few changed bytes make of them.
#include "core/schemas/usual_form.h"

#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "core/schemas/jackson.h"
#include "gtest/gtest.h"

namespace sr {
namespace {

struct Member {
  std::string name;
  JsonSpan value;
};

// The members of `text`, which must be one JSON object and nothing else.
std::vector<Member> MembersOf(const std::string& text) {
  std::vector<Member> members;
  const absl::StatusOr<JsonScan> scan = ScanJson(text);
  EXPECT_TRUE(scan.ok()) << text;
  if (!scan.ok()) return members;
  EXPECT_TRUE(scan->value.is_object()) << text;
  EXPECT_FALSE(scan->has_bom || scan->has_space || scan->has_trailing) << text;
  for (JsonMembers each(scan->value); each.Next();) {
    EXPECT_FALSE(each.name().has_escapes) << text;
    members.push_back({std::string(each.name().text), each.value()});
  }
  return members;
}

std::vector<std::string> NamesOf(const std::vector<Member>& members) {
  std::vector<std::string> names;
  for (const Member& member : members) names.push_back(member.name);
  return names;
}

int32_t NumberOf(const JsonSpan& value) {
  std::optional<int32_t> number;
  EXPECT_EQ(value.kind, JsonKind::kNumber);
  EXPECT_TRUE(JacksonInt32(value, &number));
  return number.value_or(-1);
}

void ExpectTheKey(const std::string& text, const DecodedKey& read) {
  const std::vector<Member> members = MembersOf(text);
  ASSERT_EQ(NamesOf(members), (std::vector<std::string>{"keytype", "subject",
                                                        "version", "magic"}));
  EXPECT_EQ(Unescaped(members[0].value), "SCHEMA");
  EXPECT_TRUE(members[1].value.is_string() && !members[1].value.has_escapes &&
              members[1].value.canonical_escapes);
  EXPECT_EQ(read.key.subject, Unescaped(members[1].value));
  EXPECT_EQ(read.key.version, NumberOf(members[2].value));
  EXPECT_EQ(read.key.magic, NumberOf(members[3].value));
  EXPECT_EQ(read.key.type, KeyType::kSchema);
}

void ExpectTheValue(const std::string& text, const SchemaValue& read) {
  std::vector<Member> members = MembersOf(text);
  ASSERT_GE(members.size(), 4u) << text;
  if (members[3].name == "schemaType") {
    EXPECT_FALSE(members[3].value.has_escapes);
    EXPECT_EQ(read.schema_type, Unescaped(members[3].value));
    members.erase(members.begin() + 3);
  } else {
    EXPECT_EQ(read.schema_type, std::nullopt);
  }
  ASSERT_EQ(NamesOf(members),
            (std::vector<std::string>{"subject", "version", "id", "schema",
                                      "deleted"}));
  EXPECT_EQ(read.subject, Unescaped(members[0].value));
  EXPECT_EQ(read.version, NumberOf(members[1].value));
  EXPECT_EQ(read.id, NumberOf(members[2].value));
  ASSERT_TRUE(read.schema.has_value());
  const JsonSpan& schema = members[3].value;
  EXPECT_EQ(schema.kind, JsonKind::kString);
  EXPECT_EQ(read.schema->kind, JsonKind::kString);
  EXPECT_EQ(read.schema->text, schema.text);
  EXPECT_EQ(read.schema->has_escapes, schema.has_escapes);
  EXPECT_EQ(read.schema->canonical_escapes, schema.canonical_escapes);
  std::optional<bool> deleted;
  EXPECT_TRUE(JacksonBool(members[4].value, &deleted));
  EXPECT_EQ(read.deleted, deleted);
}

const std::vector<std::string>& Keys() {
  static const auto* const keys = new std::vector<std::string>{
      R"({"keytype":"SCHEMA","subject":"s","version":1,"magic":1})",
      R"({"keytype":"SCHEMA","subject":":.ctx:orders-value","version":120,"magic":1})"};
  return *keys;
}

const std::vector<std::string>& Values() {
  static const auto* const values = new std::vector<std::string>{
      R"({"subject":"s","version":1,"id":1,"schema":"\"int\"","deleted":false})",
      R"({"subject":"orders-value","version":12,"id":999999999,)"
      R"("schemaType":"JSON","schema":"{\"type\":\"object\",\"a\":\"\\n\"}",)"
      R"("deleted":true})"};
  return *values;
}

// A few bytes other than they were, gone or new.
std::string Changed(std::string text, std::mt19937_64* random) {
  static constexpr char kBytes[] = "0123456789\"\\{}:,ntu/ \x01\x80";
  const auto below = [random](size_t bound) { return (*random)() % bound; };
  for (size_t changes = 1 + below(3); changes > 0; --changes) {
    const size_t at = below(text.size());
    const char byte = kBytes[below(sizeof(kBytes) - 1)];
    switch (below(3)) {
      case 0:
        text[at] = byte;
        break;
      case 1:
        text.insert(at, 1, byte);
        break;
      default:
        text.erase(at, 1);
    }
  }
  return text;
}

TEST(UsualForm, IsReadAsAJsonReaderReadsIt) {
  for (const std::string& key : Keys()) {
    DecodedKey read;
    ASSERT_TRUE(ReadUsualKey(key, &read)) << key;
    ExpectTheKey(key, read);
  }
  for (const std::string& value : Values()) {
    SchemaValue read;
    ASSERT_TRUE(ReadUsualValue(value, &read)) << value;
    ExpectTheValue(value, read);
  }
}

TEST(UsualForm, IsNotAPartOfIt) {
  for (const std::string& key : Keys()) {
    for (size_t size = 0; size < key.size(); ++size) {
      DecodedKey read;
      EXPECT_FALSE(ReadUsualKey(key.substr(0, size), &read)) << size;
    }
  }
  for (const std::string& value : Values()) {
    for (size_t size = 0; size < value.size(); ++size) {
      SchemaValue read;
      EXPECT_FALSE(ReadUsualValue(value.substr(0, size), &read)) << size;
    }
  }
}

TEST(UsualForm, WithChangedBytesIsReadRightOrNotAtAll) {
  constexpr uint64_t kSeed = 20261126;
  std::mt19937_64 random(kSeed);
  int keys_read = 0;
  int values_read = 0;
  for (int n = 0; n < 50'000 && !testing::Test::HasFailure(); ++n) {
    SCOPED_TRACE(testing::Message() << "seed " << kSeed << " change " << n);
    const std::string key = Changed(Keys()[random() % 2], &random);
    if (DecodedKey read; ReadUsualKey(key, &read)) {
      ++keys_read;
      ExpectTheKey(key, read);
    }
    const std::string value = Changed(Values()[random() % 2], &random);
    if (SchemaValue read; ReadUsualValue(value, &read)) {
      ++values_read;
      ExpectTheValue(value, read);
    }
  }
  // Names and texts may change within the form.
  EXPECT_GT(keys_read, 1000);
  EXPECT_GT(values_read, 1000);
}

TEST(UsualForm, LeavesNothingOfTheRecordBefore) {
  DecodedKey key;
  DecodeKey(Bytes(Keys()[1]), &key);
  DecodeKey(Bytes(R"({"keytype":"CONFIG","magic":0})"), &key);
  EXPECT_EQ(key.key.subject, std::nullopt);
  EXPECT_EQ(key.key.version, 0);
  DecodeKey(Bytes(Keys()[1]), &key);
  DecodeKey(Bytes(), &key);
  EXPECT_EQ(key.problem, KeyProblem::kNull);
  EXPECT_EQ(key.key.subject, std::nullopt);
  DecodeKey(Bytes(Keys()[0]), &key);
  EXPECT_EQ(key.problem, KeyProblem::kNone);
  EXPECT_EQ(key.key.subject, "s");

  SchemaValue value;
  DecodeSchemaValue(Bytes(Values()[1]), &value);
  DecodeSchemaValue(Bytes(R"({"id":5})"), &value);
  EXPECT_EQ(value.subject, std::nullopt);
  EXPECT_EQ(value.schema_type, std::nullopt);
  EXPECT_EQ(value.schema.has_value(), false);
  EXPECT_EQ(value.deleted, std::nullopt);
}

}  // namespace
}  // namespace sr
