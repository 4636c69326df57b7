#include "replicator/restore.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "core/base/log.h"
#include "core/base/status_context.h"
#include "core/base/status_macros.h"
#include "core/base/text.h"
#include "core/compare/compare_by_order.h"
#include "core/kafka/idempotent_producer.h"
#include "core/kafka/topic_admin.h"
#include "core/record/canonical.h"
#include "core/sources/copy.h"
#include "replicator/read_records.h"
#include "replicator/redpanda_records.h"
#include "replicator/restore_plan.h"
#include "replicator/target_checks.h"
#include "replicator/verify_copy.h"

namespace sr {
namespace {

// What a batch adds to its records, and a record to its bytes, generously.
constexpr int64_t kBatchOverheadBytes = 1024;

// Offsets that are filled with NOOP records at most: as many records are written.
constexpr int64_t kFilledMax = 20'000'000;

// What a new topic takes over from the one whose history this is.
constexpr const char* kKeptConfig[] = {
    "max.message.bytes",       "min.insync.replicas",
    "delete.retention.ms",     "min.cleanable.dirty.ratio",
    "min.compaction.lag.ms",   "max.compaction.lag.ms",
    "segment.bytes",           "segment.ms",
    "unclean.leader.election.enable"};

// What stays of a record wherever it is copied to.
struct Content {
  int64_t offset = 0;
  Digest128 digest;
  int64_t timestamp = 0;
};

class Restore {
 public:
  Restore(const RestoreOptions& options, const StopToken* stop,
          const RestoreHooks& hooks)
      : options_(options),
        stop_(stop),
        hooks_(hooks),
        clock_(options.copy.clock) {
    plan_.command = hooks.command;
    plan_.notes = hooks.notes;
    plan_.source = options.source.text;
    plan_.target = options.target.text;
    plan_.target_topic = options.target.topic;
    plan_.product = hooks.product;
  }

  // Everything that can be refused is refused here.
  absl::Status Prepare() {
    RETURN_IF_ERROR(CheckNames());
    if (!hooks_.open) {
      RETURN_IF_ERROR(
          VerifyCopy(options_.source, options_.copy, options_.quiet));
    }
    RETURN_IF_ERROR(LookAtTarget());
    // None reads a topic that has just been made.
    if (!options_.rehearse) {
      RETURN_IF_ERROR(LookForARegistry(options_, admin_.get(), &plan_.notes));
    }
    ASSIGN_OR_RETURN(Copy source, OpenSource());
    for (const std::string& lost : source.info.lost) {
      plan_.notes.push_back(
          absl::StrCat(options_.source.text, " has lost: ", lost));
    }
    for (const std::string& remark : source.info.remarks) {
      plan_.notes.push_back(absl::StrCat(options_.source.text, ": ", remark));
    }
    RETURN_IF_ERROR(CheckFilling(source));
    RETURN_IF_ERROR(ReadSource(&source));
    RETURN_IF_ERROR(CheckSeq());
    return CheckRoom();
  }

  absl::Status Execute() {
    const absl::Duration started = clock_->Elapsed();
    if (hooks_.before_write) RETURN_IF_ERROR(hooks_.before_write());
    if (plan_.creates_topic) RETURN_IF_ERROR(CreateTarget());
    absl::Status status = Write();
    if (status.ok()) status = ReadBack();
    result_.elapsed = clock_->Elapsed() - started;
    if (options_.rehearse) status = RemoveRehearsal(status);
    result_.executed = status.ok();
    return status;
  }

  const RestorePlan& plan() const { return plan_; }
  const RestoreResult& result() const { return result_; }

 private:
  // The topic is this run's own: Prepare found none.
  absl::Status RemoveRehearsal(const absl::Status& status) {
    result_.is_rehearsal = true;
    const absl::Status removed = admin_->DeleteTopic(options_.target.topic);
    if (status.ok()) return removed;
    if (!removed.ok()) LogWarning(RenderError(removed));
    return Annotate(status, "the rehearsal failed");
  }

  // The cluster may still have been making it for a run that was killed.
  absl::Status CreateTarget() {
    const absl::Status created =
        admin_->CreateTopic(options_.target.topic, plan_.config);
    if (!absl::IsAlreadyExists(created) || options_.rehearse) return created;
    ASSIGN_OR_RETURN(target_, admin_->Describe(options_.target.topic));
    RETURN_IF_ERROR(
        RequireOnePartition(options_.target.topic, target_.partitions));
    RETURN_IF_ERROR(CheckTargetConfig(target_, options_, &plan_.notes));
    if (target_.high_watermark == 0) return absl::OkStatus();
    return WithHint(
        absl::FailedPreconditionError(absl::StrCat(
            options_.target.text,
            " was not there a moment ago, and somebody writes to it")),
        "find out who does, or name another topic");
  }

