// Copies one source into one sink, in order, for as long as there is something
// to copy. The only place of the replicator that waits and tries again.
//
// Moves bytes it does not interpret: what a record means is unknown here, so no
// record can stop the copying of the others.
#ifndef REPLICATOR_PUMP_H_
#define REPLICATOR_PUMP_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "core/base/backoff.h"
#include "core/base/clock.h"
#include "core/base/stop_token.h"
#include "core/record/record_sink.h"
#include "core/record/record_source.h"

namespace sr {

// What a pump has done so far. Written by its thread, read by any.
struct PumpCounters {
  std::atomic<int64_t> records{0};      // Committed since the start.
  std::atomic<int64_t> bytes{0};        // Payload of those.
  std::atomic<int64_t> next_offset{0};  // Everything below it is in the sink.
  std::atomic<int64_t> commits{0};
};

struct PumpOptions {
  std::string name;  // For messages: "kafka://... -> archive:...".
  Clock* clock = nullptr;
  const StopToken* stop = nullptr;
  // The pump is done when the source is caught up at or above `end_offset` and
  // this, asked before that was found out, returned true. Null: never done.
  std::function<bool()> may_end;
  int64_t end_offset = 0;
  // Where the source begins: a sink that holds nothing yet starts here.
  int64_t first_offset = 0;
  // A commit is made when the source has nothing more at the moment, or these
  // are reached.
  int64_t commit_bytes_max = int64_t{8} << 20;
  int64_t commit_records_max = 50000;
  absl::Duration commit_age_max = absl::Seconds(1);
  // How long one look at an idle source waits.
  absl::Duration idle_wait = absl::Milliseconds(500);
  // With uncommitted records, how long to wait for the next ones. Sources say
  // at once when they are caught up; this bridges only a fetch under way.
  absl::Duration linger = absl::Milliseconds(20);
  // Passing trouble is waited out, longer from try to try, until it has lasted
  // for `give_up_after`.
  absl::Duration retry_wait_min = absl::Milliseconds(200);
  absl::Duration retry_wait_max = absl::Seconds(60);
  absl::Duration give_up_after = absl::InfiniteDuration();
};

// One thread calls Run.
class Pump {
 public:
  // Source and sink outlive the pump.
  Pump(RecordSource* source, RecordSink* sink, PumpOptions options);

  // Copies from `start`, what the sink's Open returned, until a stop is
  // requested (OK, everything appended is committed), the pump is done (OK), or
  // something happens that waiting does not mend.
  //   DataLoss    the source is not the one whose records the sink holds, is
  //               damaged, or lost records that the sink still needs
  //   others      as source and sink give them
  absl::Status Run(const DurablePosition& start);

  const PumpCounters& counters() const { return counters_; }

 private:
  enum class Step { kGoOn, kDone };

  absl::Status StartFrom(const DurablePosition& found);
  absl::StatusOr<Step> CopyOnce();
  void TroubleIsOver();
  absl::Status CommitPending();
  bool CommitIsDue() const;
  absl::Status WaitOut(const absl::Status& trouble);
  absl::Status ReopenSink();
  bool CanWaitOut(const absl::Status& trouble) const;

  RecordSource* const source_;
  RecordSink* const sink_;
  const PumpOptions options_;
  PumpCounters counters_;

  int64_t pending_records_ = 0;
  int64_t pending_bytes_ = 0;
  absl::Duration pending_since_;
  // Set while trouble is being waited out.
  bool in_trouble_ = false;
  bool sink_needs_open_ = false;
  absl::Duration trouble_since_;
  std::string last_trouble_;
  Backoff backoff_;
  RecordBatch batch_;
};

}  // namespace sr

#endif  // REPLICATOR_PUMP_H_
