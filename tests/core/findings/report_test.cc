#include "core/findings/report.h"

#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "core/findings/codes.h"
#include "core/findings/report_json.h"
#include "core/findings/report_text.h"
#include "core/json/json.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace sr {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

// A run that found nothing.
Report CleanReport() {
  Report report;
  report.tool = "schemas-verifier";
  report.version = "0.1.0";
  report.command = "compare";
  report.copies = {{"kafka://a:9092/_schemas", Outcome::kRun, 20000, ""},
                   {"archive:/mnt/b", Outcome::kRun, 20000, ""}};
  report.levels = {{"record", Outcome::kRun, 20000, ""},
                   {"registry", Outcome::kSkipped, 0, "no registry given"}};
  report.records = 20000;
  report.verified_through = VerifiedThrough{19999, 1795580733123};
  report.exit_code = ReportExitCode(report);
  return report;
}

Report DamagedReport() {
  Report report = CleanReport();
  Finding value = MakeFinding(codes::kRecordValue, "archive:/mnt/b");
  value.offset = 12;
  value.position = "value byte 17";
  value.key = "{\"subject\":\"a\\\\b\"}";
  value.expected = "abc";
  value.found = "abd";
  report.findings = FindingList(2);
  report.findings.Add(value);
  Finding missing = MakeFinding(codes::kRecordMissing, "archive:/mnt/b");
  missing.offset = 15;
  report.findings.Add(missing);
  for (int64_t offset = 20; offset < 1500; ++offset) {
    value.offset = offset;
    report.findings.Add(value);
  }
  report.exceptions = {{"timestamp_type", 1234}};
  report.exit_code = ReportExitCode(report);
  return report;
}

TEST(ReportExitCode, IsCleanIfEverythingWasCheckedAndNothingFound) {
  EXPECT_EQ(CleanReport().exit_code, ExitCode::kClean);
}

TEST(ReportExitCode, IsNotChangedByInfoAndExceptions) {
  Report report = CleanReport();
  report.findings.Add(MakeFinding(codes::kStorageCommitTorn, "x"));
  report.exceptions = {{"null_key", 3}};
  EXPECT_EQ(ReportExitCode(report), ExitCode::kClean);
}

TEST(ReportExitCode, IsDamageForWarningsAndErrors) {
  Report report = CleanReport();
  report.findings.Add(MakeFinding(codes::kCopyBehind, "x"));
  EXPECT_EQ(ReportExitCode(report), ExitCode::kDamage);
  report = CleanReport();
  report.findings.Add(MakeFinding(codes::kRecordMissing, "x"));
  EXPECT_EQ(ReportExitCode(report), ExitCode::kDamage);
}

TEST(ReportExitCode, IsIncompleteIfACopyOrLevelFailed) {
  Report report = CleanReport();
  report.copies[1].outcome = Outcome::kFailed;
  EXPECT_EQ(ReportExitCode(report), ExitCode::kIncomplete);
  report = CleanReport();
  report.levels[1].outcome = Outcome::kFailed;
  EXPECT_EQ(ReportExitCode(report), ExitCode::kIncomplete);
}

TEST(ReportExitCode, LetsDamageWinOverIncomplete) {
  Report report = CleanReport();
  report.copies[1].outcome = Outcome::kFailed;
  report.findings.Add(MakeFinding(codes::kRecordMissing, "x"));
  EXPECT_EQ(ReportExitCode(report), ExitCode::kDamage);
}

TEST(ReportExitCode, IsIncompleteIfNothingWasLookedAt) {
  Report report = CleanReport();
  report.levels[0].items = 0;
  EXPECT_EQ(ReportExitCode(report), ExitCode::kIncomplete);
  report.levels.clear();
  EXPECT_EQ(ReportExitCode(report), ExitCode::kIncomplete);
}

TEST(RenderText, OfACleanRun) {
  EXPECT_EQ(RenderText(CleanReport(), 3),
            "schemas-verifier 0.1.0 compare\n"
            "copies\n"
            "  kafka://a:9092/_schemas  20,000 records  read\n"
            "  archive:/mnt/b           20,000 records  read\n"
            "levels\n"
            "  record    20,000 items  run\n"
            "  registry  0 items       skipped: no registry given\n"
            "clean: 20,000 records verified through offset 19,999 "
            "(2026-11-25T04:25:33.123Z)\n");
}

TEST(RenderText, GroupsFindingsAndSaysHowManyMore) {
  const std::string text = RenderText(DamagedReport(), 3);
  EXPECT_THAT(
      text,
      HasSubstr("error RECORD_VALUE: 1,481, the values of a record differ\n"
                "  archive:/mnt/b, offset 12, value byte 17\n"
                "    key       {\"subject\":\"a\\\\b\"}\n"
                "    expected  abc\n"
                "    found     abd\n"
                "  archive:/mnt/b, offset 20, value byte 17\n"));
  EXPECT_THAT(text, HasSubstr("  and 1,479 more: --all shows them\n  advice: Find out"));
  EXPECT_THAT(text, HasSubstr("error RECORD_MISSING: 1, a record"));
  EXPECT_THAT(text, HasSubstr("  timestamp_type  1,234  LogAppendTime has"));
  EXPECT_THAT(text,
              EndsWith("\ndifferences or damage: 1 RECORD_MISSING, 1,481 "
                       "RECORD_VALUE; 20,000 records compared through offset "
                       "19,999 (2026-11-25T04:25:33.123Z)\n"));
}

