// How Redpanda reads, as its source says (spec §4.10, §5.5): no server was
// recorded.
#include "core/schemas/redpanda_replay.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/support/vector_source.h"

namespace sr {
namespace {

class RedpandaReplayTest : public ::testing::Test {
 protected:
  RecordEffect Apply(std::optional<std::string> key,
                     std::optional<std::string> value) {
    TestRecord record;
    record.offset = next_offset_++;
    record.key = std::move(key);
    record.value = std::move(value);
    return replay_.Apply(record.View());
  }
  // Keys with the offset that they will have.
  std::string Key(const std::string& subject, int version) const {
    return KeyAt(next_offset_, subject, version);
  }
  static std::string KeyAt(int64_t seq, const std::string& subject,
                           int version) {
    return absl::StrCat(R"({"keytype":"SCHEMA","subject":")", subject,
                        R"(","version":)", version, R"(,"magic":1,"seq":)", seq,
                        R"(,"node":1})");
  }
  std::string SettingKey(const std::string& type,
                         const std::string& subject) const {
    return absl::StrCat(R"({"keytype":")", type, R"(","subject":)", subject,
                        R"(,"magic":0,"seq":)", next_offset_, R"(,"node":1})");
  }
  static std::string Value(const std::string& subject, int version, int id,
                           const std::string& more = "",
                           const std::string& text = R"(\"string\")") {
    return absl::StrCat(R"({"subject":")", subject, R"(","version":)", version,
                        R"(,"id":)", id, R"(,"schema":")", text,
                        R"(","deleted":false)", more, "}");
  }
  RecordEffect Add(const std::string& subject, int version, int id,
                   const std::string& more = "",
                   const std::string& text = R"(\"string\")") {
    return Apply(Key(subject, version),
                 Value(subject, version, id, more, text));
  }
  const SchemaVersion* Find(const std::string& subject, int version) const {
    const auto found = replay_.state().subjects.find(subject);
    return found == replay_.state().subjects.end()
               ? nullptr
               : found->second.Find(version);
  }

  RedpandaReplay replay_;
  int64_t next_offset_ = 0;
};

TEST_F(RedpandaReplayTest, LifeCycle) {
  EXPECT_EQ(Add("s", 1, 1).effect, Effect::kApplied);
  EXPECT_EQ(Add("s", 2, 2, "", R"(\"bytes\")").effect, Effect::kApplied);
  EXPECT_EQ(Apply(SettingKey("CONFIG", "null"),
                  R"({"compatibilityLevel":"FORWARD"})")
                .effect,
            Effect::kApplied);
  EXPECT_EQ(
      Apply(SettingKey("MODE", R"("s")"), R"({"mode":"READONLY"})").effect,
      Effect::kApplied);
  EXPECT_EQ(
      Apply(SettingKey("DELETE_SUBJECT", R"("s")"), R"({"subject":"s"})").effect,
      Effect::kApplied);
  ASSERT_NE(Find("s", 1), nullptr);
  EXPECT_TRUE(Find("s", 1)->deleted);
  EXPECT_TRUE(Find("s", 2)->deleted);
  EXPECT_EQ(replay_.state().configs.at("").level, "FORWARD");
  EXPECT_EQ(replay_.state().modes.at("s").mode, "READONLY");
  // Tombstones of the keys that were written; their seq is not looked at.
  EXPECT_FALSE(Apply(KeyAt(0, "s", 1), std::nullopt).removed_live);
  EXPECT_EQ(Apply(KeyAt(1, "s", 2), "").effect, Effect::kApplied);
  EXPECT_TRUE(replay_.state().subjects.empty());
  EXPECT_EQ(Apply(SettingKey("MODE", R"("s")"), std::nullopt).effect,
            Effect::kApplied);
  EXPECT_TRUE(replay_.state().modes.empty());
}

