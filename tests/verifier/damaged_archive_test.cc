// The program on archives: each damage that there is, told as JSON by `check`.
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "core/base/log.h"
#include "core/json/json.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/damage/damage.h"
#include "tests/support/program.h"
#include "tests/support/written_archive.h"

namespace sr {
namespace {

// "error CODE@N" for each of a report's findings.
std::vector<std::string> FindingsOf(const std::string& json) {
  std::vector<std::string> found;
  const absl::StatusOr<JsonValue> report = ParseJson(json);
  EXPECT_TRUE(report.ok()) << report.status() << "\n" << json;
  if (!report.ok()) return found;
  for (const JsonValue& finding : report->Find("findings")->array()) {
    found.push_back(absl::StrCat(
        finding.Find("severity")->string_value(), " ",
        finding.Find("code")->string_value(), "@",
        finding.Find("offset")->int64_value() - kGoodHistory));
  }
  return found;
}

ProgramResult Check(const std::string& directory, const std::string& reader) {
  std::vector<std::string> words = {SR_VERIFIER,     "check",
                                    "archive:" + directory, "--output=json",
                                    "--quiet",       "--all"};
  if (!reader.empty()) words.push_back("--product=" + reader);
  return RunProgram(words, absl::Minutes(1));
}

TEST(DamagedArchiveTest, CheckTellsEachDamage) {
  SetLogLevel(LogLevel::kWarning);
  for (const Damage& damage : AllDamages()) {
    SCOPED_TRACE(damage.found.front());
    const TemporaryDirectory directory;
    WriteArchive(directory.path() + "/archive", Damaged(damage));
    const ProgramResult result =
        Check(directory.path() + "/archive", damage.reader);
    EXPECT_THAT(FindingsOf(result.out),
                testing::UnorderedElementsAreArray(damage.found));
    bool is_damage = false;
    for (const std::string& found : damage.found) {
      if (!found.starts_with("info ")) is_damage = true;
    }
    EXPECT_EQ(result.exit_code, is_damage ? 3 : 0) << result.err;
  }
}

TEST(DamagedArchiveTest, CheckTellsNothingOfAGoodOne) {
  for (const CorpusProduct product :
       {CorpusProduct::kConfluent8, CorpusProduct::kConfluent7,
        CorpusProduct::kKarapace, CorpusProduct::kRedpanda}) {
    const TemporaryDirectory directory;
    WriteArchive(directory.path() + "/archive", GoodHistory(product));
    const ProgramResult result = Check(directory.path() + "/archive", "");
    EXPECT_THAT(FindingsOf(result.out), testing::IsEmpty());
    EXPECT_EQ(result.exit_code, 0) << result.err;
  }
}

}  // namespace
}  // namespace sr