TEST(RenderText, ShowsTheFirstFewOfEachCodeAfterATableOfAll) {
  Report report = CleanReport();
  report.findings.Add(MakeFinding(codes::kCopyBehind, "x"));
  for (int64_t offset = 0; offset < 5; ++offset) {
    Finding finding = MakeFinding(codes::kRecordValue, "archive:/mnt/b");
    finding.offset = offset;
    report.findings.Add(std::move(finding));
  }
  report.exit_code = ExitCode::kDamage;
  const std::string text = RenderText(report, 2);
  EXPECT_THAT(text, HasSubstr("findings\n"
                              "  error    RECORD_VALUE  5  the values of a "
                              "record differ\n"
                              "  warning  COPY_BEHIND   1  "));
  EXPECT_THAT(text, HasSubstr("offset 1\n  and 3 more: --all shows them\n"));
  EXPECT_THAT(text, Not(HasSubstr("offset 2")));
  const std::string all = RenderText(report, 1'000'000);
  EXPECT_THAT(all, HasSubstr("offset 4\n"));
  EXPECT_THAT(all, Not(HasSubstr("more")));
}

TEST(RenderText, SaysWhatCouldNotBeChecked) {
  Report report = CleanReport();
  report.copies[1] = {"archive:/mnt/b", Outcome::kFailed, 0, "not there"};
  report.levels[0].outcome = Outcome::kFailed;
  report.exit_code = ReportExitCode(report);
  EXPECT_THAT(RenderText(report, 3),
              HasSubstr("0 records       failed: not there"));
  EXPECT_THAT(
      RenderText(report, 3),
      EndsWith("\nincomplete: could not check archive:/mnt/b, level record\n"));
}

TEST(RenderText, LetsATerminalObeyNothing) {
  Report report = DamagedReport();
  report.tool = "t\x1b[2J";
  report.copies[0] = {"c\x1b[2J", Outcome::kFailed, 0, "r\x1b[2J\n"};
  report.levels[0] = {"l\x1b[2J", Outcome::kFailed, 0, "r\x1b[2J\n"};
  Finding finding = MakeFinding(codes::kRecordKey, "c\x1b[2J");
  finding.position = finding.key = finding.expected = finding.found =
      finding.effect = finding.advice = "x\x1b[2J\r";
  report.findings.Add(finding);
  report.exceptions = {{"e\x1b[2J", 1}};
  report.exit_code = ExitCode::kIncomplete;
  for (const std::string& text : {RenderText(report, 3), Verdict(report)}) {
    EXPECT_THAT(text, Not(HasSubstr("\x1b")));
    EXPECT_THAT(text, Not(HasSubstr("\r")));
  }
}

TEST(RenderJson, HasEveryMemberOfTheContract) {
  const JsonValue json = ParseJson(RenderJson(DamagedReport())).value();
  std::vector<std::string> names;
  for (const JsonMember& member : json.object()) names.push_back(member.name);
  EXPECT_EQ(names, (std::vector<std::string>{"tool", "version", "command",
                                             "copies", "levels", "findings",
                                             "counts", "exceptions", "outlooks", "records",
                                             "verified_through", "exit_code"}));
  EXPECT_EQ(json.GetInt64("exit_code").value(), 3);
  EXPECT_EQ(json.GetObject("counts").value()->GetInt64("RECORD_VALUE").value(),
            1481);
  EXPECT_EQ(
      json.GetObject("exceptions").value()->GetInt64("timestamp_type").value(),
      1234);
  const JsonValue& through = *json.GetObject("verified_through").value();
  EXPECT_EQ(through.GetInt64("offset").value(), 19999);
  EXPECT_EQ(through.GetString("time").value(), "2026-11-25T04:25:33.123Z");
  const JsonValue& level = json.GetArray("levels").value()->array()[1];
  EXPECT_EQ(level.GetString("status").value(), "skipped");
  EXPECT_EQ(level.GetString("reason").value(), "no registry given");
}

TEST(RenderJson, HasEveryMemberOfAFinding) {
  const JsonValue json = ParseJson(RenderJson(DamagedReport())).value();
  const JsonValue& finding = json.GetArray("findings").value()->array()[0];
  std::vector<std::string> names;
  for (const JsonMember& member : finding.object()) {
    names.push_back(member.name);
  }
  EXPECT_EQ(names, (std::vector<std::string>{
                       "code", "severity", "copy", "offset", "position", "key",
                       "expected", "found", "effect", "advice"}));
  EXPECT_EQ(finding.GetInt64("offset").value(), 12);
  EXPECT_EQ(finding.GetString("severity").value(), "error");
}

TEST(RenderJson, SaysNullWhereNothingIsKnown) {
  Report report;
  report.findings.Add(MakeFinding(codes::kStorageFileMissing, "x"));
  const JsonValue json = ParseJson(RenderJson(report)).value();
  EXPECT_TRUE(json.Find("verified_through")->is_null());
  EXPECT_TRUE(
      json.GetArray("findings").value()->array()[0].Find("offset")->is_null());
}

TEST(RenderNdjson, IsOneObjectALine) {
  const std::string text = RenderNdjson(DamagedReport());
  const std::vector<std::string> lines = absl::StrSplit(text, '\n');
  ASSERT_EQ(lines.size(), 5u);  // Three findings, the summary, the end.
  EXPECT_EQ(lines[4], "");
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(ParseJson(lines[i]).value().GetString("type").value(), "finding");
  }
  const JsonValue summary = ParseJson(lines[3]).value();
  EXPECT_EQ(summary.GetString("type").value(), "summary");
  EXPECT_EQ(summary.GetInt64("exit_code").value(), 3);
  EXPECT_EQ(summary.Find("findings"), nullptr);
}

}  // namespace
}  // namespace sr
