// Damages that take several records, or that other findings come with.
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/support/damage/damage.h"

namespace sr {
namespace {

const std::optional<std::string> kTombstone = std::nullopt;

std::string ReferenceTo(const std::string& subject) {
  return absl::StrCat(R"(,"references":[{"name":"n","subject":")", subject,
                      R"(","version":1}])");
}

// Version 1 of `subject` with the id of SchemaRecord(subject, 1, id) and another
// text.
AppendedRecord OtherText(const std::string& subject, int id,
                         const std::string& deleted = "false") {
  return {GoodKey(subject, 1),
          absl::StrCat(R"({"subject":")", subject, R"(","version":1,"id":)",
                       kFreeId + id, R"(,"schema":"\"int\"","deleted":)",
                       deleted, "}")};
}

void AddEnvelopes(std::vector<Damage>* damages) {
  damages->push_back({{NoopRecord(-1)}, {"warning TIMESTAMP_INVALID@0"}});
  damages->push_back(
      {{NoopRecord(), NoopRecord(kAfterHistory - 3'600'001)},
       {"warning TIMESTAMP_BACKWARD@1"}});
  AppendedRecord foreign = NoopRecord();
  foreign.headers = {{"__source", "x"}};
  damages->push_back({{foreign}, {"warning HEADER_UNEXPECTED@0"}});
  AppendedRecord karapace = SchemaRecord("a", 1, 1);
  karapace.headers = {{"X-Registry-Version", "karapace-6.2.0"}};
  damages->push_back(
      {{NoopRecord(), karapace, NoopRecord()},
       {"warning MIXED_WRITERS@2", "warning HEADER_UNEXPECTED@1"}});
}

void AddKeys(std::vector<Damage>* damages) {
  damages->push_back(
      {{{R"({"magic":1,"keytype":"SCHEMA","subject":"planted","version":1})",
         GoodValue("planted", 1, 1)}},
       {"warning KEY_FORM_FOREIGN@0"}});
  damages->push_back({{SchemaRecord(":.__GLOBAL:planted", 1, 1)},
                      {"warning SUBJECT_GLOBAL_CONTEXT@0"}});
  const std::string old_form =
      R"({"subject":"planted","magic":0,"keytype":"CONFIG"})";
  const std::string full = R"({"compatibilityLevel":"FULL"})";
  damages->push_back(
      {{{old_form, full}, SubjectRecord("CONFIG", "planted", full)},
       {"warning KEY_FORM_TWIN@1"}});
  damages->push_back({{{old_form, full},
                       SubjectRecord("CONFIG", "planted", full),
                       SubjectRecord("CONFIG", "planted", kTombstone)},
                      {"error KEY_TWIN_ARMED@0"}});
  damages->push_back(
      {{{R"({"keytype":"CONFIG","subject":null,"magic":0})", full}},
       {"warning GLOBAL_KEY_TWIN@0"}});
}

void AddMetadataAndRules(std::vector<Damage>* damages) {
  const auto add = [damages](const std::string& more,
                             std::vector<std::string> found) {
    damages->push_back({{SchemaRecord("planted", 1, 1, more)},
                        std::move(found)});
  };
  add(R"(,"metadata":{"properties":{"l":"1","k":"2"}})",
      {"warning METADATA_NOT_SORTED@0"});
  add(R"(,"metadata":{"properties":{"__enc__":"true","k":"AVgB"},)"
      R"("sensitive":["k"]},"md5":"AAAAAAAAAAAAAAAAAAAAAA==")",
      {"info ENC_NEEDS_KEYSET@0"});
  add(R"(,"metadata":{"properties":{"__enc__":"true","k":"AVgB"}},)"
      R"("md5":"AAAAAAAAAAAAAAAAAAAAAA==")",
      {"error ENC_SENSITIVE_EMPTY@0", "info ENC_NEEDS_KEYSET@0"});
  add(R"(,"metadata":{"properties":{"__enc__":"true","k":"AVgB"},)"
      R"("sensitive":["k"]})",
      {"error ENC_WITHOUT_MD5@0", "info ENC_NEEDS_KEYSET@0"});
  add(R"(,"ruleSet":{"migrationRules":[{"name":"a","mode":"UPGRADE"}],)"
      R"("domainRules":[{"name":"a","mode":"READ"}]})",
      {"warning RULE_NAME_DUPLICATE@0"});
  add(R"(,"ruleSet":{"migrationRules":[{"name":"a","mode":"READ"}]})",
      {"warning RULE_MODE_MISPLACED@0"});
  add(R"(,"ruleSet":{"domainRules":[{"name":"a","mode":"READ"}],)"
      R"("enableOnlyAt":"SERVER"})",
      {"warning RULE_ENABLE_ONLY_AT@0"});
  add(absl::StrCat(",\"offset\":", kGoodHistory, ",\"ts\":1"),
      {"warning ROLLBACK_OFFSET_INVALID@0", "info ROLLBACK_TRACE@0"});
}

