#include "replicator/resume_point.h"

#include <algorithm>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "core/base/status_context.h"
#include "core/base/status_macros.h"
#include "core/record/canonical.h"

namespace sr {
namespace {

constexpr absl::Duration kWait = absl::Milliseconds(500);
constexpr char kAnotherSourceUrl[] = "schemas-replicator/another-source";
constexpr char kDisasterHint[] =
    "if a registry still answers, do not restart it: its memory may be the "
    "last copy; this copy was left as it was. Once the new topic is known to be "
    "right, `mirror --accept-new-source` begins a new generation of the archive";

// Holds one record of the source against the anchors.
absl::Status CheckRecord(const DurablePosition& position,
                         const Record& record) {
  const auto anchor = std::find_if(
      position.anchors.begin(), position.anchors.end(),
      [&record](const RecordAnchor& a) { return a.offset == record.offset; });
  if (anchor == position.anchors.end()) {
    return AnotherSource(
        position, absl::StrCat("it has a record at offset ", record.offset,
                               " where there was none"));
  }
  const bool same_time =
      anchor->timestamp == 0 || anchor->timestamp == record.timestamp;
  if (!same_time || !(ContentDigest(record) == anchor->content)) {
    return AnotherSource(position,
                         absl::StrCat("the record at offset ", record.offset,
                                      " has another content"));
  }
  return absl::OkStatus();
}

// Reads on until next_offset.
absl::Status CheckRecords(const DurablePosition& position,
                          const StopToken& stop, RecordSource* source) {
  RecordBatch batch;
  while (true) {
    if (stop.StopRequested()) return absl::CancelledError("stopped");
    ASSIGN_OR_RETURN(const Fetched fetched, source->Next(kWait, &batch));
    for (const Record& record : batch) {
      if (record.offset >= position.next_offset) return absl::OkStatus();
      RETURN_IF_ERROR(CheckRecord(position, record));
    }
    if (source->position() >= position.next_offset) return absl::OkStatus();
    if (fetched == Fetched::kCaughtUp) {
      return AnotherSource(
          position, absl::StrCat("it ends before offset ", source->position(),
                                 "; it was truncated or recreated"));
    }
  }
}

}  // namespace

absl::Status AnotherSource(const DurablePosition& position,
                           absl::string_view what) {
  absl::Status status = WithHint(
      absl::DataLossError(absl::StrCat(
          "the source is not the one that was mirrored up to offset ",
          position.next_offset - 1, ": ", what)),
      kDisasterHint);
  status.SetPayload(kAnotherSourceUrl, absl::Cord());
  return status;
}

bool IsAnotherSource(const absl::Status& status) {
  return status.GetPayload(kAnotherSourceUrl).has_value();
}

absl::Status ProveResumePoint(const DurablePosition& position,
                              const StopToken& stop, RecordSource* source) {
  if (!position.anchors.empty()) {
    RETURN_IF_ERROR(source->Seek(position.anchors.front().offset));
    absl::Status status = CheckRecords(position, stop, source);
    // The anchors may lie below the log start by now. What counts is whether
    // the source still has what comes next; that shows when it is read.
    if (!absl::IsOutOfRange(status)) RETURN_IF_ERROR(status);
  }
  return source->Seek(position.next_offset);
}

}  // namespace sr
