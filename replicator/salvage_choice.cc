#include "replicator/salvage_choice.h"

#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"
#include "core/base/text.h"
#include "core/json/json_writer.h"

namespace sr {
namespace {

// A source without some of its records.
class FilteredSource final : public RecordSource {
 public:
  FilteredSource(std::unique_ptr<RecordSource> source,
                 const SalvageChoice* choice)
      : source_(std::move(source)), choice_(choice) {}

  absl::Status Seek(int64_t offset) override { return source_->Seek(offset); }

  absl::StatusOr<Fetched> Next(absl::Duration timeout,
                               RecordBatch* batch) override {
    batch->Clear();
    ASSIGN_OR_RETURN(const Fetched fetched, source_->Next(timeout, &all_));
    if (fetched != Fetched::kRecords) return fetched;
    for (const Record& record : all_) {
      if (choice_->Keeps(record.offset)) batch->Add(record);
    }
    return batch->empty() ? Fetched::kNothing : Fetched::kRecords;
  }

  int64_t position() const override { return source_->position(); }

 private:
  const std::unique_ptr<RecordSource> source_;
  const SalvageChoice* const choice_;
  RecordBatch all_;
};

std::string StateText(const RegistryState& state) {
  return absl::StrCat(
      WithThousands(state.version_count()), " versions of ",
      WithThousands(static_cast<int64_t>(state.subjects.size())), " subjects");
}

// Versions, counted, and the first of them by name.
class VersionNames {
 public:
  void Add(const std::string& subject, int32_t number) {
    if (++count_ <= kNamedMax) {
      absl::StrAppend(&names_, names_.empty() ? "" : ", ",
                      EscapeForTerminal(subject), " version ", number);
    }
  }

  std::string Text() const {
    if (count_ == 0) return "0 versions";
    return absl::StrCat(WithThousands(count_),
                        count_ == 1 ? " version (" : " versions (", names_,
                        count_ > kNamedMax ? ", ...)" : ")");
  }

 private:
  static constexpr int64_t kNamedMax = 10;

  int64_t count_ = 0;
  std::string names_;
};

// In the order of subjects.
void ForEachVersion(const RegistryState& state,
                    absl::FunctionRef<void(const std::string&, int32_t,
                                           const SchemaVersion&)>
                        on_version) {
  for (const std::string& subject : state.SortedSubjects()) {
    for (const auto& [number, version] : state.subjects.at(subject)) {
      on_version(subject, number, version);
    }
  }
}

const SchemaVersion* VersionIn(const RegistryState& state,
                               const std::string& subject, int32_t number) {
  const auto found = state.subjects.find(subject);
  return found == state.subjects.end() ? nullptr : found->second.Find(number);
}

void WriteBytes(const Bytes& bytes, JsonWriter* json) {
  if (bytes.has_value()) {
    json->String(Base64(*bytes));
  } else {
    json->Null();
  }
}

}  // namespace

SalvageChoice::SalvageChoice(Product product, const ProductChoice& choice)
    : as_it_is_(MakeRegistryModel(product, choice)),
      salvaged_(MakeRegistryModel(product, choice)) {}

bool SalvageChoice::Add(const Record& record) {
  const bool had_stopped = as_it_is_.replay->stopped_at().has_value();
  const RecordEffect before = as_it_is_.replay->Apply(record);
  if (!had_stopped && before.effect == Effect::kFatal) {
    stop_reason_ = before.reason;
  }
  RecordEffect effect = salvaged_.replay->Apply(record);
  if (effect.effect == Effect::kFatal) salvaged_.replay->PassOver();
  if (effect.effect == Effect::kApplied) {
    ++kept_;
    return true;
  }
  ++counts_[effect.effect];
  dropped_.insert(record.offset);
  quarantine_.push_back(
      {record.offset, effect.effect, std::move(effect.reason)});
  return false;
}

std::string SalvageChoice::Before() const {
  if (const auto stopped_at = as_it_is_.replay->stopped_at()) {
    return absl::StrCat("does not start: it stops at offset ", *stopped_at,
                        " (", stop_reason_, "), after ",
                        StateText(as_it_is_.replay->state()));
  }
  return absl::StrCat("starts with ", StateText(as_it_is_.replay->state()));
}

std::string SalvageChoice::After() const {
  return absl::StrCat("starts with ", StateText(salvaged_.replay->state()));
}

std::string SalvageChoice::Difference() const {
  const RegistryState& before = as_it_is_.replay->state();
  const RegistryState& after = salvaged_.replay->state();
  VersionNames more;
  VersionNames less;
  VersionNames otherwise;
  ForEachVersion(after, [&](const std::string& subject, int32_t number,
                            const SchemaVersion& version) {
    const SchemaVersion* const old = VersionIn(before, subject, number);
    if (old == nullptr) {
      more.Add(subject, number);
    } else if (old->id != version.id || old->deleted != version.deleted ||
               !(old->text == version.text)) {
      otherwise.Add(subject, number);
    }
  });
  ForEachVersion(before, [&](const std::string& subject, int32_t number,
                             const SchemaVersion&) {
    if (VersionIn(after, subject, number) == nullptr) less.Add(subject, number);
  });
  return absl::StrCat(more.Text(), " more, ", less.Text(), " fewer, ",
                      otherwise.Text(), " otherwise");
}

std::unique_ptr<RecordSource> SalvagedSource(
    std::unique_ptr<RecordSource> source, const SalvageChoice* choice) {
  return std::make_unique<FilteredSource>(std::move(source), choice);
}

std::string QuarantineLine(const Record& record,
                           const QuarantinedRecord& quarantined) {
  std::string line;
  JsonWriter json(&line);
  json.BeginObject();
  json.Key("decision").String("drop");
  json.Key("effect").String(NameOf(quarantined.effect));
  json.Key("why").String(quarantined.why);
  json.Key("offset").Int(record.offset);
  json.Key("timestamp").Int(record.timestamp);
  json.Key("timestamp_type")
      .String(record.timestamp_type == TimestampType::kLogAppendTime
                  ? "LogAppendTime"
                  : "CreateTime");
  json.Key("key");
  WriteBytes(record.key, &json);
  json.Key("value");
  WriteBytes(record.value, &json);
  json.Key("headers").BeginArray();
  for (const Header& header : record.headers) {
    json.BeginArray().String(Base64(header.name));
    WriteBytes(header.value, &json);
    json.EndArray();
  }
  json.EndArray().EndObject();
  line.push_back('\n');
  return line;
}

}  // namespace sr
