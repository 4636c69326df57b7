#include "verifier/checks/transactional_records.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"
#include "core/findings/codes.h"
#include "core/kafka/topic_source.h"

namespace sr {
namespace {

constexpr absl::Duration kPoll = absl::Milliseconds(500);
constexpr absl::Duration kIdleMax = absl::Seconds(30);

struct Offsets {
  std::vector<int64_t> records;
  int64_t end = 0;  // Behind the last, markers included.
};

absl::StatusOr<Offsets> ReadOffsets(const Location& location,
                                    const CopyOptions& options,
                                    TopicSourceOptions::Isolation isolation) {
  TopicSourceOptions source_options;
  ASSIGN_OR_RETURN(source_options.properties, PropertiesOf(location, options));
  source_options.topic = location.topic;
  source_options.isolation = isolation;
  source_options.timeout = options.timeout;
  ASSIGN_OR_RETURN(const std::unique_ptr<TopicSource> source,
                   TopicSource::Open(std::move(source_options)));
  ASSIGN_OR_RETURN(const int64_t begin, source->low_watermark());
  RETURN_IF_ERROR(source->Seek(begin));
  Offsets offsets;
  RecordBatch batch;
  absl::Duration last_news = options.clock->Elapsed();
  while (true) {
    ASSIGN_OR_RETURN(const Fetched fetched, source->Next(kPoll, &batch));
    if (fetched == Fetched::kCaughtUp) break;
    if (fetched == Fetched::kRecords) {
      last_news = options.clock->Elapsed();
      for (const Record& record : batch) {
        offsets.records.push_back(record.offset);
      }
    } else if (options.clock->Elapsed() - last_news > kIdleMax) {
      return absl::DeadlineExceededError(
          absl::StrCat("nothing came for ", absl::FormatDuration(kIdleMax),
                       " behind offset ", source->position()));
    }
  }
  offsets.end = source->position();
  return offsets;
}

// What both ways of reading show at one time.
struct Reading {
  std::vector<int64_t> aborted;
  // Where a marker is the last thing in the topic; -1: it is not.
  int64_t marker_at_end = -1;
};

// Of records in aborted transactions: those below `stable_end` that only one way
// shows. All rise.
std::vector<int64_t> AbortedOffsets(const std::vector<int64_t>& uncommitted,
                                    const std::vector<int64_t>& committed,
                                    int64_t stable_end) {
  std::vector<int64_t> aborted;
  std::set_difference(uncommitted.begin(), uncommitted.end(),
                      committed.begin(), committed.end(),
                      std::back_inserter(aborted));
  aborted.erase(std::lower_bound(aborted.begin(), aborted.end(), stable_end),
                aborted.end());
  return aborted;
}

absl::StatusOr<Reading> ReadBothWays(const Location& location,
                                     const CopyOptions& options) {
  ASSIGN_OR_RETURN(
      const Offsets uncommitted,
      ReadOffsets(location, options, TopicSourceOptions::kReadUncommitted));
  Reading reading;
  // A cleaner leaves the end of a topic alone: what is missing there is a
  // marker.
  if (!uncommitted.records.empty() &&
      uncommitted.records.back() < uncommitted.end - 1) {
    reading.marker_at_end = uncommitted.end - 1;
  }
  const bool has_gaps =
      uncommitted.records.empty() ||
      uncommitted.end - uncommitted.records.front() !=
          static_cast<int64_t>(uncommitted.records.size());
  if (!has_gaps) return reading;  // So no markers.
  ASSIGN_OR_RETURN(
      const Offsets committed,
      ReadOffsets(location, options, TopicSourceOptions::kReadCommitted));
  reading.aborted = AbortedOffsets(uncommitted.records, committed.records,
                                   std::min(committed.end, uncommitted.end));
  return reading;
}

}  // namespace

absl::Status CheckTransactionalRecords(const Location& location,
                                       const CopyOptions& options,
                                       FindingList* findings) {
  ASSIGN_OR_RETURN(Reading reading, ReadBothWays(location, options));
  if (!reading.aborted.empty()) {
    ASSIGN_OR_RETURN(const Reading again, ReadBothWays(location, options));
    std::vector<int64_t> lasting;
    std::set_intersection(reading.aborted.begin(), reading.aborted.end(),
                          again.aborted.begin(), again.aborted.end(),
                          std::back_inserter(lasting));
    reading.aborted = std::move(lasting);
  }
  Finding finding = MakeFinding(codes::kTransactionalBatch, location.text);
  finding.expected = "no transactions";
  if (!reading.aborted.empty()) {
    finding.offset = reading.aborted.front();
    finding.found = absl::StrCat(reading.aborted.size(),
                                 reading.aborted.size() == 1
                                     ? " record of an aborted transaction"
                                     : " records of aborted transactions");
    finding.effect =
        "applied by Confluent, which reads uncommitted; not by who reads "
        "committed";
  } else if (reading.marker_at_end >= 0) {
    finding.offset = reading.marker_at_end;
    finding.found = "the marker of a transaction as the last of the topic";
    finding.effect = "older versions of Karapace wait for a record behind it";
  } else {
    return absl::OkStatus();
  }
  findings->Add(std::move(finding));
  return absl::OkStatus();
}

}  // namespace sr
