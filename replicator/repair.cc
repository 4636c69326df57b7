#include "replicator/repair.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/archive/archive_scan.h"
#include "core/archive/archive_store.h"
#include "core/archive/archive_writer.h"
#include "core/archive/proven_walk.h"
#include "core/base/exit_code.h"
#include "core/base/progress.h"
#include "core/base/status_context.h"
#include "core/base/status_macros.h"
#include "core/base/text.h"
#include "core/base/version.h"
#include "core/json/json_writer.h"
#include "replicator/lock_label.h"

namespace sr {
namespace {

// What is written between two commits of the target.
constexpr int64_t kCommitBytes = 4 << 20;
constexpr absl::Duration kPoll = absl::Milliseconds(500);
constexpr absl::Duration kIdleMax = absl::Seconds(30);
// Ranges that a person is shown.
constexpr size_t kRangesShown = 20;

class Repair {
 public:
  Repair(const RepairOptions& options, const StopToken* stop)
      : options_(options), stop_(stop), fs_(options.copy.file_system) {}

  absl::Status Run() {
    RETURN_IF_ERROR(CheckLocations());
    RETURN_IF_ERROR(OpenOther());
    RETURN_IF_ERROR(Prove());
    if (walk_.last_commit.sequence == 0) {
      return absl::FailedPreconditionError(
          absl::StrCat(options_.source.text, " holds no record that could be proven"));
    }
    RETURN_IF_ERROR(Write());
    return VerifyTarget();
  }

  std::string Text() const {
    std::string out = absl::StrCat(
        "repair ", EscapeForTerminal(options_.source.text), " as ",
        EscapeForTerminal(options_.target.text), "\n  ",
        WithThousands(walk_.last_commit.records), " records, the last offset ",
        WithThousands(walk_.last_commit.last_offset), ", chain ",
        ToHex(walk_.last_commit.chain), ": all as they were committed\n");
    if (walk_.supplied.empty()) {
      absl::StrAppend(&out, "  no record was lost\n");
    }
    for (size_t i = 0; i < std::min(walk_.supplied.size(), kRangesShown); ++i) {
      const SuppliedRange& range = walk_.supplied[i];
      absl::StrAppend(&out, "  offsets ", range.first_offset, " to ",
                      range.last_offset, ": ", WithThousands(range.records),
                      " records from ", EscapeForTerminal(options_.from->text), " (",
                      EscapeForTerminal(range.why), ")\n");
    }
    if (walk_.supplied.size() > kRangesShown) {
      absl::StrAppend(&out, "  and ", walk_.supplied.size() - kRangesShown,
                      " ranges more; --output=json has all\n");
    }
    return absl::StrCat(
        out, "written, read back and whole; ",
        EscapeForTerminal(options_.source.text),
        " was not changed. Put the new one into its place, and let mirror go on "
        "there\n");
  }

  std::string Json() const {
    std::string out;
    JsonWriter json(&out);
    json.BeginObject();
    json.Key("tool").String("schemas-replicator");
    json.Key("version").String(kVersion);
    json.Key("command").String("repair");
    json.Key("source").String(options_.source.text);
    json.Key("target").String(options_.target.text);
    json.Key("records").Int(walk_.last_commit.records);
    json.Key("last_offset").Int(walk_.last_commit.last_offset);
    json.Key("chain").String(ToHex(walk_.last_commit.chain));
    json.Key("supplied").BeginArray();
    for (const SuppliedRange& range : walk_.supplied) {
      json.BeginObject();
      json.Key("first_offset").Int(range.first_offset);
      json.Key("last_offset").Int(range.last_offset);
      json.Key("records").Int(range.records);
      json.Key("why").String(range.why);
      json.EndObject();
    }
    json.EndArray();
    json.Key("exit_code").Int(static_cast<int>(ExitCode::kClean));
    json.EndObject();
    return absl::StrCat(out, "\n");
  }

 private:
  absl::Status CheckLocations() {
    for (const Location* location : {&options_.source, &options_.target}) {
      if (location->kind == LocationKind::kArchive) continue;
      return WithHint(absl::InvalidArgumentError(
                          absl::StrCat(location->text, " is no archive")),
                      "schemas-replicator repair archive:DAMAGED archive:NEW "
                      "--from=COPY");
    }
    if (options_.target.generation.has_value()) {
      return absl::InvalidArgumentError("a new archive has no generations yet");
    }
    ASSIGN_OR_RETURN(generation_,
                     ChooseGeneration(fs_, options_.source.path,
                                      options_.source.generation));
    ASSIGN_OR_RETURN(const bool exists, fs_->Exists(options_.target.path));
    if (!exists) return absl::OkStatus();
    ASSIGN_OR_RETURN(const std::vector<std::string> names,
                     fs_->List(options_.target.path));
    if (names.empty()) return absl::OkStatus();
    return WithHint(
        absl::FailedPreconditionError(
            absl::StrCat(options_.target.text, " is not empty: it has \"",
                         EscapeForTerminal(names.front()), "\"")),
        "name a directory that is not there yet, on a disk that is sound; what a run "
        "that was stopped has left there can be removed");
  }

  absl::Status OpenOther() {
    if (!options_.from.has_value()) return absl::OkStatus();
    absl::StatusOr<Copy> other = OpenCopy(*options_.from, options_.copy);
    if (!other.ok()) return Annotate(other.status(), options_.from->text);
    other_ = *std::move(other);
    return absl::OkStatus();
  }

