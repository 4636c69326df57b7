// Damages of one record.
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/findings/codes.h"
#include "tests/support/damage/damage.h"

namespace sr {
namespace {

// What is appended to a good history, and the one finding that it makes.
struct Plant {
  const char* code;
  std::optional<std::string> key;
  std::optional<std::string> value;
  CorpusProduct product = CorpusProduct::kConfluent8;
};

// A good value but for `more`, members that come after the good ones.
std::string Good(const std::string& more = "") {
  return GoodValue("planted", 1, 0, more);
}

std::string WithText(const std::string& type, const std::string& escaped) {
  return absl::StrCat(R"({"subject":"planted","version":1,"id":)", kFreeId,
                      R"(,"schemaType":")", type, R"(","schema":")", escaped,
                      R"(","deleted":false})");
}

std::vector<Plant> Plants() {
  const std::string key = GoodKey("planted", 1);
  return {
      {codes::kKeyNull, std::nullopt, "{}"},
      {codes::kKeyEmpty, "", "{}"},
      {codes::kKeyNotJsonObject, "nonsense", "{}"},
      {codes::kKeyNotJsonObject, "[1]", "{}"},
      {codes::kKeyNotJsonObject, "null", "{}"},
      {codes::kKeyNotJsonObject, "{\"keytype\":\"NOOP\xff\"}", std::nullopt},
      {codes::kKeytypeUnknown, R"({"keytype":"FOO","magic":0})", "{}"},
      {codes::kKeytypeUnknown, R"({"magic":0})", "{}"},
      {codes::kKeytypeUnknown, R"({"keytype":"schema","magic":0})", "{}"},
      {codes::kKeytypeUnknown, R"({"keytype":7,"magic":0})", "{}"},
      {codes::kKeyFields, R"({"keytype":"SCHEMA","subject":"s","magic":1})",
       Good()},
      {codes::kKeyFields,
       R"({"keytype":"SCHEMA","subject":[],"version":1,"magic":1})", Good()},
      {codes::kKeyFields, R"({"keytype":"DELETE_SUBJECT","magic":0})",
       std::nullopt},
      {codes::kSchemaMagic,
       R"({"keytype":"SCHEMA","subject":"planted","version":1,"magic":2})",
       Good()},
      {codes::kMagicNonzero,
       R"({"keytype":"CONFIG","subject":"planted","magic":1})",
       R"({"compatibilityLevel":"FULL"})"},
      {codes::kNoopMagic, R"({"keytype":"NOOP","magic":1})", std::nullopt},
      {codes::kKeyExtraField,
       R"({"keytype":"SCHEMA","subject":"planted","version":1,"magic":1,"x":1})",
       Good()},
      {codes::kSeqNodePair,
       R"({"keytype":"SCHEMA","subject":"planted","version":1,"magic":1,"seq":1})",
       Good()},
      {codes::kKeyEscapedSubject,
       R"({"keytype":"SCHEMA","subject":"caf\u00e9","version":1,"magic":1})",
       GoodValue("caf\u00e9", 1, 0)},
      {codes::kSubjectNotNormal, GoodKey(":.:planted", 1),
       GoodValue(":.:planted", 1, 0)},
      {codes::kSubjectEmpty, R"({"keytype":"CONFIG","subject":"","magic":0})",
       R"({"compatibilityLevel":"FULL"})"},
      {codes::kJsonBom, "\xEF\xBB\xBF" + key, Good()},
      {codes::kJsonBom, key, "\xEF\xBB\xBF" + Good()},
      {codes::kJsonLax, key + " ", Good()},
      {codes::kJsonLax, key, Good() + "x"},
      {codes::kJsonLax, key, Good(",\"id\":900000")},
      {codes::kValueEmpty, key, ""},
      {codes::kValueLiteralNull, key, "null"},
      {codes::kValueNotJsonObject, key, "{"},
      {codes::kValueNotJsonObject, key, "[]"},
      {codes::kValueExtraField, key, Good(",\"zzz\":1")},
      {codes::kSchemaFields, key, "{}"},
      {codes::kSchemaFields, key,
       R"({"subject":"planted","version":1,"id":900000,"deleted":false})"},
      {codes::kSchemaFields, key, GoodValue("planted", 1, -5 - kFreeId)},
      {codes::kSchemaIdZero, key, GoodValue("planted", 1, -kFreeId)},
      {codes::kKeyValueMismatch, key, GoodValue("other", 2, 0)},
      {codes::kSchemaTypeUnknown, key, Good(",\"schemaType\":\"XML\"")},
      {codes::kDeletedFlag, key,
       R"({"subject":"planted","version":1,"id":900000,"schema":"\"int\""})"},
      {codes::kEnumUnknown, key,
       Good(",\"ruleSet\":{\"domainRules\":[{\"kind\":\"NEW\"}]}")},
      {codes::kReferenceMalformed, key,
       Good(",\"references\":[{\"name\":\"n\"}]")},
      {codes::kReferenceVersionLatest, key,
       Good(R"(,"references":[{"name":"n","subject":"s","version":-1}])")},
      {codes::kMd5Format, key, Good(",\"md5\":\"!!!\"")},
      {codes::kMd5Mismatch, key, Good(",\"md5\":\"AAAAAAAAAAAAAAAAAAAAAA==\"")},
      {codes::kMd5WithoutEnc, key,
       Good(",\"md5\":\"CV1xzxJVa51eMwrVdbPfXQ==\"")},
      {codes::kRollbackTrace, key, Good(",\"offset\":5,\"ts\":6")},
      {codes::kConfigFields, R"({"keytype":"CONFIG","subject":"x","magic":0})",
       R"({"normalize":[]})"},
      {codes::kConfigLevelAbsent,
       R"({"keytype":"CONFIG","subject":"x","magic":0})", "{}",
       CorpusProduct::kKarapace},
      {codes::kConfigSubjectMismatch,
       R"({"keytype":"CONFIG","subject":"x","magic":0})",
       R"({"subject":"y","compatibilityLevel":"FULL"})"},
      {codes::kConfigSubjectMismatch,
       R"({"keytype":"MODE","subject":"x","magic":0})",
       R"({"subject":"y","mode":"READONLY"})"},
      {codes::kCompatLevelUnknown,
       R"({"keytype":"CONFIG","subject":"x","magic":0})",
       R"({"compatibilityLevel":"full"})"},
      {codes::kModeUnknown, R"({"keytype":"MODE","subject":"x","magic":0})",
       R"({"mode":"OFF"})"},
      {codes::kModeUnknown, R"({"keytype":"MODE","subject":"x","magic":0})",
       "{}"},
      {codes::kDeleteSubjectValue,
       R"({"keytype":"DELETE_SUBJECT","subject":"x","magic":0})",
       R"({"subject":"y","version":1})"},
      {codes::kDeleteSubjectValue,
       R"({"keytype":"CLEAR_SUBJECT","subject":"x","magic":0})",
       R"({"subject":"y"})"},
      {codes::kDeleteSubjectNoVersion,
       R"({"keytype":"DELETE_SUBJECT","subject":"x","magic":0})",
       R"({"subject":"x"})"},
      {codes::kDeleteSubjectRange,
       R"({"keytype":"DELETE_SUBJECT","subject":"x","magic":0})",
       R"({"subject":"x","version":2147483647})"},
      {codes::kDeleteSubjectZero,
       R"({"keytype":"DELETE_SUBJECT","subject":"x","magic":0})",
       R"({"subject":"x","version":0})"},
      {codes::kNoopValue, R"({"keytype":"NOOP","magic":0})", "{}"},
      {codes::kReferenceDangling, key,
       Good(R"(,"references":[{"name":"n","subject":"gone","version":1}])")},
      {codes::kReferenceCycle, key,
       Good(R"(,"references":[{"name":"n","subject":"planted","version":1}])")},
      {codes::kSchemaUnparsable, key, WithText("AVRO", R"({\"type\":\"map\"})")},
      {codes::kSchemaUnparsable, key, WithText("JSON", "[]")},
      {codes::kSchemaUnparsable, key, WithText("PROTOBUF", "message {")},
      {codes::kNameNotDefined, key,
       WithText("AVRO", R"([\"null\",\"com.example.Gone\"])")},
      {codes::kImportNotSupplied, key,
       WithText("PROTOBUF",
                R"(import \"google/protobuf/any.proto\";import \"gone.proto\";)")},
  };
}

}  // namespace

std::vector<Damage> RecordDamages() {
  std::vector<Plant> plants = Plants();
  std::vector<Damage> damages;
  for (Plant& plant : plants) {
    Damage damage;
    damage.found = {absl::StrCat(SeverityName(FindCode(plant.code)->severity),
                                 " ", plant.code, "@0")};
    damage.records.push_back({std::move(plant.key), std::move(plant.value)});
    damage.product = plant.product;
    damages.push_back(std::move(damage));
  }
  return damages;
}

}  // namespace sr
