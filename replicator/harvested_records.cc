#include "replicator/harvested_records.h"

#include <algorithm>
#include <optional>
#include <set>

#include "core/base/status_macros.h"
#include "core/base/text.h"
#include "core/schemas/content_md5.h"
#include "core/schemas/rules.h"
#include "core/schemas/subject.h"
#include "core/schemas/value.h"
#include "replicator/dependency_order.h"

namespace sr {
namespace {

constexpr char kTenant[] = "default";
// What a registry answers that has no record of it.
constexpr char kDefaultMode[] = "READWRITE";

class HarvestedSource final : public RecordSource {
 public:
  HarvestedSource(std::unique_ptr<RecordSource> base, int64_t base_end,
                  std::shared_ptr<const std::vector<HarvestedRecord>> records)
      : base_(std::move(base)),
        base_end_(base_end),
        records_(std::move(records)) {}

  absl::Status Seek(int64_t offset) override {
    next_ = offset;
    return next_ < base_end_ ? base_->Seek(offset) : absl::OkStatus();
  }

  absl::StatusOr<Fetched> Next(absl::Duration timeout,
                               RecordBatch* batch) override {
    if (next_ < base_end_) return NextOfBase(timeout, batch);
    batch->Clear();
    const int64_t end = base_end_ + static_cast<int64_t>(records_->size());
    for (; next_ < end && batch->size() < kBatch; ++next_) {
      const HarvestedRecord& harvested =
          (*records_)[static_cast<size_t>(next_ - base_end_)];
      Record record;
      record.offset = next_;
      record.timestamp = harvested.timestamp;
      record.key = harvested.key;
      if (harvested.value.has_value()) record.value = *harvested.value;
      batch->Add(record);
    }
    return batch->empty() ? Fetched::kCaughtUp : Fetched::kRecords;
  }

  int64_t position() const override { return next_; }

 private:
  static constexpr size_t kBatch = 1000;

  absl::StatusOr<Fetched> NextOfBase(absl::Duration timeout,
                                     RecordBatch* batch) {
    batch->Clear();
    ASSIGN_OR_RETURN(const Fetched fetched, base_->Next(timeout, &read_));
    if (fetched == Fetched::kNothing) return fetched;
    for (const Record& record : read_) {
      if (record.offset < base_end_) batch->Add(record);
    }
    next_ = fetched == Fetched::kCaughtUp
                ? base_end_
                : std::min(base_end_, base_->position());
    return batch->empty() ? Fetched::kNothing : Fetched::kRecords;
  }

