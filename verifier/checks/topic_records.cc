#include "verifier/checks/topic_records.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "verifier/checks/key_checks.h"
#include "verifier/checks/references.h"
#include "verifier/checks/registry_checks.h"
#include "verifier/checks/value_checks.h"

namespace sr {
namespace {

// How much is read before it is decided whose topic it is, unless the user said
// so.
constexpr int64_t kRecordsToDecide = 1000;
constexpr size_t kBytesToDecide = size_t{16} << 20;

}  // namespace

TopicRecords::TopicRecords(std::string copy, ProductChoice choice, bool texts,
                           int64_t now_ms)
    : choice_(choice),
      record_findings_(copy),
      replay_findings_(copy),
      schema_findings_(std::move(copy)),
      envelope_(now_ms) {
  if (texts) texts_.emplace();
  if (choice_.product.has_value()) Decide();
}

void TopicRecords::Add(const RecordBatch& batch) {
  if (model_.replay == nullptr) kept_.emplace_back();
  for (const Record& record : batch) {
    DecodeKey(record.key, &key_);
    marks_.Add(record, key_);
    if (model_.replay != nullptr) {
      Look(record, key_);
    } else {
      Keep(record);
    }
  }
}

// Until it is known whose topic it is.
void TopicRecords::Keep(const Record& record) {
  kept_.back().Add(record);
  kept_bytes_ += PayloadBytes(record);
  if (++kept_records_ >= kRecordsToDecide || kept_bytes_ >= kBytesToDecide) {
    Decide();
  }
}

void TopicRecords::Decide() {
  model_ = MakeRegistryModel(
      choice_.product.value_or(marks_.Detect().product), choice_);
  for (const RecordBatch& batch : kept_) {
    for (const Record& record : batch) {
      DecodeKey(record.key, &key_);
      Look(record, key_);
    }
  }
  kept_.clear();
}

void TopicRecords::Look(const Record& record, const DecodedKey& key) {
  ++records_;
  const bool is_schema =
      key.problem == KeyProblem::kNone && key.key.type == KeyType::kSchema;
  if (is_schema) DecodeSchemaValue(record.value, &schema_);
  const RecordEffect effect = model_.replay->ApplyDecoded(
      record, key, is_schema ? &schema_ : nullptr);
  if (effect.effect == Effect::kSkipped) ++skipped_;
  const CheckedRecord checked = {record, key, effect};
  const int64_t before = FindingCount();
  Check(checked, schema_);
  if (FindingCount() == before) {
    CheckUnexplained(checked, model_, &replay_findings_);
  }
}

int64_t TopicRecords::FindingCount() const {
  return record_findings_.CountFor(model_.product) +
         replay_findings_.CountFor(model_.product);
}

// `schema` is the value of a SCHEMA record.
void TopicRecords::Check(const CheckedRecord& checked,
                         const SchemaValue& schema) {
  const DecodedKey& key = checked.key;
  envelope_.Check(checked, &record_findings_);
  if (!CheckKey(checked, &record_findings_)) return;
  if (key.key.type != KeyType::kSchema) {
    CheckValue(checked, &record_findings_);
  } else if (checked.record.value.has_value()) {
    CheckSchemaValue(checked, schema, &record_findings_);
    if (texts_.has_value() && schema.problem == ValueProblem::kNone &&
        schema.schema.has_value()) {
      texts_->Add(schema);
    }
  }
  keys_.Add(checked);
  replay_checks_.Check(checked, model_, choice_, &replay_findings_);
}

// Whose topic it is, now that all of it has been seen.
DetectedProduct TopicRecords::Writer() const {
  if (choice_.product.has_value()) {
    return {*choice_.product, "as --product says"};
  }
  return marks_.Detect();
}

TopicRecordsResult TopicRecords::Finish() {
  if (model_.replay == nullptr) Decide();
  TopicRecordsResult result;
  result.product = Writer();
  result.record.name = "record";
  result.record.items = records_;
  result.record_findings = 
      record_findings_.TakeFor(result.product.product, model_.product);
  result.replay.name = "replay";
  result.schema.name = "schema";
  if (result.product.product != model_.product) {
    result.replay.outcome = Outcome::kSkipped;
    result.replay.reason = absl::StrCat(
        "began as a topic of ", NameOf(model_.product), ", but ",
        result.product.reason, ": say --product");
    result.schema.outcome = result.replay.outcome;
    result.schema.reason = result.replay.reason;
    return result;
  }
  const RegistryState& state = model_.replay->state();
  result.replay.items = records_;
  keys_.Report(&replay_findings_);
  if (model_.product == Product::kConfluent) {
    CheckReferences(state, &replay_findings_);
    CheckSettings(state, &replay_findings_);
    CheckIds(state, &replay_findings_);
  }
  result.replay_findings = 
      replay_findings_.TakeFor(model_.product, model_.product);
  result.outlook = OutlookOf(model_, skipped_);
  if (!texts_.has_value()) return result;
  result.schema.items = texts_->size();
  texts_->Report(state, &schema_findings_);
  result.schema_findings = 
      schema_findings_.TakeFor(model_.product, model_.product);
  return result;
}

}  // namespace sr