void AddSettings(std::vector<Damage>* damages) {
  const auto add = [damages](std::vector<AppendedRecord> records,
                             const std::string& found) {
    damages->push_back({std::move(records), {found}});
  };
  const auto config = [](const std::string& subject, const std::string& value) {
    return SubjectRecord("CONFIG", subject, value);
  };
  const auto mode = [](const std::string& value) {
    return SubjectRecord("MODE", "planted", value);
  };
  add({config("planted", R"({"subject":"planted"})")}, "info CONFIG_EMPTY@0");
  add({mode(R"({"mode":"FORWARD"})")}, "error MODE_FORWARD_SCOPE@0");
  add({mode(R"({"mode":"READONLY_OVERRIDE"})")},
      "warning MODE_READONLY_OVERRIDE@0");
  add({mode(R"({"mode":"IMPORT"})")}, "warning MODE_IMPORT_LEFT@0");
  add({config("planted", R"({"alias":"gone"})")},
      "warning ALIAS_TARGET_MISSING@0");
  add({SchemaRecord("target", 1, 1), SchemaRecord("planted", 1, 2),
       config("planted", R"({"alias":"target"})")},
      "warning ALIAS_HIDES_SUBJECT@2");
  add({config("planted", R"({"alias":"planted"})")}, "warning ALIAS_CHAIN@0");
}

void AddContextsAndAssociations(std::vector<Damage>* damages) {
  const AppendedRecord context = ContextRecord("default");
  damages->push_back({{context}, {"info CONTEXT_UNUSED@0"}});
  damages->push_back(
      {{{context.key, R"({"tenant":"default","context":".b"})"}},
       {"error CONTEXT_MISMATCH@0", "info CONTEXT_UNUSED@0"}});
  damages->push_back(
      {{ContextRecord("lkc-1"), SchemaRecord(":.planted:s", 1, 1)},
       {"warning CONTEXT_TENANT@0"}});
  damages->push_back({{SchemaRecord(":.planted:s", 1, 1)},
                      {"warning CONTEXT_RECORD_MISSING@0"}});
  damages->push_back(
      {{AssociationRecord("a", "1")}, {"warning ASSOC_ORPHAN@0"}});
  const AppendedRecord planted = SchemaRecord("planted", 1, 1);
  damages->push_back(
      {{planted,
        {AssociationRecord("a", "1").key, AssociationRecord("b", "1").value}},
       {"error ASSOC_MISMATCH@1"}});
  damages->push_back(
      {{planted, AssociationRecord("a", "1"), AssociationRecord("b", "2")},
       {"warning ASSOC_STRONG_CONFLICT@2"}});
  damages->push_back(
      {{AssociationRecord("a", "1"), AssociationRecord("b", "1")},
       {"warning ASSOC_GUID_DUPLICATE@1", "warning ASSOC_ORPHAN@0",
        "warning ASSOC_ORPHAN@1", "warning ASSOC_STRONG_CONFLICT@1"}});
  damages->push_back({{AssociationRecord("a", "1")},
                      {"error READER_VERSION_MIN@0"},
                      CorpusProduct::kConfluent7,
                      "confluent-7.6.13"});
}

