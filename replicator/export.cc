#include "replicator/export.h"

#include <map>
#include <memory>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/progress.h"
#include "core/base/status_context.h"
#include "core/base/status_macros.h"
#include "core/base/text.h"
#include "core/base/version.h"
#include "core/git/export_tree.h"
#include "core/git/git_repository.h"
#include "core/git/record_files.h"
#include "core/json/json_writer.h"
#include "core/schemas/key.h"
#include "core/schemas/value.h"
#include "core/sources/copy.h"
#include "replicator/harvested_registry.h"
#include "replicator/read_records.h"
#include "replicator/verify_copy.h"

namespace sr {
namespace {

constexpr char kOffsetTrailer[] = "Offset";
// Records of a registry that have no time of their own.
constexpr int64_t kNoTime = -1;

// What a record does, in a line.
std::string SubjectLine(const DecodedKey& key, const Record& record) {
  if (key.problem != KeyProblem::kNone) return "A key that no registry writes";
  std::string line = std::string(NameOf(key.key.type));
  if (key.key.subject.has_value()) {
    absl::StrAppend(&line, " ", EscapeForTerminal(*key.key.subject));
  }
  if (key.key.type == KeyType::kSchema) {
    absl::StrAppend(&line, " version ", key.key.version);
  }
  // Karapace deletes with an empty value.
  if (record.value.value_or("").empty()) return line + ", gone";
  if (key.key.type != KeyType::kSchema) return line;
  const SchemaValue value = DecodeSchemaValue(record.value);
  if (value.id.has_value()) absl::StrAppend(&line, ", id ", *value.id);
  if (value.deleted.value_or(false)) line += ", deleted";
  return line;
}

// Which history it is, whatever copy it is read from.
std::string HistoryOf(const CopyInfo& info) {
  if (info.topic.empty()) return EscapeForTerminal(info.location.text);
  return absl::StrCat("topic ", EscapeForTerminal(info.topic),
                      info.cluster_id.empty()
                          ? std::string()
                          : " of cluster " + EscapeForTerminal(info.cluster_id));
}

// A record in the tree.
struct Written {
  std::string schema_path;
  std::string record;  // The sidecar.
};

class Export {
 public:
  Export(const ExportOptions& options, const StopToken* stop)
      : options_(options.harvest.restore),
        harvest_(options.harvest),
        stop_(stop) {}

  absl::Status Run(std::string* result) {
    ASSIGN_OR_RETURN(repository_, GitRepository::OpenForExport(
                                      options_.target.path, kSummaryPath));
    if (repository_->has_commits()) RETURN_IF_ERROR(ReadTree());
    const absl::Status status =
        options_.source.kind == LocationKind::kRegistry ? FromRegistry()
                                                        : FromCopy();
    // What was committed before it was interrupted can be read.
    const absl::Status checked_out = repository_->CheckOut();
    RETURN_IF_ERROR(status);
    RETURN_IF_ERROR(checked_out);
    *result += options_.output == OutputFormat::kText ? Text() : Json();
    return absl::OkStatus();
  }

 private:
  absl::Status ReadTree() {
    absl::StatusOr<ExportTree> tree =
        ReadExportTree(options_.copy.file_system, options_.target.path);
    if (!tree.ok()) return Annotate(tree.status(), options_.target.text);
    summary_ = tree->summary;
    for (const auto& [path, record] : tree->records) {
      const RecordFiles files = FilesOf(record);
      written_[path] = {files.schema_path, files.record};
    }
    return absl::OkStatus();
  }

  absl::Status FromCopy() {
    RETURN_IF_ERROR(VerifyCopy(options_.source, options_.copy, options_.quiet));
    absl::StatusOr<Copy> copy = OpenCopy(options_.source, options_.copy);
    if (!copy.ok()) return Annotate(copy.status(), options_.source.text);
    history_ = HistoryOf(copy->info);
    ASSIGN_OR_RETURN(const int64_t next, NextOffset(copy->info));
    RETURN_IF_ERROR(copy->source->Seek(next));
    absl::Status status;
    RETURN_IF_ERROR(ReadRecords(&*copy, stop_, options_.copy.clock,
                                options_.quiet, [&](const Record& record) {
                                  status = CommitRecord(record);
                                  return status.ok();
                                }));
    return status;
  }

  absl::Status CheckHistory() const {
    if (!repository_->has_commits() || summary_.source == history_) {
      return absl::OkStatus();
    }
    return WithHint(
        absl::FailedPreconditionError(absl::StrCat(
            options_.target.text, " is the export of ", summary_.source, ", not of ",
            history_)),
        "name another directory");
  }

  absl::StatusOr<int64_t> NextOffset(const CopyInfo& info) const {
    RETURN_IF_ERROR(CheckHistory());
    const int64_t last = summary_.last_offset.value_or(-1);
    if (last < info.end_offset) return std::max(last + 1, info.start_offset);
    return WithHint(
        absl::FailedPreconditionError(absl::StrCat(
            options_.target.text, " goes up to offset ", last, ", and ",
            options_.source.text, " ends before")),
        "the topic was made anew, or the copy is older: name another "
        "directory");
  }

