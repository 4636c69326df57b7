// docs/findings.md against the table of codes: every code, in its order, with
// its severity, and no other.
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/findings/codes.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace sr {
namespace {

// Runs in the repository's root (CMake) or in the runfiles (Bazel).
std::vector<std::string> PageLines() {
  std::ifstream page("docs/findings.md");
  std::vector<std::string> lines;
  for (std::string line; std::getline(page, line);) lines.push_back(line);
  return lines;
}

TEST(FindingsPage, ListsExactlyTheCodesThereAre) {
  const std::vector<std::string> lines = PageLines();
  std::vector<std::string> listed;
  for (size_t i = 0; i + 2 < lines.size(); ++i) {
    if (!absl::StartsWith(lines[i], "### ")) continue;
    listed.push_back(absl::StrCat(
        lines[i].substr(4), " ",
        lines[i + 2].substr(0, lines[i + 2].find(' '))));
  }
  std::vector<std::string> expected;
  for (const CodeInfo& info : AllCodes()) {
    expected.push_back(
        absl::StrCat(info.code, " *", SeverityName(info.severity), ".*"));
  }
  EXPECT_THAT(listed, testing::ElementsAreArray(expected));
}

TEST(FindingsPage, ListsExactlyTheExceptionsThereAre) {
  std::vector<std::string> listed;
  for (const std::string& line : PageLines()) {
    if (!absl::StartsWith(line, "- `")) continue;
    listed.push_back(line.substr(3, line.find('`', 3) - 3));
  }
  std::vector<std::string> expected;
  for (const ExceptionInfo& info : AllExceptions()) {
    expected.emplace_back(info.name);
  }
  EXPECT_THAT(listed, testing::ElementsAreArray(expected));
}

}  // namespace
}  // namespace sr
