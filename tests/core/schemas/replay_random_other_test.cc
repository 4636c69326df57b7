// The replays of Karapace and Redpanda against slow and plain ones, written from
// the rules alone (spec/schemas-topic-format.md §4.9, §4.10), on random
// histories: equal states and equal outcomes.
#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/digests.h"
#include "core/json/json.h"
#include "core/schemas/karapace_replay.h"
#include "core/schemas/redpanda_replay.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/record_generator.h"
#include "tests/support/vector_source.h"

namespace sr {
namespace {

using Name = std::pair<std::string, int64_t>;  // Subject and version.
// Id, text, deleted, offset.
using Stored = std::tuple<int64_t, std::string, bool, int64_t>;
// Without their quotes escaped: what SCHEMA values of the histories hold.
constexpr const char* kTexts[] = {"1", "2", "3"};

std::string TextOf(const JsonValue& object, const char* name) {
  const JsonValue* member = object.Find(name);
  return member == nullptr || member->is_null() ? "" : member->string_value();
}

// What both have: who refers to whom, and what is in a value.
struct Plain {
  std::map<Name, Stored> versions;
  std::map<std::string, std::string> configs;

  bool IsLive(const JsonValue& reference) const {
    for (const auto& [name, stored] : versions) {
      if (name.first == TextOf(reference, "subject") &&
          name.second == reference.Find("version")->int64_value() &&
          !std::get<2>(stored)) {
        return true;
      }
    }
    return false;
  }
  bool ReferencesAreLive(const JsonValue& value) const {
    const JsonValue* references = value.Find("references");
    return references == nullptr ||
           std::all_of(references->array().begin(), references->array().end(),
                       [this](const JsonValue& each) { return IsLive(each); });
  }
  bool HasSubject(const std::string& subject) const {
    return std::any_of(
        versions.begin(), versions.end(),
        [&](const auto& entry) { return entry.first.first == subject; });
  }
  void Put(const JsonValue& value, int64_t offset) {
    const JsonValue* deleted = value.Find("deleted");
    versions[{TextOf(value, "subject"), value.Find("version")->int64_value()}] =
        {value.Find("id")->int64_value(), TextOf(value, "schema"),
         deleted != nullptr && deleted->bool_value(), offset};
  }
};

class PlainKarapace : public Plain {
 public:
  bool IsApplied(const TestRecord& record) {
    const JsonValue key = ParseJson(*record.key).value();
    const std::string type = TextOf(key, "keytype");
    const std::string subject = TextOf(key, "subject");
    JsonValue value;
    if (!record.value.value_or("").empty()) {
      value = ParseJson(*record.value).value();
    }
    const bool is_nothing =
        value.is_null() || (value.is_object() && value.object().empty());
    if (type == "CONFIG") {
      if (is_nothing) {
        configs.erase(subject);
      } else {
        configs[subject] = TextOf(value, "compatibilityLevel");
      }
      return true;
    }
    if (type == "DELETE_SUBJECT") {
      if (is_nothing) return false;
      for (auto& [name, stored] : versions) {
        if (name.first == TextOf(value, "subject") &&
            name.second <= value.Find("version")->int64_value()) {
          std::get<2>(stored) = true;
        }
      }
      return true;
    }
    if (type != "SCHEMA") return false;
    if (!is_nothing) {
      if (!ReferencesAreLive(value)) return false;
      Put(value, record.offset);
      return true;
    }
    const bool was_there =
        versions.erase({subject, key.Find("version")->int64_value()}) > 0;
    if (was_there && !HasSubject(subject)) configs.erase(subject);
    return true;
  }
};

class PlainRedpanda : public Plain {
 public:
  bool IsApplied(const TestRecord& record) {
    const JsonValue key = ParseJson(*record.key).value();
    const std::string type = TextOf(key, "keytype");
    const std::string subject = TextOf(key, "subject");
    if (type == "CLEAR_SUBJECT") return false;
    if (record.value.value_or("").empty()) {
      if (type == "CONFIG") configs.erase(subject);
      if (type == "SCHEMA") {
        versions.erase({subject, key.Find("version")->int64_value()});
      }
      return true;
    }
    if (key.Find("seq") != nullptr &&
        key.Find("seq")->int64_value() != record.offset) {
      return false;
    }
    const JsonValue value = ParseJson(*record.value).value();
    if (type == "CONFIG") {
      configs[subject] = TextOf(value, "compatibilityLevel");
      return true;
    }
    if (type == "DELETE_SUBJECT") {
      for (auto& [name, stored] : versions) {
        if (name.first == TextOf(value, "subject")) std::get<2>(stored) = true;
      }
      return true;
    }
    if (TextOf(value, "schemaType") == "JSON" && !ReferencesAreLive(value)) {
      return false;
    }
    Put(value, record.offset);
    for (auto& [name, stored] : versions) {
      if (std::get<0>(stored) == value.Find("id")->int64_value()) {
        std::get<1>(stored) = TextOf(value, "schema");
      }
    }
    return true;
  }
};

class RandomHistory {
 public:
  RandomHistory(uint64_t seed, bool is_redpanda)
      : random_(seed), is_redpanda_(is_redpanda) {}

