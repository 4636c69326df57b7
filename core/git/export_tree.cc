#include "core/git/export_tree.h"

#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/status_context.h"
#include "core/base/status_macros.h"
#include "core/base/text.h"
#include "core/json/json.h"
#include "core/json/json_writer.h"

namespace sr {
namespace {

constexpr int64_t kBytesMax = int64_t{512} << 20;
constexpr char kFormat[] = "schemas-replicator export";

absl::StatusOr<ExportSummary> DecodeSummary(const std::string& text) {
  const auto damaged = [] {
    return absl::DataLossError(
        absl::StrCat(kSummaryPath, ": not as export writes it"));
  };
  const absl::StatusOr<JsonValue> json = ParseJson(text);
  if (!json.ok()) return damaged();
  ExportSummary summary;
  const auto source = json->GetString("source");
  const auto offset = json->GetOptionalInt64("last_offset");
  const auto records = json->GetInt64("records");
  const auto digest = json->GetString("digest");
  if (!source.ok() || !offset.ok() || !records.ok() || !digest.ok()) {
    return damaged();
  }
  const auto bytes = DigestFromHex(*digest);
  if (!bytes.ok()) return damaged();
  summary.source = *source;
  summary.last_offset = *offset;
  summary.records = *records;
  summary.digest = *bytes;
  if (EncodeSummary(summary) != text) return damaged();
  return summary;
}

// The files of the directories that export makes.
class Walk {
 public:
  Walk(FileSystem* file_system, std::string directory)
      : file_system_(file_system), directory_(std::move(directory)) {}

  absl::StatusOr<std::map<std::string, std::string>> Run() {
    RETURN_IF_ERROR(ReadContext(""));
    RETURN_IF_ERROR(ReadFiles("other/"));
    ASSIGN_OR_RETURN(const auto contexts, List("contexts/"));
    for (const std::string& context : contexts) {
      RETURN_IF_ERROR(ReadContext(absl::StrCat("contexts/", context, "/")));
    }
    return std::move(files_);
  }

 private:
  absl::Status ReadContext(const std::string& prefix) {
    RETURN_IF_ERROR(ReadFiles(prefix + "global/"));
    ASSIGN_OR_RETURN(const auto shards, List(prefix + "subjects/"));
    for (const std::string& shard : shards) {
      const std::string path = absl::StrCat(prefix, "subjects/", shard, "/");
      ASSIGN_OR_RETURN(const auto subjects, List(path));
      for (const std::string& subject : subjects) {
        RETURN_IF_ERROR(ReadFiles(absl::StrCat(path, subject, "/")));
      }
    }
    return absl::OkStatus();
  }

  // Empty if it is not there.
  absl::StatusOr<std::vector<std::string>> List(const std::string& path) const {
    auto names = file_system_->List(JoinPath(directory_, path));
    if (absl::IsNotFound(names.status())) return std::vector<std::string>();
    if (!names.ok()) return Annotate(names.status(), path);
    return names;
  }

  absl::Status ReadFiles(const std::string& path) {
    ASSIGN_OR_RETURN(const auto names, List(path));
    for (const std::string& name : names) {
      ASSIGN_OR_RETURN(
          std::string content,
          ReadWholeFile(file_system_,
                        JoinPath(directory_, absl::StrCat(path, name)),
                        kBytesMax - bytes_));
      bytes_ += static_cast<int64_t>(content.size());
      files_[path + name] = std::move(content);
    }
    return absl::OkStatus();
  }

  FileSystem* const file_system_;
  const std::string directory_;
  int64_t bytes_ = 0;
  std::map<std::string, std::string> files_;
};

absl::Status CheckNothingElse(const std::map<std::string, std::string>& files,
                              const std::set<std::string>& known) {
  for (const auto& [path, content] : files) {
    if (known.count(path) != 0) continue;
    return absl::DataLossError(absl::StrCat(
        EscapeForTerminal(path), ": no file that export makes"));
  }
  return absl::OkStatus();
}

}  // namespace

std::string EncodeSummary(const ExportSummary& summary) {
  std::string text;
  JsonWriter json(&text, JsonWriter::Style::kIndented);
  json.BeginObject();
  json.Key("format").String(kFormat);
  json.Key("source").String(summary.source);
  if (summary.last_offset.has_value()) {
    json.Key("last_offset").Int(*summary.last_offset);
  }
  json.Key("records").Int(summary.records);
  json.Key("digest").String(ToHex(summary.digest));
  json.EndObject();
  text.push_back('\n');
  return text;
}

void AddToDigest(const std::string& path, const std::string& record,
                 Digest128* digest) {
  const Digest128 added = Xxh3_128(absl::StrCat(path, "\n", record));
  for (size_t i = 0; i < digest->bytes.size(); ++i) {
    digest->bytes[i] ^= added.bytes[i];
  }
}

absl::StatusOr<ExportTree> ReadExportTree(FileSystem* file_system,
                                          const std::string& directory) {
  ASSIGN_OR_RETURN(const std::string text,
                   ReadWholeFile(file_system, JoinPath(directory, kSummaryPath),
                                 kBytesMax));
  ExportTree tree;
  ASSIGN_OR_RETURN(tree.summary, DecodeSummary(text));
  ASSIGN_OR_RETURN(const auto files, Walk(file_system, directory).Run());
  std::set<std::string> known;
  Digest128 digest;
  for (const auto& [path, content] : files) {
    if (!IsRecordPath(path)) continue;
    ASSIGN_OR_RETURN(KeptRecord record, RecordOf(path, files));
    known.insert(path);
    known.insert(FilesOf(record).schema_path);
    AddToDigest(path, content, &digest);
    tree.records.emplace(path, std::move(record));
  }
  RETURN_IF_ERROR(CheckNothingElse(files, known));
  if (static_cast<int64_t>(tree.records.size()) == tree.summary.records &&
      digest == tree.summary.digest) {
    return tree;
  }
  return absl::DataLossError(absl::StrCat(
      kSummaryPath, ": it speaks of ", tree.summary.records, " records, and ",
      tree.records.size(), " are here",
      static_cast<int64_t>(tree.records.size()) == tree.summary.records
          ? ", of which some are others"
          : ""));
}

}  // namespace sr
