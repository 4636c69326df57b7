#include "tests/support/damage/damage.h"

#include <iterator>

#include "absl/strings/str_cat.h"
#include "tests/support/corpus_records.h"

namespace sr {

std::vector<TestRecord> GoodHistory(CorpusProduct product) {
  CorpusShape shape;
  shape.product = product;
  shape.seed = 7;
  shape.largest_schema_bytes = 400;
  return TestRecordsOf(Corpus(shape, kGoodHistory));
}

std::vector<TestRecord> Damaged(const Damage& damage) {
  std::vector<TestRecord> records = GoodHistory(damage.product);
  for (const AppendedRecord& from : damage.records) {
    TestRecord record;
    record.offset = static_cast<int64_t>(records.size());
    record.timestamp = from.timestamp;
    record.key = from.key;
    record.value = from.value;
    record.headers = from.headers;
    records.push_back(std::move(record));
  }
  return records;
}

std::vector<Damage> AllDamages() {
  std::vector<Damage> all = RecordDamages();
  std::vector<Damage> more = HistoryDamages();
  all.insert(all.end(), std::make_move_iterator(more.begin()),
             std::make_move_iterator(more.end()));
  return all;
}

std::string GoodKey(const std::string& subject, int version) {
  return absl::StrCat(R"({"keytype":"SCHEMA","subject":")", subject,
                      R"(","version":)", version, R"(,"magic":1})");
}

std::string GoodValue(const std::string& subject, int version, int id,
                        const std::string& more, const std::string& deleted) {
  return absl::StrCat(R"({"subject":")", subject, R"(","version":)", version,
                      R"(,"id":)", kFreeId + id,
                      R"(,"schema":"\"string\"","deleted":)", deleted, more,
                      "}");
}

AppendedRecord SchemaRecord(const std::string& subject, int version, int id,
                            const std::string& more,
                            const std::string& deleted) {
  return {GoodKey(subject, version),
          GoodValue(subject, version, id, more, deleted)};
}

AppendedRecord SubjectRecord(const std::string& keytype,
                             const std::string& subject,
                             std::optional<std::string> value) {
  return {absl::StrCat(R"({"keytype":")", keytype, R"(","subject":")", subject,
                       R"(","magic":0})"),
          std::move(value)};
}

AppendedRecord NoopRecord(int64_t timestamp) {
  return {R"({"keytype":"NOOP","magic":0})", std::nullopt, timestamp};
}

AppendedRecord ContextRecord(const std::string& tenant) {
  return {absl::StrCat(R"({"keytype":"CONTEXT","tenant":")", tenant,
                       R"(","context":".planted","magic":0})"),
          absl::StrCat(R"({"tenant":")", tenant, R"(","context":".planted"})")};
}

AppendedRecord AssociationRecord(const std::string& resource,
                                 const std::string& guid) {
  const std::string parts = absl::StrCat(
      R"("tenant":"t","resourceName":")", resource,
      R"(","resourceNamespace":"n","resourceType":"topic",)",
      R"("associationType":"value","subject":"planted")");
  return {absl::StrCat(R"({"keytype":"ASSOC",)", parts, R"(,"magic":0})"),
          absl::StrCat(R"({"guid":")", guid, R"(",)", parts,
                       R"(,"resourceId":"i","lifecycle":"STRONG"})")};
}

AppendedRecord RedpandaRecord(int64_t seq, int node, int number) {
  return {absl::StrCat(R"({"keytype":"SCHEMA","subject":"a","version":)",
                       number, R"(,"magic":1,"seq":)", seq, R"(,"node":)", node,
                       "}"),
          GoodValue("a", number, number)};
}

}  // namespace sr
