#include "replicator/mirror.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <memory>
#include <random>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/archive/archive_reader.h"
#include "core/archive/archive_writer.h"
#include "core/archive/durable_signal.h"
#include "core/base/exit_code.h"
#include "core/base/log.h"
#include "core/base/progress.h"
#include "core/base/status_context.h"
#include "core/base/status_macros.h"
#include "core/base/text.h"
#include "core/kafka/shadow_sink.h"
#include "core/kafka/topic_admin.h"
#include "core/kafka/topic_source.h"
#include "core/sources/copy.h"
#include "replicator/archive_target.h"
#include "replicator/lock_label.h"
#include "replicator/mirror_result.h"
#include "replicator/pump.h"

namespace sr {
namespace {

constexpr absl::Duration kProgressInterval = absl::Milliseconds(100);
constexpr absl::Duration kIdleWait = absl::Milliseconds(100);
constexpr char kMaxMessageBytes[] = "max.message.bytes";

// 32 hex digits that no other store has.
std::string NewStoreId() {
  std::random_device random;
  std::string bytes;
  for (int i = 0; i < 4; ++i) {
    const uint32_t word = random();
    bytes.append(reinterpret_cast<const char*>(&word), sizeof(word));
  }
  return Hex(bytes);
}

// One target: a sink, what feeds it, and the thread that pumps.
struct Leg {
  Location target;
  std::unique_ptr<DurableSignal> signal;  // Of an archive.
  std::unique_ptr<RecordSink> sink;
  std::unique_ptr<RecordSource> source;
  TopicSource* topic_source = nullptr;  // `source`, if that is a topic.
  std::unique_ptr<Pump> pump;
  DurablePosition start;
  std::thread thread;
  absl::Status status;
  std::atomic<bool> finished{false};
};

class Mirror {
 public:
  Mirror(const MirrorOptions& options, StopToken* stop)
      : options_(options), stop_(stop) {}

  // Everything that can be refused is refused here.
  absl::Status Prepare() {
    RETURN_IF_ERROR(CheckTargetNames());
    ASSIGN_OR_RETURN(source_, OpenCopy(options_.source, options_.copy));
    SayWhatIsNotKnown();
    for (const Location& target : options_.targets) {
      RETURN_IF_ERROR(CheckNotTheSource(target));
    }
    // Archives first: the first one feeds the shadows.
    for (const LocationKind kind :
         {LocationKind::kArchive, LocationKind::kKafka}) {
      for (const Location& target : options_.targets) {
        if (target.kind == kind) RETURN_IF_ERROR(AddLeg(target));
      }
    }
    return absl::OkStatus();
  }

  absl::Status Run() {
    started_ = options_.copy.clock->Elapsed();
    for (const auto& leg : legs_) {
      leg->thread = std::thread([this, &leg = *leg] { RunLeg(&leg); });
    }
    ShowProgressUntilFinished();
    for (const auto& leg : legs_) leg->thread.join();
    elapsed_ = options_.copy.clock->Elapsed() - started_;
    return Close();
  }

  // What each target holds, for the summary.
  MirrorResult Result() const {
    MirrorResult result;
    result.source = options_.source.text;
    result.elapsed = elapsed_;
    for (const auto& leg : legs_) {
      MirrorResult::Target target;
      target.location = leg->target.text;
      target.records = leg->pump->counters().records;
      target.bytes = leg->pump->counters().bytes;
      target.next_offset = leg->pump->counters().next_offset;
      AddExceptions(*leg, &target);
      result.targets.push_back(std::move(target));
    }
    return result;
  }

 private:
  absl::Status CheckTargetNames() const {
    std::vector<std::string> seen = {NameOf(options_.source)};
    for (const Location& target : options_.targets) {
      if (target.kind != LocationKind::kKafka &&
          target.kind != LocationKind::kArchive) {
        return WithHint(absl::InvalidArgumentError(absl::StrCat(
                            target.text, " cannot be a target of mirror")),
                        "targets are archive:DIR and kafka://HOST:PORT/TOPIC");
      }
      if (target.generation.has_value()) {
        return WithHint(
            absl::InvalidArgumentError(absl::StrCat(
                target.text, ": mirror writes the newest generation")),
            "leave ?gen=N out");
      }
      const std::string name = NameOf(target);
      if (std::find(seen.begin(), seen.end(), name) != seen.end()) {
        return absl::InvalidArgumentError(absl::StrCat(
            target.text, name == seen.front() ? " is the source itself"
                                              : " is named twice"));
      }
      seen.push_back(name);
    }
    return absl::OkStatus();
  }

