#include "replicator/logdir_restore.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "core/archive/archive_store.h"
#include "core/archive/committed_files.h"
#include "core/base/exit_code.h"
#include "core/base/status_context.h"
#include "core/base/status_macros.h"
#include "core/base/text.h"
#include "core/base/version.h"
#include "core/json/json_writer.h"
#include "replicator/verify_copy.h"

namespace sr {
namespace {

constexpr char kPartitionMetadata[] = "partition.metadata";
constexpr char kPartitionSuffix[] = "-0";
constexpr char kBrokerLock[] = ".lock";
// Of a name until all files are there; no broker reads such a file.
constexpr char kArrivingSuffix[] = ".restoring";
constexpr int64_t kCopyBytes = 1 << 20;
constexpr int64_t kSmallFileBytesMax = 1 << 20;

// What a broker makes of a partition besides its records, and makes anew from them.
bool IsRebuilt(const std::string& name) {
  return absl::EndsWith(name, ".index") || absl::EndsWith(name, ".timeindex") ||
         absl::EndsWith(name, ".txnindex") ||
         absl::EndsWith(name, ".snapshot") || name == "leader-epoch-checkpoint";
}

absl::Status Refused(const std::string& what, const std::string& hint) {
  return WithHint(absl::FailedPreconditionError(what), hint);
}

class LogdirRestore {
 public:
  explicit LogdirRestore(const RestoreOptions& options)
      : options_(options), fs_(options.copy.file_system) {
    PathParts parts = SplitPath(options.target.path);
    root_ = std::move(parts.directory);
    name_ = std::move(parts.name);
    directory_ = JoinPath(root_, name_);
  }

  // Everything that can be refused is refused here.
  absl::Status Prepare() {
    RETURN_IF_ERROR(CheckFlags());
    RETURN_IF_ERROR(CheckDirectory());
    RETURN_IF_ERROR(CheckNoBrokerRuns());
    RETURN_IF_ERROR(VerifyCopy(options_.source, options_.copy, options_.quiet));
    RETURN_IF_ERROR(FindFiles());
    RETURN_IF_ERROR(CheckContent());
    return CheckCheckpoints();
  }

  absl::Status Execute() {
    RETURN_IF_ERROR(LockOutTheBroker());
    absl::Status status = LookAgain();
    if (status.ok()) status = CopyAll();
    // Whatever came of it: a broker makes its own, and one of ours it may not be
    // allowed to open.
    const absl::Status removed = fs_->Remove(JoinPath(root_, kBrokerLock));
    lock_.reset();
    return status.ok() ? removed : status;
  }

  // The look before was without the lock: what was found then may have changed.
  absl::Status LookAgain() {
    there_.clear();
    to_remove_.clear();
    RETURN_IF_ERROR(CheckContent());
    return CheckCheckpoints();
  }

  // First all under names that no broker reads, then all of them at once.
  absl::Status CopyAll() {
    for (const CommittedFile& file : files_) {
      if (IsThere(file)) continue;
      RETURN_IF_ERROR(CopyFile(file, Target(file) + kArrivingSuffix));
    }
    for (const std::string& name : to_remove_) {
      RETURN_IF_ERROR(fs_->Remove(JoinPath(directory_, name)));
    }
    for (const CommittedFile& file : files_) {
      if (IsThere(file)) continue;
      RETURN_IF_ERROR(
          fs_->Rename(Target(file) + kArrivingSuffix, Target(file)));
    }
    RETURN_IF_ERROR(fs_->SyncDirectory(directory_));
    for (const CommittedFile& file : files_) {
      ASSIGN_OR_RETURN(const bool same, IsSame(file, Target(file)));
      if (same) continue;
      return absl::DataLossError(absl::StrCat(
          Target(file), ": read back, it is not what was written"));
    }
    executed_ = true;
    return absl::OkStatus();
  }

  std::string Text() const {
    std::string out = absl::StrCat(
        "restore ", EscapeForTerminal(options_.source.text), " to ",
        EscapeForTerminal(options_.target.text), "\n  ", files_.size(),
        files_.size() == 1 ? " segment (" : " segments (", HumanBytes(bytes_),
        "), the last offset ", WithThousands(files_.back().last_offset),
        "; verified\n");
    if (!there_.empty()) {
      absl::StrAppend(&out, "  ", there_.size(),
                      " of them are there from an earlier run\n");
    }
    if (!executed_) {
      return absl::StrCat(
          out, "nothing was changed; run again with --execute to do it\n");
    }
    return absl::StrCat(out, "done: copied, read back and equal\n", Steps());
  }

  std::string Json() const {
    std::string out;
    JsonWriter json(&out);
    json.BeginObject();
    json.Key("tool").String("schemas-replicator");
    json.Key("version").String(kVersion);
    json.Key("command").String("restore");
    json.Key("source").String(options_.source.text);
    json.Key("target").String(options_.target.text);
    json.Key("segments").Int(static_cast<int64_t>(files_.size()));
    json.Key("bytes").Int(bytes_);
    json.Key("last_offset").Int(files_.back().last_offset);
    json.Key("already_there").Int(static_cast<int64_t>(there_.size()));
    json.Key("executed").Bool(executed_);
    json.Key("exit_code").Int(static_cast<int>(ExitCode::kClean));
    json.EndObject();
    return absl::StrCat(out, "\n");
  }

