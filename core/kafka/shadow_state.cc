#include "core/kafka/shadow_state.h"

#include <algorithm>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "core/base/status_context.h"
#include "core/base/status_macros.h"
#include "core/base/text.h"
#include "core/kafka/shadow_sink.h"
#include "core/kafka/topic_admin.h"
#include "core/kafka/topic_source.h"
#include "core/record/canonical.h"

namespace sr {
namespace {

constexpr absl::Duration kNextTimeout = absl::Milliseconds(200);

// The limits of a topic, open transactions included.
absl::StatusOr<TopicState> Look(const ClientProperties& properties,
                                const std::string& topic,
                                absl::Duration timeout) {
  ASSIGN_OR_RETURN(const auto admin, TopicAdmin::Open(properties, timeout));
  return admin->Describe(topic);
}

// Calls `use` with each committed record from `from` on, and returns when all
// that was in the topic when this began has been read. An open transaction of
// anybody hides what follows it, so the end is the high watermark, waited for
// unless what is committed now will do.
absl::Status ReadCommitted(const ClientProperties& properties,
                           const std::string& topic, int64_t from,
                           absl::Duration timeout, CheckpointReading reading,
                           const std::function<void(const Record&)>& use) {
  ASSIGN_OR_RETURN(const TopicState state, Look(properties, topic, timeout));
  ASSIGN_OR_RETURN(const auto source,
                   TopicSource::Open({properties, topic,
                                      TopicSourceOptions::kReadCommitted,
                                      timeout}));
  RETURN_IF_ERROR(source->Seek(std::max(from, state.low_watermark)));
  RecordBatch batch;
  absl::Time deadline = absl::Now() + timeout;
  while (source->position() < state.high_watermark) {
    ASSIGN_OR_RETURN(const Fetched fetched,
                     source->Next(kNextTimeout, &batch));
    for (const Record& record : batch) use(record);
    if (fetched == Fetched::kCaughtUp &&
        reading == CheckpointReading::kAsCommitted) {
      break;
    }
    if (fetched == Fetched::kRecords) deadline = absl::Now() + timeout;
    if (absl::Now() > deadline) {
      return WithHint(
          absl::UnavailableError(absl::StrCat(
              "topic ", EscapeForTerminal(topic), " cannot be read to its end ",
              state.high_watermark, ", only to ", source->position())),
          "a transaction of another writer may be open; the broker ends it "
          "when its time is over");
    }
  }
  return absl::OkStatus();
}

// The end of a shadow as found.
struct Tail {
  int64_t records = 0;
  int64_t last_offset = -1;
  std::deque<RecordAnchor> last;  // Offsets are the shadow's.
};

absl::StatusOr<Tail> ReadTail(const ShadowTopic& shadow, int64_t from) {
  Tail tail;
  RETURN_IF_ERROR(ReadCommitted(
      shadow.properties, shadow.name, from, shadow.timeout,
      CheckpointReading::kWaitForOpen, [&tail](const Record& record) {
        ++tail.records;
        tail.last_offset = record.offset;
        tail.last.push_back(
            {record.offset, record.timestamp, ContentDigest(record)});
        if (tail.last.size() > kAnchorsMax) tail.last.pop_front();
      }));
  return tail;
}

bool IsSameRecord(const RecordAnchor& in_source, const RecordAnchor& in_shadow) {
  return in_source.content == in_shadow.content &&
         // A timestamp of 0 was written as "now" (canonical.h).
         (in_source.timestamp == 0 ||
          in_source.timestamp == in_shadow.timestamp);
}

absl::Status Changed(const ShadowTopic& shadow, absl::string_view how) {
  return WithHint(
      absl::DataLossError(absl::StrCat("shadow topic ",
                                       EscapeForTerminal(shadow.name), " ",
                                       how)),
      "it was changed by someone else, or recreated; nothing was written. "
      "Compare it with the source, then mirror to a new, empty topic");
}

// Each record found must be the next one of `anchors`, last to last; compaction
// may have taken some in between.
absl::Status MatchAnchors(const ShadowTopic& shadow, const Tail& tail,
                          const std::vector<RecordAnchor>& anchors) {
  auto anchor = anchors.rbegin();
  for (auto found = tail.last.rbegin(); found != tail.last.rend(); ++found) {
    while (shadow.compacted && anchor != anchors.rend() &&
           !IsSameRecord(*anchor, *found)) {
      ++anchor;
    }
    if (anchor == anchors.rend()) break;  // Older than what is remembered.
    if (!IsSameRecord(*anchor, *found)) {
      return Changed(
          shadow, absl::StrCat("holds another record at offset ", found->offset,
                               " than was mirrored there from source offset ",
                               anchor->offset));
    }
    ++anchor;
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<int64_t> VerifyShadowTail(const ShadowTopic& shadow,
                                         const Checkpoint& checkpoint) {
  ASSIGN_OR_RETURN(const Tail tail,
                   ReadTail(shadow, checkpoint.prev_shadow_end));
  const int64_t expected = checkpoint.transaction_records;
  if (tail.records > expected) {
    return WithHint(
        absl::FailedPreconditionError(absl::StrCat(
            "shadow topic ", EscapeForTerminal(shadow.name), " holds ",
            tail.records - expected,
            " records that are not ours behind those its checkpoint counts")),
        "someone else writes to it; nothing was written. Mirror to a new, "
        "empty topic");
  }
  if (tail.records < expected && !shadow.compacted) {
    return Changed(shadow, absl::StrCat("has lost ", expected - tail.records,
                                        " of the last ", expected,
                                        " records its checkpoint counts"));
  }
  RETURN_IF_ERROR(MatchAnchors(shadow, tail, checkpoint.position.anchors));
  return std::max(checkpoint.prev_shadow_end, tail.last_offset + 1);
}

absl::StatusOr<int64_t> VerifyShadowEmpty(const ShadowTopic& shadow) {
  ASSIGN_OR_RETURN(const TopicState state,
                   Look(shadow.properties, shadow.name, shadow.timeout));
  // What a first transaction left that was never committed is no record.
  ASSIGN_OR_RETURN(const Tail tail, ReadTail(shadow, state.low_watermark));
  if (tail.records == 0) return state.low_watermark;
  return WithHint(
      absl::FailedPreconditionError(absl::StrCat(
          "topic ", EscapeForTerminal(shadow.name), " holds ", tail.records,
          " records that are not ours: there is no checkpoint for it in ",
          kCheckpointTopic)),
      "name a new or an empty topic");
}

absl::StatusOr<std::optional<Checkpoint>> ReadCheckpoint(
    const ClientProperties& properties, const std::string& shadow_topic,
    absl::Duration timeout, CheckpointReading reading) {
  std::optional<std::string> value;
  const absl::Status status = ReadCommitted(
      properties, kCheckpointTopic, 0, timeout, reading,
      [&](const Record& record) {
        if (!record.key.has_value() || *record.key != shadow_topic) return;
        value.reset();  // A tombstone takes it back.
        if (record.value.has_value()) value = std::string(*record.value);
      });
  if (absl::IsNotFound(status)) return std::nullopt;
  RETURN_IF_ERROR(Annotate(status, "cannot read the checkpoints"));
  if (!value.has_value()) return std::nullopt;
  absl::StatusOr<Checkpoint> checkpoint = DecodeCheckpoint(*value);
  if (!checkpoint.ok()) {
    return Annotate(checkpoint.status(),
                    absl::StrCat("shadow topic ",
                                 EscapeForTerminal(shadow_topic)));
  }
  return std::make_optional(*std::move(checkpoint));
}

}  // namespace sr
