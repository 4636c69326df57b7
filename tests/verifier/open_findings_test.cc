// What opens and closes is told once.
#include "verifier/open_findings.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "core/findings/codes.h"
#include "core/json/json.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace sr {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Lines : public Output {
 public:
  void Write(absl::string_view text) override { absl::StrAppend(&text_, text); }
  absl::Status Flush() override {
    return gone_ ? absl::UnavailableError("gone") : absl::OkStatus();
  }
  bool failed() const override { return gone_; }

  void Go() { gone_ = true; }
  std::string Take() { return std::exchange(text_, ""); }

 private:
  std::string text_;
  bool gone_ = false;
};

class OpenFindingsTest : public testing::Test {
 protected:
  static VerifierOptions Options(OutputFormat output) {
    VerifierOptions options;
    options.output = output;
    return options;
  }

  // Of the offsets.
  static FindingList Found(const std::vector<int64_t>& offsets) {
    FindingList list;
    for (const int64_t offset : offsets) {
      Finding finding = MakeFinding(codes::kRecordSkipped, "copy");
      finding.offset = offset;
      list.Add(std::move(finding));
    }
    return list;
  }

  // "opened 3" for each line since the last call.
  std::vector<std::string> Told() {
    std::vector<std::string> told;
    const std::string text = lines_.Take();
    for (const absl::string_view line :
         absl::StrSplit(text, '\n', absl::SkipEmpty())) {
      const absl::StatusOr<JsonValue> event = ParseJson(line);
      EXPECT_TRUE(event.ok()) << line;
      if (!event.ok()) continue;
      EXPECT_THAT(event->Find("time")->string_value(), HasSubstr("T"));
      const JsonValue* const offset = event->Find("offset");
      told.push_back(
          absl::StrCat(event->Find("type")->string_value(), " ",
                       offset != nullptr ? absl::StrCat(offset->int64_value())
                                         : event->Find("what")->string_value()));
    }
    return told;
  }

  Lines lines_;
  StopToken stop_;
  OpenFindings findings_{Options(OutputFormat::kNdjson), &lines_, &stop_};
};

TEST_F(OpenFindingsTest, EachOpensOnceAndClosesOnce) {
  findings_.Open("a", Found({1, 2}));
  EXPECT_THAT(Told(), ElementsAre("opened 1", "opened 2"));
  findings_.Open("a", Found({2}));
  EXPECT_THAT(Told(), IsEmpty());
  findings_.Settle("a", Found({2, 3}), findings_.Mark());
  EXPECT_THAT(Told(), ElementsAre("closed 1", "opened 3"));
  findings_.Settle("a", Found({}), findings_.Mark());
  EXPECT_THAT(Told(), ElementsAre("closed 2", "closed 3"));
  findings_.Settle("a", Found({}), findings_.Mark());
  EXPECT_THAT(Told(), IsEmpty());
  findings_.Open("a", Found({1}));
  EXPECT_THAT(Told(), ElementsAre("opened 1"));
}

// A record that comes while all is read again may not be in what was read.
TEST_F(OpenFindingsTest, WhatOpenedSinceIsNotClosed) {
  findings_.Open("a", Found({1}));
  const int64_t mark = findings_.Mark();
  findings_.Open("a", Found({2}));
  findings_.Settle("a", Found({}), mark);
  EXPECT_THAT(Told(), ElementsAre("opened 1", "opened 2", "closed 1"));
}

TEST_F(OpenFindingsTest, AnotherSourceClosesNothing) {
  findings_.Open("a", Found({1}));
  findings_.Open("b", Found({1}));
  findings_.Open("ab", Found({1}));
  EXPECT_THAT(Told(), ElementsAre("opened 1", "opened 1", "opened 1"));
  findings_.Settle("a", Found({}), findings_.Mark());
  EXPECT_THAT(Told(), ElementsAre("closed 1"));
  EXPECT_EQ(findings_.count(MakeFinding(codes::kRecordSkipped, "").severity),
            2);
}

// Of more than are kept nobody knows which are there no more.
TEST_F(OpenFindingsTest, ACodeWithMoreThanAreKept) {
  findings_.Open("a", Found({-2}));
  std::vector<int64_t> many;
  for (int64_t i = 0; i < 2 * FindingList::kKeptPerCode; ++i) many.push_back(i);
  findings_.Settle("a", Found(many), findings_.Mark());
  const std::vector<std::string> told = Told();
  EXPECT_EQ(told.size(), FindingList::kKeptPerCode);
  EXPECT_EQ(told.back(),
            absl::StrCat("opened ", FindingList::kKeptPerCode - 2));
  findings_.Settle("a", Found({0}), findings_.Mark());
  EXPECT_EQ(Told().size(), FindingList::kKeptPerCode - 1);
  findings_.Open("a", Found({500}));
  EXPECT_THAT(Told(), ElementsAre("opened 500"));
}

TEST_F(OpenFindingsTest, WhatCannotBeLookedAtIsToldOnce) {
  findings_.Checked("x");
  findings_.Unchecked("x", "why");
  findings_.Unchecked("x", "another reason");
  EXPECT_THAT(Told(), ElementsAre("unchecked x"));
  findings_.Checked("x");
  findings_.Checked("x");
  EXPECT_THAT(Told(), ElementsAre("checked x"));
  findings_.Unchecked("x", "why");
  EXPECT_THAT(Told(), ElementsAre("unchecked x"));
}

TEST_F(OpenFindingsTest, ForPeople) {
  OpenFindings findings(Options(OutputFormat::kText), &lines_, &stop_);
  FindingList found = Found({7});
  findings.Open("a", found);
  EXPECT_THAT(lines_.Take(),
              testing::MatchesRegex(
                  ".*Z opened [a-z]+ RECORD_SKIPPED copy offset 7.*\\. .*\n"));
  findings.Unchecked("x\x1b[31m", "why");
  EXPECT_THAT(lines_.Take(), HasSubstr(" unchecked x\\x1b[31m: why\n"));
}

TEST_F(OpenFindingsTest, AReaderThatHasGoneEndsIt) {
  lines_.Go();
  EXPECT_FALSE(stop_.StopRequested());
  findings_.Open("a", Found({1}));
  EXPECT_TRUE(stop_.StopRequested());
}

}  // namespace
}  // namespace sr
