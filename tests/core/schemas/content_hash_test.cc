#include "core/schemas/content_hash.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/schemas/confluent_replay.h"
#include "gtest/gtest.h"
#include "tests/support/corpus/corpus.h"

namespace sr {
namespace {

std::string Canonical(const std::string& value,
                      TextLevel level = TextLevel::kExact) {
  const SchemaValue schema = DecodeSchemaValue(Bytes(value));
  EXPECT_EQ(schema.problem, ValueProblem::kNone) << schema.detail;
  return CanonicalVersion(schema, level, /*deleted=*/false);
}

TEST(CanonicalVersion, OfAPlainSchema) {
  EXPECT_EQ(
      Canonical(R"({"subject":"s","version":1,"id":7,)"
                R"("schema":"\"string\"","deleted":false})"),
      R"({"subject":"s","version":1,"id":7,"type":"AVRO","refs":[],)"
      R"("text":"\"string\"","deleted":false,"metadata":null,"ruleSet":null})");
}

TEST(CanonicalVersion, OfASchemaWithEverything) {
  EXPECT_EQ(
      Canonical(
          R"({"schema":"{\"a\":1}","deleted":true,"schemaType":"JSON","id":7,)"
          R"("references":[{"name":"n","subject":"o","version":2},)"
          R"({"name":"a","subject":"p","version":1}],"version":3,)"
          R"("subject":":.ctx:s","md5":"CV1xzxJVa51eMwrVdbPfXQ==",)"
          R"("metadata":{"sensitive":["key"],"properties":{"z":"1",)"
          R"("__enc__":"true","key":"AVgB","a":"2"},"tags":{"t":["b","a","b"]}},)"
          R"("ruleSet":{"enableAt":"CLIENT","migrationRules":[],)"
          R"("domainRules":[{"disabled":false,"name":"r","kind":1,)"
          R"("mode":"WRITE","tags":["y","x"],"params":{"q":"1","p":"2"}}]},)"
          R"("offset":17,"ts":99})"),
      R"({"subject":":.ctx:s","version":3,"id":7,"type":"JSON",)"
      R"("refs":[["n","o",2],["a","p",1]],"text":"{\"a\":1}","deleted":false,)"
      R"("metadata":{"tags":{"t":["a","b"]},"properties":{"a":"2","key":null,)"
      R"("z":"1"},"sensitive":["key"]},"ruleSet":{"domainRules":[{"name":"r",)"
      R"("kind":"CONDITION","mode":"WRITE","tags":["x","y"],)"
      R"("params":{"p":"2","q":"1"},"disabled":false}],"enableAt":"CLIENT"}})");
}

TEST(CanonicalVersion, EmptyPartsAreAsNone) {
  const std::string plain =
      R"({"subject":"s","version":1,"id":7,"schema":"\"int\"")";
  EXPECT_EQ(Canonical(plain + R"(,"metadata":{"tags":{}},"ruleSet":{}})"),
            Canonical(plain + "}"));
}

TEST(CanonicalVersion, IsTheSameHoweverTheValueIsWritten) {
  EXPECT_EQ(Canonical(R"({"subject":":.:caf\u00e9","version":1,"id":7,)"
                      R"("schema":"a\/\ud83d\ude00"})"),
            Canonical(R"( {"id":7, "schemaType":"AVRO","version":1,)"
                      "\"schema\":\"a/\xF0\x9F\x98\x80\","
                      "\"subject\":\"caf\xC3\xA9\"}"));
}

TEST(CanonicalVersion, StructuralTextIsWhatTheJsonSays) {
  const auto text = [](const std::string& escaped, const char* type,
                       TextLevel level) {
    return Canonical(R"({"subject":"s","version":1,"id":7,"schemaType":")" +
                         std::string(type) + R"(","schema":")" + escaped +
                         "\"}",
                     level);
  };
  const std::string confluent = R"({\"type\":\"fixed\",\"name\":\"F\",\"size\":1.50})";
  const std::string karapace = R"({ \"name\": \"F\", \"size\": 1.5, \"type\": \"fixed\"})";
  EXPECT_EQ(text(confluent, "AVRO", TextLevel::kStructural),
            text(karapace, "AVRO", TextLevel::kStructural));
  EXPECT_NE(text(confluent, "AVRO", TextLevel::kExact),
            text(karapace, "AVRO", TextLevel::kExact));
  EXPECT_NE(text(confluent, "PROTOBUF", TextLevel::kStructural),
            text(karapace, "PROTOBUF", TextLevel::kStructural));
  EXPECT_NE(text("not json", "AVRO", TextLevel::kStructural),
            text("nor this", "AVRO", TextLevel::kStructural));
  EXPECT_EQ(text("this", "PROTOBUF", TextLevel::kNone),
            text("that", "PROTOBUF", TextLevel::kNone));
}

// Half a surrogate pair is not UTF-8, and two of them are two texts.
TEST(CanonicalVersion, TellsLoneSurrogatesApart) {
  const std::string head = R"({"subject":"s","version":1,"id":7,"schema":")";
  EXPECT_NE(Canonical(head + R"(\ud800"})"), Canonical(head + R"(\ud801"})"));
}

TEST(DigestsOf, AreOfTheCanonicalForm) {
  const SchemaValue schema = DecodeSchemaValue(
      Bytes(R"({"subject":"s","version":1,"id":7,"schema":"x"})"));
  const VersionDigests digests = DigestsOf(schema, TextLevel::kExact);
  EXPECT_EQ(digests.live,
            Sha256(CanonicalVersion(schema, TextLevel::kExact, false)));
  EXPECT_EQ(digests.deleted,
            Sha256(CanonicalVersion(schema, TextLevel::kExact, true)));
  EXPECT_EQ(digests.content,
            Sha256(R"({"id":7,"type":"AVRO","refs":[],"text":"x",)"
                   R"("metadata":null,"ruleSet":null})"));
}

