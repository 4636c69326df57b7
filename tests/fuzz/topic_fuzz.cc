// Any bytes as the records of a topic: every level takes them or says what is
// wrong, and what is read of a text does not depend on how it is escaped.
//
// One record a line, key and value apart by a tab; a line without a tab has a
// null value, and one that begins with a NUL a null key.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "core/base/check.h"
#include "core/json/json_scanner.h"
#include "core/record/record.h"
#include "core/schemas/confluent_replay.h"
#include "core/schemas/registry_model.h"
#include "core/schemas/value.h"
#include "verifier/checks/topic_records.h"

namespace sr {
namespace {

// A few at a time: a batch as large as the input allows is no other code.
constexpr size_t kRecordsMax = 64;

std::vector<Record> RecordsOf(absl::string_view bytes) {
  std::vector<Record> records;
  for (const absl::string_view line : absl::StrSplit(bytes, '\n')) {
    if (records.size() == kRecordsMax) break;
    Record record;
    record.offset = static_cast<int64_t>(records.size());
    const size_t tab = line.find('\t');
    record.key = line.substr(0, tab);
    if (tab != absl::string_view::npos) record.value = line.substr(tab + 1);
    if (!line.empty() && line[0] == '\0') record.key.reset();
    records.push_back(record);
  }
  return records;
}

// A string read, escaped and read again is the same.
void CheckEscapes(const JsonSpan& string) {
  const std::string plain = Unescaped(string);
  const std::string escaped =
      absl::StrCat("\"", CanonicallyEscaped(plain), "\"");
  const absl::StatusOr<JsonScan> again = ScanJson(escaped);
  SR_CHECK(again.ok());
  SR_CHECK(again->value.canonical_escapes);
  SR_CHECK(Unescaped(again->value) == plain);
  SR_CHECK(TextDigest(again->value) == TextDigest(string));
  if (string.canonical_escapes) SR_CHECK(again->value.text == string.text);
}

void CheckStrings(const JsonSpan& value) {
  if (value.is_string()) return CheckEscapes(value);
  if (value.is_object()) {
    for (JsonMembers members(value); members.Next();) {
      CheckEscapes(members.name());
      if (members.value().is_string()) CheckEscapes(members.value());
    }
  }
}

void CheckJson(const Bytes& bytes) {
  if (!bytes.has_value()) return;
  const absl::StatusOr<JsonScan> scan = ScanJson(*bytes);
  if (scan.ok()) CheckStrings(scan->value);
}

// Whatever a registry does not take, something is found of it.
void CheckLevels(const RecordBatch& batch, Product product) {
  ProductChoice choice;
  choice.product = product;
  TopicRecords levels("fuzz", {choice});
  levels.Add(batch);
  const TopicRecordsResult result = levels.Finish();
  SR_CHECK(result.record.items == static_cast<int64_t>(batch.size()));
  RegistryModel model = MakeRegistryModel(product, choice, /*with_hash=*/true);
  for (const Record& record : batch) {
    const bool was_stopped = model.replay->stopped_at().has_value();
    const RecordEffect effect = model.replay->Apply(record);
    SR_CHECK(effect.effect == Effect::kApplied || !effect.reason.empty());
    // Whatever is quoted from a topic is cut.
    SR_CHECK(effect.reason.size() < 2000);
    if (effect.effect != Effect::kApplied && !was_stopped) {
      SR_CHECK(result.FindingAt(record.offset) != nullptr);
    }
  }
}

void CheckTopic(absl::string_view bytes) {
  const std::vector<Record> records = RecordsOf(bytes);
  RecordBatch batch;
  ConfluentReplayOptions options;
  options.content_md5 = true;
  ConfluentReplay replay(options);
  for (const Record& record : records) {
    CheckJson(record.key);
    CheckJson(record.value);
    const bool was_stopped = replay.stopped();
    const RecordEffect effect = replay.Apply(record);
    SR_CHECK(replay.stopped() == (effect.effect == Effect::kFatal));
    SR_CHECK(!was_stopped || replay.stopped());
    SR_CHECK(effect.effect == Effect::kApplied || !effect.reason.empty());
    batch.AddBorrowed(record);
  }
  for (const Product product :
       {Product::kConfluent, Product::kKarapace, Product::kRedpanda}) {
    CheckLevels(batch, product);
  }
}

}  // namespace
}  // namespace sr

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  sr::CheckTopic(absl::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
