#include "replicator/amendment.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/exit_code.h"
#include "core/base/status_context.h"
#include "core/base/status_macros.h"
#include "core/base/text.h"
#include "core/base/version.h"
#include "core/json/json_writer.h"
#include "core/kafka/idempotent_producer.h"
#include "core/schemas/subject.h"
#include "core/sources/copy.h"
#include "replicator/read_records.h"
#include "replicator/target_checks.h"
#include "replicator/verify_copy.h"

namespace sr {
namespace {

RecordWriter WriterOf(const ProductChoice& choice) {
  RecordWriter writer;
  writer.product = choice.product.value_or(Product::kConfluent);
  writer.confluent_version = choice.confluent_version;
  writer.karapace_major = choice.karapace_major;
  return writer;
}

void Raise(const std::map<std::string, int32_t, std::less<>>& from,
           std::map<std::string, int32_t, std::less<>>* to) {
  for (const auto& [context, id] : from) {
    const auto [found, is_new] = to->emplace(context, id);
    if (!is_new) found->second = std::max(found->second, id);
  }
}

}  // namespace

Amendment::Amendment(std::string command, const AmendOptions& options,
                     const StopToken* stop)
    : command_(std::move(command)),
      options_(options),
      stop_(stop),
      writer_(WriterOf(options.product)) {}

absl::Status Amendment::Open() {
  if (!options_.product.product.has_value()) {
    return WithHint(
        absl::InvalidArgumentError("it is not said whose topic it is"),
        "--product=confluent-8.1, karapace or redpanda");
  }
  const Location& topic = options_.restore.target;
  if (topic.kind != LocationKind::kKafka || topic.role_shadow) {
    return WithHint(absl::InvalidArgumentError(absl::StrCat(
                        topic.text, " is no topic of a registry")),
                    "kafka://HOST:PORT/_schemas");
  }
  if (options_.from.has_value()) {
    RETURN_IF_ERROR(VerifyCopy(*options_.from, options_.restore.copy,
                               options_.restore.quiet));
  }
  RETURN_IF_ERROR(LookAtTopic());
  return Replay();
}

absl::Status Amendment::LookAtTopic() {
  const RestoreOptions& restore = options_.restore;
  ASSIGN_OR_RETURN(const ClientProperties properties,
                   PropertiesOf(restore.target, restore.copy));
  ASSIGN_OR_RETURN(const auto admin,
                   TopicAdmin::Open(properties, restore.copy.timeout));
  const absl::StatusOr<TopicState> state = admin->Describe(restore.target.topic);
  if (!state.ok()) return Annotate(state.status(), restore.target.text);
  topic_ = *state;
  end_offset_ = topic_.high_watermark;
  RETURN_IF_ERROR(
      RequireOnePartition(restore.target.topic, topic_.partitions));
  RETURN_IF_ERROR(CheckTargetConfig(topic_, restore, &notes_));
  return LookForARegistry(restore, admin.get(), &notes_);
}

absl::Status Amendment::Read(
    const Location& location,
    absl::FunctionRef<bool(const Record&)> on_record) const {
  absl::StatusOr<Copy> copy = OpenCopy(location, options_.restore.copy);
  if (!copy.ok()) return Annotate(copy.status(), location.text);
  return ReadRecords(&*copy, stop_, options_.restore.copy.clock,
                     options_.restore.quiet, on_record);
}

absl::Status Amendment::Replay() {
  const Product product = *options_.product.product;
  if (options_.from.has_value()) {
    const RegistryModel copy = MakeRegistryModel(product, options_.product);
    RETURN_IF_ERROR(Read(*options_.from, [&copy](const Record& record) {
      (void)copy.replay->Apply(record);
      if (copy.replay->stopped_at().has_value()) copy.replay->PassOver();
      return true;
    }));
    max_ids_ = copy.replay->state().max_ids;
  }
  model_ = MakeRegistryModel(product, options_.product);
  RETURN_IF_ERROR(Read(options_.restore.target, [this](const Record& record) {
    if (record.offset >= end_offset_) return false;
    (void)model_.replay->Apply(record);
    return true;
  }));
  if (const auto stopped_at = model_.replay->stopped_at()) {
    return WithHint(
        absl::FailedPreconditionError(absl::StrCat(
            model_.name, " does not start on ", options_.restore.target.text,
            ": the record at offset ", *stopped_at, " stops it")),
        "schemas-replicator salvage makes a topic without that record");
  }
  Raise(state().max_ids, &max_ids_);
  before_ = Held();
  return absl::OkStatus();
}

absl::Status Amendment::ForEachSchema(
    absl::FunctionRef<void(const VersionName&, const Record&,
                           const std::string&)>
        on_schema) {
  DecodedKey key;
  const auto read = [&](const Location& location, int64_t end) {
    return Read(location, [&](const Record& record) {
      if (record.offset >= end) return false;
      DecodeKey(record.key, &key);
      if (key.problem == KeyProblem::kNone &&
          key.key.type == KeyType::kSchema) {
        on_schema(VersionOf(key, writer_.product), record, location.text);
      }
      return true;
    });
  };
  if (options_.from.has_value()) {
    RETURN_IF_ERROR(
        read(*options_.from, std::numeric_limits<int64_t>::max()));
  }
  return read(options_.restore.target, end_offset_);
}

// An id that was given to another schema meanwhile cannot stand for both.
absl::Status Amendment::CheckId(const VersionName& name,
                                const SchemaRecord& schema) const {
  const SchemaContent content = ContentOf(schema);
  const auto context = [this](const std::string& subject) {
    return std::string(state().has_contexts ? ParseSubject(subject).context
                                            : kDefaultContext);
  };
  for (const auto& [subject, versions] : state().subjects) {
    if (context(subject) != context(name.first)) continue;
    for (const auto& [number, version] : versions) {
      if (version.id != schema.id || (version.text == content.text &&
                                      version.type() == content.type &&
                                      version.references() ==
                                          content.references)) {
        continue;
      }
      return WithHint(
          absl::FailedPreconditionError(absl::StrCat(
              EscapeForTerminal(name.first), " version ", name.second,
              " had id ", schema.id, ", which is by now that of another schema, ",
              EscapeForTerminal(subject), " version ", number)),
          "messages of both carry this id: register the old schema anew, under a "
          "new id, and find out which messages were written with which");
    }
  }
  return absl::OkStatus();
}

// Confluent takes such a version, and cannot use it.
void Amendment::NoteMissingReferences(const VersionName& name,
                                      const SchemaRecord& schema) {
  for (const SchemaReference& reference : ContentOf(schema).references) {
    const std::string subject =
        writer_.product == Product::kConfluent
            ? NormalSubject(QualifiedFor(name.first, reference.subject))
            : reference.subject;
    if (HasLiveVersion(state(), subject, reference.version)) continue;
    notes_.push_back(absl::StrCat(
        name.first, " version ", name.second, " refers to ", reference.subject,
        " version ", reference.version, ", which is not there, or deleted"));
  }
}

absl::Status Amendment::Add(const VersionName& name, const SchemaRecord& schema,
                            bool deleted) {
  RETURN_IF_ERROR(CheckId(name, schema));
  Appended appended;
  appended.key = KeyFor(schema, writer_);
  appended.value = ValueFor(schema, deleted, writer_);
  appended.timestamp = schema.timestamp;
  appended.what = absl::StrCat(
      EscapeForTerminal(name.first), " version ", name.second, ", id ",
      schema.id, deleted ? ", deleted" : "", ", as at offset ", schema.offset,
      " of ", EscapeForTerminal(schema.copy));
  appended_.push_back(std::move(appended));
  NoteMissingReferences(name, schema);
  const RecordEffect effect =
      model_.replay->Apply(RecordOf(appended_.size() - 1));
  const auto subject = state().subjects.find(name.first);
  const SchemaVersion* const version =
      subject == state().subjects.end() ? nullptr
                                        : subject->second.Find(name.second);
  if (effect.effect == Effect::kApplied && version != nullptr &&
      version->deleted == deleted && version->id == schema.id) {
    return absl::OkStatus();
  }
  return WithHint(
      absl::FailedPreconditionError(absl::StrCat(
          model_.name, " would not take ", EscapeForTerminal(name.first),
          " version ", name.second, " back",
          effect.reason.empty() ? "" : ": " + effect.reason)),
      "what it refers to has to be there first: undelete that");
}

Record Amendment::RecordOf(size_t n) const {
  Record record;
  record.offset = end_offset_ + static_cast<int64_t>(n);
  record.timestamp = appended_[n].timestamp;
  record.key = appended_[n].key;
  record.value = appended_[n].value;
  return record;
}

absl::Status Amendment::Finish(std::string* result) {
  const bool is_text = options_.restore.output == OutputFormat::kText;
  const bool execute = options_.restore.execute && !appended_.empty();
  absl::Status status;
  if (execute) {
    status = Write();
    if (status.ok()) status = ReadBack();
  }
  const bool done = execute && status.ok();
  *result += is_text ? RenderText(done) : RenderJson(done, status);
  return status;
}

absl::Status Amendment::Write() {
  IdempotentProducerOptions options;
  ASSIGN_OR_RETURN(options.properties, PropertiesOf(options_.restore.target,
                                                    options_.restore.copy));
  options.topic = options_.restore.target.topic;
  options.clock = options_.restore.copy.clock;
  ASSIGN_OR_RETURN(const auto producer,
                   IdempotentProducer::Open(std::move(options)));
  for (size_t n = 0; n < appended_.size(); ++n) {
    RETURN_IF_ERROR(producer->Produce(RecordOf(n)));
  }
  return producer->Flush();
}

absl::Status Amendment::ReadBack() {
  size_t next = 0;
  bool is_as_written = true;
  const absl::Status read =
      Read(options_.restore.target, [&](const Record& record) {
        if (record.offset < end_offset_) return true;
        is_as_written = next < appended_.size() &&
                        record.key == Bytes(appended_[next].key) &&
                        record.value == Bytes(appended_[next].value) &&
                        record.offset == RecordOf(next).offset;
        ++next;
        return is_as_written;
      });
  RETURN_IF_ERROR(read);
  if (is_as_written && next == appended_.size()) return absl::OkStatus();
  return WithHint(
      absl::DataLossError(absl::StrCat(
          options_.restore.target.text, " does not end with the ",
          appended_.size(), " records that were written behind offset ",
          end_offset_, ": somebody else writes to it")),
      "stop every registry of this topic, and look at its end: schemas-verifier "
      "show");
}

std::string Amendment::Held() const {
  int64_t deleted = 0;
  for (const auto& [subject, versions] : state().subjects) {
    for (const auto& [number, version] : versions) {
      deleted += version.deleted ? 1 : 0;
    }
  }
  return absl::StrCat(
      WithThousands(state().version_count()), " versions of ",
      WithThousands(static_cast<int64_t>(state().subjects.size())),
      " subjects, ", WithThousands(deleted), " of them deleted");
}

std::string Amendment::RenderText(bool done) const {
  std::string out = absl::StrCat(
      command_, " ", EscapeForTerminal(options_.restore.target.text), "\n",
      "  ", model_.name, " starts with ", before_, "\n");
  for (const Appended& appended : appended_) {
    absl::StrAppend(&out, "  append ", appended.what, "\n");
  }
  for (const std::string& note : notes_) {
    absl::StrAppend(&out, "  note: ", EscapeForTerminal(note), "\n");
  }
  if (appended_.empty()) return out + "  nothing to append\n";
  absl::StrAppend(&out, "  then it starts with ", Held(), "\n");
  if (!done) {
    return options_.restore.execute
               ? out
               : out + "nothing was changed; run again with --execute to do it\n";
  }
  return absl::StrCat(
      out, "done: ", appended_.size(), " records written, read back and equal\n",
      "next:\n  1. start one instance of the registry, ask it, then start the "
      "others\n");
}

std::string Amendment::RenderJson(bool done, const absl::Status& status) const {
  std::string out;
  JsonWriter json(&out);
  json.BeginObject();
  json.Key("tool").String("schemas-replicator");
  json.Key("version").String(kVersion);
  json.Key("command").String(command_);
  json.Key("target").String(options_.restore.target.text);
  json.Key("registry").String(model_.name);
  json.Key("before").String(before_);
  json.Key("append").BeginArray();
  for (const Appended& appended : appended_) json.String(appended.what);
  json.EndArray();
  json.Key("after").String(Held());
  json.Key("notes").BeginArray();
  for (const std::string& note : notes_) json.String(note);
  json.EndArray();
  json.Key("executed").Bool(done);
  json.Key("exit_code").Int(static_cast<int>(ExitCodeOf(status)));
  json.EndObject();
  out.push_back('\n');
  return out;
}

}  // namespace sr
