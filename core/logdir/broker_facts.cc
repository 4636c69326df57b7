#include "core/logdir/broker_facts.h"

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "core/base/exit_code.h"
#include "core/base/status_context.h"
#include "core/base/status_macros.h"

namespace sr {
namespace {

constexpr char kBrokerLock[] = ".lock";
constexpr char kCleanShutdown[] = ".kafka_cleanshutdown";
constexpr int64_t kSmallFileBytesMax = 4 << 20;
constexpr size_t kMarkLetters = 32;  // A random UUID without its hyphens.

// Without what a broker appends to the name of one that is not its any more.
absl::string_view WithoutMark(absl::string_view name) {
  const size_t dot = name.rfind('.');
  if (dot == absl::string_view::npos) return name;
  const absl::string_view mark = name.substr(dot + 1);
  const size_t hyphen = mark.find('-');
  if (hyphen != kMarkLetters ||
      !std::all_of(mark.begin(), mark.begin() + kMarkLetters, absl::ascii_isalnum)) {
    return name;
  }
  const absl::string_view kind = mark.substr(hyphen + 1);
  if (kind != "stray" && kind != "delete" && kind != "future") return name;
  return name.substr(0, dot);
}

class FactsReader {
 public:
  FactsReader(FileSystem* file_system, const std::string& directory)
      : file_system_(file_system) {
    const PathParts parts = SplitPath(directory);
    root_ = parts.directory;
    ParsePartitionName(parts.name, &facts_.topic, &facts_.partition);
  }

  absl::StatusOr<BrokerFacts> Run() {
    RETURN_IF_ERROR(CheckNoBrokerRuns());
    ReadMetaProperties();
    ReadCheckpoint("log-start-offset-checkpoint", &facts_.log_start);
    ReadCheckpoint("replication-offset-checkpoint", &facts_.high_watermark);
    const absl::StatusOr<bool> clean =
        file_system_->Exists(JoinPath(root_, kCleanShutdown));
    facts_.stopped_cleanly = clean.ok() && *clean;
    return std::move(facts_);
  }

 private:
  absl::Status CheckNoBrokerRuns() {
    const std::string lock = JoinPath(root_, kBrokerLock);
    const absl::StatusOr<bool> locked = file_system_->IsLocked(lock);
    if (absl::IsPermissionDenied(locked.status())) {
      facts_.unreadable.push_back(absl::StrCat(
          lock, ": no permission to ask whether a broker runs there"));
      return absl::OkStatus();
    }
    RETURN_IF_ERROR(locked.status());
    if (!*locked) return absl::OkStatus();
    return WithExitCode(
        WithHint(absl::FailedPreconditionError(absl::StrCat(
                     "a broker runs on ", root_,
                     ": it renames and removes segments at any moment")),
                 "read the topic itself (kafka://...), or make a directory of links, "
                 "which keep what they point to: cp -al PARTITION COPY"),
        ExitCode::kRefused);
  }

  // nullopt if it is not there or cannot be read; the latter is noted.
  std::optional<std::string> ReadSmallFile(const std::string& name) {
    absl::StatusOr<std::string> text = ReadWholeFile(
        file_system_, JoinPath(root_, name), kSmallFileBytesMax);
    if (text.ok()) return *std::move(text);
    if (!absl::IsNotFound(text.status())) {
      facts_.unreadable.push_back(absl::StrCat(name, ": ", text.status().message()));
    }
    return std::nullopt;
  }

  void ReadMetaProperties() {
    const std::optional<std::string> text = ReadSmallFile("meta.properties");
    if (!text.has_value()) return;
    for (absl::string_view line : absl::StrSplit(*text, '\n')) {
      if (absl::ConsumePrefix(&line, "cluster.id=")) {
        facts_.cluster_id = std::string(absl::StripAsciiWhitespace(line));
      }
    }
  }

  // "0", the number of lines, then "TOPIC PARTITION OFFSET" in each
  // (CheckpointFile.java, OffsetCheckpointFile.java).
  void ReadCheckpoint(const std::string& name, std::optional<int64_t>* offset) {
    if (facts_.partition < 0) return;
    const std::optional<std::string> text = ReadSmallFile(name);
    if (!text.has_value()) return;
    const std::vector<absl::string_view> lines =
        absl::StrSplit(absl::StripTrailingAsciiWhitespace(*text), '\n');
    size_t count = 0;
    if (lines.size() < 2 || lines[0] != "0" || !absl::SimpleAtoi(lines[1], &count) ||
        count != lines.size() - 2) {
      facts_.unreadable.push_back(absl::StrCat(name, ": is no checkpoint of offsets"));
      return;
    }
    for (size_t i = 2; i < lines.size(); ++i) {
      const std::vector<absl::string_view> words = absl::StrSplit(lines[i], ' ');
      int partition;
      int64_t value;
      if (words.size() != 3 || !absl::SimpleAtoi(words[1], &partition) ||
          !absl::SimpleAtoi(words[2], &value) || value < 0) {
        facts_.unreadable.push_back(
            absl::StrCat(name, ": line ", i + 1, " is none of a checkpoint"));
        return;
      }
      if (words[0] == facts_.topic && partition == facts_.partition) *offset = value;
    }
  }

  FileSystem* const file_system_;
  std::string root_;
  BrokerFacts facts_;
};

}  // namespace

void ParsePartitionName(absl::string_view name, std::string* topic,
                        int* partition) {
  const absl::string_view plain = WithoutMark(name);
  const size_t hyphen = plain.rfind('-');
  int number;
  if (hyphen == absl::string_view::npos || hyphen == 0 ||
      !absl::SimpleAtoi(plain.substr(hyphen + 1), &number) || number < 0) {
    topic->clear();
    *partition = -1;
    return;
  }
  *topic = std::string(plain.substr(0, hyphen));
  *partition = number;
}

absl::StatusOr<BrokerFacts> ReadBrokerFacts(FileSystem* file_system,
                                            const std::string& directory) {
  return FactsReader(file_system, directory).Run();
}

}  // namespace sr