void AddIds(std::vector<Damage>* damages) {
  const AppendedRecord a = SchemaRecord("a", 1, 1);
  damages->push_back({{a, OtherText("b", 1)}, {"error ID_CONFLICT@1"}});
  damages->push_back(
      {{a, OtherText("a", 1)},
       {"error KEY_TEXT_REWRITTEN@1", "error COMPACTION_DIVERGENCE@0"}});
  damages->push_back(
      {{a, {a.key, "{"}},
       {"error COMPACTION_DIVERGENCE@0", "error VALUE_NOT_JSON_OBJECT@1"}});
  damages->push_back(
      {{SchemaRecord("target", 1, 1), SchemaRecord("a", 1, 2),
        SchemaRecord("b", 1, 2, ReferenceTo("target"))},
       {"error ID_ATTRIBUTE_CONFLICT@2"}});
  damages->push_back(
      {{a, SchemaRecord("a", 2, 1)}, {"warning ID_TWO_VERSIONS@1"}});
  damages->push_back({{SchemaRecord("a", 1, 2'000'000'000 - kFreeId)},
                      {"warning ID_NEAR_LIMIT@0"}});
  damages->push_back(
      {{SchemaRecord("a", 1, 1, "", "true")}, {"info TOP_ID_AT_RISK@0"}});
  damages->push_back(
      {{a, SchemaRecord("a", 1, 2)}, {"error KEY_ID_REWRITTEN@1"}});
}

void AddDeletes(std::vector<Damage>* damages) {
  const AppendedRecord top = SchemaRecord("top", 1, 9);
  damages->push_back(
      {{top, SchemaRecord("a", 1, 1), {GoodKey("a", 1), kTombstone}},
       {"warning TOMBSTONE_NOT_SOFT_DELETED@2"}});
  damages->push_back(
      {{top, SchemaRecord("a", 1, 1),
        SubjectRecord("DELETE_SUBJECT", "a", R"({"subject":"a","version":1})"),
        SubjectRecord("DELETE_SUBJECT", "a", kTombstone)},
       {"error DELETE_SUBJECT_TOMBSTONED@3"}});
  damages->push_back(
      {{top, SchemaRecord("target", 1, 1),
        SchemaRecord("a", 1, 2, ReferenceTo("target")),
        SubjectRecord("DELETE_SUBJECT", "target",
                      R"({"subject":"target","version":1})")},
       {"warning REFERENCE_TARGET_SOFT_DELETED@2"}});
  Damage burst;
  burst.found = {"warning TOMBSTONE_BURST@20"};
  burst.records.push_back(SchemaRecord("top", 1, 11));
  for (int i = 1; i <= 10; ++i) {
    burst.records.push_back(SchemaRecord("a", i, i));
  }
  for (int i = 1; i <= 10; ++i) {
    burst.records.push_back({GoodKey("a", i), kTombstone});
    burst.found.push_back(
        absl::StrCat("warning TOMBSTONE_NOT_SOFT_DELETED@", 10 + i));
  }
  damages->push_back(burst);
}

void AddOtherProducts(std::vector<Damage>* damages) {
  const CorpusProduct karapace = CorpusProduct::kKarapace;
  const CorpusProduct redpanda = CorpusProduct::kRedpanda;
  damages->push_back({{SchemaRecord("a", 1, 2, ReferenceTo("target")),
                       SchemaRecord("target", 1, 1)},
                      {"error REFERENCE_FORWARD@0"},
                      karapace});
  damages->push_back(
      {{SubjectRecord("MODE", "a", R"({"mode":"READONLY"})")},
       {"warning KEYTYPE_NOT_MANAGED@0"},
       karapace});
  // A wrong type that Confluent reads as the right one.
  damages->push_back(
      {{{GoodKey("a", 2),
         R"({"subject":"a","version":2,"id":"900002","schema":"\"int\"",)"
         R"("deleted":false})"}},
       {"error RECORD_SKIPPED@0"},
       karapace});
  damages->push_back({{RedpandaRecord(kGoodHistory + 7, 1, 1)},
                      {"error SEQ_OFFSET_MISMATCH@0"},
                      redpanda});
  damages->push_back({{RedpandaRecord(kGoodHistory, 1, 1),
                       RedpandaRecord(kGoodHistory, 2, 2)},
                      {"info SEQ_COLLISION@1"},
                      redpanda});
}

}  // namespace

std::vector<Damage> HistoryDamages() {
  std::vector<Damage> damages;
  AddEnvelopes(&damages);
  AddKeys(&damages);
  AddMetadataAndRules(&damages);
  AddSettings(&damages);
  AddContextsAndAssociations(&damages);
  AddIds(&damages);
  AddDeletes(&damages);
  AddOtherProducts(&damages);
  return damages;
}

}  // namespace sr