  static std::string NameOf(const Location& location) {
    return location.kind == LocationKind::kKafka
               ? absl::StrCat("kafka://", location.bootstrap_servers, "/",
                              location.topic)
               : absl::StrCat(std::string(SchemeOf(location.kind)),
                              location.path);
  }

  // The same topic can be reached by many addresses.
  absl::Status CheckNotTheSource(const Location& target) const {
    if (target.kind != LocationKind::kKafka ||
        target.topic != source_.info.topic) {
      return absl::OkStatus();
    }
    ASSIGN_OR_RETURN(const ClientProperties properties,
                     PropertiesOf(target, options_.copy));
    ASSIGN_OR_RETURN(std::unique_ptr<TopicAdmin> admin,
                     TopicAdmin::Open(properties, options_.copy.timeout));
    const absl::StatusOr<TopicState> state = admin->Describe(target.topic);
    if (absl::IsNotFound(state.status())) return absl::OkStatus();
    if (!state.ok()) return Annotate(state.status(), target.text);
    if (state->cluster_id != source_.info.cluster_id) return absl::OkStatus();
    return WithHint(
        absl::InvalidArgumentError(absl::StrCat(
            target.text, " is the source itself: topic ", target.topic,
            " of cluster ", state->cluster_id)),
        "name another topic or another cluster");
  }

  void SayWhatIsNotKnown() const {
    if (options_.source.kind == LocationKind::kKafka &&
        !source_.info.topic_config.has_value()) {
      LogWarning(absl::StrCat(
          options_.source.text,
          ": the topic's configuration could not be asked for (",
          source_.info.config_missing_reason,
          "); it is not recorded, everything else goes on"));
    }
  }

  absl::Status AddLeg(const Location& target) {
    auto leg = std::make_unique<Leg>();
    leg->target = target;
    absl::Status status = target.kind == LocationKind::kArchive
                              ? OpenArchiveLeg(leg.get())
                              : OpenShadowLeg(leg.get());
    if (!status.ok()) return Annotate(status, target.text);
    leg->pump = std::make_unique<Pump>(leg->source.get(), leg->sink.get(),
                                       PumpOptionsFor(*leg));
    legs_.push_back(std::move(leg));
    return absl::OkStatus();
  }

  absl::Status OpenArchiveLeg(Leg* leg) {
    RETURN_IF_ERROR(FeedFromSource(leg));
    leg->signal = std::make_unique<DurableSignal>();
    ArchiveTargetOptions options;
    options.name = leg->target.text;
    options.accept_new_source = options_.accept_new_source;
    ArchiveWriterOptions& writer = options.writer;
    writer.file_system = options_.copy.file_system;
    writer.directory = leg->target.path;
    writer.cluster_id = source_.info.cluster_id;
    writer.topic = source_.info.topic;
    writer.first_offset = source_.info.start_offset;
    writer.topic_config = TopicConfig();
    writer.new_store_id = NewStoreId();
    writer.must_exist = options_.archive_must_exist;
    writer.lock_label = LockLabel(writer.file_system);
    writer.segment_bytes_max = options_.segment_bytes_max;
    writer.segment_age_max = options_.segment_age_max;
    writer.clock = options_.copy.clock;
    writer.compression = options_.compression;
    writer.signal = leg->signal.get();
    ASSIGN_OR_RETURN(ArchiveTarget archive,
                     OpenArchiveTarget(options, *stop_, leg->source.get()));
    if (!archive_.has_value()) {
      archive_ = SourceIdentity{archive.writer->store_id(),
                                archive.writer->generation(),
                                source_.info.cluster_id, source_.info.topic};
    }
    leg->start = archive.position;
    leg->sink = std::move(archive.writer);
    return absl::OkStatus();
  }

