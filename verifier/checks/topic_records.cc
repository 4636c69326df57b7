#include "verifier/checks/topic_records.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "core/findings/codes.h"
#include "verifier/checks/key_checks.h"
#include "verifier/checks/references.h"
#include "verifier/checks/registry_checks.h"
#include "verifier/checks/value_checks.h"

namespace sr {

const Finding* TopicRecordsResult::FindingAt(int64_t offset) const {
  const Finding* gravest = nullptr;
  for (const FindingList* list : {&record_findings, &replay_findings}) {
    for (const Finding& finding : list->kept()) {
      if (finding.offset == offset &&
          (gravest == nullptr || finding.severity > gravest->severity)) {
        gravest = &finding;
      }
    }
  }
  return gravest;
}

TopicRecords::TopicRecords(std::string copy, TopicRecordsOptions options)
    : options_(std::move(options)),
      record_findings_(copy, options_.findings_kept_per_code),
      replay_findings_(copy, options_.findings_kept_per_code),
      schema_findings_(std::move(copy), options_.findings_kept_per_code),
      envelope_(options_.now_ms),
      topic_(options_.choice) {
  if (options_.depth == RecordDepth::kSchema) texts_.emplace();
}

void TopicRecords::Add(const RecordBatch& batch) {
  topic_.Add(batch, [this](const Record& record, const DecodedKey& key) {
    Look(record, key);
  });
}

void TopicRecords::Look(const Record& record, const DecodedKey& key) {
  ++records_;
  const bool is_schema =
      key.problem == KeyProblem::kNone && key.key.type == KeyType::kSchema;
  if (is_schema) DecodeSchemaValue(record.value, &schema_);
  if (options_.depth == RecordDepth::kRecord) {
    static const RecordEffect* const unknown = new RecordEffect;
    Check({record, key, *unknown}, schema_);
    return;
  }
  const RecordEffect effect = topic_.model().replay->ApplyDecoded(
      record, key, is_schema ? &schema_ : nullptr);
  if (effect.effect == Effect::kSkipped) ++totals_.skipped;
  if (effect.effect == Effect::kFatal && totals_.stop_reason.empty()) {
    totals_.stop_reason = effect.reason;
  }
  const CheckedRecord checked = {record, key, effect};
  if (effect.effect == Effect::kApplied) return Check(checked, schema_);
  const int64_t before = FindingCount();
  Check(checked, schema_);
  if (FindingCount() == before) {
    CheckUnexplained(checked, topic_.model(), &replay_findings_);
  }
}

int64_t TopicRecords::FindingCount() const {
  return record_findings_.CountFor(topic_.model().product) +
         replay_findings_.CountFor(topic_.model().product);
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
  if (options_.depth == RecordDepth::kRecord) return;
  keys_.Add(checked);
  replay_checks_.Check(checked, topic_.model(), options_.choice,
                       &replay_findings_);
}

void TopicRecords::ReportWriters() {
  const std::optional<int64_t> offset = topic_.marks().AlternatesAt();
  if (!offset.has_value()) return;
  Finding finding =
      MakeFinding(codes::kMixedWriters, record_findings_.copy());
  finding.offset = offset;
  finding.expected = "records of one product, then of another at most";
  finding.found = "records of two products in turns";
  record_findings_.Add(std::move(finding));
}

FindingList TopicRecords::TakeFound() {
  FindingList found(options_.findings_kept_per_code);
  if (!topic_.has_records()) return found;
  topic_.Finish([this](const Record& record, const DecodedKey& key) {
    Look(record, key);
  });
  const Product product = topic_.model().product;
  const bool with_effects = options_.depth != RecordDepth::kRecord;
  found.Merge(record_findings_.TakeFor(product, with_effects));
  found.Merge(replay_findings_.TakeFor(product, with_effects));
  return found;
}

TopicRecordsResult TopicRecords::Finish() {
  topic_.Finish([this](const Record& record, const DecodedKey& key) {
    Look(record, key);
  });
  const RegistryModel& model = topic_.model();
  TopicRecordsResult result;
  result.product = topic_.Writer();
  result.record.name = "record";
  result.record.items = records_;
  ReportWriters();
  const bool is_as_modelled = result.product.product == model.product;
  result.record_findings = record_findings_.TakeFor(
      result.product.product,
      /*with_effects=*/is_as_modelled && options_.depth != RecordDepth::kRecord);
  result.replay.name = "replay";
  result.schema.name = "schema";
  if (options_.depth == RecordDepth::kRecord) return result;
  if (!is_as_modelled) {
    result.replay.outcome = Outcome::kSkipped;
    result.replay.reason = absl::StrCat(
        "began as a topic of ", NameOf(model.product), ", but ",
        result.product.reason, ": say --product");
    result.schema.outcome = result.replay.outcome;
    result.schema.reason = result.replay.reason;
    return result;
  }
  const RegistryState& state = model.replay->state();
  result.replay.items = records_;
  keys_.Report(&replay_findings_);
  keys_ = KeyHistory();  // Its memory: what follows needs some.
  CheckReferences(state, &replay_findings_);
  if (model.product == Product::kConfluent) {
    CheckSettings(state, &replay_findings_);
  }
  CheckIds(state, &replay_findings_);
  result.replay_findings =
      replay_findings_.TakeFor(model.product, /*with_effects=*/true);
  if (const auto stopped_at = model.replay->stopped_at()) {
    const Finding* const finding = result.FindingAt(*stopped_at);
    if (finding != nullptr) totals_.stop_code = finding->code;
  }
  result.outlook = OutlookOf(model, totals_);
  if (!texts_.has_value()) return result;
  result.schema.items = texts_->size();
  texts_->Report(state, &schema_findings_);
  result.schema_findings =
      schema_findings_.TakeFor(model.product, /*with_effects=*/true);
  return result;
}

}  // namespace sr