 private:
  absl::Status CheckFlags() const {
    if (options_.source.kind != LocationKind::kArchive) {
      return WithHint(
          absl::InvalidArgumentError(absl::StrCat(
              options_.source.text, " has no segments to copy")),
          "an archive has: restore archive:DIR logdir:DIR; any other copy can be "
          "restored into a topic, kafka://HOST:PORT/TOPIC");
    }
    if (options_.to_offset.has_value() || options_.to_time.has_value() ||
        options_.rehearse || options_.redpanda != RedpandaKeys::kAsTheyAre) {
      return WithHint(
          absl::InvalidArgumentError(
              "a directory is restored whole, and as it is"),
          "restore into a topic for --to-offset, --to-time, --before-event, "
          "--rehearse and --redpanda");
    }
    return absl::OkStatus();
  }

  absl::Status CheckDirectory() const {
    constexpr char kHint[] =
        "name what the broker has for the topic's only partition: "
        "logdir:/var/lib/kafka/data/_schemas-0";
    if (!absl::EndsWith(name_, kPartitionSuffix) ||
        name_.size() == sizeof(kPartitionSuffix) - 1) {
      return Refused(absl::StrCat(directory_, " is no directory of a partition 0"),
                     kHint);
    }
    for (const std::string& needed :
         {JoinPath(directory_, kPartitionMetadata),
          JoinPath(root_, "meta.properties")}) {
      ASSIGN_OR_RETURN(const bool exists, fs_->Exists(needed));
      if (exists) continue;
      return Refused(
          absl::StrCat(needed, " is not there: no broker has made this "
                               "directory, or none that is known"),
          absl::StrCat("create the topic, with one partition and one replica, and "
                       "stop its broker; ", kHint));
    }
    return absl::OkStatus();
  }

  // Brokers hold the lock the whole time that they run.
  absl::Status CheckNoBrokerRuns() const {
    ASSIGN_OR_RETURN(const bool runs,
                     fs_->IsLocked(JoinPath(root_, kBrokerLock)));
    return runs ? BrokerRuns() : absl::OkStatus();
  }

  absl::Status LockOutTheBroker() {
    auto lock = fs_->Lock(JoinPath(root_, kBrokerLock));
    if (!lock.ok()) {
      return absl::IsUnavailable(lock.status()) ? BrokerRuns() : lock.status();
    }
    lock_ = *std::move(lock);
    return absl::OkStatus();
  }

  absl::Status BrokerRuns() const {
    return WithExitCode(
        WithHint(absl::UnavailableError(absl::StrCat(
                     root_, " is in use: its broker runs")),
                 "stop the broker first, and start it again afterwards"),
        ExitCode::kRefused);
  }

  absl::Status FindFiles() {
    ASSIGN_OR_RETURN(const int64_t generation,
                     ChooseGeneration(fs_, options_.source.path,
                                      options_.source.generation));
    ASSIGN_OR_RETURN(const Manifest manifest,
                     ReadManifest(fs_, options_.source.path, generation));
    const ArchiveLayout layout(options_.source.path, generation,
                               manifest.topic);
    ASSIGN_OR_RETURN(files_, CommittedFiles(fs_, layout, manifest));
    for (const CommittedFile& file : files_) bytes_ += file.bytes;
    if (!files_.empty()) return absl::OkStatus();
    return Refused(
        absl::StrCat(options_.source.text, " has no record yet"),
        "nothing is to be restored");
  }

  // A topic that was never written to, or what an earlier run has left.
  absl::Status CheckContent() {
    ASSIGN_OR_RETURN(const std::vector<std::string> names,
                     fs_->List(directory_));
    for (const std::string& name : names) {
      if (name == kPartitionMetadata) continue;
      if (IsRebuilt(name) || absl::EndsWith(name, kArrivingSuffix)) {
        to_remove_.push_back(name);
        continue;
      }
      RETURN_IF_ERROR(CheckLog(name));
    }
    return absl::OkStatus();
  }

  absl::Status CheckLog(const std::string& name) {
    const std::string path = JoinPath(directory_, name);
    const auto file =
        std::find_if(files_.begin(), files_.end(),
                     [&name](const CommittedFile& f) { return f.name == name; });
    if (BaseOffsetOf(name, kLogSuffix).has_value()) {
      ASSIGN_OR_RETURN(const auto log, fs_->OpenForRead(path));
      ASSIGN_OR_RETURN(const int64_t size, log->Size());
      if (size == 0) {
        to_remove_.push_back(name);
        return absl::OkStatus();
      }
      if (file != files_.end()) {
        ASSIGN_OR_RETURN(const bool same, IsSame(*file, path));
        if (same) {
          there_.push_back(name);
          return absl::OkStatus();
        }
      }
    }
    return Refused(
        absl::StrCat(path, " is there: the topic is not empty"),
        "its records would be lost; create another topic, or delete and create "
        "this one, and stop the broker again");
  }

