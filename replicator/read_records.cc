#include "replicator/read_records.h"

#include "absl/strings/str_cat.h"
#include "core/base/progress.h"
#include "core/base/status_context.h"

namespace sr {
namespace {

constexpr absl::Duration kPoll = absl::Milliseconds(500);
constexpr absl::Duration kIdleMax = absl::Seconds(30);

}  // namespace

absl::Status ReadRecords(Copy* copy, const StopToken* stop, Clock* clock,
                         bool quiet,
                         absl::FunctionRef<bool(const Record&)> on_record) {
  Progress progress("read " + copy->info.location.text, clock,
                    !quiet);
  ProgressState state;
  RecordBatch batch;
  absl::Duration last_news = clock->Elapsed();
  while (copy->source->position() < copy->info.end_offset) {
    if (stop->StopRequested()) return absl::CancelledError("stopped");
    const absl::StatusOr<Fetched> fetched = copy->source->Next(kPoll, &batch);
    if (!fetched.ok()) {
      return Annotate(fetched.status(), copy->info.location.text);
    }
    if (*fetched == Fetched::kCaughtUp) break;
    if (*fetched == Fetched::kNothing) {
      if (clock->Elapsed() - last_news <= kIdleMax) continue;
      return absl::DeadlineExceededError(absl::StrCat(
          copy->info.location.text, ": nothing came for ",
          absl::FormatDuration(kIdleMax)));
    }
    last_news = clock->Elapsed();
    for (const Record& record : batch) {
      if (record.offset >= copy->info.end_offset) return absl::OkStatus();
      if (!on_record(record)) return absl::OkStatus();
    }
    state.records += static_cast<int64_t>(batch.size());
    progress.Update(state);
  }
  return absl::OkStatus();
}

}  // namespace sr
