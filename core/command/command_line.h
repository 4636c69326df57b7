// The command line of both programs: a command, its arguments, its flags.
//
// A table says which flags each command has, so that help is short and an
// unknown name is refused, with the nearest valid one, before the flags library
// sees it. Pure: words in, words out.
#ifndef CORE_COMMAND_COMMAND_LINE_H_
#define CORE_COMMAND_COMMAND_LINE_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace sr {

struct FlagSpec {
  std::string name;   // "until", given as --until.
  std::string value;  // "end|never"; empty for a switch.
  std::string help;   // One phrase, default included.
};

struct CommandSpec {
  std::string name;       // "mirror"
  std::string arguments;  // "SOURCE TARGET..."
  int arguments_min = 0;
  int arguments_max = -1;  // -1: any number.
  std::string summary;     // One sentence.
  std::vector<std::string> flags;  // Names; all of ProgramSpec::common besides.
  std::string examples;    // Lines, each indented by the renderer.
};

struct ProgramSpec {
  std::string name;
  std::string version;
  std::string summary;
  std::vector<CommandSpec> commands;
  std::vector<FlagSpec> flags;      // Every flag of every command.
  std::vector<std::string> common;  // Names that every command has.
};

// What a command line asks for.
struct CommandLine {
  enum class Ask { kRun, kHelp, kCommandHelp, kVersion };
  Ask ask = Ask::kRun;
  const CommandSpec* command = nullptr;  // Null for kHelp and kVersion.
  std::vector<std::string> arguments;
  // Flags in order, values as given; "true" for a switch.
  std::vector<std::pair<std::string, std::string>> flags;
  // -X key=value, in order.
  std::vector<std::pair<std::string, std::string>> properties;
};

// Reads `words`, argv without the program's name. `--name=value`, `--name
// value`, one dash or two, `-` and `_` alike in names, `--noname` for a
// switch, `-X key=value` or `-Xkey=value`, `--flagfile=FILE` (one flag a line,
// # comments), `--` ends the flags.
//
// InvalidArgument with a hint: no or unknown command, unknown flag, a flag of
// another command, a flag without its value, too few or too many arguments,
// a -X without "=", an unreadable flag file.
absl::StatusOr<CommandLine> ParseCommandLine(
    const ProgramSpec& program, const std::vector<std::string>& words);

// Help for the whole program: summary, commands, how to go on.
std::string RenderProgramHelp(const ProgramSpec& program);

// Help for one command: usage, flags, examples.
std::string RenderCommandHelp(const ProgramSpec& program,
                              const CommandSpec& command);

// The candidate nearest to `word` by edit distance if it is near enough to be
// meant, else empty.
std::string Nearest(absl::string_view word,
                    const std::vector<std::string>& candidates);

}  // namespace sr

#endif  // CORE_COMMAND_COMMAND_LINE_H_
