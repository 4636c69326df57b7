#include "core/parsers/avro_schema.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace sr {
namespace {

std::vector<std::string> NeedsOf(absl::string_view text) {
  const ParsedSchema parsed = ParseAvroSchema(text);
  EXPECT_EQ(parsed.error, "") << text;
  std::vector<std::string> names;
  for (const SchemaNeed& need : parsed.needs) names.push_back(need.name);
  return names;
}

using Names = std::vector<std::string>;

TEST(ParseAvroSchema, TakesWhatRegistriesTake) {
  for (const char* text : {
           R"("string")",
           R"({"type":"int"})",
           R"({"type":"string","avro.java.string":"String"})",
           R"({"type":"bytes","logicalType":"decimal","precision":4,"scale":9})",
           R"(["null","string",{"type":"array","items":"long"}])",
           R"([])",
           R"({"type":"map","values":["null",{"type":"map","values":"int"}]})",
           R"({"type":"fixed","name":"a.b.F","size":16})",
           R"({"type":"enum","name":"E","symbols":["A","B"],"default":"B"})",
           R"({"type":"enum","name":"E","symbols":[]})",
           R"({"type":"record","name":"R","fields":[]})",
           R"({"type":"error","name":"R","fields":[{"name":"f","type":"int"}]})",
           // Defaults are not held against their types.
           R"({"type":"record","name":"R","fields":
              [{"name":"f","type":"int","default":"none"}]})",
           // A type of its own within, by its simple name.
           R"({"type":"record","name":"R","namespace":"n","fields":
              [{"name":"f","type":["null","R"]},{"name":"g","type":"n.R"}]})",
           // Letters of any script; Java took them for long.
           "{\"type\":\"enum\",\"name\":\"\xC3\xA9t\xC3\xA9\",\"symbols\":[\"\xC3\xA0\"]}",
           // A type within a type.
           R"({"type":{"type":"string"}})",
       }) {
    EXPECT_EQ(NeedsOf(text), Names{}) << text;
  }
}

TEST(ParseAvroSchema, RefusesWhatIsNoSchema) {
  for (const auto& [text, error] : std::vector<std::pair<const char*, const char*>>{
           {"", "no JSON value at byte 0"},
           {"string", "no JSON value at byte 0"},
           {R"("string" 1)", "bytes behind the schema"},
           {"1", "no schema: 1"},
           {"null", "no schema: null"},
           {R"({"name":"R"})", "a schema without a type"},
           {R"({"type":"array"})", "an array without items"},
           {R"({"type":"map"})", "a map without values"},
           {R"({"type":"fixed","name":"F"})", "a fixed without a size: F"},
           {R"({"type":"fixed","name":"F","size":-1})",
            "a fixed without a size: F"},
           {R"({"type":"enum","name":"E"})", "an enum without symbols: E"},
           {R"({"type":"enum","name":"E","symbols":["1"]})",
            "no name of a symbol: 1"},
           {R"({"type":"enum","name":"E","symbols":["A","A"]})",
            "two symbols: A"},
           {R"({"type":"enum","name":"E","symbols":["A"],"default":"B"})",
            "the default of an enum is none of its symbols: B"},
           {R"({"type":"record","fields":[]})",
            "a record, enum or fixed without a name"},
           {R"({"type":"record","name":"a-b","fields":[]})",
            "no name of a type: a-b"},
           {R"({"type":"record","name":"R"})", "a record without fields: R"},
           {R"({"type":"record","name":"R","fields":[1]})", "no field: R"},
           {R"({"type":"record","name":"R","fields":[{"type":"int"}]})",
            "a field without a name: R"},
           {R"({"type":"record","name":"R","fields":[{"name":"f"}]})",
            "a field without a type: f"},
           {R"({"type":"record","name":"R","fields":
              [{"name":"f","type":"int"},{"name":"f","type":"int"}]})",
            "two fields: f"},
           {R"(["int",["null"]])", "a union within a union"},
           {R"(["int","string","int"])", "twice in a union: int"},
           {R"([{"type":"array","items":"int"},{"type":"array","items":"long"}])",
            "twice in a union: array"},
           {R"([{"type":"fixed","name":"F","size":1},
               {"type":"fixed","name":"F","size":1}])",
            "defined twice: F"},
       }) {
    EXPECT_EQ(ParseAvroSchema(text).error, error) << text;
  }
}

TEST(ParseAvroSchema, TellsWhatItNeedsAndDefines) {
  const ParsedSchema parsed = ParseAvroSchema(
      R"({"type":"record","name":"R","namespace":"n","fields":[
          {"name":"a","type":"Other"},
          {"name":"b","type":"m.Third"},
          {"name":"c","type":"Other"},
          {"name":"d","type":{"type":"enum","name":"x.E","symbols":[]}},
          {"name":"e","type":"x.E"}]})");
  EXPECT_EQ(parsed.error, "");
  EXPECT_EQ(parsed.defines, (Names{"n.R", "x.E"}));
  ASSERT_EQ(parsed.needs.size(), 2u);
  EXPECT_EQ(parsed.needs[0].name, "n.Other");
  EXPECT_EQ(parsed.needs[0].or_name, "Other");
  EXPECT_EQ(parsed.needs[1].name, "m.Third");
  EXPECT_EQ(parsed.needs[1].or_name, "");
}

TEST(ParseAvroSchema, WhatIsDefinedLaterIsNotNeeded) {
  EXPECT_EQ(NeedsOf(R"([{"type":"array","items":"F"},
                        {"type":"fixed","name":"F","size":1}])"),
            Names{});
}

// The namespace of a record is that of what is in it; "" is none.
TEST(ParseAvroSchema, NamespacesAreInherited) {
  const ParsedSchema parsed = ParseAvroSchema(
      R"({"type":"record","name":"a.R","namespace":"ignored","fields":[
          {"name":"f","type":{"type":"fixed","name":"F","size":1}},
          {"name":"g","type":{"type":"fixed","name":"G","namespace":"","size":1}},
          {"name":"h","type":"F"},{"name":"i","type":"G"}]})");
  EXPECT_EQ(parsed.error, "");
  EXPECT_EQ(parsed.defines, (Names{"G", "a.F", "a.R"}));
  EXPECT_TRUE(parsed.needs.empty());
}

TEST(ParseAvroSchema, DepthIsBounded) {
  const auto nested = [](int depth) {
    std::string text;
    for (int i = 0; i < depth; ++i) text += R"({"type":"array","items":)";
    text += "\"int\"";
    return text + std::string(static_cast<size_t>(depth), '}');
  };
  EXPECT_EQ(ParseAvroSchema(nested(900)).error, "");
  EXPECT_NE(ParseAvroSchema(nested(100'000)).error, "");
  EXPECT_NE(ParseAvroSchema(std::string(1'000'000, '[')).error, "");
}

TEST(ParseAvroSchema, NoTruncationIsASchema) {
  const std::string text =
      R"({"type":"record","name":"R","fields":[{"name":"f","type":"int"}]})";
  for (size_t size = 0; size < text.size(); ++size) {
    EXPECT_FALSE(ParseAvroSchema(text.substr(0, size)).ok()) << size;
  }
}

}  // namespace
}  // namespace sr