  absl::Status CheckNames() const {
    if (options_.target.kind != LocationKind::kKafka ||
        options_.target.role_shadow) {
      return WithHint(
          absl::InvalidArgumentError(absl::StrCat(
              options_.target.text, " is no topic that a registry can read")),
          "name a topic that is not there yet: "
          "kafka://HOST:PORT/_schemas_restored");
    }
    return absl::OkStatus();
  }

  absl::StatusOr<Copy> OpenSource() const {
    absl::StatusOr<Copy> source =
        hooks_.open ? hooks_.open() : OpenCopy(options_.source, options_.copy);
    if (!source.ok()) return Annotate(source.status(), options_.source.text);
    if (hooks_.source) source->source = hooks_.source(std::move(source->source));
    switch (options_.redpanda) {
      case RedpandaKeys::kAsTheyAre:
      case RedpandaKeys::kNone:
        break;
      case RedpandaKeys::kFill:
        source->source = FilledSource(std::move(source->source));
        source->info.start_offset = 0;
        RETURN_IF_ERROR(source->source->Seek(0));
        break;
      case RedpandaKeys::kStrip:
        source->source = StrippedSource(std::move(source->source));
        break;
    }
    return source;
  }

  absl::Status LookAtTarget() {
    ASSIGN_OR_RETURN(const ClientProperties properties,
                     PropertiesOf(options_.target, options_.copy));
    ASSIGN_OR_RETURN(admin_, TopicAdmin::Open(properties, options_.copy.timeout));
    const absl::StatusOr<TopicState> state =
        admin_->Describe(options_.target.topic);
    if (absl::IsNotFound(state.status())) {
      plan_.creates_topic = true;
      return absl::OkStatus();
    }
    if (!state.ok()) return Annotate(state.status(), options_.target.text);
    if (options_.rehearse) {
      return WithHint(
          absl::FailedPreconditionError(absl::StrCat(
              options_.target.text, " is there, and a rehearsal deletes its "
                                    "topic")),
          "name a topic that is not there");
    }
    target_ = *state;
    RETURN_IF_ERROR(
        RequireOnePartition(options_.target.topic, target_.partitions));
    RETURN_IF_ERROR(CheckTargetConfig(target_, options_, &plan_.notes));
    if (target_.high_watermark > 0) return ReadTarget();
    return absl::OkStatus();
  }

  // What an earlier run may have left there: the record at offset N is then the
  // one that is written as the Nth, or a cleaner has removed it for a later one of
  // its key. (Records of old times roll segments, and are cleaned at once.)
  absl::Status ReadTarget() {
    ASSIGN_OR_RETURN(Copy target, OpenCopy(options_.target, options_.copy));
    return Read(&target, [this](const Record& record) {
      there_.push_back(
          {record.offset, ContentDigest(record), record.timestamp});
      if (record.key.has_value()) {
        last_of_key_[std::string(*record.key)] = record.offset;
      }
      return true;
    });
  }

  absl::Status Read(Copy* copy,
                    absl::FunctionRef<bool(const Record&)> on_record) const {
    return ReadRecords(copy, stop_, clock_, options_.quiet, on_record);
  }

  // Finds the end of what is restored, counts it, and holds what the target has
  // against it.
  absl::Status ReadSource(Copy* source) {
    RETURN_IF_ERROR(CheckNotTheSame(source->info));
    if (plan_.creates_topic) plan_.config = ConfigFor(source->info);
    plan_.end_offset = source->info.end_offset;
    bool is_prefix = true;
    bool is_beyond = false;
    RETURN_IF_ERROR(Read(source, [&](const Record& record) {
      if (!is_beyond && IsBeyond(record)) {
        is_beyond = true;
        plan_.end_offset = record.offset;
      }
      if (is_beyond) {
        ++plan_.records_left_out;
        return true;
      }
      is_prefix = is_prefix && IsAsInTarget(record);
      plan_.Add(record);
      return true;
    }));
    if (plan_.records == 0) {
      return absl::InvalidArgumentError(absl::StrCat(
          "no record of ", options_.source.text, " is to be restored"));
    }
    const int64_t there = target_.high_watermark;
    if (is_prefix && there <= plan_.writable()) {
      plan_.already_there = there;
      return absl::OkStatus();
    }
    return WithHint(
        absl::FailedPreconditionError(absl::StrCat(
            options_.target.text, " is not empty, and the ",
            WithThousands(there),
            " records written to it are not the first of those to be "
            "restored")),
        "name a topic that is not there yet");
  }

