// What no recording shows of how Karapace reads (spec §4.9, §5.3).
#include "core/schemas/karapace_replay.h"

#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/support/vector_source.h"

namespace sr {
namespace {

class KarapaceReplayTest : public ::testing::Test {
 protected:
  RecordEffect Apply(std::optional<std::string> key,
                     std::optional<std::string> value) {
    TestRecord record;
    record.offset = next_offset_++;
    record.key = std::move(key);
    record.value = std::move(value);
    return replay_.Apply(record.View());
  }

  static std::string Key(const std::string& subject, int version) {
    return absl::StrCat(R"({"keytype":"SCHEMA","subject":")", subject,
                        R"(","version":)", version, R"(,"magic":1})");
  }
  static std::string Value(const std::string& subject, int version, int id,
                           const std::string& more = "") {
    return absl::StrCat(R"({"subject":")", subject, R"(","version":)", version,
                        R"(,"id":)", id, R"(,"schema":"\"string\"")", more,
                        "}");
  }
  RecordEffect Add(const std::string& subject, int version, int id,
                   const std::string& more = "") {
    return Apply(Key(subject, version), Value(subject, version, id, more));
  }
  bool Has(const std::string& subject, int version) const {
    const auto found = replay_.state().subjects.find(subject);
    return found != replay_.state().subjects.end() &&
           found->second.Find(version) != nullptr;
  }

  KarapaceReplay replay_;
  int64_t next_offset_ = 0;
};

constexpr char kReference[] =
    R"(,"references":[{"name":"B","subject":"base","version":1}])";

TEST_F(KarapaceReplayTest, ReferenceToWhatComesLaterCostsTheRecord) {
  const RecordEffect effect = Add("user", 1, 2, kReference);
  EXPECT_EQ(effect.effect, Effect::kSkipped);
  EXPECT_TRUE(effect.reference_missing);
  Add("base", 1, 1);
  EXPECT_FALSE(Has("user", 1));
  EXPECT_EQ(Add("user", 2, 2, kReference).effect, Effect::kApplied);
  EXPECT_TRUE(Has("user", 2));
}

TEST_F(KarapaceReplayTest, ReferenceToWhatIsDeletedCostsTheRecord) {
  Add("base", 1, 1);
  Add("base", 1, 1, R"(,"deleted":true)");
  EXPECT_TRUE(Add("user", 1, 2, kReference).reference_missing);
  EXPECT_FALSE(Has("user", 1));
}

TEST_F(KarapaceReplayTest, LatestReferenceNeedsAnyLiveVersion) {
  const std::string latest =
      R"(,"references":[{"name":"B","subject":"base","version":-1}])";
  EXPECT_TRUE(Add("user", 1, 2, latest).reference_missing);
  Add("base", 7, 1);
  EXPECT_FALSE(Add("user", 1, 2, latest).reference_missing);
  EXPECT_TRUE(Has("user", 1));
}

// Registering with one is refused; one in the topic is not looked at.
TEST_F(KarapaceReplayTest, ReferencesOfJsonAreNotLookedUp) {
  Add("user", 1, 2, absl::StrCat(kReference, R"(,"schemaType":"JSON")"));
  EXPECT_TRUE(Has("user", 1));
}

TEST(KarapaceReplay5Test, ReferencesOfAvroAreNotLookedUp) {
  KarapaceReplayOptions options;
  options.major = 5;
  KarapaceReplay replay(options);
  TestRecord record;
  record.key = R"({"keytype":"SCHEMA","subject":"s","version":1,"magic":1})";
  record.value = absl::StrCat(
      R"({"subject":"s","version":1,"id":1,"schema":"\"string\"")", kReference,
      "}");
  EXPECT_EQ(replay.Apply(record.View()).effect, Effect::kApplied);
  EXPECT_EQ(replay.state().version_count(), 1);
}

TEST_F(KarapaceReplayTest, GlobalConfigIsNeverDeleted) {
  const std::string key = R"({"keytype":"CONFIG","subject":null,"magic":0})";
  Apply(key, R"({"compatibilityLevel":"FULL"})");
  Apply(key, std::nullopt);
  Apply(key, "");
  ASSERT_EQ(replay_.state().configs.count(""), 1);
  EXPECT_EQ(replay_.state().configs.at("").level, "FULL");
}

TEST_F(KarapaceReplayTest, ConfigOfSubjectGoesByAnEmptyValue) {
  const std::string key = R"({"keytype":"CONFIG","subject":"s","magic":0})";
  Apply(key, R"({"compatibilityLevel":"FULL"})");
  EXPECT_EQ(replay_.state().configs.count("s"), 1);
  Apply(key, "");
  EXPECT_EQ(replay_.state().configs.count("s"), 0);
  EXPECT_EQ(replay_.known_subjects().count("s"), 1);
}

TEST_F(KarapaceReplayTest, HardDeleteOfTheLastVersionTakesTheConfig) {
  Apply(R"({"keytype":"CONFIG","subject":"s","magic":0})",
        R"({"compatibilityLevel":"FULL"})");
  Add("s", 1, 1);
  Add("s", 2, 2);
  EXPECT_TRUE(Apply(Key("s", 1), "").removed_live);
  EXPECT_EQ(replay_.state().configs.count("s"), 1);
  Add("s", 2, 2, R"(,"deleted":true)");
  EXPECT_FALSE(Apply(Key("s", 2), std::nullopt).removed_live);
  EXPECT_EQ(replay_.state().configs.count("s"), 0);
  EXPECT_EQ(replay_.known_subjects().count("s"), 0);
  // Until the next start, and after it while the record is in the log.
  EXPECT_NE(replay_.TextOfId(2), nullptr);
}

TEST_F(KarapaceReplayTest, LostWithTheBatch) {
  Add("s", 1, 1);
  EXPECT_EQ(Apply("", "").effect, Effect::kApplied);
  EXPECT_EQ(Apply("[]", std::nullopt).effect, Effect::kFatal);
  EXPECT_EQ(replay_.stopped_at(), 2);
  EXPECT_EQ(Add("s", 2, 2).effect, Effect::kFatal);
  EXPECT_FALSE(Has("s", 2));
}

TEST_F(KarapaceReplayTest, VersionBeyond32BitsTakesItsIdOver) {
  Add("s", 1, 1);
  const RecordEffect effect = Apply(
      R"({"keytype":"SCHEMA","subject":"t","version":4294967297,"magic":1})",
      R"({"subject":"t","version":4294967297,"id":1,"schema":"\"bytes\""})");
  EXPECT_EQ(effect.effect, Effect::kApplied);
  EXPECT_TRUE(effect.id_conflict);
}

TEST_F(KarapaceReplayTest, SecondTextOfAnIdTakesItOver) {
  Add("s", 1, 1);
  const Digest128 first = *replay_.TextOfId(1);
  const RecordEffect effect =
      Apply(Key("t", 1),
            R"({"subject":"t","version":1,"id":1,"schema":"\"bytes\""})");
  EXPECT_EQ(effect.effect, Effect::kApplied);
  EXPECT_FALSE(*replay_.TextOfId(1) == first);
}

}  // namespace
}  // namespace sr
