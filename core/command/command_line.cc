#include "core/command/command_line.h"

#include <algorithm>
#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "core/base/file_system.h"
#include "core/base/status_context.h"
#include "core/base/status_macros.h"

namespace sr {
namespace {

constexpr int64_t kFlagFileBytesMax = 1 << 20;

size_t EditDistance(absl::string_view a, absl::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, substituted});
    }
  }
  return row[b.size()];
}

const CommandSpec* FindCommand(const ProgramSpec& program,
                               absl::string_view name) {
  for (const CommandSpec& command : program.commands) {
    if (command.name == name) return &command;
  }
  return nullptr;
}

const FlagSpec* FindFlag(const ProgramSpec& program, absl::string_view name) {
  for (const FlagSpec& flag : program.flags) {
    if (flag.name == name) return &flag;
  }
  return nullptr;
}

bool HasFlag(const ProgramSpec& program, const CommandSpec& command,
             const std::string& name) {
  const auto in = [&name](const std::vector<std::string>& names) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  return in(command.flags) || in(program.common);
}

std::vector<std::string> FlagNames(const ProgramSpec& program,
                                   const CommandSpec& command) {
  std::vector<std::string> names = command.flags;
  names.insert(names.end(), program.common.begin(), program.common.end());
  return names;
}

absl::Status Usage(absl::string_view message, absl::string_view hint) {
  return WithHint(absl::InvalidArgumentError(message), hint);
}

// Reads words one after the other into a CommandLine.
class Parser {
 public:
  Parser(const ProgramSpec& program, std::vector<std::string> words)
      : program_(program), words_(std::move(words)) {}

  absl::StatusOr<CommandLine> Parse() {
    if (words_.empty()) {
      return Usage("no command given",
                   absl::StrCat("`", program_.name, " --help` lists them"));
    }
    RETURN_IF_ERROR(TakeCommand());
    if (line_.ask != CommandLine::Ask::kRun) return line_;
    while (next_ < words_.size()) {
      RETURN_IF_ERROR(TakeWord(words_[next_++]));
      if (line_.ask != CommandLine::Ask::kRun) return line_;
    }
    RETURN_IF_ERROR(CheckArguments());
    return line_;
  }

 private:
  absl::Status TakeCommand() {
    const std::string& word = words_[next_++];
    if (word == "--help" || word == "-h" || word == "-help" || word == "help") {
      line_.ask = CommandLine::Ask::kHelp;
      if (next_ < words_.size()) {
        line_.command = FindCommand(program_, words_[next_]);
        if (line_.command != nullptr) {
          line_.ask = CommandLine::Ask::kCommandHelp;
        }
      }
      return absl::OkStatus();
    }
    if (word == "--version" || word == "-version" || word == "version") {
      line_.ask = CommandLine::Ask::kVersion;
      return absl::OkStatus();
    }
    line_.command = FindCommand(program_, word);
    if (line_.command != nullptr) return absl::OkStatus();
    std::vector<std::string> names;
    for (const CommandSpec& command : program_.commands) {
      names.push_back(command.name);
    }
    const std::string near = Nearest(word, names);
    return Usage(absl::StrCat("unknown command \"", word, "\""),
                 near.empty()
                     ? absl::StrCat("`", program_.name, " --help` lists them")
                     : absl::StrCat("did you mean ", near, "?"));
  }

  absl::Status TakeWord(const std::string& word) {
    if (only_arguments_ || word.empty() || word == "-" || word[0] != '-') {
      line_.arguments.push_back(word);
      return absl::OkStatus();
    }
    if (word == "--") {
      only_arguments_ = true;
      return absl::OkStatus();
    }
    if (absl::StartsWith(word, "-X")) return TakeProperty(word);
    if (word == "-h" || word == "--help" || word == "-help") {
      line_.ask = CommandLine::Ask::kCommandHelp;
      return absl::OkStatus();
    }
    return TakeFlag(word);
  }

