// Replay against a slow and plain one, written from the rules alone
// (spec/schemas-topic-format.md §4.1), on random histories that break every
// rule a registry keeps: equal states and equal outcomes.
#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/json/json.h"
#include "core/schemas/confluent_replay.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/record_generator.h"
#include "tests/support/vector_source.h"

namespace sr {
namespace {

// Of ":.c:s" ".c"; "." of all that have no prefix.
std::string ContextOf(const std::string& subject) {
  return subject.starts_with(":.c:") ? ".c" : ".";
}

struct Stored {
  int64_t id = 0;
  std::string text;
  bool deleted = false;
  int64_t offset = 0;

  friend bool operator==(const Stored& a, const Stored& b) {
    return a.id == b.id && a.text == b.text && a.deleted == b.deleted &&
           a.offset == b.offset;
  }
  friend std::ostream& operator<<(std::ostream& out, const Stored& stored) {
    return out << stored.id << ":" << stored.text
               << (stored.deleted ? "(del)" : "") << "@" << stored.offset;
  }
};

// The rules, one after the other, on whole JSON values.
class PlainReplay {
 public:
  using Name = std::pair<std::string, int64_t>;  // Subject and version.

  Effect Apply(const TestRecord& record) {
    const JsonValue key = ParseJson(*record.key).value();
    const std::string type = key.Find("keytype")->string_value();
    const std::string subject = TextOf(key, "subject");
    if (!record.value.has_value()) {
      Remove(type, subject, key);
      return Effect::kApplied;
    }
    const JsonValue value = ParseJson(*record.value).value();
    if (type == "SCHEMA") return Store(record.offset, subject, key, value);
    if (type == "CONFIG") {
      configs[subject] = TextOf(value, "compatibilityLevel");
    } else if (type == "MODE") {
      modes[subject] = TextOf(value, "mode");
    } else if (type == "CONTEXT") {
      contexts[TextOf(key, "context")] = record.offset;
    } else if (type == "DELETE_SUBJECT") {
      const std::string deleted = TextOf(value, "subject");
      for (auto& [name, stored] : versions) {
        if (name.first == deleted && name.second >= 1 &&
            name.second <= value.Find("version")->int64_value()) {
          stored.deleted = true;
        }
      }
    } else if (type == "CLEAR_SUBJECT") {
      Clear(value.Find("subject") == nullptr
                ? std::nullopt
                : std::optional<std::string>(TextOf(value, "subject")));
    }
    return Effect::kApplied;
  }

  std::map<Name, Stored> versions;
  std::map<std::string, std::string> configs;
  std::map<std::string, std::string> modes;
  std::map<std::string, int64_t> contexts;

 private:
  static std::string TextOf(const JsonValue& object, const char* name) {
    const JsonValue* member = object.Find(name);
    return member == nullptr || member->is_null() ? "" : member->string_value();
  }

  Effect Store(int64_t offset, const std::string& subject, const JsonValue& key,
               const JsonValue& value) {
    const int64_t id = value.Find("id")->int64_value();
    const std::string text = TextOf(value, "schema");
    std::vector<Name>& uses = ids_[{ContextOf(subject), id}];
    if (!uses.empty()) {
      const auto first = versions.find(uses.front());
      if (first != versions.end() && first->second.text != text) {
        return Effect::kRolledBack;
      }
    }
    const Name name(subject, key.Find("version")->int64_value());
    versions[name] = {id, text, value.Find("deleted")->bool_value(), offset};
    const auto same_subject =
        std::find_if(uses.begin(), uses.end(),
                     [&](const Name& use) { return use.first == subject; });
    if (same_subject == uses.end()) {
      uses.push_back(name);
    } else {
      same_subject->second = name.second;
    }
    return Effect::kApplied;
  }

  void DropUse(const Name& name, int64_t id) {
    std::vector<Name>& uses = ids_[{ContextOf(name.first), id}];
    uses.erase(std::remove(uses.begin(), uses.end(), name), uses.end());
  }

  void Remove(const std::string& type, const std::string& subject,
              const JsonValue& key) {
    if (type == "CONFIG") configs.erase(subject);
    if (type == "MODE") modes.erase(subject);
    if (type == "CONTEXT") contexts.erase(TextOf(key, "context"));
    if (type != "SCHEMA") return;
    const Name name(subject, key.Find("version")->int64_value());
    const auto stored = versions.find(name);
    if (stored == versions.end()) return;
    DropUse(name, stored->second.id);
    versions.erase(stored);
  }

  // nullopt: everything, in all contexts; but only ids of the default one are
  // taken back.
  void Clear(const std::optional<std::string>& subject) {
    for (auto entry = versions.begin(); entry != versions.end();) {
      const std::string& name = entry->first.first;
      const bool meant = !subject.has_value() || *subject == name ||
                         (*subject == ":.c:" && ContextOf(name) == ".c");
      if (!meant || !entry->second.deleted) {
        ++entry;
        continue;
      }
      const std::string context =
          subject.has_value() ? ContextOf(*subject) : ".";
      if (ContextOf(name) == context) DropUse(entry->first, entry->second.id);
      entry = versions.erase(entry);
    }
  }