  absl::Status OpenShadowLeg(Leg* leg) {
    ShadowSinkOptions shadow;
    ASSIGN_OR_RETURN(shadow.properties,
                     PropertiesOf(leg->target, options_.copy));
    shadow.topic = leg->target.topic;
    shadow.source = Identity();
    shadow.compact_policy = options_.shadow_compact;
    shadow.clock = options_.copy.clock;
    if (auto config = TopicConfig(); config.has_value()) {
      if (auto size = config->find(kMaxMessageBytes); size != config->end()) {
        shadow.create_config[kMaxMessageBytes] = size->second;
      }
    }
    if (options_.shadow_compact) {
      shadow.create_config["cleanup.policy"] = "compact";
    }
    leg->sink = std::make_unique<ShadowSink>(std::move(shadow));
    ASSIGN_OR_RETURN(leg->start, leg->sink->Open());
    return FeedingArchive() == nullptr ? FeedFromSource(leg)
                                       : FeedFromArchive(leg);
  }

  // Each leg reads the source by itself: a slow target slows no other. The
  // first takes the one that is open already.
  absl::Status FeedFromSource(Leg* leg) {
    leg->source = std::move(source_.source);
    if (leg->source == nullptr) {
      ASSIGN_OR_RETURN(Copy copy, OpenCopy(options_.source, options_.copy));
      leg->source = std::move(copy.source);
    }
    if (options_.source.kind == LocationKind::kKafka) {
      leg->topic_source = static_cast<TopicSource*>(leg->source.get());
    }
    return absl::OkStatus();
  }

  absl::Status FeedFromArchive(Leg* leg) {
    ArchiveReaderOptions reader;
    reader.file_system = options_.copy.file_system;
    reader.clock = options_.copy.clock;
    reader.directory = FeedingArchive()->target.path;
    reader.generation = archive_->generation;
    reader.signal = FeedingArchive()->signal.get();
    ASSIGN_OR_RETURN(leg->source, ArchiveReader::Open(std::move(reader)));
    return absl::OkStatus();
  }

  // The leg whose archive feeds the shadows; null if there is none.
  const Leg* FeedingArchive() const {
    const bool has = !legs_.empty() &&
                     legs_.front()->target.kind == LocationKind::kArchive;
    return has ? legs_.front().get() : nullptr;
  }

  PumpOptions PumpOptionsFor(const Leg& leg) const {
    PumpOptions pump;
    pump.name = absl::StrCat(options_.source.text, " -> ", leg.target.text);
    pump.clock = options_.copy.clock;
    pump.stop = stop_;
    pump.first_offset = source_.info.start_offset;
    pump.idle_wait = kIdleWait;
    if (!options_.until_end) return pump;
    pump.give_up_after = options_.give_up_after;
    const Leg* archive =
        leg.target.kind == LocationKind::kKafka ? FeedingArchive() : nullptr;
    if (archive != nullptr) {
      pump.may_end = [archive] { return archive->finished.load(); };
    } else {
      pump.may_end = [] { return true; };
      pump.end_offset = source_.info.end_offset;
    }
    return pump;
  }

  SourceIdentity Identity() const {
    if (archive_.has_value()) return *archive_;
    if (source_.info.manifest.has_value()) {
      return {source_.info.manifest->store_id,
              source_.info.manifest->generation, source_.info.cluster_id,
              source_.info.topic};
    }
    return {"", 0, source_.info.cluster_id, source_.info.topic};
  }

  std::optional<std::map<std::string, std::string>> TopicConfig() const {
    if (source_.info.manifest.has_value()) {
      return source_.info.manifest->topic_config;
    }
    if (!source_.info.topic_config.has_value()) return std::nullopt;
    std::map<std::string, std::string> config;
    for (const auto& [name, entry] : *source_.info.topic_config) {
      config[name] = entry.value;
    }
    return config;
  }

