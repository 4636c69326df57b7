#include "core/json/canonical_json.h"

#include <string>

#include "gtest/gtest.h"

namespace sr {
namespace {

std::string Canonical(absl::string_view text) {
  const absl::StatusOr<JsonScan> scan = ScanJson(text);
  EXPECT_TRUE(scan.ok()) << scan.status();
  std::string out;
  if (scan.ok()) AppendCanonicalJson(scan->value, &out);
  return out;
}

TEST(AppendCanonicalJson, SortsMembersAndDropsSpace) {
  EXPECT_EQ(Canonical(R"( { "b" : [ 1 , true, null ], "a": {"z":1,"B":2} } )"),
            R"({"a":{"B":2,"z":1},"b":[1,true,null]})");
  EXPECT_EQ(Canonical("{ }"), "{}");
  EXPECT_EQ(Canonical("[ ]"), "[]");
}

TEST(AppendCanonicalJson, OfMembersWithOneNameTakesTheLast) {
  EXPECT_EQ(Canonical(R"({"a":1,"\u0061":2})"), R"({"a":2})");
}

TEST(AppendCanonicalJson, WritesNumbersInOneWay) {
  EXPECT_EQ(Canonical("1.50"), "1.5");
  EXPECT_EQ(Canonical("15e-1"), "1.5");
  EXPECT_EQ(Canonical("1.0"), "1");
  // Whole numbers are exact, however large.
  EXPECT_EQ(Canonical("123456789012345678901234567890"),
            "123456789012345678901234567890");
  EXPECT_EQ(Canonical("1e999"), "1e999");
}

TEST(AppendCanonicalJson, EscapesAsLittleAsItMay) {
  EXPECT_EQ(Canonical(R"("\u00e9\/\u0001\n\"\\\u007f")"),
            "\"\xC3\xA9/\\u0001\\n\\\"\\\\\x7F\"");
  EXPECT_EQ(Canonical(R"("\ud83d\ude00\udbff")"),
            "\"\xF0\x9F\x98\x80\\udbff\"");
}

TEST(AppendCanonicalJson, TakesTheDeepestThatCanBeScanned) {
  const std::string deep = std::string(kJsonScanDepthMax, '[') +
                           std::string(kJsonScanDepthMax, ']');
  EXPECT_EQ(Canonical(deep), deep);
}

}  // namespace
}  // namespace sr