TEST_F(RedpandaReplayTest, ValueElsewhereThanAtItsSeqIsNotTaken) {
  Add("s", 1, 1);
  const RecordEffect moved = Apply(KeyAt(7, "s", 2), Value("s", 2, 2));
  EXPECT_EQ(moved.effect, Effect::kSkipped);
  EXPECT_TRUE(moved.out_of_order);
  EXPECT_EQ(Find("s", 2), nullptr);
  // Keys of another product have no seq: always taken.
  EXPECT_EQ(
      Apply(R"({"keytype":"SCHEMA","subject":"s","version":3,"magic":1})",
            Value("s", 3, 3))
          .effect,
      Effect::kApplied);
  EXPECT_NE(Find("s", 3), nullptr);
  EXPECT_TRUE(
      Apply(R"({"keytype":"CONFIG","subject":null,"magic":0,"seq":9,"node":1})",
            R"({"compatibilityLevel":"FULL"})")
          .out_of_order);
  EXPECT_TRUE(replay_.state().configs.empty());
  EXPECT_TRUE(Apply(R"({"keytype":"DELETE_SUBJECT","subject":"s","magic":0,)"
                    R"("seq":9,"node":1})",
                    R"({"subject":"s"})")
                  .out_of_order);
  EXPECT_FALSE(Find("s", 1)->deleted);
}

TEST_F(RedpandaReplayTest, SecondTextOfAnIdIsThatOfAllItsVersions) {
  Add("s", 1, 1);
  Add("t", 1, 1);
  const Digest128 before = Find("s", 1)->text;
  Add("u", 1, 1, R"(,"schemaType":"JSON")", "true");
  EXPECT_FALSE(Find("s", 1)->text == before);
  EXPECT_TRUE(Find("s", 1)->text == Find("u", 1)->text);
  EXPECT_EQ(Find("t", 1)->type(), "JSON");
}

TEST_F(RedpandaReplayTest, OneTextAsTwoTypesIsTwoSchemas) {
  Add("s", 1, 1, R"(,"schemaType":"JSON")", "{}");
  Add("o", 1, 2, R"(,"schemaType":"JSON")", "{}");
  const RecordEffect effect =
      Add("t", 1, 1,
          R"(,"schemaType":"JSON","references":[{"name":"o",)"
          R"("subject":"o","version":1}])",
          "{}");
  EXPECT_TRUE(effect.id_conflict);
  EXPECT_EQ(Find("s", 1)->references().size(), 1u);
}

TEST_F(RedpandaReplayTest, ReferencesOfProtobufMustBeThere) {
  const std::string more =
      R"(,"schemaType":"PROTOBUF","references":[{"name":"o.proto",)"
      R"("subject":"o","version":1}])";
  const std::string text = R"(syntax = \"proto3\";)";
  EXPECT_TRUE(Add("p", 1, 2, more, text).reference_missing);
  Add("o", 1, 1, R"(,"schemaType":"PROTOBUF")", text);
  EXPECT_EQ(Add("p", 1, 2, more, text).effect, Effect::kApplied);
  EXPECT_NE(Find("p", 1), nullptr);
}

TEST_F(RedpandaReplayTest, TextThatDoesNotParseIsNotTaken) {
  EXPECT_EQ(Add("s", 1, 1, "", "hello").effect, Effect::kSkipped);
  EXPECT_EQ(Add("s", 1, 1, R"(,"schemaType":"PROTOBUF")", "message").effect,
            Effect::kSkipped);
  EXPECT_EQ(Find("s", 1), nullptr);
  EXPECT_FALSE(replay_.stopped_at().has_value());
}

TEST_F(RedpandaReplayTest, KeytypesThatItDoesNotKnowAreIgnored) {
  EXPECT_EQ(Apply(R"({"keytype":"NOOP","magic":0})", std::nullopt).effect,
            Effect::kApplied);
  EXPECT_EQ(Apply(R"({"keytype":"CLEAR_SUBJECT","subject":"s","magic":0})",
                  R"({"subject":"s"})")
                .effect,
            Effect::kSkipped);
  EXPECT_EQ(Apply(R"({"keytype":"CONTEXT","tenant":"default","context":".c",)"
                  R"("magic":0})",
                  R"({"tenant":"default","context":".c"})")
                .effect,
            Effect::kApplied);
  EXPECT_EQ(replay_.state().contexts.count(".c"), 1);
}

TEST(RedpandaReplay2024Test, ContextsAndMetadataAreNotKnown) {
  RedpandaReplayOptions options;
  options.has_contexts = false;
  RedpandaReplay replay(options);
  TestRecord context;
  context.key =
      R"({"keytype":"CONTEXT","tenant":"default","context":".c","magic":0})";
  context.value = R"({"tenant":"default","context":".c"})";
  EXPECT_EQ(replay.Apply(context.View()).effect, Effect::kSkipped);
  TestRecord schema;
  schema.offset = 1;
  schema.key = R"({"keytype":"SCHEMA","subject":"s","version":1,"magic":1})";
  schema.value =
      R"({"subject":"s","version":1,"id":1,"metadata":{},"schema":"\"string\""})";
  EXPECT_EQ(replay.Apply(schema.View()).effect, Effect::kFatal);
  EXPECT_EQ(replay.stopped_at(), 1);
}