  std::map<std::pair<std::string, int64_t>, std::vector<Name>> ids_;
};

class RandomHistory {
 public:
  explicit RandomHistory(uint64_t seed) : random_(seed) {}

  TestRecord Next(int64_t offset) {
    TestRecord record;
    record.offset = offset;
    const std::string subject = Pick({"s", "t", "u", ":.c:s", ":.c:t"});
    switch (Below(12)) {
      case 0:
        return With(record, Key("CONFIG", subject),
                    R"({"compatibilityLevel":"FULL"})");
      case 1:
        return With(record, Key("MODE", subject), R"({"mode":"READONLY"})");
      case 2:
        return With(
            record,
            R"({"keytype":"CONTEXT","tenant":"default","context":".c","magic":0})",
            R"({"tenant":"default","context":".c"})");
      case 3:
        return With(record, Key("DELETE_SUBJECT", subject),
                    absl::StrCat(R"({"subject":")", subject, R"(","version":)",
                                 Below(4), "}"),
                    /*may_be_null=*/false);
      case 4:
        return Clear(record, subject);
      default:
        return Schema(record, subject);
    }
  }

 private:
  uint64_t Below(uint64_t bound) { return random_() % bound; }
  std::string Pick(const std::vector<std::string>& from) {
    return from[Below(from.size())];
  }

  // Now and then a tombstone in place of the value.
  TestRecord With(TestRecord record, std::string key, std::string value,
                  bool may_be_null = true) {
    record.key = std::move(key);
    if (!may_be_null || Below(4) != 0) record.value = std::move(value);
    return record;
  }

  std::string Key(const std::string& type, const std::string& subject) {
    if (Below(3) == 0) {
      return absl::StrCat(R"({"subject":")", subject,
                          R"(","magic":0,"keytype":")", type, "\"}");
    }
    return absl::StrCat(R"({"keytype":")", type, R"(","subject":")", subject,
                        R"(","magic":0})");
  }

  TestRecord Clear(TestRecord record, const std::string& subject) {
    if (Below(4) == 0) {
      return With(record, R"({"keytype":"CLEAR_SUBJECT","magic":0})", "{}",
                  false);
    }
    const std::string cleared = Below(3) == 0 ? ":.c:" : subject;
    return With(record, Key("CLEAR_SUBJECT", cleared),
                absl::StrCat(R"({"subject":")", cleared, "\"}"), false);
  }

  TestRecord Schema(TestRecord record, const std::string& subject) {
    const uint64_t version = 1 + Below(3);
    const std::string key =
        absl::StrCat(R"({"keytype":"SCHEMA","subject":")", subject,
                     R"(","version":)", version, R"(,"magic":)", Below(2), "}");
    return With(record, key,
                absl::StrCat(R"({"subject":")", subject, R"(","version":)",
                             version, R"(,"id":)", 1 + Below(4),
                             R"(,"schema":")", Pick({"A", "B", "C"}),
                             R"(","deleted":)", Pick({"true", "false"}), "}"));
  }

  std::mt19937_64 random_;
};

std::map<PlainReplay::Name, Stored> VersionsOf(const RegistryState& state) {
  std::map<std::string, std::string> texts;  // By digest.
  for (const char* text : {"A", "B", "C"}) {
    texts[ToHex(Xxh3_128(text))] = text;
  }
  std::map<PlainReplay::Name, Stored> versions;
  for (const auto& [subject, of_subject] : state.subjects) {
    for (const auto& [number, version] : of_subject) {
      versions[{subject, number}] = {version.id, texts[ToHex(version.text)],
                                     version.deleted, version.offset};
    }
  }
  return versions;
}

TEST(ReplayRandomTest, EqualsThePlainReplay) {
  const uint64_t seed = TestSeed(1234);
  SCOPED_TRACE(ReplayHint(seed));
  int rolled_back = 0;
  for (uint64_t i = 0; i < 10'000; ++i) {
    RandomHistory history(seed + i);
    ConfluentReplay replay;
    PlainReplay plain;
    for (int64_t offset = 0; offset < 40; ++offset) {
      const TestRecord record = history.Next(offset);
      const Effect effect = replay.Apply(record.View()).effect;
      ASSERT_EQ(effect, plain.Apply(record))
          << "history " << i << ", offset " << offset;
      if (effect == Effect::kRolledBack) ++rolled_back;
    }
    ASSERT_EQ(VersionsOf(replay.state()), plain.versions) << "history " << i;
    std::map<std::string, std::string> configs;
    for (const auto& [subject, config] : replay.state().configs) {
      configs[subject] = config.level.value_or("");
    }
    ASSERT_EQ(configs, plain.configs) << "history " << i;
    std::map<std::string, std::string> modes;
    for (const auto& [subject, mode] : replay.state().modes) {
      modes[subject] = mode.mode.value_or("");
    }
    ASSERT_EQ(modes, plain.modes) << "history " << i;
    ASSERT_EQ(replay.state().contexts, plain.contexts) << "history " << i;
  }
  EXPECT_GT(rolled_back, 10'000);
}

}  // namespace
}  // namespace sr
