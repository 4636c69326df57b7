#include "core/command/command_line.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "core/base/exit_code.h"
#include "core/base/status_context.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace sr {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;
using Ask = CommandLine::Ask;

const ProgramSpec& Program() {
  static const ProgramSpec* const program = new ProgramSpec{
      .name = "tool",
      .version = "1.2.3",
      .summary = "Does things.",
      .commands = {{.name = "mirror",
                    .arguments = "SOURCE TARGET...",
                    .arguments_min = 2,
                    .summary = "Copies.",
                    .flags = {"until", "dry-run"},
                    .examples = "tool mirror a b\ntool mirror a b c"},
                   {.name = "check",
                    .arguments = "COPY",
                    .arguments_min = 1,
                    .arguments_max = 1,
                    .summary = "Checks.",
                    .flags = {"output"}}},
      .flags = {{"until", "end|never", "when to stop"},
                {"dry-run", "", "change nothing"},
                {"output", "text|json", "form of the report"},
                {"quiet", "", "no progress"}},
      .common = {"quiet"}};
  return *program;
}

absl::StatusOr<CommandLine> Parse(const std::vector<std::string>& words) {
  return ParseCommandLine(Program(), words);
}

void ExpectRefused(const std::vector<std::string>& words,
                   const std::string& message, const std::string& hint) {
  const absl::Status status = Parse(words).status();
  EXPECT_EQ(ExitCodeOf(status), ExitCode::kUsage) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr(message));
  EXPECT_THAT(HintOf(status), HasSubstr(hint));
}

TEST(CommandLine, CommandArgumentsAndFlagsInAnyOrder) {
  const CommandLine line =
      Parse({"mirror", "--until=end", "a", "--quiet", "b", "-X", "k=v=w", "c"})
          .value();
  EXPECT_EQ(line.ask, Ask::kRun);
  EXPECT_EQ(line.command, &Program().commands[0]);
  EXPECT_THAT(line.arguments, ElementsAre("a", "b", "c"));
  EXPECT_THAT(line.flags,
              ElementsAre(Pair("until", "end"), Pair("quiet", "true")));
  EXPECT_THAT(line.properties, ElementsAre(Pair("k", "v=w")));
}

TEST(CommandLine, EverySpellingOfAFlag) {
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"--until=end"},
                                             {"-until=end"},
                                             {"--until", "end"},
                                             {"-until", "end"}}) {
    std::vector<std::string> all = {"mirror", "a", "b"};
    all.insert(all.end(), words.begin(), words.end());
    EXPECT_THAT(Parse(all).value().flags, ElementsAre(Pair("until", "end")));
  }
  EXPECT_THAT(Parse({"mirror", "a", "b", "--dry_run"}).value().flags,
              ElementsAre(Pair("dry-run", "true")));
  EXPECT_THAT(Parse({"mirror", "a", "b", "--nodry-run"}).value().flags,
              ElementsAre(Pair("dry-run", "false")));
  EXPECT_THAT(Parse({"mirror", "a", "b", "--dry-run=false"}).value().flags,
              ElementsAre(Pair("dry-run", "false")));
  EXPECT_THAT(Parse({"mirror", "a", "b", "-Xk=v"}).value().properties,
              ElementsAre(Pair("k", "v")));
}

TEST(CommandLine, AnEmptyValueIsAValue) {
  EXPECT_THAT(Parse({"mirror", "a", "b", "--until="}).value().flags,
              ElementsAre(Pair("until", "")));
}

TEST(CommandLine, TwoDashesEndTheFlags) {
  EXPECT_THAT(Parse({"mirror", "--", "--until", "-X"}).value().arguments,
              ElementsAre("--until", "-X"));
  EXPECT_THAT(Parse({"mirror", "-", ""}).value().arguments,
              ElementsAre("-", ""));
}

TEST(CommandLine, HelpAndVersionWinOverEverythingThatFollows) {
  for (const std::string word : {"--help", "-h", "-help", "help"}) {
    EXPECT_EQ(Parse({word}).value().ask, Ask::kHelp) << word;
  }
  for (const std::string word : {"--version", "-version", "version"}) {
    EXPECT_EQ(Parse({word}).value().ask, Ask::kVersion) << word;
  }
  EXPECT_EQ(Parse({"mirror", "--help", "--nonsense"}).value().ask,
            Ask::kCommandHelp);
  const CommandLine line = Parse({"help", "check"}).value();
  EXPECT_EQ(line.ask, Ask::kCommandHelp);
  EXPECT_EQ(line.command, &Program().commands[1]);
  EXPECT_EQ(Parse({"help", "nonsense"}).value().ask, Ask::kHelp);
}