class Registry {
 public:
  Registry() {
    ConfluentReplayOptions options;
    options.content_hash = TextLevel::kExact;
    replay_.emplace(options);
  }

  void Apply(Bytes key, Bytes value) {
    Record record;
    record.offset = offset_++;
    record.key = key;
    record.value = value;
    EXPECT_EQ(replay_->Apply(record).effect, Effect::kApplied);
  }

  ContentHash Hash() const { return HashOf(replay_->state()); }

 private:
  std::optional<ConfluentReplay> replay_;
  int64_t offset_ = 0;
};

constexpr char kKey[] =
    R"({"keytype":"SCHEMA","subject":"s","version":1,"magic":1})";
constexpr char kValue[] = R"({"subject":"s","version":1,"id":7,"schema":"x"})";

std::map<std::string, std::string> PartsOf(const ContentHash& hash) {
  return {{"associations", ToHex(hash.associations)},
          {"configs", ToHex(hash.configs)},
          {"content", ToHex(hash.content)},
          {"contexts", ToHex(hash.contexts)},
          {"modes", ToHex(hash.modes)},
          {"versions", ToHex(hash.versions)}};
}

// Names of the digests in which the two differ; "all" must be one of them.
std::vector<std::string> Differences(const ContentHash& a,
                                     const ContentHash& b) {
  std::vector<std::string> names;
  const auto parts = PartsOf(b);
  for (const auto& [name, digest] : PartsOf(a)) {
    if (parts.at(name) != digest) names.push_back(name);
  }
  EXPECT_EQ(a.all == b.all, names.empty());
  return names;
}

TEST(HashOf, EachKindOfEntryHasItsOwn) {
  using Names = std::vector<std::string>;
  const auto difference = [](const std::string& key, const std::string& value) {
    Registry plain;
    Registry changed;
    plain.Apply(Bytes(kKey), Bytes(kValue));
    changed.Apply(Bytes(kKey), Bytes(kValue));
    changed.Apply(Bytes(key), Bytes(value));
    return Differences(plain.Hash(), changed.Hash());
  };
  EXPECT_EQ(difference(R"({"keytype":"CONFIG","magic":0})",
                       R"({"compatibilityLevel":"FULL"})"),
            Names{"configs"});
  EXPECT_EQ(difference(R"({"keytype":"MODE","subject":"s","magic":0})",
                       R"({"mode":"READONLY"})"),
            Names{"modes"});
  EXPECT_EQ(
      difference(
          R"({"keytype":"CONTEXT","tenant":"default","context":".c","magic":0})",
          R"({"tenant":"default","context":".c"})"),
      Names{"contexts"});
  EXPECT_EQ(
      difference(
          R"({"keytype":"ASSOC","tenant":"t","resourceName":"r",)"
          R"("resourceNamespace":"n","resourceType":"topic",)"
          R"("associationType":"value","subject":"s","magic":0})",
          R"({"guid":"g","tenant":"t","resourceName":"r",)"
          R"("resourceNamespace":"n","resourceId":"i","resourceType":"topic",)"
          R"("associationType":"value","subject":"s","lifecycle":"STRONG"})"),
      Names{"associations"});
  EXPECT_EQ(difference(kKey, R"({"subject":"s","version":1,"id":7,)"
                             R"("schema":"x","deleted":true})"),
            Names{"versions"});
  EXPECT_EQ(
      difference(R"({"keytype":"DELETE_SUBJECT","subject":"s","magic":0})",
                 R"({"subject":"s","version":1})"),
      Names{"versions"});
  EXPECT_EQ(
      difference(R"({"keytype":"SCHEMA","subject":"t","version":1,"magic":1})",
                 R"({"subject":"t","version":1,"id":7,"schema":"x"})"),
      Names{"versions"});
  EXPECT_EQ(
      difference(R"({"keytype":"SCHEMA","subject":"t","version":1,"magic":1})",
                 R"({"subject":"t","version":1,"id":8,"schema":"y"})"),
      (Names{"content", "versions"}));
  // What says nothing new.
  EXPECT_EQ(
      difference(R"({"keytype":"MODE","magic":0})", R"({"mode":"READWRITE"})"),
      Names{});
  EXPECT_EQ(difference(R"({"keytype":"NOOP","magic":0})", ""), Names{});
}

// Deletes take other ways to the same end; compaction changes nothing.
TEST(HashOf, IsTheSameBeforeAndAfterCompaction) {
  for (uint64_t seed = 1; seed <= 100; ++seed) {
    CorpusShape shape;
    shape.seed = seed;
    shape.largest_schema_bytes = 300;
    const std::vector<CorpusRecord> history = Corpus(shape, 200);
    const auto hash = [](const std::vector<CorpusRecord>& records) {
      Registry registry;
      for (const CorpusRecord& record : records) {
        registry.Apply(record.key, record.value);
      }
      return registry.Hash();
    };
    const ContentHash before = hash(history);
    const ContentHash after = hash(
        Compacted(history, static_cast<int64_t>(history.size()), 150));
    EXPECT_TRUE(before.all == after.all) << "seed " << seed;
    EXPECT_TRUE(before.content == after.content) << "seed " << seed;
  }
}

}  // namespace
}  // namespace sr
