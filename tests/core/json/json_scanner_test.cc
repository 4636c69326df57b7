#include "core/json/json_scanner.h"

#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "core/json/json.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/record_generator.h"

namespace sr {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

JsonScan Scanned(absl::string_view text) {
  const absl::StatusOr<JsonScan> scan = ScanJson(text);
  EXPECT_TRUE(scan.ok()) << text << ": " << scan.status();
  return scan.value_or(JsonScan());
}

std::vector<std::pair<std::string, std::string>> MembersOf(
    const JsonSpan& object) {
  std::vector<std::pair<std::string, std::string>> found;
  for (JsonMembers members(object); members.Next();) {
    found.emplace_back(std::string(members.name().text),
                       std::string(members.value().text));
  }
  return found;
}

TEST(JsonScannerTest, GivesMembersAsTheyStand) {
  const JsonScan scan = Scanned(
      R"({"keytype":"SCHEMA","n":-1.5e3,"o":{"a":[1,{}],"b":[]},"t":true,"x":null})");
  EXPECT_THAT(MembersOf(scan.value),
              ElementsAre(Pair("keytype", "SCHEMA"), Pair("n", "-1.5e3"),
                          Pair("o", R"({"a":[1,{}],"b":[]})"),
                          Pair("t", "true"), Pair("x", "null")));
  EXPECT_FALSE(scan.has_space || scan.has_trailing || scan.has_bom);
}

TEST(JsonScannerTest, KeepsDuplicatesAndSkipsSpace) {
  const JsonScan scan = Scanned(" { \"a\" : 1 ,\n\t\"a\" : [ 2 , 3 ] } ");
  EXPECT_THAT(MembersOf(scan.value),
              ElementsAre(Pair("a", "1"), Pair("a", "[ 2 , 3 ]")));
  EXPECT_TRUE(scan.has_space);
  EXPECT_FALSE(scan.has_trailing);
}

TEST(JsonScannerTest, GivesElements) {
  const JsonScan scan = Scanned(R"([1, "a,]\"", {"b":2}, []])");
  std::vector<std::string> found;
  for (JsonElements elements(scan.value); elements.Next();) {
    found.emplace_back(elements.value().text);
  }
  EXPECT_THAT(found, ElementsAre("1", "a,]\\\"", "{\"b\":2}", "[]"));
  JsonElements none(Scanned("[ ]").value);
  EXPECT_FALSE(none.Next());
  JsonMembers no_members(Scanned("{ }").value);
  EXPECT_FALSE(no_members.Next());
}

TEST(JsonScannerTest, TellsBomAndTrailingBytes) {
  EXPECT_TRUE(Scanned("\xEF\xBB\xBF{}").has_bom);
  EXPECT_TRUE(Scanned("{}x").has_trailing);
  EXPECT_TRUE(Scanned("{}{}").has_trailing);
  EXPECT_FALSE(Scanned("{}").has_space);
  EXPECT_TRUE(Scanned("{}\n").has_space);
}

TEST(JsonScannerTest, RefusesWhatIsNotJson) {
  for (const char* text : {"",
                           " ",
                           "x",
                           "{",
                           "[",
                           "{]",
                           "[}",
                           "[1,]",
                           "{,}",
                           "{\"a\"}",
                           "{\"a\":}",
                           "{\"a\":1,}",
                           "{a:1}",
                           "{'a':1}",
                           "[1 2]",
                           "\"",
                           "\"\\\"",
                           "\"\\x\"",
                           "\"\\u12g4\"",
                           "\"\\u12\"",
                           "\"\n\"",
                           "nul",
                           "tru",
                           "01",
                           "-",
                           "+1",
                           ".5",
                           "1.",
                           "1e",
                           "1e+",
                           "NaN",
                           "-a",
                           "{\"a\":01}",
                           "\"\xff\"",
                           "\"\xc0\x80\"",
                           "\"\xed\xa0\x80\"",
                           "\"\xf4\x90\x80\x80\"",
                           "\"\xe4\xbd\"",
                           "\"\xf0\x9f\x98\"",
                           "\xEF\xBB\xBF"}) {
    EXPECT_FALSE(ScanJson(text).ok()) << text;
  }
  EXPECT_THAT(std::string(ScanJson("{\"a\":1 \"b\"}").status().message()),
              HasSubstr("at byte 7"));
}

TEST(JsonScannerTest, BoundsTheDepthAndNotTheStack) {
  const auto nested = [](size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_TRUE(ScanJson(nested(kJsonScanDepthMax)).ok());
  EXPECT_THAT(
      std::string(ScanJson(nested(kJsonScanDepthMax + 1)).status().message()),
      HasSubstr("deeper than 1000"));
  EXPECT_FALSE(ScanJson(std::string(10'000'000, '[')).ok());
}

TEST(JsonScannerTest, TellsCanonicalEscapesFromOthers) {
  for (const char* canonical :
       {R"("plain")", R"("\"\\\b\f\n\r\t")", R"("\u0001\u001F")",
        "\"\xc3\xa9 \xe2\x80\xa8 \x7f /\"", R"("\uD83D\uDE00")",
        R"("\uD800")"}) {
    EXPECT_TRUE(Scanned(canonical).value.canonical_escapes) << canonical;
  }
  for (const char* other :
       {R"("\/")", R"("\u00e9")", R"("\u00E9")", R"("\u000A")", R"("\u001f")",
        "\"\xf0\x9f\x98\x80\"", R"("\ud83d\ude00")", R"("\u0041")"}) {
    EXPECT_FALSE(Scanned(other).value.canonical_escapes) << other;
  }
  EXPECT_FALSE(Scanned("\"a\"").value.has_escapes);
}