  TestRecord Next(int64_t offset) {
    TestRecord record;
    record.offset = offset;
    const std::string subject = Pick({"s", "t", ":.c:s"});
    switch (Below(8)) {
      case 0:
        record.key = Key("CONFIG", subject, "", offset);
        record.value = R"({"compatibilityLevel":"FULL"})";
        break;
      case 1:
        record.key = Key("DELETE_SUBJECT", subject, "", offset);
        record.value = absl::StrCat(R"({"subject":")", subject,
                                    R"(","version":)", Below(4), "}");
        return record;
      case 2:
        record.key = Key("CLEAR_SUBJECT", subject, "", offset);
        record.value = absl::StrCat(R"({"subject":")", subject, "\"}");
        return record;
      default:
        Schema(subject, &record);
    }
    // Deletes, in all the forms that there are.
    switch (Below(is_redpanda_ ? 8 : 16)) {
      case 0:
        record.value = std::nullopt;
        break;
      case 1:
        record.value = "";
        break;
      case 8:
        record.value = "{}";
        break;
      case 9:
        record.value = "null";
        break;
      default:
        break;
    }
    return record;
  }

 private:
  uint64_t Below(uint64_t bound) { return random_() % bound; }
  std::string Pick(const std::vector<std::string>& from) {
    return from[Below(from.size())];
  }

  std::string Key(const std::string& type, const std::string& subject,
                  const std::string& version, int64_t offset) {
    std::string key =
        absl::StrCat(R"({"keytype":")", type, R"(","subject":")", subject,
                     R"(")", version, R"(,"magic":)", type == "SCHEMA" ? 1 : 0);
    if (is_redpanda_ && Below(4) != 0) {
      const int64_t seq = Below(5) == 0 ? offset + 1 : offset;
      absl::StrAppend(&key, R"(,"seq":)", seq, R"(,"node":1)");
    }
    return key + "}";
  }

  // A value is stored under what it says itself.
  void Schema(const std::string& subject, TestRecord* record) {
    const uint64_t version = 1 + Below(3);
    record->key = Key("SCHEMA", subject,
                      absl::StrCat(R"(,"version":)", version), record->offset);
    const std::string own = Below(8) == 0 ? "u" : subject;
    std::string value = absl::StrCat(
        R"({"subject":")", own, R"(","version":)", version, R"(,"id":)",
        1 + Below(4), R"(,"schema":")", is_redpanda_ ? "{}" : kTexts[Below(3)],
        R"(","deleted":)", Pick({"true", "false"}));
    if (is_redpanda_) {
      // What differs must parse as a JSON Schema.
      value.replace(value.find("{}"), 2, Pick({"{}", "true", "false"}));
      absl::StrAppend(&value, R"(,"schemaType":"JSON")");
    }
    if (Below(4) == 0) {
      absl::StrAppend(&value, R"(,"references":[{"name":"n","subject":")",
                      Pick({"s", "t", "u"}), R"(","version":)", 1 + Below(3),
                      "}]");
    }
    record->value = value + "}";
  }

  std::mt19937_64 random_;
  const bool is_redpanda_;
};

std::map<Name, Stored> VersionsOf(const RegistryState& state) {
  std::map<std::string, std::string> texts;  // By digest.
  for (const char* text : {"1", "2", "3", "{}", "true", "false"}) {
    texts[ToHex(Xxh3_128(text))] = text;
  }
  std::map<Name, Stored> versions;
  for (const auto& [subject, of_subject] : state.subjects) {
    for (const auto& [number, version] : of_subject) {
      versions[{subject, number}] = {version.id, texts[ToHex(version.text)],
                                     version.deleted, version.offset};
    }
  }
  return versions;
}

std::map<std::string, std::string> ConfigsOf(const RegistryState& state) {
  std::map<std::string, std::string> configs;
  for (const auto& [subject, config] : state.configs) {
    configs[subject] = config.level.value_or("");
  }
  return configs;
}

// Returns the number of records that were not applied.
template <typename Replay, typename PlainReplay>
int ExpectEqual(bool is_redpanda) {
  const uint64_t seed = TestSeed(1234);
  SCOPED_TRACE(ReplayHint(seed));
  int skipped = 0;
  for (uint64_t i = 0; i < 10'000; ++i) {
    RandomHistory history(seed + i, is_redpanda);
    Replay replay;
    PlainReplay plain;
    for (int64_t offset = 0; offset < 40; ++offset) {
      const TestRecord record = history.Next(offset);
      const RecordEffect effect = replay.Apply(record.View());
      const bool is_applied = plain.IsApplied(record);
      EXPECT_EQ(effect.effect == Effect::kApplied, is_applied)
          << "history " << i << ", offset " << offset << ": " << *record.key
          << " " << record.value.value_or("null") << " " << effect.reason;
      if (::testing::Test::HasFailure()) return 0;
      if (!is_applied) ++skipped;
    }
    EXPECT_EQ(VersionsOf(replay.state()), plain.versions) << "history " << i;
    EXPECT_EQ(ConfigsOf(replay.state()), plain.configs) << "history " << i;
    if (::testing::Test::HasFailure()) return 0;
  }
  return skipped;
}

TEST(ReplayRandomOtherTest, KarapaceEqualsThePlainReplay) {
  EXPECT_GT((ExpectEqual<KarapaceReplay, PlainKarapace>(false)), 10'000);
}

TEST(ReplayRandomOtherTest, RedpandaEqualsThePlainReplay) {
  EXPECT_GT((ExpectEqual<RedpandaReplay, PlainRedpanda>(true)), 10'000);
}

}  // namespace
}  // namespace sr