  absl::Status CheckNotTheSame(const CopyInfo& source) const {
    if (source.location.kind != LocationKind::kKafka || plan_.creates_topic ||
        source.topic != options_.target.topic ||
        source.cluster_id != target_.cluster_id) {
      return absl::OkStatus();
    }
    return absl::InvalidArgumentError("source and target are the same topic");
  }

  absl::Status CheckFilling(const Copy& source) {
    if (options_.redpanda == RedpandaKeys::kStrip) {
      plan_.notes.push_back(
          "keys lose seq and node, and records that a Redpanda passes over where "
          "they stand are left out");
    }
    if (options_.redpanda != RedpandaKeys::kFill) return absl::OkStatus();
    plan_.notes.push_back(
        "every record keeps its offset: NOOP records fill what is between");
    if (source.info.end_offset <= kFilledMax) return absl::OkStatus();
    return WithHint(
        absl::FailedPreconditionError(absl::StrCat(
            options_.source.text, " ends at offset ",
            WithThousands(source.info.end_offset), ": too far to be filled with "
                                                   "NOOP records")),
        "--redpanda=strip");
  }

  absl::Status CheckSeq() const {
    if (plan_.seq_elsewhere == 0 ||
        options_.redpanda == RedpandaKeys::kNone ||
        plan_.product.value_or(Product::kRedpanda) != Product::kRedpanda) {
      return absl::OkStatus();
    }
    return WithHint(
        absl::FailedPreconditionError(absl::StrCat(
            WithThousands(plan_.seq_elsewhere),
            " records are a Redpanda's, and would stand at other offsets than "
            "the seq in their keys: it would pass over them")),
        options_.redpanda == RedpandaKeys::kAsTheyAre
            ? "--redpanda=fill keeps every offset, with NOOP records between; "
              "--redpanda=strip takes seq and node out of the keys; --redpanda=none, "
              "if the registry is no Redpanda"
            : "schemas-replicator salvage --product=redpanda leaves out what a "
              "Redpanda does not read");
  }

  bool IsBeyond(const Record& record) const {
    return (options_.to_offset.has_value() &&
            record.offset > *options_.to_offset) ||
           (options_.to_time.has_value() &&
            absl::FromUnixMillis(record.timestamp) > *options_.to_time);
  }

  // Of the next record of the source: whether the target has the same, or may have
  // lost it to a cleaner, or has ended before it.
  bool IsAsInTarget(const Record& record) {
    if (!record.key.has_value()) return true;  // Never written.
    const int64_t offset = to_be_at_++;
    if (offset >= target_.high_watermark) return true;
    if (matched_ < there_.size() && there_[matched_].offset == offset) {
      const Content& there = there_[matched_++];
      return ContentDigest(record) == there.digest &&
             (record.timestamp == 0 || record.timestamp == there.timestamp);
    }
    const auto last = last_of_key_.find(std::string(*record.key));
    return last != last_of_key_.end() && last->second > offset;
  }

  std::map<std::string, std::string> ConfigFor(const CopyInfo& source) const {
    std::map<std::string, std::string> config;
    for (const char* name : kKeptConfig) {
      if (source.manifest.has_value() &&
          source.manifest->topic_config.has_value()) {
        const auto found = source.manifest->topic_config->find(name);
        if (found != source.manifest->topic_config->end()) {
          config[name] = found->second;
        }
      } else if (source.topic_config.has_value()) {
        const auto found = source.topic_config->find(name);
        if (found != source.topic_config->end()) {
          config[name] = found->second.value;
        }
      }
    }
    config["cleanup.policy"] = "compact";
    config["message.timestamp.type"] = "CreateTime";
    // Kafka 4 refuses timestamps an hour ahead by default.
    config["message.timestamp.after.max.ms"] = "9223372036854775807";
    return config;
  }

  // Whether the largest record fits.
  absl::Status CheckRoom() {
    int64_t max_message_bytes = 1048588;  // Kafka's default.
    const auto created = plan_.config.find("max.message.bytes");
    if (created != plan_.config.end()) {
      (void)absl::SimpleAtoi(created->second, &max_message_bytes);
    } else if (target_.config.has_value()) {
      const auto found = target_.config->find("max.message.bytes");
      if (found != target_.config->end()) {
        (void)absl::SimpleAtoi(found->second.value, &max_message_bytes);
      }
    }
    batch_bytes_max_ = max_message_bytes;
    if (plan_.largest_record_bytes + kBatchOverheadBytes <= max_message_bytes) {
      return absl::OkStatus();
    }
    if (plan_.creates_topic) {
      plan_.config["max.message.bytes"] = absl::StrCat(
          plan_.largest_record_bytes + 16 * kBatchOverheadBytes);
      return absl::OkStatus();
    }
    return WithHint(
        absl::FailedPreconditionError(absl::StrCat(
            "the largest record has ", WithThousands(plan_.largest_record_bytes),
            " bytes, and ", options_.target.text, " takes ",
            WithThousands(max_message_bytes))),
        "raise max.message.bytes of the topic");
  }