TEST(CommandLine, WhatIsWrongIsNamedWithTheNearestRightThing) {
  ExpectRefused({}, "no command given", "`tool --help`");
  ExpectRefused({"miror", "a"}, "unknown command \"miror\"",
                "did you mean mirror?");
  ExpectRefused({"xyzzy"}, "unknown command \"xyzzy\"", "`tool --help`");
  ExpectRefused({"mirror", "a", "b", "--untl=end"}, "unknown flag --untl",
                "did you mean --until?");
  ExpectRefused({"mirror", "a", "b", "--frobnicate"},
                "unknown flag --frobnicate", "`tool mirror --help`");
  ExpectRefused({"mirror", "a", "b", "--output=json"},
                "mirror has no flag --output", "`tool mirror --help`");
  ExpectRefused({"mirror", "a", "b", "--until"}, "--until needs a value",
                "--until=end|never");
  ExpectRefused({"mirror", "a", "b", "--nountil"}, "unknown flag --nountil",
                "did you mean --until?");
  ExpectRefused({"mirror", "a"}, "mirror takes SOURCE TARGET..., here are 1",
                "usage: tool mirror SOURCE TARGET...");
  ExpectRefused({"check", "a", "b"}, "check takes COPY, here are 2",
                "usage: tool check COPY");
  ExpectRefused({"mirror", "a", "b", "-X", "kv"}, "-X needs key=value",
                "client.id");
  ExpectRefused({"mirror", "a", "b", "-X"}, "-X needs key=value", "client.id");
  ExpectRefused({"mirror", "a", "b", "-X=v"}, "-X needs key=value",
                "client.id");
}

class FlagFileTest : public ::testing::Test {
 protected:
  FlagFileTest() {
    std::string name = ::testing::TempDir() + "/sr-flag-file-XXXXXX";
    directory_ = mkdtemp(name.data());
    path_ = directory_ + "/flags";
  }
  ~FlagFileTest() override { std::filesystem::remove_all(directory_); }

  void Write(const std::string& text) { std::ofstream(path_) << text; }

  std::string directory_;
  std::string path_;
};

TEST_F(FlagFileTest, ItsLinesTakeItsPlace) {
  Write("# how we mirror\n\n  --until=never  \r\n-X k=v\n-Xl=w\nb\n");
  const CommandLine line =
      Parse({"mirror", "a", "--flagfile", path_, "--until=end"}).value();
  EXPECT_THAT(line.arguments, ElementsAre("a", "b"));
  EXPECT_THAT(line.flags,
              ElementsAre(Pair("until", "never"), Pair("until", "end")));
  EXPECT_THAT(line.properties, ElementsAre(Pair("k", "v"), Pair("l", "w")));
}

TEST_F(FlagFileTest, RefusalsNameTheFile) {
  ExpectRefused({"mirror", "a", "b", "--flagfile=" + path_}, path_,
                "readable file");
  ExpectRefused({"mirror", "a", "b", "--flagfile"}, "--flagfile needs a value",
                "");
  Write("--untl=end\n");
  ExpectRefused({"mirror", "a", "b", "--flagfile=" + path_}, path_,
                "did you mean --until?");
  Write("--flagfile=" + path_ + "\n");
  ExpectRefused({"mirror", "a", "b", "--flagfile=" + path_},
                "may not name another", "");
  std::filesystem::resize_file(path_, 2 << 20);
  ExpectRefused({"mirror", "a", "b", "--flagfile=" + path_}, "bytes", "");
}

TEST(Help, ListsEveryCommandAndEveryFlagOfTheCommandOnly) {
  const std::string program = RenderProgramHelp(Program());
  EXPECT_THAT(program, HasSubstr("Does things."));
  EXPECT_THAT(program, HasSubstr("mirror      Copies."));
  EXPECT_THAT(program, HasSubstr("check       Checks."));
  const std::string command =
      RenderCommandHelp(Program(), Program().commands[0]);
  EXPECT_THAT(command, HasSubstr("usage: tool mirror SOURCE TARGET... [FLAGS]"));
  EXPECT_THAT(command, HasSubstr("--until=end|never"));
  EXPECT_THAT(command, HasSubstr("--quiet"));
  EXPECT_THAT(command, HasSubstr("  tool mirror a b c\n"));
  EXPECT_THAT(command, Not(HasSubstr("--output")));
}

TEST(Nearest, OnlyWhatCanBeMeant) {
  EXPECT_EQ(Nearest("chek", {"check", "compare"}), "check");
  EXPECT_EQ(Nearest("check", {"check", "chec"}), "check");
  EXPECT_EQ(Nearest("zzzzz", {"check", "compare"}), "");
  EXPECT_THAT(Nearest("x", {}), IsEmpty());
}

}  // namespace
}  // namespace sr