  // "0\nCOUNT\nTOPIC PARTITION OFFSET\n...". One of 0 bytes is legal, and none is
  // ever rewritten here: of a fresh topic they know nothing that would mislead.
  absl::Status CheckCheckpoints() const {
    const std::string topic =
        name_.substr(0, name_.size() - (sizeof(kPartitionSuffix) - 1));
    for (const char* checkpoint :
         {"recovery-point-offset-checkpoint", "replication-offset-checkpoint",
          "log-start-offset-checkpoint", "cleaner-offset-checkpoint"}) {
      const std::string path = JoinPath(root_, checkpoint);
      ASSIGN_OR_RETURN(const bool exists, fs_->Exists(path));
      if (!exists) continue;
      ASSIGN_OR_RETURN(const std::string text,
                       ReadWholeFile(fs_, path, kSmallFileBytesMax));
      for (const absl::string_view line : absl::StrSplit(text, '\n')) {
        if (!absl::StartsWith(line, absl::StrCat(topic, " 0 ")) ||
            line == absl::StrCat(topic, " 0 0")) {
          continue;
        }
        return Refused(
            absl::StrCat(path, " says \"", EscapeForTerminal(line),
                         "\": the topic was written to"),
            "create another topic, or delete and create this one, and stop the "
            "broker again");
      }
    }
    return absl::OkStatus();
  }

  std::string Target(const CommittedFile& file) const {
    return JoinPath(directory_, file.name);
  }
  bool IsThere(const CommittedFile& file) const {
    return std::find(there_.begin(), there_.end(), file.name) != there_.end();
  }

  absl::Status CopyFile(const CommittedFile& file, const std::string& to) {
    const auto stale = std::find(to_remove_.begin(), to_remove_.end(),
                                 file.name + kArrivingSuffix);
    if (stale != to_remove_.end()) {
      RETURN_IF_ERROR(fs_->Remove(to));
      to_remove_.erase(stale);
    }
    ASSIGN_OR_RETURN(const auto in, fs_->OpenForRead(file.path));
    ASSIGN_OR_RETURN(const auto out, fs_->Create(to));
    std::string bytes;
    for (int64_t at = 0; at < file.bytes; at += kCopyBytes) {
      RETURN_IF_ERROR(
          in->Read(at, std::min(kCopyBytes, file.bytes - at), &bytes));
      RETURN_IF_ERROR(out->Append(bytes));
    }
    RETURN_IF_ERROR(out->Sync());
    return out->Close();
  }

  // Whether `path` holds exactly what is committed of `file`, by the disk.
  absl::StatusOr<bool> IsSame(const CommittedFile& file,
                              const std::string& path) const {
    ASSIGN_OR_RETURN(const auto source, fs_->OpenForRead(file.path));
    ASSIGN_OR_RETURN(const auto target, fs_->OpenForRead(path));
    target->DropCache();
    ASSIGN_OR_RETURN(const int64_t size, target->Size());
    if (size != file.bytes) return false;
    std::string a;
    std::string b;
    for (int64_t at = 0; at < size; at += kCopyBytes) {
      const int64_t length = std::min(kCopyBytes, size - at);
      RETURN_IF_ERROR(source->Read(at, length, &a));
      RETURN_IF_ERROR(target->Read(at, length, &b));
      if (a != b) return false;
    }
    return true;
  }

  std::string Steps() const {
    return absl::StrCat(
        "what is left to do:\n"
        "  1. give the files to the broker's user: chown --reference=",
        EscapeForTerminal(JoinPath(directory_, kPartitionMetadata)), " ",
        EscapeForTerminal(directory_), "/*.log\n",
        "  2. start the broker; it logs \"Could not find offset index file\", and "
        "then logEndOffset=",
        files_.back().last_offset + 1,
        "\n"
        "  3. hold the topic against the archive: schemas-verifier compare ",
        EscapeForTerminal(options_.source.text),
        " kafka://HOST:PORT/TOPIC\n"
        "  4. add replicas with kafka-reassign-partitions, and only then start "
        "the registry\n");
  }

  const RestoreOptions& options_;
  FileSystem* const fs_;
  std::string root_;       // The broker's log directory.
  std::string name_;       // "_schemas-0"
  std::string directory_;  // Of the partition.
  std::unique_ptr<FileLock> lock_;
  std::vector<CommittedFile> files_;
  int64_t bytes_ = 0;
  // Names in `directory_`.
  std::vector<std::string> there_;      // Copied by an earlier run.
  std::vector<std::string> to_remove_;  // Holds no record.
  bool executed_ = false;
};

}  // namespace

absl::Status RunLogdirRestore(const RestoreOptions& options,
                              std::string* result) {
  LogdirRestore restore(options);
  RETURN_IF_ERROR(restore.Prepare());
  if (options.execute) RETURN_IF_ERROR(restore.Execute());
  absl::StrAppend(result, options.output == OutputFormat::kText
                              ? restore.Text()
                              : restore.Json());
  return absl::OkStatus();
}

}  // namespace sr
