#include "verifier/decoded_line.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/support/vector_source.h"

namespace sr {
namespace {

// Without offset and time.
std::string Line(std::optional<std::string> key,
                 std::optional<std::string> value) {
  const TestRecord record = {.offset = 17,
                             .timestamp = 1764044733123,
                             .key = std::move(key),
                             .value = std::move(value)};
  const std::string line = DecodedLine(record.View(), /*text_max=*/20);
  const std::string head = "17 2025-11-25T04:25:33.123Z ";
  EXPECT_EQ(line.substr(0, head.size()), head);
  EXPECT_EQ(line.back(), '\n');
  return line.substr(head.size(), line.size() - head.size() - 1);
}

constexpr char kSchema[] =
    R"({"keytype":"SCHEMA","subject":"s","version":3,"magic":1})";

TEST(DecodedLine, OfSchemas) {
  EXPECT_EQ(Line(kSchema, R"({"subject":"s","version":3,"id":12,)"
                          R"("schema":"\"string\"","deleted":false})"),
            R"(SCHEMA s version 3 id 12 AVRO 8 bytes "string")");
  EXPECT_EQ(
      Line(kSchema,
           R"({"subject":"s","version":3,"id":12,"schemaType":"JSON",)"
           R"("references":[{"name":"n","subject":"o","version":1}],)"
           R"("metadata":{},"ruleSet":{},"schema":"{\"type\":\n\"object\"}  ",)"
           R"("deleted":true})"),
      "SCHEMA s version 3 id 12 JSON deleted references 1 metadata rules "
      "20 bytes {\"type\":\\n\"object\"}  ");
  EXPECT_EQ(Line(kSchema, R"({"subject":"s","version":3,"id":12,)"
                          R"("schema":"123456789012345678901234567890"})"),
            "SCHEMA s version 3 id 12 AVRO 30 bytes 12345678901234567890...");
  EXPECT_EQ(Line(kSchema, std::nullopt), "SCHEMA s version 3 tombstone");
  EXPECT_EQ(Line(kSchema, ""), "SCHEMA s version 3 empty");
  EXPECT_EQ(Line(kSchema, R"({"id":1})"),
            "SCHEMA s version 3 id 1 AVRO no schema");
}

TEST(DecodedLine, OfSettingsAndDeletes) {
  EXPECT_EQ(Line(R"({"keytype":"CONFIG","magic":0})",
                 R"({"compatibilityLevel":"FULL"})"),
            R"(CONFIG (global) {"compatibilityLevel":"FULL"})");
  EXPECT_EQ(Line(R"({"keytype":"CONFIG","subject":"s","magic":0})",
                 std::nullopt),
            "CONFIG s tombstone");
  EXPECT_EQ(Line(R"({"keytype":"MODE","subject":"s","magic":0})",
                 R"({"mode":"IMPORT"})"),
            "MODE s IMPORT");
  EXPECT_EQ(Line(R"({"keytype":"DELETE_SUBJECT","subject":"s","magic":0})",
                 R"({"subject":"s","version":5})"),
            "DELETE_SUBJECT s up to version 5");
  EXPECT_EQ(Line(R"({"keytype":"DELETE_SUBJECT","subject":"s","magic":0})",
                 R"({"subject":"s"})"),
            "DELETE_SUBJECT s up to version (none)");
  EXPECT_EQ(Line(R"({"keytype":"CLEAR_SUBJECT","magic":0})", "{}"),
            "CLEAR_SUBJECT (global)");
  EXPECT_EQ(Line(R"({"keytype":"NOOP","magic":0})", std::nullopt), "NOOP");
  EXPECT_EQ(
      Line(R"({"keytype":"CONTEXT","tenant":"default","context":".c","magic":0})",
           R"({"tenant":"default","context":".c"})"),
      "CONTEXT .c tenant default");
  EXPECT_EQ(
      Line(R"({"keytype":"ASSOC","tenant":"t","resourceName":"orders",)"
           R"("resourceNamespace":"n","resourceType":"topic",)"
           R"("associationType":"value","subject":"s","magic":0})",
           R"({"guid":"g","tenant":"t","resourceName":"orders",)"
           R"("resourceNamespace":"n","resourceId":"i","resourceType":"topic",)"
           R"("associationType":"value","subject":"s","lifecycle":"WEAK"})"),
      "ASSOC orders value s WEAK");
}

TEST(DecodedLine, WhatCannotBeReadStandsAsItIs) {
  EXPECT_EQ(Line(std::nullopt, "{}"),
            "CreateTime key=null value={} (the key is null)");
  EXPECT_EQ(Line("nonsense\x1b", "x"),
            "CreateTime key=nonsense\\x1b value=x (the key is not JSON: no JSON "
            "value at byte 0)");
  EXPECT_EQ(Line(kSchema, "{"),
            absl::StrCat("CreateTime key=", kSchema,
                         " value={ (the value is not JSON: no string where one "
                         "is due at byte 1)"));
  EXPECT_EQ(Line(R"({"keytype":"NOOP","magic":0})", "{}"),
            R"(CreateTime key={"keytype":"NOOP","magic":0} value={} )"
            "(a NOOP with a value)");
}

TEST(DecodedLine, ATerminalObeysNothingInIt) {
  EXPECT_EQ(
      Line(R"({"keytype":"SCHEMA","subject":"a\u001b[2J","version":1,"magic":1})",
           R"({"subject":"a","version":1,"id":1,"schemaType":"A\nB",)"
           R"("schema":"\u0007"})"),
      R"(SCHEMA a\x1b[2J version 1 id 1 A\nB 1 bytes \x07)");
}

}  // namespace
}  // namespace sr
