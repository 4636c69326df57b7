#include "verifier/read_through.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "core/base/progress.h"
#include "core/base/status_macros.h"

namespace sr {
namespace {

constexpr absl::Duration kPoll = absl::Milliseconds(500);
constexpr absl::Duration kIdleMax = absl::Seconds(30);

}  // namespace

absl::Status ReadThrough(
    const std::string& what, bool quiet, Clock* clock, Copy* copy,
    absl::FunctionRef<bool(const RecordBatch&)> on_records) {
  Progress progress(what, clock, !quiet);
  ProgressState state;
  RecordBatch batch;
  absl::Duration last_news = clock->Elapsed();
  while (copy->source->position() < copy->info.end_offset) {
    ASSIGN_OR_RETURN(const Fetched fetched, copy->source->Next(kPoll, &batch));
    if (fetched == Fetched::kCaughtUp) break;
    if (fetched == Fetched::kNothing) {
      if (clock->Elapsed() - last_news > kIdleMax) {
        return absl::DeadlineExceededError(absl::StrCat(
            "nothing came for ", absl::FormatDuration(kIdleMax), " at offset ",
            copy->source->position(), " of ", copy->info.end_offset));
      }
      continue;
    }
    last_news = clock->Elapsed();
    state.records += static_cast<int64_t>(batch.size());
    state.bytes += static_cast<int64_t>(batch.payload_bytes());
    state.lag_records = std::max<int64_t>(
        0, copy->info.end_offset - copy->source->position());
    progress.Update(state);
    if (!on_records(batch)) break;
  }
  return absl::OkStatus();
}

}  // namespace sr