// Each of these makes the registry unusable.
TEST(RedpandaReplayStopTest, WhatIsNotOfTheStrictForm) {
  constexpr char kKey[] =
      R"({"keytype":"SCHEMA","subject":"s","version":1,"magic":1})";
  constexpr char kValue[] =
      R"({"subject":"s","version":1,"id":1,"schema":"\"string\""})";
  constexpr char kConfig[] = R"({"keytype":"CONFIG","subject":null,"magic":0})";
  const std::pair<std::optional<std::string>, std::string> records[] = {
      {std::nullopt, kValue},
      {"", kValue},
      {"not json", kValue},
      {"[]", kValue},
      {"{}", kValue},
      {R"({"keytype":5})", kValue},
      {R"({"keytype":"SCHEMA","subject":"s","version":1,"magic":2})", kValue},
      {R"({"keytype":"SCHEMA","subject":"s","version":1})", kValue},
      {R"({"keytype":"SCHEMA","subject":"s","magic":1})", kValue},
      {R"({"keytype":"SCHEMA","subject":"s","version":-1,"magic":1})", kValue},
      {R"({"keytype":"SCHEMA","subject":"s","version":"1","magic":1})", kValue},
      {R"({"keytype":"SCHEMA","version":1,"magic":1})", kValue},
      {R"({"keytype":"SCHEMA","subject":5,"version":1,"magic":1})", kValue},
      {R"({"keytype":"SCHEMA","subject":"s","version":1,"magic":1,"x":1})",
       kValue},
      {R"({"keytype":"SCHEMA","subject":"s","version":1,"magic":1,"seq":0})",
       kValue},
      {R"({"keytype":"SCHEMA","subject":"s","version":1,"magic":1,"node":0})",
       kValue},
      {kKey, "x"},
      {kKey, "[]"},
      {kKey, "{}"},
      {kKey, R"({"subject":"s","version":1,"id":-1,"schema":"\"string\""})"},
      {kKey, R"({"subject":"s","version":1,"id":1,"schema":{}})"},
      {kKey, R"({"subject":"s","version":1,"id":1,"schema":"\"string\"",)"
             R"("md5":"AAAA"})"},
      {kKey, R"({"subject":"s","version":1,"id":1,"schema":"\"string\"",)"
             R"("schemaType":"THRIFT"})"},
      {kKey, R"({"subject":"s","version":1,"id":1,"schema":"\"string\"",)"
             R"("deleted":"true"})"},
      {kKey, R"({"subject":"s","version":1,"id":1,"schema":"\"string\"",)"
             R"("references":{}})"},
      {kConfig, R"({"compatibilityLevel":"full"})"},
      {kConfig, R"({"compatibilityLevel":"FULL","alias":"a"})"},
      {R"({"keytype":"MODE","subject":null,"magic":0})", R"({"mode":"FORWARD"})"},
      {R"({"keytype":"DELETE_SUBJECT","subject":"s","magic":0})", "{}"},
      {R"({"keytype":"CONTEXT","tenant":"t","context":".c","magic":0})", "{}"},
      {R"({"keytype":"CONTEXT","tenant":"t","context":".c","magic":0})",
       R"({"tenant":"t","context":".c","x":1})"},
  };
  for (const auto& [key, value] : records) {
    RedpandaReplay replay;
    TestRecord record;
    record.offset = 3;
    record.key = key;
    record.value = value;
    EXPECT_EQ(replay.Apply(record.View()).effect, Effect::kFatal)
        << key.value_or("null") << " " << value;
    EXPECT_EQ(replay.stopped_at(), 3);
    record.offset = 4;
    EXPECT_EQ(replay.Apply(record.View()).effect, Effect::kFatal);
  }
  RedpandaReplay replay;
  TestRecord record;
  record.key = kKey;
  record.value = kValue;
  EXPECT_EQ(replay.Apply(record.View()).effect, Effect::kApplied);
}

}  // namespace
}  // namespace sr
