// Names that are any bytes, as names of files: one for each, and none that a file
// system or git could take for something else.
#include "core/git/subject_path.h"

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/core/git/hostile_names.h"

namespace sr {
namespace {

TEST(SubjectPathTest, NamesThatPeopleUseStayReadable) {
  EXPECT_EQ(PathNameOf("orders-value"), "orders-value");
  EXPECT_EQ(PathNameOf("com.acme.Order"), "com.acme._order");
  EXPECT_EQ(PathNameOf("my_topic"), "my__topic");
  EXPECT_EQ(PathNameOf("a/b"), "a%2fb");
  EXPECT_EQ(PathNameOf(""), "%");
  EXPECT_EQ(PathNameOf(".git"), "%2egit");
  EXPECT_EQ(PathNameOf(".."), "%2e%2e");
  EXPECT_EQ(PathNameOf("CON"), "%43_o_n");
  EXPECT_EQ(PathNameOf("aux.txt"), "%61ux.txt");
  EXPECT_EQ(PathNameOf("com1"), "%63om1");
  EXPECT_EQ(PathNameOf("com10"), "com10");
  EXPECT_EQ(PathNameOf("dot."), "dot%2e");
  EXPECT_EQ(PathNameOf("git~1"), "git%7e1");
}

TEST(SubjectPathTest, EveryByteStandsForItself) {
  std::set<std::string> names;
  for (int a = -1; a < 256; ++a) {
    for (int b = -1; b < 256; ++b) {
      std::string text;
      if (a >= 0) text.push_back(static_cast<char>(a));
      if (b >= 0 && a >= 0) text.push_back(static_cast<char>(b));
      if (a < 0 && b >= 0) continue;
      EXPECT_TRUE(names.insert(PathNameOf(text)).second) << absl::CHexEscape(text);
    }
  }
  EXPECT_EQ(names.size(), 1u + 256u + 256u * 256u);
}

TEST(SubjectPathTest, HostileNames) {
  std::map<std::string, std::string> names;
  for (const std::string& text : HostileNames(10'000, 1)) {
    const std::string name = PathNameOf(text);
    EXPECT_LE(name.size(), 200u);
    EXPECT_EQ(name, absl::AsciiStrToLower(name)) << "nothing to fold";
    EXPECT_FALSE(absl::StartsWith(name, ".")) << name;
    EXPECT_FALSE(absl::EndsWith(name, ".")) << name;
    for (const char c : name) {
      EXPECT_TRUE(absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
                  c == '-' || c == '_' || c == '.' || c == '%')
          << name;
    }
    const auto [other, is_new] = names.emplace(name, text);
    EXPECT_TRUE(is_new || other->second == text)
        << absl::CHexEscape(text) << " and " << absl::CHexEscape(other->second);
  }
  EXPECT_GE(names.size(), 9'900u);
}

}  // namespace
}  // namespace sr