  absl::Status CommitRecord(const Record& record) {
    ++read_;
    if (!record.key.has_value()) return absl::OkStatus();
    DecodedKey key;
    DecodeKey(record.key, &key);
    // It says nothing, and comes at each start of a registry.
    if (key.problem == KeyProblem::kNone && key.key.type == KeyType::kNoop) {
      return absl::OkStatus();
    }
    if (!Put(KeptRecord::Of(record), record.IsTombstone())) {
      return absl::OkStatus();
    }
    summary_.last_offset = record.offset;
    return Commit(absl::StrCat(SubjectLine(key, record), "\n\n", kOffsetTrailer,
                               ": ", record.offset, "\n"),
                  record.timestamp);
  }

  absl::Status Commit(const std::string& message, int64_t time_ms) {
    summary_.source = history_;
    summary_.records = static_cast<int64_t>(written_.size());
    const std::string summary = EncodeSummary(summary_);
    repository_->Put(kSummaryPath, &summary);
    ASSIGN_OR_RETURN(const bool committed,
                     repository_->Commit(message, time_ms));
    commits_ += committed ? 1 : 0;
    return absl::OkStatus();
  }

  // Returns whether it changes anything.
  bool Put(const KeptRecord& record, bool is_gone) {
    const RecordFiles files = FilesOf(record);
    const auto old = written_.find(files.record_path);
    if (is_gone) {
      if (old == written_.end()) return false;
      TakeAway(files.record_path, old->second);
      written_.erase(old);
      return true;
    }
    if (old != written_.end()) {
      if (old->second.record == files.record) return false;
      TakeAway(files.record_path, old->second);
    }
    if (!files.schema_path.empty()) {
      repository_->Put(files.schema_path, &files.schema);
    }
    repository_->Put(files.record_path, &files.record);
    AddToDigest(files.record_path, files.record, &summary_.digest);
    written_[files.record_path] = {files.schema_path, files.record};
    return true;
  }

  void TakeAway(const std::string& path, const Written& written) {
    AddToDigest(path, written.record, &summary_.digest);
    repository_->Put(path, nullptr);
    if (!written.schema_path.empty()) {
      repository_->Put(written.schema_path, nullptr);
    }
  }

  absl::Status FromRegistry() {
    history_ =
        absl::StrCat("registry ", EscapeForTerminal(options_.source.text));
    RETURN_IF_ERROR(CheckHistory());
    ASSIGN_OR_RETURN(const HarvestedRegistry registry,
                     AskRegistry(options_.source, harvest_, {}));
    std::set<std::string> left;
    for (const auto& [path, written] : written_) left.insert(path);
    for (const HarvestedRecord& harvested :
         registry.records.Make(registry.reading.state, kNoTime)) {
      ++read_;
      KeptRecord record;
      if (harvested.timestamp != kNoTime) record.timestamp = harvested.timestamp;
      record.key = harvested.key;
      record.value = harvested.value;
      left.erase(FilesOf(record).record_path);
      (void)Put(record, /*is_gone=*/false);
    }
    for (const std::string& path : left) {
      TakeAway(path, written_.at(path));
      written_.erase(path);
    }
    return Commit(absl::StrCat(WhatItHolds(registry), "\n"),
                  absl::ToUnixMillis(options_.copy.clock->Now()));
  }

  std::string Text() const {
    return absl::StrCat(
        "export ", EscapeForTerminal(options_.source.text), " to ",
        EscapeForTerminal(options_.target.text), "\n  ", WithThousands(read_),
        " records read, ", WithThousands(commits_),
        commits_ == 1 ? " commit" : " commits", "; ",
        WithThousands(static_cast<int64_t>(written_.size())),
        " records are in the tree\n");
  }

  std::string Json() const {
    std::string out;
    JsonWriter json(&out);
    json.BeginObject();
    json.Key("tool").String("schemas-replicator");
    json.Key("version").String(kVersion);
    json.Key("command").String("export");
    json.Key("source").String(options_.source.text);
    json.Key("target").String(options_.target.text);
    json.Key("records_read").Int(read_);
    json.Key("commits").Int(commits_);
    json.Key("records_in_tree").Int(static_cast<int64_t>(written_.size()));
    json.Key("exit_code").Int(0);
    json.EndObject();
    out.push_back('\n');
    return out;
  }

  const RestoreOptions& options_;
  const HarvestOptions& harvest_;
  const StopToken* const stop_;
  std::unique_ptr<GitRepository> repository_;
  std::string history_;
  std::map<std::string, Written> written_;  // By path of the sidecar.
  ExportSummary summary_;
  int64_t read_ = 0;
  int64_t commits_ = 0;
};

}  // namespace

absl::Status RunExport(const ExportOptions& options, const StopToken* stop,
                       std::string* result) {
  const Location& target = options.harvest.restore.target;
  if (target.kind != LocationKind::kGit) {
    return WithHint(absl::InvalidArgumentError(absl::StrCat(
                        target.text, " is no git repository to export to")),
                    "export SOURCE git:DIR");
  }
  return Export(options, stop).Run(result);
}

}  // namespace sr