  void RunLeg(Leg* leg) {
    leg->status = leg->pump->Run(leg->start);
    // One target less is not what was asked for: stop, so that it is noticed.
    if (!leg->status.ok()) stop_->RequestStop();
    leg->finished = true;
  }

  void ShowProgressUntilFinished() {
    const std::string what = absl::StrCat("mirror ", options_.source.text);
    Progress progress(what, options_.copy.clock, !options_.quiet);
    const auto all_finished = [this] {
      return std::all_of(legs_.begin(), legs_.end(), [](const auto& leg) {
        return leg->finished.load();
      });
    };
    while (!all_finished()) {
      progress.Update(CurrentProgress());
      // A stop does not shorten the wait for the legs to finish.
      if (stop_->StopRequested()) {
        options_.copy.clock->Sleep(absl::Milliseconds(5));
      } else {
        WaitALittle(all_finished);
      }
    }
  }

  template <typename AllFinished>
  void WaitALittle(const AllFinished& all_finished) {
    const absl::Duration until =
        options_.copy.clock->Elapsed() + kProgressInterval;
    while (options_.copy.clock->Elapsed() < until && !all_finished()) {
      if (stop_->WaitForStop(absl::Milliseconds(10))) return;
    }
  }

  // The slowest target is what counts.
  ProgressState CurrentProgress() const {
    ProgressState state;
    state.records = std::numeric_limits<int64_t>::max();
    int64_t next_offset = std::numeric_limits<int64_t>::max();
    int64_t end_offset = source_.info.end_offset;
    for (const auto& leg : legs_) {
      const PumpCounters& counters = leg->pump->counters();
      if (counters.records < state.records) {
        state.records = counters.records;
        state.bytes = counters.bytes;
      }
      next_offset = std::min<int64_t>(next_offset, counters.next_offset);
      if (leg->topic_source != nullptr) {
        end_offset =
            std::max(end_offset, leg->topic_source->cached_high_watermark());
      }
    }
    state.lag_records = std::max<int64_t>(0, end_offset - next_offset);
    return state;
  }

  static void AddExceptions(const Leg& leg, MirrorResult::Target* target) {
    if (leg.topic_source != nullptr) {
      target->exceptions["no_timestamp"] =
          leg.topic_source->records_without_timestamp();
    }
    if (leg.target.kind == LocationKind::kKafka) {
      const ShadowExceptions& shadow =
          static_cast<const ShadowSink*>(leg.sink.get())->exceptions();
      target->exceptions["timestamp_zero"] = shadow.timestamp_zero;
      target->exceptions["timestamp_type"] = shadow.log_append_time;
      target->exceptions["null_key"] = shadow.null_keys_skipped;
    }
  }

  // Closes all sinks; returns the gravest of what went wrong.
  absl::Status Close() {
    absl::Status gravest;
    for (const auto& leg : legs_) {
      absl::Status closed = leg->sink->Close();
      const absl::Status& status = leg->status.ok() ? closed : leg->status;
      if (status.ok()) continue;
      if (gravest.ok() || ExitCodeOf(status) == ExitCode::kDamage) {
        if (!gravest.ok()) LogError(RenderError(gravest));
        gravest = status;
      } else {
        LogError(RenderError(status));
      }
    }
    return gravest;
  }

  const MirrorOptions& options_;
  StopToken* const stop_;
  Copy source_;
  std::optional<SourceIdentity> archive_;  // Of the archive that feeds.
  std::vector<std::unique_ptr<Leg>> legs_;
  absl::Duration started_;
  absl::Duration elapsed_;
};

}  // namespace

absl::Status RunMirror(const MirrorOptions& options, StopToken* stop,
                       std::string* result) {
  Mirror mirror(options, stop);
  RETURN_IF_ERROR(mirror.Prepare());
  absl::Status status = mirror.Run();
  const MirrorResult done = mirror.Result();
  WriteToStderr(absl::StrCat(RenderMirrorSummary(done), "\n"));
  if (options.output != OutputFormat::kText) {
    *result = RenderMirrorJson(done, ExitCodeOf(status));
  }
  return status;
}

}  // namespace sr
