#include "core/json/json_writer.h"

#include <cmath>
#include <limits>
#include <random>
#include <string>

#include "core/json/json.h"
#include "gtest/gtest.h"

namespace sr {
namespace {

std::string JsonString(absl::string_view text) {
  std::string out;
  AppendJsonString(text, &out);
  return out;
}

TEST(JsonWriter, WritesCompact) {
  std::string out;
  JsonWriter json(&out);
  json.BeginObject().Key("a").Int(-1).Key("b").BeginArray();
  json.String("x").Bool(true).Null().Uint(18446744073709551615u).EndArray();
  json.Key("c").BeginObject().EndObject().Key("d").BeginArray().EndArray();
  EXPECT_FALSE(json.done());
  json.EndObject();
  EXPECT_TRUE(json.done());
  EXPECT_EQ(
      out,
      R"({"a":-1,"b":["x",true,null,18446744073709551615],"c":{},"d":[]})");
}

TEST(JsonWriter, WritesIndented) {
  std::string out;
  JsonWriter json(&out, JsonWriter::Style::kIndented);
  json.BeginObject().Key("a").BeginArray().Int(1).Int(2).EndArray();
  json.Key("b").BeginObject().EndObject().Key("c").Null().EndObject();
  EXPECT_EQ(out,
            "{\n"
            "  \"a\": [\n"
            "    1,\n"
            "    2\n"
            "  ],\n"
            "  \"b\": {},\n"
            "  \"c\": null\n"
            "}");
}

TEST(JsonWriter, EscapesWhatJsonCannotHold) {
  EXPECT_EQ(JsonString("a\"b\\c\n\r\t"), R"("a\"b\\c\n\r\t")");
  EXPECT_EQ(JsonString(absl::string_view("\0\x1f", 2)), R"("\u0000\u001f")");
  EXPECT_EQ(JsonString("h\xC3\xA9\xF0\x9F\x98\x80"),
            "\"h\xC3\xA9\xF0\x9F\x98\x80\"");
}

TEST(JsonWriter, ReplacesEachByteThatIsNotUtf8) {
  const std::string replaced = "\xEF\xBF\xBD";
  EXPECT_EQ(JsonString("a\xFF z"), "\"a" + replaced + " z\"");
  EXPECT_EQ(JsonString("\xC0\xAF"), "\"" + replaced + replaced + "\"");
  EXPECT_EQ(JsonString("\xED\xA0\x80"),  // A surrogate.
            "\"" + replaced + replaced + replaced + "\"");
  EXPECT_EQ(JsonString("\xE2\x82"), "\"" + replaced + replaced + "\"");
}

TEST(JsonWriter, WritesDoublesThatReadBack) {
  const auto text = [](double value) {
    std::string out;
    JsonWriter(&out).Double(value);
    return out;
  };
  EXPECT_EQ(text(0.1), "0.1");
  EXPECT_EQ(text(1e300), "1e+300");
  EXPECT_EQ(text(NAN), "null");
  EXPECT_EQ(text(-std::numeric_limits<double>::infinity()), "null");
  EXPECT_EQ(ParseJson(text(1.0 / 3)).value().double_value(), 1.0 / 3);
}

// Whatever bytes come, what is written is JSON, and UTF-8 comes back.
TEST(JsonWriter, AlwaysWritesValidJson) {
  std::mt19937 random(1);
  for (int i = 0; i < 2000; ++i) {
    std::string bytes(random() % 40, '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    EXPECT_TRUE(ParseJson(JsonString(bytes)).ok());
    for (char& c : bytes) c = static_cast<char>(c & 0x7F);
    EXPECT_EQ(ParseJson(JsonString(bytes)).value().string_value(), bytes);
  }
}

TEST(JsonWriterDeathTest, StopsAtMisuse) {
  std::string out;
  EXPECT_DEATH(JsonWriter(&out).EndObject(), "broken invariant");
  EXPECT_DEATH(JsonWriter(&out).Key("a"), "broken invariant");
  EXPECT_DEATH(JsonWriter(&out).BeginObject().Int(1), "broken invariant");
  EXPECT_DEATH(JsonWriter(&out).BeginObject().EndArray(), "broken invariant");
  EXPECT_DEATH(JsonWriter(&out).BeginObject().Key("a").EndObject(),
               "broken invariant");
  EXPECT_DEATH(JsonWriter(&out).Int(1).Int(2), "broken invariant");
}

}  // namespace
}  // namespace sr