  absl::Status Write() {
    ASSIGN_OR_RETURN(Copy source, OpenSource());
    source.info.end_offset = std::min(source.info.end_offset, plan_.end_offset);
    IdempotentProducerOptions options;
    ASSIGN_OR_RETURN(options.properties,
                     PropertiesOf(options_.target, options_.copy));
    options.topic = options_.target.topic;
    options.batch_bytes_max = batch_bytes_max_;
    options.clock = clock_;
    ASSIGN_OR_RETURN(const auto producer,
                     IdempotentProducer::Open(std::move(options)));
    int64_t left = plan_.already_there;
    absl::Status status;
    RETURN_IF_ERROR(Read(&source, [&](const Record& record) {
      if (!record.key.has_value()) return true;
      if (left > 0) {
        --left;
        return true;
      }
      status = producer->Produce(record);
      if (status.ok()) ++result_.written;
      return status.ok();
    }));
    if (status.ok()) status = producer->Flush();
    return WithHint(status, "run it again: it goes on where the target ends");
  }

  // As somebody who does not know how it came there would.
  absl::Status ReadBack() {
    ASSIGN_OR_RETURN(Copy source, OpenSource());
    ASSIGN_OR_RETURN(Copy target, OpenCopy(options_.target, options_.copy));
    ComparedCopy reference;
    reference.source = source.source.get();
    reference.traits.name = options_.source.text;
    reference.traits.is_topic = options_.source.kind == LocationKind::kKafka;
    reference.traits.start_offset = source.info.start_offset;
    reference.traits.end_offset = plan_.end_offset;
    ComparedCopy written;
    written.source = target.source.get();
    written.traits.name = options_.target.text;
    written.traits.is_topic = true;
    written.traits.is_shadow = true;
    written.traits.may_be_compacted = true;
    written.traits.end_offset = target.info.end_offset;
    CompareSettings settings;
    settings.now = clock_->Now();
    settings.clock = clock_;
    settings.stop = stop_;
    ASSIGN_OR_RETURN(const CompareResult compared,
                     CompareByOrder(reference, written, settings));
    result_.compared = compared.records_compared;
    result_.compacted = compared.explained_by_compaction;
    if (compared.findings.empty()) return absl::OkStatus();
    const Finding& first = compared.findings.kept()[0];
    const std::string what = absl::StrCat(
        first.code, " at offset ", first.offset.value_or(-1), ": ",
        first.found);
    return WithHint(
        absl::DataLossError(absl::StrCat(
            options_.target.text,
            " was read back, and is not what was to be restored: ", what)),
        "start no registry on it; delete the topic and restore again");
  }

  const RestoreOptions& options_;
  const StopToken* const stop_;
  const RestoreHooks& hooks_;
  Clock* const clock_;
  RestorePlan plan_;
  RestoreResult result_;
  std::unique_ptr<TopicAdmin> admin_;  // Of the target's cluster.
  TopicState target_;
  std::vector<Content> there_;  // In the target.
  std::unordered_map<std::string, int64_t> last_of_key_;  // In the target.
  size_t matched_ = 0;    // Of there_.
  int64_t to_be_at_ = 0;  // The offset in the target of the next record.
  int64_t batch_bytes_max_ = 0;
};

}  // namespace

absl::Status RunRestore(const RestoreOptions& options, const StopToken* stop,
                        std::string* result, const RestoreHooks& hooks) {
  Restore restore(options, stop, hooks);
  RETURN_IF_ERROR(restore.Prepare());
  const bool is_text = options.output == OutputFormat::kText;
  if (is_text) *result += RenderRestorePlan(restore.plan());
  const absl::Status status =
      options.execute || options.rehearse ? restore.Execute()
                                          : absl::OkStatus();
  if (!is_text) {
    *result += RenderRestoreJson(restore.plan(), restore.result(),
                                 ExitCodeOf(status));
  } else if (status.ok()) {
    *result += RenderRestoreResult(restore.plan(), restore.result());
  }
  return status;
}

}  // namespace sr