  absl::Status TakeProperty(const std::string& word) {
    // A line of a flag file is one word: "-X key=value".
    std::string pair(absl::StripLeadingAsciiWhitespace(word.substr(2)));
    if (pair.empty() && next_ < words_.size()) pair = words_[next_++];
    const size_t equals = pair.find('=');
    if (equals == std::string::npos || equals == 0) {
      return Usage("-X needs key=value",
                   "for example -X client.id=mirror; secrets belong into "
                   "?config=FILE");
    }
    line_.properties.emplace_back(pair.substr(0, equals),
                                  pair.substr(equals + 1));
    return absl::OkStatus();
  }

  absl::Status TakeFlag(const std::string& word) {
    const size_t dashes = absl::StartsWith(word, "--") ? 2 : 1;
    const size_t equals = word.find('=');
    const bool has_value = equals != std::string::npos;
    std::string name =
        word.substr(dashes, has_value ? equals - dashes : std::string::npos);
    name = absl::StrReplaceAll(name, {{"_", "-"}});
    std::string value = has_value ? word.substr(equals + 1) : "";

    if (name == "flagfile") return TakeFlagFile(has_value, value);
    const FlagSpec* flag = FindFlag(program_, name);
    if (flag == nullptr && !has_value && absl::StartsWith(name, "no")) {
      const FlagSpec* negated = FindFlag(program_, name.substr(2));
      if (negated != nullptr && negated->value.empty()) {
        flag = negated;
        name = negated->name;
        value = "false";
      }
    }
    RETURN_IF_ERROR(CheckFlag(flag, name, word));
    if (flag->value.empty()) {
      if (!has_value && value.empty()) value = "true";
    } else if (!has_value) {
      if (next_ >= words_.size()) {
        return Usage(absl::StrCat("--", name, " needs a value"),
                     absl::StrCat("--", name, "=", flag->value));
      }
      value = words_[next_++];
    }
    line_.flags.emplace_back(name, value);
    return absl::OkStatus();
  }

  absl::Status CheckFlag(const FlagSpec* flag, const std::string& name,
                         const std::string& word) {
    if (flag != nullptr && HasFlag(program_, *line_.command, name)) {
      return absl::OkStatus();
    }
    const std::string see = absl::StrCat("`", program_.name, " ",
                                         line_.command->name, " --help`");
    if (flag != nullptr) {
      return Usage(absl::StrCat(line_.command->name, " has no flag --", name),
                   absl::StrCat(see, " lists its flags"));
    }
    const std::string near =
        Nearest(name, FlagNames(program_, *line_.command));
    return Usage(absl::StrCat("unknown flag ", word.substr(0, word.find('='))),
                 near.empty() ? absl::StrCat(see, " lists the flags")
                              : absl::StrCat("did you mean --", near, "?"));
  }

  // The file's flags take the place of --flagfile.
  absl::Status TakeFlagFile(bool has_value, std::string path) {
    if (!has_value && next_ < words_.size()) path = words_[next_++];
    if (path.empty()) return Usage("--flagfile needs a value", "--flagfile=FILE");
    if (in_flag_file_) {
      return Usage("a flag file may not name another one", path);
    }
    absl::StatusOr<std::string> text =
        ReadWholeFile(PosixFileSystem(), path, kFlagFileBytesMax);
    if (!text.ok()) {
      return Usage(absl::StrCat("--flagfile: ", text.status().message()),
                   "name a readable file with one flag a line");
    }
    std::vector<std::string> lines;
    for (absl::string_view line : absl::StrSplit(*text, '\n')) {
      line = absl::StripAsciiWhitespace(line);
      if (line.empty() || line[0] == '#') continue;
      lines.emplace_back(line);
    }
    Parser nested(program_, std::move(lines));
    nested.in_flag_file_ = true;
    nested.line_.command = line_.command;
    while (nested.next_ < nested.words_.size()) {
      absl::Status status = nested.TakeWord(nested.words_[nested.next_++]);
      if (!status.ok()) return Annotate(status, path);
    }
    for (auto& flag : nested.line_.flags) line_.flags.push_back(flag);
    for (auto& p : nested.line_.properties) line_.properties.push_back(p);
    for (auto& a : nested.line_.arguments) line_.arguments.push_back(a);
    return absl::OkStatus();
  }

