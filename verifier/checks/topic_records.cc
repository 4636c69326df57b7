#include "verifier/checks/topic_records.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/text.h"
#include "core/findings/codes.h"
#include "core/schemas/subject.h"
#include "verifier/checks/key_checks.h"
#include "verifier/checks/references.h"
#include "verifier/checks/registry_checks.h"
#include "verifier/checks/value_checks.h"

namespace sr {
namespace {

ConfluentReplayOptions ReplayOptions(const ProductChoice& choice) {
  ConfluentReplayOptions options;
  options.version = choice.confluent_version;
  return options;
}

// Versions of `subject` that only a DELETE_SUBJECT deleted.
int64_t DeletedWithSubject(const RegistryState& state,
                           const std::string& subject) {
  const auto found = state.subjects.find(NormalSubject(subject));
  if (found == state.subjects.end()) return 0;
  return std::count_if(
      found->second.begin(), found->second.end(),
      [](const auto& entry) { return entry.second.deleted_with_subject; });
}

}  // namespace

TopicRecords::TopicRecords(std::string copy, ProductChoice choice, bool texts,
                           int64_t now_ms)
    : choice_(choice),
      record_findings_(copy),
      replay_findings_(copy),
      schema_findings_(std::move(copy)),
      envelope_(now_ms),
      replay_(ReplayOptions(choice)) {
  if (texts) texts_.emplace();
}

void TopicRecords::Add(const RecordBatch& batch) {
  for (const Record& record : batch) Look(record);
}

void TopicRecords::Look(const Record& record) {
  ++records_;
  DecodeKey(record.key, &key_);
  const DecodedKey& key = key_;
  marks_.Add(record, key);
  const bool is_schema =
      key.problem == KeyProblem::kNone && key.key.type == KeyType::kSchema;
  SchemaValue& schema = schema_;
  if (is_schema) DecodeSchemaValue(record.value, &schema);
  const RecordEffect effect =
      replay_.ApplyDecoded(record, key, is_schema ? &schema : nullptr);
  if (effect.effect == Effect::kSkipped) ++skipped_;
  const CheckedRecord checked = {record, key, effect};
  envelope_.Check(checked, &record_findings_);
  if (!CheckKey(checked, &record_findings_)) return;
  if (!is_schema) {
    CheckValue(checked, &record_findings_);
  } else if (record.value.has_value()) {
    CheckSchemaValue(checked, schema, &record_findings_);
    if (texts_.has_value() && schema.problem == ValueProblem::kNone &&
        schema.schema.has_value()) {
      texts_->Add(schema);
    }
  }
  keys_.Add(checked);
  LookAtReplay(checked);
}

// What this record does to what the registry holds.
void TopicRecords::LookAtReplay(const CheckedRecord& checked) {
  const RegistryKey& key = checked.key.key;
  const RecordEffect& effect = checked.effect;
  if (effect.effect == Effect::kRolledBack) {
    replay_findings_.Add(codes::kIdConflict, checked,
                         "one schema for each id of a context", effect.reason);
  } else if (effect.replaced_id.has_value()) {
    replay_findings_.Add(codes::kKeyIdRewritten, checked,
                         absl::StrCat("id ", *effect.replaced_id, ", as before"),
                         "another id");
  } else if (effect.removed_live) {
    replay_findings_.Add(codes::kTombstoneNotSoftDeleted, checked,
                         "a version that was deleted softly before",
                         "a tombstone of a live version");
  } else if (effect.effect == Effect::kFatal &&
             !choice_.confluent_version.KnowsKeyType(key.type)) {
    replay_findings_.Add(codes::kReaderVersionMin, checked,
                         "a keytype that the version knows", effect.reason);
  } else if (key.type == KeyType::kDeleteSubject &&
             !checked.record.value.has_value()) {
    const int64_t versions = DeletedWithSubject(replay_.state(), *key.subject);
    if (versions > 0) {
      replay_findings_.Add(codes::kDeleteSubjectTombstoned, checked,
                           "a DELETE_SUBJECT for as long as it is what deletes",
                           absl::StrCat("a tombstone of it, and ", versions,
                                        " versions that nothing else deletes"));
    }
  }
}

// What a Confluent registry does at its next start.
std::string TopicRecords::Outlook() const {
  const std::string registry =
      absl::StrCat("a Confluent ", choice_.confluent_version.ToString(),
                   " registry restarted on this topic ");
  if (replay_.stopped()) {
    return absl::StrCat(
        registry, "will not start: it stops at offset ", *replay_.stopped_at(),
        ". One that runs serves from memory: do not restart it");
  }
  const RegistryState& state = replay_.state();
  std::string outlook = absl::StrCat(
      registry, "will start with ", WithThousands(state.version_count()),
      " versions of ",
      WithThousands(static_cast<int64_t>(state.subjects.size())), " subjects");
  if (skipped_ > 0) {
    absl::StrAppend(&outlook, " and skip ", WithThousands(skipped_),
                    " records that it cannot use");
  }
  return outlook;
}

TopicRecordsResult TopicRecords::Finish() {
  TopicRecordsResult result;
  result.product = marks_.Detect();
  if (choice_.product.has_value()) {
    result.product = {*choice_.product, "as --product says"};
  }
  result.record.name = "record";
  result.record.items = records_;
  result.record_findings = record_findings_.TakeFor(result.product.product);
  result.replay.name = "replay";
  result.schema.name = "schema";
  if (result.product.product != Product::kConfluent) {
    result.replay.outcome = Outcome::kSkipped;
    result.replay.reason = absl::StrCat(
        "no model of ", NameOf(result.product.product), " in this version");
    result.schema.outcome = result.replay.outcome;
    result.schema.reason = result.replay.reason;
    return result;
  }
  result.replay.items = records_;
  keys_.Report(&replay_findings_);
  CheckReferences(replay_.state(), &replay_findings_);
  CheckSettings(replay_.state(), &replay_findings_);
  CheckIds(replay_.state(), &replay_findings_);
  result.replay_findings = replay_findings_.TakeFor(Product::kConfluent);
  result.outlook = Outlook();
  if (!texts_.has_value()) return result;
  result.schema.items = texts_->size();
  texts_->Report(replay_.state(), &schema_findings_);
  result.schema_findings = schema_findings_.TakeFor(Product::kConfluent);
  return result;
}

}  // namespace sr