  const std::unique_ptr<RecordSource> base_;
  const int64_t base_end_;
  const std::shared_ptr<const std::vector<HarvestedRecord>> records_;
  int64_t next_ = 0;
  RecordBatch read_;
};

RecordWriter WriterLike(const RegistryIdentity& identity) {
  RecordWriter writer;
  writer.product = identity.product;
  writer.confluent_version = identity.confluent_version;
  if (identity.version.substr(0, 2) == "5.") writer.karapace_major = 5;
  // They stand wherever restore puts them.
  writer.redpanda_seq = false;
  return writer;
}

}  // namespace

HarvestedRecords::HarvestedRecords(const RegistryIdentity& identity)
    : identity_(identity), writer_(WriterLike(identity)) {}

void HarvestedRecords::Add(const AnsweredSchema& schema) {
  const std::string& named = *schema.value.subject;
  const std::string subject =
      identity_.product == Product::kConfluent ? NormalSubject(named) : named;
  schemas_[{subject, *schema.value.version}] = {std::string(schema.json),
                                               schema.guid};
}

std::vector<VersionName> HarvestedRecords::InOrder() const {
  std::map<VersionName, absl::string_view> values;
  for (const auto& [name, answered] : schemas_) {
    values.emplace(name, answered.json);
  }
  return InDependencyOrder(values, identity_.product == Product::kConfluent);
}

std::string HarvestedRecords::Key(KeyType type, const std::string& subject,
                                  int32_t version) const {
  RegistryKey key;
  key.type = type;
  if (!subject.empty()) key.subject = subject;
  key.version = version;
  key.magic = type == KeyType::kSchema ? 1 : 0;
  return EncodeKey(key, writer_);
}

HarvestedRecord HarvestedRecords::SchemaRecord(const VersionName& name,
                                               bool deleted,
                                               int64_t now_ms) const {
  const Answered& answered = schemas_.at(name);
  SchemaValue value = DecodeSchemaValue(Bytes(answered.json));
  value.subject = name.first;
  value.deleted = deleted;
  // REST tells it as a guid, or not at all; of encrypted metadata nobody can compute
  // it, and a registry does without.
  if (answered.guid.has_value()) {
    value.md5 = Base64(answered.guid->view());
  } else if (identity_.has_metadata() && !IsEncrypted(value)) {
    value.md5 = Base64(ContentMd5(value).view());
  }
  return {Key(KeyType::kSchema, name.first, name.second),
          EncodeSchemaValue(value, writer_), value.ts.value_or(now_ms)};
}

void HarvestedRecords::AddSettings(
    const RegistryState& state, bool global, int64_t now_ms,
    const HarvestedItems* only, std::vector<HarvestedRecord>* records) const {
  for (const auto& [subject, config] : state.configs) {
    if (subject.empty() != global) continue;
    if (only != nullptr && only->configs.count(subject) == 0) continue;
    const ConfigValue value = DecodeConfigValue(Bytes(config.json));
    const std::optional<std::string> named =
        subject.empty() ? std::nullopt : std::optional<std::string>(subject);
    records->push_back({Key(KeyType::kConfig, subject),
                        EncodeConfigValue(named, value, writer_), now_ms});
  }
  for (const auto& [subject, mode] : state.modes) {
    if (subject.empty() != global || !mode.mode.has_value()) continue;
    if (only != nullptr) {
      if (only->modes.count(subject) == 0) continue;
    } else if (subject.empty() && *mode.mode == kDefaultMode) {
      continue;
    }
    const std::optional<std::string> named =
        subject.empty() ? std::nullopt : std::optional<std::string>(subject);
    records->push_back({Key(KeyType::kMode, subject),
                        EncodeModeValue(named, *mode.mode, writer_), now_ms});
  }
}

void HarvestedRecords::AddTombstones(
    const RegistryState& state, const HarvestedItems& only, int64_t now_ms,
    std::vector<HarvestedRecord>* records) const {
  for (const std::string& subject : only.configs) {
    if (state.configs.count(subject) != 0) continue;
    records->push_back({Key(KeyType::kConfig, subject), std::nullopt, now_ms});
  }
  for (const std::string& subject : only.modes) {
    const auto mode = state.modes.find(subject);
    if (mode != state.modes.end() && mode->second.mode.has_value()) continue;
    records->push_back({Key(KeyType::kMode, subject), std::nullopt, now_ms});
  }
}

std::vector<HarvestedRecord> HarvestedRecords::Make(
    const RegistryState& state, int64_t now_ms,
    const HarvestedItems* only) const {
  std::vector<HarvestedRecord> records;
  for (const auto& [context, offset] : state.contexts) {
    if (only != nullptr && only->contexts.count(context) == 0) continue;
    RegistryKey key;
    key.type = KeyType::kContext;
    key.tenant = kTenant;
    key.context = context;
    records.push_back({EncodeKey(key, writer_),
                       EncodeContextValue(kTenant, context), now_ms});
  }
  AddSettings(state, /*global=*/true, now_ms, only, &records);
  for (const VersionName& name : InOrder()) {
    if (only != nullptr && only->versions.count(name) == 0) continue;
    const auto subject = state.subjects.find(name.first);
    if (subject == state.subjects.end()) continue;
    const SchemaVersion* const version = subject->second.Find(name.second);
    // Told at first, and not again when it was asked for anew: gone meanwhile.
    if (version == nullptr) continue;
    records.push_back(SchemaRecord(name, version->deleted, now_ms));
  }
  AddSettings(state, /*global=*/false, now_ms, only, &records);
  if (only != nullptr) AddTombstones(state, *only, now_ms, &records);
  return records;
}

std::unique_ptr<RecordSource> SourceOf(
    std::shared_ptr<const std::vector<HarvestedRecord>> records) {
  return std::make_unique<HarvestedSource>(nullptr, 0, std::move(records));
}

std::unique_ptr<RecordSource> SourceBehind(
    std::unique_ptr<RecordSource> base, int64_t base_end,
    std::shared_ptr<const std::vector<HarvestedRecord>> records) {
  return std::make_unique<HarvestedSource>(std::move(base), base_end,
                                           std::move(records));
}

}  // namespace sr