  absl::Status CheckArguments() {
    const CommandSpec& command = *line_.command;
    const int count = static_cast<int>(line_.arguments.size());
    if (count >= command.arguments_min &&
        (command.arguments_max < 0 || count <= command.arguments_max)) {
      return absl::OkStatus();
    }
    return Usage(absl::StrCat(command.name, " takes ", command.arguments,
                              ", here are ", count, " arguments"),
                 absl::StrCat("usage: ", program_.name, " ", command.name, " ",
                              command.arguments));
  }

  const ProgramSpec& program_;
  const std::vector<std::string> words_;
  size_t next_ = 0;
  bool only_arguments_ = false;
  bool in_flag_file_ = false;
  CommandLine line_;
};

void AppendFlag(const FlagSpec& flag, std::string* out) {
  std::string left = absl::StrCat("--", flag.name);
  if (!flag.value.empty()) absl::StrAppend(&left, "=", flag.value);
  absl::StrAppendFormat(out, "  %-30s %s\n", left, flag.help);
}

}  // namespace

std::string Nearest(absl::string_view word,
                    const std::vector<std::string>& candidates) {
  std::string nearest;
  size_t distance = std::max<size_t>(2, word.size() / 3) + 1;
  for (const std::string& candidate : candidates) {
    const size_t d = EditDistance(word, candidate);
    if (d < distance) {
      distance = d;
      nearest = candidate;
    }
  }
  return nearest;
}

absl::StatusOr<CommandLine> ParseCommandLine(
    const ProgramSpec& program, const std::vector<std::string>& words) {
  return Parser(program, words).Parse();
}

std::string RenderProgramHelp(const ProgramSpec& program) {
  std::string out = absl::StrCat(program.summary, "\n\nusage: ", program.name,
                                 " COMMAND ARGUMENTS... [FLAGS]\n\ncommands:\n");
  for (const CommandSpec& command : program.commands) {
    absl::StrAppendFormat(&out, "  %-11s %s\n", command.name, command.summary);
  }
  absl::StrAppend(
      &out,
      "\ncopies are named by where they are:\n"
      "  kafka://HOST:PORT[,HOST:PORT]/TOPIC[?config=FILE][&role=shadow]\n"
      "  archive:DIR[?gen=N]\n"
      "  git:DIR (for export, and to restore from)\n"
      "  logdir:DIR (the directory of a partition of a broker that is stopped)\n"
      "  karapace:PATH (a backup of karapace_schema_backup, to be read)\n"
      "  dump:FILE (output of kcat, kafka-console-consumer or rpk, to be read)\n"
      "  http://HOST:PORT[/PATH], https://... (a registry)\n\n`",
      program.name, " COMMAND --help` shows a command's flags and examples.\n");
  return out;
}

std::string RenderCommandHelp(const ProgramSpec& program,
                              const CommandSpec& command) {
  std::string out =
      absl::StrCat(command.summary, "\n\nusage: ", program.name, " ",
                   command.name, " ", command.arguments, " [FLAGS]\n\nflags:\n");
  for (const std::string& name : FlagNames(program, command)) {
    if (const FlagSpec* flag = FindFlag(program, name)) AppendFlag(*flag, &out);
  }
  AppendFlag({"flagfile", "FILE", "read flags from FILE, one a line"}, &out);
  absl::StrAppendFormat(&out, "  %-30s %s\n", "-X KEY=VALUE",
                        "a librdkafka property, repeatable; secrets belong "
                        "into ?config=FILE");
  if (!command.examples.empty()) {
    absl::StrAppend(&out, "\nexamples:\n");
    for (absl::string_view line : absl::StrSplit(command.examples, '\n')) {
      absl::StrAppend(&out, "  ", line, "\n");
    }
  }
  return out;
}

}  // namespace sr
