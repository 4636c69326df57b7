#include "core/parsers/protobuf_schema.h"

#include <string>
#include <vector>

#include "core/parsers/json_schema.h"
#include "gtest/gtest.h"

namespace sr {
namespace {

TEST(ParseProtobufSchema, TakesWhatRegistriesTake) {
  for (const char* text : {
           "syntax = \"proto3\";\npackage a.b;\n\nmessage M {\n"
           "  optional string s = 1;\n  map<string, int32> m = 2;\n}\n",
           "syntax = \"proto2\";\nmessage M {\n  required int32 i = 1 [default "
           "= -1];\n  extensions 100 to max;\n  optional group G = 2 {}\n}\n",
           // No syntax is proto2.
           "message M {}\n",
           "",
           "syntax = \"proto3\";\nimport \"google/protobuf/any.proto\";\n"
           "service S {\n  rpc R (google.protobuf.Any) returns "
           "(stream google.protobuf.Any) {\n    option deprecated = true;\n"
           "  }\n}\n",
           "syntax = \"proto3\";\nenum E {\n  option allow_alias = true;\n"
           "  A = 0;\n  B = 0;\n  reserved 2, 15, 9 to 11;\n}\n",
           "syntax = \"proto3\";\nimport \"confluent/meta.proto\";\nmessage M {"
           "\n  string s = 1 [(confluent.field_meta) = {\n    tags: \"PII\"\n"
           "  }];\n}\n",
       }) {
    EXPECT_EQ(ParseProtobufSchema(text).error, "") << text;
  }
}

// As a real registry stored them.
TEST(ParseProtobufSchema, TakesWhatWirePrints) {
  const std::string head = "syntax = \"proto2\";\n// say \"what\nmessage M {\n";
  for (const std::string& field :
       {std::string("  optional bytes b = 255 [default = joshua];\n"),
        std::string("  optional bytes b = 1 [default = a\"b, deprecated = true];\n"),
        std::string("  option (o) = \"Hello\0World\\\"\";\n", 32)}) {
    EXPECT_EQ(ParseProtobufSchema(head + field + "}\n").error, "") << field;
  }
  EXPECT_EQ(ParseProtobufSchema(head + "}\nextend Other {}\nextend Third {\n}\n")
                .error,
            "");
  // Of strings, defaults are quoted.
  EXPECT_FALSE(ParseProtobufSchema(
                   head + "  optional string s = 1 [default = joshua];\n}\n")
                   .ok());
}

TEST(ParseProtobufSchema, SaysWhereItStops) {
  EXPECT_EQ(ParseProtobufSchema("syntax = \"proto3\";\nmessage M {\n  x\n}\n")
                .error.substr(0, 15),
            "line 4 column 1");
  EXPECT_FALSE(ParseProtobufSchema("not protobuf").ok());
  EXPECT_FALSE(ParseProtobufSchema("syntax = \"proto9\";").ok());
  EXPECT_FALSE(ParseProtobufSchema(std::string("\0", 1)).ok());
}

TEST(ParseProtobufSchema, NeedsItsImports) {
  const ParsedSchema parsed = ParseProtobufSchema(
      "syntax = \"proto3\";\nimport \"b.proto\";\nimport public \"a.proto\";\n"
      "import \"b.proto\";\n");
  EXPECT_EQ(parsed.error, "");
  ASSERT_EQ(parsed.needs.size(), 2u);
  EXPECT_EQ(parsed.needs[0].name, "b.proto");
  EXPECT_EQ(parsed.needs[1].name, "a.proto");
}

TEST(ParseProtobufSchema, DepthIsBounded) {
  const auto nested = [](int depth) {
    std::string text = "syntax = \"proto3\";";
    for (int i = 0; i < depth; ++i) text += "message M {";
    return text + std::string(static_cast<size_t>(depth), '}');
  };
  EXPECT_EQ(ParseProtobufSchema(nested(20)).error, "");
  EXPECT_FALSE(ParseProtobufSchema(nested(100'000)).ok());
  EXPECT_FALSE(ParseProtobufSchema(std::string(100'000, '{')).ok());
}

TEST(IsBuiltInProtobuf, IsWhatRegistriesSupply) {
  EXPECT_TRUE(IsBuiltInProtobuf("google/protobuf/timestamp.proto"));
  EXPECT_TRUE(IsBuiltInProtobuf("google/type/date.proto"));
  EXPECT_TRUE(IsBuiltInProtobuf("confluent/meta.proto"));
  EXPECT_TRUE(IsBuiltInProtobuf("confluent/type/decimal.proto"));
  EXPECT_FALSE(IsBuiltInProtobuf("google/api/annotations.proto"));
  EXPECT_FALSE(IsBuiltInProtobuf("confluent/other.proto"));
}

TEST(ParseJsonSchema, TakesObjectsAndBooleans) {
  for (const char* text :
       {"{}", "true", "false", R"({"type":"object","$ref":"gone.json"})",
        R"({"$schema":"https://json-schema.org/draft/2020-12/schema"})"}) {
    EXPECT_EQ(ParseJsonSchema(text).error, "") << text;
  }
  EXPECT_EQ(ParseJsonSchema("").error, "no JSON value at byte 0");
  EXPECT_EQ(ParseJsonSchema("{} x").error, "bytes behind the schema");
  for (const char* text : {"null", "[]", "1", R"("string")"}) {
    EXPECT_EQ(ParseJsonSchema(text).error,
              "neither an object nor true nor false");
  }
}

}  // namespace
}  // namespace sr
