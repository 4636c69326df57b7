#include "core/base/progress.h"

#include <unistd.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/log.h"
#include "core/base/text.h"

namespace sr {
namespace {

constexpr absl::Duration kBarInterval = absl::Milliseconds(200);
constexpr absl::Duration kLineInterval = absl::Seconds(5);
constexpr int kBarWidth = 24;

}  // namespace

std::string RenderProgressLine(const ProgressState& state,
                               absl::Duration elapsed) {
  std::string line = WithThousands(state.records);
  if (state.lag_records.has_value()) {
    absl::StrAppend(&line, " of ",
                    WithThousands(state.records + *state.lag_records));
  }
  absl::StrAppend(&line, " records, ", HumanBytes(state.bytes));
  if (state.lag_records.has_value()) {
    absl::StrAppend(&line, ", lag ", WithThousands(*state.lag_records));
  }
  const double seconds = std::max(absl::ToDoubleSeconds(elapsed), 1e-3);
  absl::StrAppend(
      &line, ", ",
      WithThousands(static_cast<int64_t>(
          static_cast<double>(state.records) / seconds)),
      " records/s");
  return line;
}

std::string RenderProgressBar(const ProgressState& state,
                              absl::Duration elapsed, int width) {
  std::string line;
  if (state.lag_records.has_value()) {
    const int64_t total = state.records + *state.lag_records;
    const int full =
        total == 0 ? width
                   : static_cast<int>(width * static_cast<double>(state.records) /
                                      static_cast<double>(total));
    absl::StrAppend(&line, "[", std::string(static_cast<size_t>(full), '#'),
                    std::string(static_cast<size_t>(width - full), '.'), "] ");
  }
  return absl::StrCat(line, RenderProgressLine(state, elapsed));
}

Progress::Progress(std::string what, Clock* clock, bool enabled)
    : what_(std::move(what)),
      clock_(clock),
      enabled_(enabled),
      terminal_(isatty(STDERR_FILENO) == 1),
      started_(clock->Elapsed()),
      drawn_(started_) {}

Progress::~Progress() {
  if (bar_on_screen_) WriteToStderr("\r\x1b[K");
}

void Progress::Update(const ProgressState& state) {
  if (!enabled_) return;
  const absl::Duration now = clock_->Elapsed();
  if (now - drawn_ < (terminal_ ? kBarInterval : kLineInterval)) return;
  drawn_ = now;
  if (terminal_) {
    WriteToStderr(absl::StrCat(
        "\r", what_, " ", RenderProgressBar(state, now - started_, kBarWidth),
        "\x1b[K"));
    bar_on_screen_ = true;
  } else {
    WriteToStderr(absl::StrCat(what_, " ",
                               RenderProgressLine(state, now - started_),
                               "\n"));
  }
}

}  // namespace sr
