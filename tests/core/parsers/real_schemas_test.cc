// An extra where recordings of real schemas lie beside the project: those that a
// Confluent 8.2.2 server accepted parse here, too.
#include <filesystem>
#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "core/base/text.h"
#include "core/json/json.h"
#include "core/parsers/avro_schema.h"
#include "core/parsers/json_schema.h"
#include "core/parsers/protobuf_schema.h"
#include "gtest/gtest.h"
#include "tests/support/program.h"

namespace sr {
namespace {

constexpr char kRecordings[] = "../shared/golden/confluent/8.2.2/";

ParsedSchema Parse(const std::string& type, const std::string& text) {
  if (type == "PROTOBUF") return ParseProtobufSchema(text);
  if (type == "JSON") return ParseJsonSchema(text);
  return ParseAvroSchema(text);
}

// The member `name` of `object` as text; "" if it has none.
std::string TextOf(const JsonValue& object, const char* name) {
  const JsonValue* const member = object.Find(name);
  return member == nullptr || member->is_null() ? "" : member->string_value();
}

// Parses the schema of every SCHEMA record of a recording; returns how many of
// each type there were.
std::map<std::string, int> ParseAll(const std::string& name) {
  std::map<std::string, int> counts;
  const ProgramResult file = RunProgram(
      {"xz", "-dc", std::string(kRecordings) + name + "/records.jsonl.xz"});
  EXPECT_EQ(file.exit_code, 0) << file.err;
  for (const absl::string_view line :
       absl::StrSplit(file.out, '\n', absl::SkipEmpty())) {
    const absl::StatusOr<JsonValue> record = ParseJson(line);
    if (!record.ok()) continue;
    const absl::StatusOr<JsonValue> value =
        ParseJson(FromBase64(TextOf(*record, "value_base64")).value());
    if (!value.ok() || value->Find("schema") == nullptr) continue;
    const std::string type = TextOf(*value, "schemaType");
    ++counts[type];
    const ParsedSchema parsed = Parse(type, TextOf(*value, "schema"));
    EXPECT_EQ(parsed.error, "") << TextOf(*value, "subject");
    // Registered without references, so nothing else was there.
    if (type == "AVRO" && value->Find("references") == nullptr) {
      EXPECT_TRUE(parsed.needs.empty())
          << TextOf(*value, "subject") << " needs " << parsed.needs[0].name;
    }
  }
  return counts;
}

TEST(RealSchemas, ThoseOfPublicRepositoriesParse) {
  if (!std::filesystem::exists(absl::StrCat(kRecordings, "s10-real-schemas"))) {
    GTEST_SKIP() << kRecordings << " is not there; an extra";
  }
  EXPECT_EQ(ParseAll("s10-real-schemas"),
            (std::map<std::string, int>{
                {"AVRO", 290}, {"JSON", 139}, {"PROTOBUF", 105}}));
}

TEST(RealSchemas, FourThousandVersionsParse) {
  if (!std::filesystem::exists(absl::StrCat(kRecordings, "s2-larger"))) {
    GTEST_SKIP() << kRecordings << " is not there; an extra";
  }
  const auto counts = ParseAll("s2-larger");
  EXPECT_GE(counts.at("AVRO"), 1000);
}

}  // namespace
}  // namespace sr