  absl::Status Prove() {
    Progress progress("prove " + options_.source.text, options_.copy.clock,
                      !options_.quiet);
    ProgressState state;
    absl::StatusOr<ProvenWalk> walk = WalkAll([&](const RecordBatch& records) {
      state.records += static_cast<int64_t>(records.size());
      state.bytes += static_cast<int64_t>(records.payload_bytes());
      progress.Update(state);
      return absl::OkStatus();
    });
    if (!walk.ok()) return Annotate(walk.status(), options_.source.text);
    walk_ = *std::move(walk);
    return absl::OkStatus();
  }

  absl::StatusOr<ProvenWalk> WalkAll(OnProven on_proven) {
    return WalkProven(
        fs_, options_.source.path, generation_,
        [this](int64_t first, int64_t last, RecordBatch* records) {
          return Supply(first, last, records);
        },
        [this, on_proven](const RecordBatch& records) -> absl::Status {
          RETURN_IF_ERROR(CheckStop());
          return on_proven(records);
        });
  }

  absl::Status CheckStop() const {
    return stop_ != nullptr && stop_->StopRequested()
               ? absl::CancelledError("stopped before its end")
               : absl::OkStatus();
  }

  // What the other copy has of these offsets; nothing if there is none.
  absl::Status Supply(int64_t first, int64_t last, RecordBatch* records) {
    if (!other_.has_value()) {
      return WithHint(
          absl::DataLossError(absl::StrCat(
              "offsets ", first, " to ", last, " are lost here")),
          "name a copy that may have them: --from=kafka://HOST:PORT/_schemas, "
          "--from=archive:OTHER, --from=logdir:DIR");
    }
    const absl::Status status = ReadFromOther(first, last, records);
    return status.ok() ? status : Annotate(status, options_.from->text);
  }

  absl::Status ReadFromOther(int64_t first, int64_t last, RecordBatch* records) {
    RecordSource* const source = other_->source.get();
    const int64_t start = std::max(first, other_->info.start_offset);
    RETURN_IF_ERROR(source->Seek(start));
    Clock* const clock = options_.copy.clock;
    absl::Duration last_news = clock->Elapsed();
    RecordBatch batch;
    while (source->position() <= last &&
           source->position() < other_->info.end_offset) {
      RETURN_IF_ERROR(CheckStop());
      ASSIGN_OR_RETURN(const Fetched fetched, source->Next(kPoll, &batch));
      if (fetched == Fetched::kCaughtUp) break;
      if (fetched == Fetched::kNothing) {
        if (clock->Elapsed() - last_news <= kIdleMax) continue;
        return absl::DeadlineExceededError("nothing came for 30 s");
      }
      last_news = clock->Elapsed();
      for (const Record& record : batch) {
        if (record.offset > last) return absl::OkStatus();
        if (record.offset >= first) records->Add(record);
      }
    }
    return absl::OkStatus();
  }

  absl::Status Write() {
    ArchiveWriterOptions writer_options;
    writer_options.file_system = fs_;
    writer_options.directory = options_.target.path;
    writer_options.cluster_id = walk_.manifest.cluster_id;
    writer_options.topic = walk_.manifest.topic;
    writer_options.first_offset = walk_.manifest.first_offset;
    writer_options.topic_config = walk_.manifest.topic_config;
    writer_options.new_store_id = walk_.manifest.store_id;
    writer_options.lock_label = LockLabel(fs_);
    writer_options.segment_bytes_max = options_.segment_bytes_max;
    writer_options.segment_age_max = options_.segment_age_max;
    writer_options.clock = options_.copy.clock;
    writer_options.compression = options_.compression;
    ArchiveWriter writer(std::move(writer_options));
    RETURN_IF_ERROR(writer.Open().status());
    int64_t pending = 0;
    RETURN_IF_ERROR(WalkAll([&](const RecordBatch& records) -> absl::Status {
                      RETURN_IF_ERROR(writer.Append(records));
                      pending += static_cast<int64_t>(records.payload_bytes());
                      if (pending < kCommitBytes) return absl::OkStatus();
                      pending = 0;
                      return writer.Commit().status();
                    }).status());
    ASSIGN_OR_RETURN(const DurablePosition end, writer.Commit());
    // The source may have grown while it was read a second time.
    walk_.last_commit.records = end.records;
    walk_.last_commit.last_offset = end.next_offset - 1;
    walk_.last_commit.chain = end.chain;
    return writer.Close();
  }

  absl::Status VerifyTarget() const {
    ArchiveScanOptions scan_options;
    scan_options.file_system = fs_;
    scan_options.directory = options_.target.path;
    scan_options.check.from_medium = true;
    ASSIGN_OR_RETURN(const ArchiveScan scan,
                     ScanArchive(scan_options, [](const RecordBatch&) {}, [] {}));
    if (scan.damage.empty() && scan.records == walk_.last_commit.records &&
        scan.last_commit.chain == walk_.last_commit.chain) {
      return absl::OkStatus();
    }
    return absl::DataLossError(absl::StrCat(
        options_.target.text, ": read back, it is not what was written",
        scan.damage.empty() ? ""
                            : absl::StrCat(": ", scan.damage.front().file, ": ",
                                           scan.damage.front().detail)));
  }

  const RepairOptions& options_;
  const StopToken* const stop_;
  FileSystem* const fs_;
  int64_t generation_ = 1;
  std::optional<Copy> other_;
  ProvenWalk walk_;
};

}  // namespace

absl::Status RunRepair(const RepairOptions& options, const StopToken* stop,
                       std::string* result) {
  Repair repair(options, stop);
  RETURN_IF_ERROR(repair.Run());
  absl::StrAppend(result, options.output == OutputFormat::kText ? repair.Text()
                                                                : repair.Json());
  return absl::OkStatus();
}

}  // namespace sr
