#include "core/json/json.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace sr {
namespace {

using ::testing::HasSubstr;

JsonValue Parsed(absl::string_view text) {
  absl::StatusOr<JsonValue> value = ParseJson(text);
  EXPECT_TRUE(value.ok()) << value.status() << " of " << text;
  return value.ok() ? *std::move(value) : JsonValue();
}

std::string ErrorOf(absl::string_view text, JsonLimits limits = {}) {
  const absl::StatusOr<JsonValue> value = ParseJson(text, limits);
  if (value.ok()) return "accepted";
  EXPECT_EQ(value.status().code(), absl::StatusCode::kInvalidArgument);
  return std::string(value.status().message());
}

TEST(Json, KeepsTypeAndValueOfEveryKind) {
  const JsonValue value = Parsed(
      R"( {"n":null,"t":true,"i":-5,"d":2.5,"s":"x\n\u00e9","a":[1,[]],"o":{}} )");
  EXPECT_TRUE(value.Find("n")->is_null());
  EXPECT_TRUE(value.Find("t")->bool_value());
  EXPECT_EQ(value.Find("i")->int64_value(), -5);
  EXPECT_EQ(value.Find("d")->double_value(), 2.5);
  EXPECT_EQ(value.Find("s")->string_value(), "x\n\xC3\xA9");
  EXPECT_EQ(value.Find("a")->array().size(), 2u);
  EXPECT_TRUE(value.Find("o")->object().empty());
  EXPECT_EQ(value.Find("none"), nullptr);
}

TEST(Json, KeepsMembersInTheirOrder) {
  const JsonValue value = Parsed(R"({"z":1,"a":2,"m":3})");
  ASSERT_EQ(value.object().size(), 3u);
  EXPECT_EQ(value.object()[0].name, "z");
  EXPECT_EQ(value.object()[1].name, "a");
  EXPECT_EQ(value.object()[2].name, "m");
}

TEST(Json, KeepsIntegersExactTo64Bits) {
  EXPECT_EQ(Parsed("9223372036854775807").int64_value(), INT64_MAX);
  EXPECT_EQ(Parsed("-9223372036854775808").int64_value(), INT64_MIN);
  EXPECT_EQ(Parsed("9007199254740993").int64_value(), 9007199254740993);
  EXPECT_EQ(Parsed("18446744073709551615").uint64_value(), UINT64_MAX);
  EXPECT_THAT(ErrorOf("18446744073709551616"), HasSubstr("64 bits"));
  EXPECT_THAT(ErrorOf("-9223372036854775809"), HasSubstr("64 bits"));
}

TEST(Json, TakesFractionsAndExponentsAsDoubles) {
  EXPECT_EQ(Parsed("1.0").double_value(), 1.0);
  EXPECT_EQ(Parsed("1e3").double_value(), 1000.0);
  EXPECT_NE(ErrorOf("1e999"), "accepted");
}

TEST(Json, RefusesAMemberNamedTwice) {
  EXPECT_THAT(ErrorOf(R"({"a":1,"b":2,"a":3})"),
              HasSubstr("member \"a\" is given twice"));
  EXPECT_THAT(ErrorOf(R"([{"x":{"id":1,"\u0069d":1}}])"),
              HasSubstr("member \"id\" is given twice"));
  std::string large = "{";
  for (int i = 0; i < 100; ++i) absl::StrAppend(&large, "\"m", i, "\":1,");
  EXPECT_THAT(ErrorOf(large + "\"m7\":1}"),
              HasSubstr("member \"m7\" is given twice"));
  EXPECT_EQ(ErrorOf(large + "\"m100\":1}"), "accepted");
}

TEST(Json, BoundsDepth) {
  const JsonLimits limits{3, 1000};
  EXPECT_EQ(ErrorOf(R"({"a":[{}]})", limits), "accepted");
  EXPECT_THAT(ErrorOf(R"({"a":[{"b":[]}]})", limits),
              HasSubstr("(byte 11): nested deeper than 3"));
  // Deeper than simdjson itself goes.
  EXPECT_THAT(ErrorOf(std::string(100000, '[')),
              HasSubstr("nested deeper than 64"));
}

TEST(Json, BoundsSize) {
  EXPECT_EQ(ErrorOf("[1,2]", JsonLimits{64, 5}), "accepted");
  EXPECT_THAT(ErrorOf("[1,23]", JsonLimits{64, 5}), HasSubstr("larger than"));
}

TEST(Json, SaysWhereATextGoesWrong) {
  struct Row {
    const char* text;
    const char* message;
  };
  const Row rows[] = {
      {"", "line 1, column 1 (byte 0): the text ends where a value"},
      {"  ", "byte 2): the text ends where a value"},
      {"{\n \"a\": 1\n \"b\": 2}", "line 3, column 2 (byte 11): expected ','"},
      {"{\"a\" 1}", "byte 5): expected ':'"},
      {"{a:1}", "byte 1): expected a member name"},
      {"{\"a\":1,}", "byte 7): expected a member name"},
      {"[1 2]", "byte 3): expected ',' or ']'"},
      {"[1,]", "byte 3): expected a value"},
      {"[01]", "byte 1): a number with a leading zero"},
      {"[1.]", "byte 3): expected a digit"},
      {"[-]", "byte 2): expected a digit"},
      {"[1e]", "byte 3): expected a digit"},
      {"[tru]", "byte 1): expected a value"},
      {"[nil]", "byte 1): expected a value"},
      {"[\"a", "byte 3): the text ends within a string"},
      {"[\"a\\q\"]", "byte 3): an unknown escape"},
      {"[\"\\u12g4\"]", "byte 2): expected four hex digits"},
      {"[\"a\nb\"]", "byte 3): a control character"},
      {"[\"a\xFF\"]", "byte 3): a byte that is not UTF-8"},
      {"{} x", "byte 3): unexpected text behind the value"},
      {"{}{}", "byte 2): unexpected text behind the value"},
      {"\xEF\xBB\xBF{}", "byte 0): a byte order mark"},
  };
  for (const Row& row : rows) {
    EXPECT_THAT(ErrorOf(row.text), HasSubstr(row.message)) << row.text;
  }
}

TEST(Json, RefusesALoneSurrogate) {
  EXPECT_NE(ErrorOf(R"(["\ud800"])"), "accepted");
  EXPECT_EQ(Parsed(R"("\ud83d\ude00")").string_value(), "\xF0\x9F\x98\x80");
}

TEST(Json, KeepsANulByteInAString) {
  EXPECT_EQ(Parsed(R"("a\u0000b")").string_value(), std::string("a\0b", 3));
}

TEST(Json, GivesTypedMembers) {
  const JsonValue value =
      Parsed(R"({"s":"x","i":7,"b":false,"d":1.5,"o":{"k":1},"a":[1]})");
  EXPECT_EQ(value.GetString("s").value(), "x");
  EXPECT_EQ(value.GetInt64("i").value(), 7);
  EXPECT_EQ(value.GetBool("b").value(), false);
  EXPECT_EQ(value.GetDouble("d").value(), 1.5);
  EXPECT_EQ(value.GetDouble("i").value(), 7.0);
  EXPECT_EQ(value.GetObject("o").value()->GetInt64("k").value(), 1);
  EXPECT_EQ(value.GetArray("a").value()->array().size(), 1u);
}

TEST(Json, NamesTheMemberThatIsWrong) {
  const JsonValue value =
      Parsed(R"({"s":"x","n":null,"big":9999999999999999999})");
  const auto message = [](const auto& result) {
    return std::string(result.status().message());
  };
  EXPECT_EQ(message(value.GetInt64("id")), "member \"id\" is missing");
  EXPECT_EQ(message(value.GetInt64("s")),
            "member \"s\" must be an integer of 64 bits, not a string");
  EXPECT_EQ(message(value.GetInt64("big")),
            "member \"big\" must be an integer of 64 bits, not an integer");
  EXPECT_EQ(message(value.GetString("n")),
            "member \"n\" must be a string, not null");
  EXPECT_EQ(message(value.GetObject("s")),
            "member \"s\" must be an object, not a string");
  EXPECT_EQ(message(Parsed("[1]").GetBool("b")),
            "expected an object with member \"b\", not an array");
}

TEST(Json, TakesAbsentAndNullAsNothingWhereOptional) {
  const JsonValue value = Parsed(R"({"s":"x","n":null,"a":[],"i":3})");
  EXPECT_EQ(value.GetOptionalString("s").value(), "x");
  EXPECT_EQ(value.GetOptionalString("n").value(), std::nullopt);
  EXPECT_EQ(value.GetOptionalInt64("none").value(), std::nullopt);
  EXPECT_EQ(value.GetOptionalInt64("i").value(), 3);
  EXPECT_EQ(value.GetOptionalBool("none").value(), std::nullopt);
  EXPECT_EQ(value.GetOptionalObject("n").value(), nullptr);
  EXPECT_NE(value.GetOptionalArray("a").value(), nullptr);
  EXPECT_FALSE(value.GetOptionalInt64("s").ok());
}

TEST(Json, TakesALiteralForAString) {
  EXPECT_EQ(JsonValue("x").string_value(), "x");
}

TEST(Json, ParsesSmallAfterLarge) {
  EXPECT_EQ(ErrorOf("\"" + std::string(3 << 20, 'x') + "\""), "accepted");
  EXPECT_EQ(Parsed("1").int64_value(), 1);
}

}  // namespace
}  // namespace sr