TEST(JsonScannerTest, UnescapesAndEscapesBack) {
  EXPECT_EQ(Unescaped(Scanned(R"("a\"\\\/\b\f\n\r\t\u00e9\u0000z")").value),
            std::string("a\"\\/\b\f\n\r\t\xc3\xa9\0z", 13));
  EXPECT_EQ(Unescaped(Scanned(R"("\uD83D\uDE00")").value), "\xf0\x9f\x98\x80");
  EXPECT_EQ(Unescaped(Scanned(R"("\uD800x")").value), "\xed\xa0\x80x");
  for (const char* canonical :
       {R"(a\"\\\b\f\n\r\t\u0001\u001F)", R"(\uD83D\uDE00)", R"(\uD800)",
        R"(\uDC00\uDBFF)", "\xc3\xa9/\x7f", R"(\uDBFF\uDFFF)"}) {
    const std::string quoted = "\"" + std::string(canonical) + "\"";
    EXPECT_EQ(CanonicallyEscaped(Unescaped(Scanned(quoted).value)), canonical);
  }
}

// One pass says what two say.
void ExpectSameInOnePass(const std::string& text,
                         const absl::StatusOr<JsonScan>& scan) {
  JsonTextReader reader(text);
  std::vector<std::pair<std::string, std::string>> members;
  while (reader.NextMember()) {
    members.emplace_back(std::string(reader.name().text),
                         std::string(reader.value().text));
  }
  ASSERT_EQ(reader.status().ok(), scan.ok()) << text << reader.status();
  if (!scan.ok()) return;
  ASSERT_EQ(reader.kind(), scan->value.kind) << text;
  ASSERT_EQ(reader.has_bom(), scan->has_bom) << text;
  ASSERT_EQ(reader.has_space(), scan->has_space) << text;
  ASSERT_EQ(reader.has_trailing(), scan->has_trailing) << text;
  if (scan->value.is_object()) {
    ASSERT_EQ(members, MembersOf(scan->value)) << text;
  } else {
    ASSERT_EQ(reader.value().text, scan->value.text) << text;
  }
}

TEST(JsonTextReaderTest, SaysWhatScanJsonSays) {
  for (const char* text :
       {"", "{}", " { } ", "{}x", R"({"a":1})", R"({"a":1,})", "{,}",
        R"({"a":1)", "[1,2]", "null", R"("s" )", "\xEF\xBB\xBF{}",
        R"({ "a" : [ 1 ] } ])", R"({"a":{"b":[]},"a":"\u00e9"})", R"({"a" 1})",
        "{1:2}"}) {
    ExpectSameInOnePass(text, ScanJson(text));
  }
}

// Each reader of the other's opinion. Only what they mean to differ in may
// differ.
TEST(JsonScannerTest, AgreesWithSimdjsonOnDamagedTexts) {
  const uint64_t seed = TestSeed(41);
  SCOPED_TRACE(ReplayHint(seed));
  std::mt19937_64 random(seed);
  const std::string texts[] = {
      R"({"subject":"s","version":1,"id":1,"schema":"\"string\"","deleted":false})",
      R"({"a":[1,2.5,-3e7,{"b":null,"c":[true,false]}],"d":{"e":"\u00e9\n"}})",
      "[\"\xc3\xa9\xe2\x80\xa8\xf0\x9f\x98\x80 plain text of some length "
      "here\"]"};
  constexpr char kBytes[] = "\"\\{}[]:,0123456789eE+-.ntfu \n\x01\xc3\xa9\xf0";
  int agreed_good = 0;
  for (int i = 0; i < 200'000; ++i) {
    std::string text = texts[random() % std::size(texts)];
    for (uint64_t edits = random() % 4; edits > 0; --edits) {
      const size_t at = random() % text.size();
      const char byte = kBytes[random() % (sizeof kBytes - 1)];
      switch (random() % 3) {
        case 0:
          text[at] = byte;
          break;
        case 1:
          text.insert(at, 1, byte);
          break;
        default:
          text.erase(at, 1 + random() % 3);
      }
      if (text.empty()) text = "0";
    }
    const absl::StatusOr<JsonValue> parsed = ParseJson(text);
    const absl::StatusOr<JsonScan> scan = ScanJson(text);
    const bool scanned = scan.ok() && !scan->has_trailing;
    ASSERT_NO_FATAL_FAILURE(ExpectSameInOnePass(text, scan));
    if (parsed.ok()) {
      ASSERT_TRUE(scanned) << text << ": " << scan.status();
      ++agreed_good;
    } else if (scanned) {
      const std::string why(parsed.status().message());
      ASSERT_TRUE(why.find("twice") != std::string::npos ||
                  why.find("64 bits") != std::string::npos ||
                  text.find("\\u") != std::string::npos ||
                  why.find("number") != std::string::npos)
          << text << ": " << why;
    }
  }
  EXPECT_GT(agreed_good, 20'000);
}

}  // namespace
}  // namespace sr
