// `compare` of a copy with a registry: the program on archives of what real
// registries wrote, and a fake registry that holds what they answered.
#include <stdlib.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/time.h"
#include "core/base/file_system.h"
#include "core/json/json.h"
#include "core/schemas/confluent_replay.h"
#include "core/schemas/karapace_replay.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/program.h"
#include "tests/support/recorded_topic.h"
#include "tests/support/registry/fake_registry.h"
#include "tests/support/written_archive.h"

namespace sr {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr char kConfluentTopics[] =
    "tests/data/schemas/confluent_topics.jsonl.xz";
constexpr char kKarapaceTopics[] =
    "tests/data/schemas/karapace_topics.jsonl.xz";

FakeContent ConfluentContent(const std::vector<TestRecord>& records, int major) {
  ConfluentReplayOptions options;
  options.version.major = major;
  options.content_md5 = true;
  ConfluentReplay replay(options);
  return ContentOf(records, &replay, Product::kConfluent);
}

FakeContent KarapaceContent(const std::vector<TestRecord>& records, int major) {
  KarapaceReplayOptions options;
  options.major = major;
  KarapaceReplay replay(options);
  return ContentOf(records, &replay, Product::kKarapace);
}

ProgramResult Compare(const std::string& archive, const std::string& url,
                      const std::vector<std::string>& more = {}) {
  std::vector<std::string> words = {
      SR_VERIFIER,     "compare", "archive:" + archive, url, "--output=json",
      "--quiet",       "--all",   "--timeout-seconds=1"};
  words.insert(words.end(), more.begin(), more.end());
  return RunProgram(words, absl::Minutes(1));
}

// "CODE key" for each finding.
std::vector<std::string> FindingsOf(const ProgramResult& result) {
  std::vector<std::string> found;
  const absl::StatusOr<JsonValue> report = ParseJson(result.out);
  EXPECT_TRUE(report.ok()) << result.out << result.err;
  if (!report.ok()) return found;
  for (const JsonValue& finding : report->Find("findings")->array()) {
    found.push_back(absl::StrCat(finding.Find("code")->string_value(), " ",
                                 finding.Find("key")->string_value()));
  }
  return found;
}

int64_t ItemsOf(const ProgramResult& result) {
  const absl::StatusOr<JsonValue> report = ParseJson(result.out);
  if (!report.ok()) return -1;
  for (const JsonValue& level : report->Find("levels")->array()) {
    if (level.Find("name")->string_value() == "registry") {
      return level.Find("items")->int64_value();
    }
  }
  return -1;
}

// A topic of real records, in an archive, and the registry that wrote them.
struct Pair {
  explicit Pair(const std::vector<TestRecord>& records, Product product,
                const std::string& version)
      : registry(product, version) {
    WriteArchive(path(), records);
  }
  std::string path() const { return directory.path() + "/archive"; }

  const TemporaryDirectory directory;
  FakeRegistry registry;
};

// A recorded topic by the name of its case.
JsonValue Recorded(const std::string& file, const std::string& name) {
  for (const JsonValue& topic : RecordedLines(file)) {
    if (topic.Find("case")->string_value() == name) return topic;
  }
  ADD_FAILURE() << "no case " << name;
  return {};
}

TEST(CompareRegistryTest, EachRecordedTopicAndItsRegistryAreTheSame) {
  int topics = 0;
  for (const char* file : {kConfluentTopics, kKarapaceTopics}) {
    const Product product =
        file == kConfluentTopics ? Product::kConfluent : Product::kKarapace;
    for (const JsonValue& topic : RecordedLines(file)) {
      const std::string name = topic.Find("case")->string_value();
      if (absl::StrContains(name, "poison")) continue;
      SCOPED_TRACE(name);
      const std::string version = name.substr(0, name.find(' '));
      const std::vector<TestRecord> records = RecordedRecords(topic);
      Pair pair(records, product, version);
      pair.registry.Hold(product == Product::kConfluent
                             ? ConfluentContent(records, version[0] - '0')
                             : KarapaceContent(records, version[0] - '0'));
      const ProgramResult result =
          Compare(pair.path(), pair.registry.url(), {"--confirm=0s"});
      EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
      EXPECT_THAT(FindingsOf(result), IsEmpty());
      EXPECT_GE(ItemsOf(result),
                static_cast<int64_t>(topic.Find("versions")->array().size()));
      ++topics;
    }
  }
  EXPECT_GE(topics, 20);
}

class PlantedDifferences : public testing::Test {
 protected:
  PlantedDifferences()
      : topic_(Recorded(kConfluentTopics, "8.2.2 basic")),
        records_(RecordedRecords(topic_)),
        pair_(records_, Product::kConfluent, "8.2.2") {}

  // What is found when the registry's content is changed so.
  std::vector<std::string> Found(
      const std::function<void(FakeContent*)>& change) {
    FakeContent content = ConfluentContent(records_, 8);
    change(&content);
    pair_.registry.Hold(content);
    last_ = Compare(pair_.path(), pair_.registry.url(), {"--confirm=0s"});
    EXPECT_EQ(last_.exit_code, 3);
    return FindingsOf(last_);
  }

  const JsonValue topic_;
  const std::vector<TestRecord> records_;
  Pair pair_;
  ProgramResult last_;
};

TEST_F(PlantedDifferences, EachClassIsNamedAndNothingElse) {
  const std::pair<std::string, int32_t> orders = {"orders-value", 2};
  EXPECT_THAT(Found([&](FakeContent* content) {
                content->schemas[{"lost", 1}] = content->schemas.at(orders);
              }),
              ElementsAre("TOPIC_LOST_SCHEMA lost version 1"));
  EXPECT_THAT(last_.out,
              HasSubstr("it still holds 1 schema that the topic has lost: "
                        "harvest now, do not restart"));
  EXPECT_THAT(Found([&](FakeContent* content) {
                content->schemas.erase(orders);
              }),
              ElementsAre("REGISTRY_LACKS_SCHEMA orders-value version 2"));
  EXPECT_THAT(Found([&](FakeContent* content) {
                content->schemas.at(orders).deleted = true;
              }),
              ElementsAre("DELETED_IN_REGISTRY_ONLY orders-value version 2"));
  EXPECT_THAT(Found([&](FakeContent* content) {
                content->schemas.at({"gone-soft", 1}).deleted = false;
              }),
              ElementsAre("DELETED_IN_TOPIC_ONLY gone-soft version 1"));
  EXPECT_THAT(Found([&](FakeContent* content) {
                std::string& members = content->schemas.at(orders).members;
                members.replace(members.find("\"id\":2"), 6, "\"id\":9");
              }),
              ElementsAre("REGISTRY_ID_DIFFERS orders-value version 2"));
  EXPECT_THAT(Found([&](FakeContent* content) {
                std::string& members = content->schemas.at(orders).members;
                members.replace(members.find("amount"), 6, "amounT");
              }),
              ElementsAre("REGISTRY_TEXT_DIFFERS orders-value version 2"));
  EXPECT_THAT(Found([&](FakeContent* content) {
                content->schemas.at(orders).type = "JSON";
              }),
              ElementsAre("REGISTRY_ATTRIBUTES_DIFFER orders-value version 2"));
  EXPECT_THAT(Found([&](FakeContent* content) {
                content->schemas.at(orders).guid =
                    "00000000-0000-0000-0000-000000000000";
              }),
              ElementsAre("REGISTRY_GUID_DIFFERS orders-value version 2"));
  EXPECT_THAT(Found([&](FakeContent* content) {
                content->schemas.at(orders).ts += 1;
              }),
              ElementsAre("REGISTRY_TS_DIFFERS orders-value version 2"));
  EXPECT_THAT(Found([&](FakeContent* content) {
                content->configs.erase("orders-value");
              }),
              ElementsAre("REGISTRY_CONFIG_DIFFERS config of orders-value"));
  EXPECT_THAT(Found([&](FakeContent* content) {
                content->modes["orders-value"] = "READONLY";
              }),
              ElementsAre("REGISTRY_MODE_DIFFERS mode of orders-value"));
  EXPECT_THAT(Found([&](FakeContent* content) {
                content->contexts.push_back(".more");
              }),
              ElementsAre("REGISTRY_CONTEXT_DIFFERS context .more"));
}

// Of two instances the one that is stale is named.
TEST_F(PlantedDifferences, OneOfTwoInstances) {
  FakeRegistry other(Product::kConfluent, "8.2.2");
  FakeContent content = ConfluentContent(records_, 8);
  pair_.registry.Hold(content);
  content.schemas.erase({"orders-value", 2});
  other.Hold(content);
  const ProgramResult result = Compare(pair_.path(), pair_.registry.url(),
                                       {other.url(), "--confirm=0s"});
  EXPECT_EQ(result.exit_code, 3) << result.out;
  EXPECT_THAT(FindingsOf(result),
              ElementsAre("REGISTRY_LACKS_SCHEMA orders-value version 2"));
  EXPECT_THAT(result.out, HasSubstr(other.url() + ": not there"));
}

// A registry with another secret hides what it cannot decrypt: nothing is lost.
TEST(CompareRegistryTest, WhatTheRegistryCannotDecrypt) {
  const JsonValue topic =
      Recorded(kConfluentTopics, "8.2.2 encrypted metadata");
  const std::vector<TestRecord> records = RecordedRecords(topic);
  Pair pair(records, Product::kConfluent, "8.2.2");
  FakeContent content = ConfluentContent(records, 8);
  std::vector<std::string> hidden;
  for (auto schema = content.schemas.begin();
       schema != content.schemas.end();) {
    if (!absl::StrContains(schema->second.members, "__enc__")) {
      ++schema;
      continue;
    }
    hidden.push_back(absl::StrCat("REGISTRY_CANNOT_DECRYPT ",
                                  schema->first.first, " version ",
                                  schema->first.second));
    schema = content.schemas.erase(schema);
  }
  ASSERT_GE(hidden.size(), 3u);
  pair.registry.Hold(content);
  const ProgramResult result =
      Compare(pair.path(), pair.registry.url(), {"--confirm=0s"});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_EQ(FindingsOf(result), hidden);
}

// Topics that were lost under a real registry: what it had in memory only, and what
// was gone after a restart.
TEST(CompareRegistryTest, TopicsThatWereLost) {
  const auto name_of = [](const JsonValue& row) {
    return absl::StrCat(row.Find("subject")->string_value(), " version ",
                        row.Find("version")->int64_value());
  };
  std::vector<size_t> lost_of_each;
  for (const JsonValue& loss :
       RecordedLines("tests/data/schemas/confluent_topic_loss.jsonl")) {
    SCOPED_TRACE(loss.Find("case")->string_value());
    const std::vector<TestRecord> records = RecordedRecords(loss);
    Pair pair(records, Product::kConfluent, "8.2.2");
    FakeContent held = ConfluentContent(records, 8);
    held.schemas.clear();
    held.configs.clear();
    std::set<std::string> lost;
    for (const JsonValue& row : loss.Find("held")->array()) {
      FakeSchema schema;
      schema.members = absl::StrCat(
          "\"id\":", row.Find("id")->int64_value(), ",\"schema\":\"",
          absl::StrReplaceAll(row.Find("schema")->string_value(),
                              {{"\"", "\\\""}}),
          "\"");
      schema.type = "AVRO";
      schema.deleted = row.Find("deleted")->bool_value();
      schema.guid = row.Find("guid")->string_value();
      schema.ts = row.Find("ts")->int64_value();
      held.schemas[{row.Find("subject")->string_value(),
                    static_cast<int32_t>(row.Find("version")->int64_value())}] =
          schema;
      if (!loss.Find("left")->is_null()) {
        lost.insert("TOPIC_LOST_SCHEMA " + name_of(row));
      }
    }
    for (const auto& [subject, level] : loss.Find("configs")->object()) {
      held.configs[subject] = absl::StrCat("{\"compatibilityLevel\":\"",
                                           level.string_value(), "\"}");
    }
    if (!loss.Find("left")->is_null()) {
      for (const JsonValue& row : loss.Find("left")->array()) {
        lost.erase("TOPIC_LOST_SCHEMA " + name_of(row));
      }
    }
    pair.registry.Hold(held);
    const ProgramResult result =
        Compare(pair.path(), pair.registry.url(), {"--confirm=0s"});
    std::set<std::string> expected = lost;
    if (records[0].offset == 0 && !lost.empty()) {  // Made anew, without it.
      expected.insert("REGISTRY_CONFIG_DIFFERS config of a");
    }
    const std::vector<std::string> found = FindingsOf(result);
    EXPECT_EQ(std::set<std::string>(found.begin(), found.end()), expected);
    EXPECT_EQ(result.exit_code, lost.empty() ? 0 : 3);
    EXPECT_EQ(absl::StrContains(
                  result.out,
                  absl::StrCat("it still holds ", lost.size(),
                               " schemas that the topic has lost: harvest now")),
              !lost.empty());
    lost_of_each.push_back(lost.size());
  }
  EXPECT_THAT(lost_of_each, ElementsAre(0, 3, 2));
}

// Restores by other hands, on real servers: what they changed is what is found.
TEST(CompareRegistryTest, RestoresThatChangedAnswers) {
  const JsonValue source = Recorded(kConfluentTopics, "8.2.2 0-uncompacted");
  const auto answers = [](const JsonValue& topic) {
    std::map<std::string, std::string> rows;
    for (const JsonValue& row : topic.Find("versions")->array()) {
      rows[absl::StrCat(row.Find("subject")->string_value(), " version ",
                        row.Find("version")->int64_value())] =
          absl::StrCat(row.Find("id")->int64_value(), " ",
                       row.Find("deleted")->bool_value(), " ",
                       row.Find("guid")->string_value());
    }
    return rows;
  };
  for (const char* name : {"8.2.2 restore a-same-timestamps",
                           "8.2.2 restore e-last-per-key-sorted-by-key",
                           "8.2.2 restore f-without-delete-subject"}) {
    SCOPED_TRACE(name);
    const JsonValue restored = Recorded(kConfluentTopics, name);
    Pair pair(RecordedRecords(source), Product::kConfluent, "8.2.2");
    pair.registry.Hold(ConfluentContent(RecordedRecords(restored), 8));
    const ProgramResult result =
        Compare(pair.path(), pair.registry.url(), {"--confirm=0s"});
    std::set<std::string> expected;
    const auto before = answers(source);
    const auto after = answers(restored);
    for (const auto& [version, row] : before) {
      if (after.count(version) == 0 || after.at(version) != row) {
        expected.insert(version);
      }
    }
    for (const auto& [version, row] : after) {
      if (before.count(version) == 0) expected.insert(version);
    }
    std::set<std::string> found;
    for (const std::string& finding : FindingsOf(result)) {
      const std::string item = finding.substr(finding.find(' ') + 1);
      if (absl::StrContains(item, " version ")) found.insert(item);
    }
    EXPECT_EQ(found, expected);
    const bool is_exact = absl::StrContains(name, " a-");
    EXPECT_EQ(expected.empty(), is_exact);
    EXPECT_EQ(result.exit_code, is_exact ? 0 : 3);
  }
}

class Misbehaving : public PlantedDifferences {
 protected:
  void SetUp() override { pair_.registry.Hold(ConfluentContent(records_, 8)); }

  ProgramResult CompareWhile(FakeRegistry::Misbehave misbehave,
                             const std::string& confirm = "0s") {
    pair_.registry.SetMisbehaviour(std::move(misbehave));
    return Compare(pair_.path(), pair_.registry.url(),
                   {"--confirm=" + confirm});
  }
};

TEST_F(Misbehaving, ARegistryThatDoesNotAnswer) {
  const ProgramResult result = CompareWhile([](const HttpRequest&) {
    return HttpReply{503, "busy"};
  });
  EXPECT_EQ(result.exit_code, 4);
  EXPECT_THAT(FindingsOf(result), IsEmpty());
  EXPECT_THAT(result.out, HasSubstr("HTTP 503"));
  const ProgramResult gone =
      Compare(pair_.path(), "http://127.0.0.1:1", {"--confirm=0s"});
  EXPECT_EQ(gone.exit_code, 4) << gone.out;
}

TEST_F(Misbehaving, ARegistryThatHalfAnswers) {
  const ProgramResult result =
      CompareWhile([](const HttpRequest& request) -> std::optional<HttpReply> {
        if (!absl::StartsWith(request.target, "/config/")) return std::nullopt;
        return HttpReply{500, ""};
      });
  EXPECT_EQ(result.exit_code, 4);
  EXPECT_THAT(FindingsOf(result), IsEmpty());
  EXPECT_THAT(result.out, HasSubstr("answers missing: config of "));
}

// One wrong answer is asked for again.
TEST_F(Misbehaving, AWrongAnswerThatPasses) {
  auto left = std::make_shared<std::atomic<int>>(1);
  const auto stale = [left](const HttpRequest& request)
      -> std::optional<HttpReply> {
    if (request.target != "/config/orders-value") return std::nullopt;
    if ((*left)-- <= 0) return std::nullopt;
    return HttpReply{200, R"({"compatibilityLevel":"FULL"})"};
  };
  const ProgramResult again = CompareWhile(stale, "600ms");
  EXPECT_EQ(again.exit_code, 0) << again.out;
  *left = 1;
  const ProgramResult once = CompareWhile(stale, "0s");
  EXPECT_THAT(FindingsOf(once),
              ElementsAre("REGISTRY_CONFIG_DIFFERS config of orders-value"));
  *left = 1 << 30;
  const ProgramResult lasting = CompareWhile(stale, "600ms");
  EXPECT_THAT(FindingsOf(lasting),
              ElementsAre("REGISTRY_CONFIG_DIFFERS config of orders-value"));
}

// A restart of one instance behind a balancer, for example.
TEST_F(Misbehaving, ARegistryThatGoesAwayForAMoment) {
  auto asked = std::make_shared<std::atomic<int>>(0);
  auto refused = std::make_shared<std::atomic<int>>(0);
  const ProgramResult result = CompareWhile(
      [=](const HttpRequest& request) -> std::optional<HttpReply> {
        if (request.target == "/config/orders-value") {
          ++*asked;
          return HttpReply{200, R"({"compatibilityLevel":"FULL"})"};
        }
        // At the second look: the listing, and what is asked instead.
        if (*asked != 1 || *refused == 2 ||
            !(absl::StartsWith(request.target, "/schemas?") ||
              absl::StartsWith(request.target, "/subjects?"))) {
          return std::nullopt;
        }
        ++*refused;
        return HttpReply{401, ""};
      },
      "600ms");
  EXPECT_EQ(*refused, 2);
  EXPECT_EQ(result.exit_code, 3) << result.out;
  EXPECT_THAT(FindingsOf(result),
              ElementsAre("REGISTRY_CONFIG_DIFFERS config of orders-value"));
}

// What is not told at one of the looks is not taken back by that.
TEST_F(Misbehaving, AWrongAnswerThatIsNotAlwaysTold) {
  auto asked = std::make_shared<std::atomic<int>>(0);
  const ProgramResult result = CompareWhile(
      [asked](const HttpRequest& request) -> std::optional<HttpReply> {
        if (request.target != "/config/orders-value") return std::nullopt;
        // 500 is asked for twice at a look, so at every second of them.
        if ((*asked)++ % 3 != 0) return HttpReply{500, ""};
        return HttpReply{200, R"({"compatibilityLevel":"FULL"})"};
      },
      "600ms");
  EXPECT_EQ(result.exit_code, 3) << result.out;
  EXPECT_THAT(FindingsOf(result),
              ElementsAre("REGISTRY_CONFIG_DIFFERS config of orders-value"));
}

// It goes away while a difference is to be looked at again.
TEST_F(Misbehaving, ARegistryThatGoesAway) {
  auto asked = std::make_shared<std::atomic<int>>(0);
  const ProgramResult result = CompareWhile(
      [asked](const HttpRequest& request) -> std::optional<HttpReply> {
        if (request.target == "/config/orders-value") ++*asked;
        if (*asked > 1 || (*asked == 1 && absl::StartsWith(request.target,
                                                           "/schemas"))) {
          return HttpReply{503, ""};
        }
        if (request.target != "/config/orders-value") return std::nullopt;
        return HttpReply{200, R"({"compatibilityLevel":"FULL"})"};
      },
      "600ms");
  EXPECT_EQ(result.exit_code, 4) << result.out;
  EXPECT_THAT(FindingsOf(result), IsEmpty());
  EXPECT_THAT(result.out,
              HasSubstr("1 differences could not be looked at again"));
}

// Whether any process was started with `word` in its command line.
bool IsInACommandLine(const std::string& word) {
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    std::ifstream file(entry.path() / "cmdline", std::ios::binary);
    std::stringstream line;
    if (file) line << file.rdbuf();
    if (absl::StrContains(line.str(), word)) return true;
  }
  return false;
}

// A way to give the program a secret, and what the registry gets of it.
struct SecretOption {
  std::string file_line;  // Of --registry-config; "": none.
  std::string variable;   // Of the environment; "": none.
  std::string value;
  std::string authorization;  // "": never sent.
};

TEST_F(Misbehaving, SecretsAreNowhere) {
  const TemporaryDirectory directory;
  const std::string file = directory.path() + "/registry.properties";
  const std::string basic = "Basic Ym9iOnMzY3JldC13b3Jk";  // bob:s3cret-word
  const std::vector<SecretOption> options = {
      {"basic.auth.user.info=bob:s3cret-word", "", "", basic},
      {"bearer.auth.token=s3cret-word", "", "", "Bearer s3cret-word"},
      {"ssl.key.location=/none\nssl.certificate.location=/none\n"
       "ssl.key.password=s3cret-word",
       "", "", ""},
      {"", "SCHEMA_REGISTRY_BASIC_AUTH_USER_INFO", "bob:s3cret-word", basic},
      {"", "SCHEMA_REGISTRY_BEARER_AUTH_TOKEN", "s3cret-word",
       "Bearer s3cret-word"}};
  for (const SecretOption& option : options) {
    SCOPED_TRACE(option.file_line + option.variable);
    std::vector<std::string> words = {"--verbose"};
    if (!option.file_line.empty()) {
      std::ofstream(file) << option.file_line << "\n";
      words.push_back("--registry-config=" + file);
    } else {
      setenv(option.variable.c_str(), option.value.c_str(), 1);
    }
    std::vector<HttpReply> replies = {
        {401, R"({"error_code":401,"message":"Unauthorized"})"},
        {302, "", {{"Location", "http://elsewhere/"}}}};
    if (&option == &options[0]) {  // It is asked again for seconds.
      replies.push_back({200, "", {}, HttpReply::Fault::kCloseAtOnce});
    }
    for (const HttpReply& reply : replies) {
      std::atomic<int> authorized = 0;
      std::atomic<bool> is_on_a_command_line = false;
      pair_.registry.SetMisbehaviour(
          [&](const HttpRequest& request) -> std::optional<HttpReply> {
            const auto header = request.headers.find("authorization");
            if (header != request.headers.end() &&
                header->second == option.authorization) {
              ++authorized;
            }
            // While the program runs.
            if (IsInACommandLine("s3cret-word")) is_on_a_command_line = true;
            return reply;
          });
      const ProgramResult result =
          Compare(pair_.path(), pair_.registry.url(), words);
      EXPECT_EQ(result.exit_code, 4) << result.err;
      EXPECT_EQ(authorized > 0, !option.authorization.empty());
      EXPECT_FALSE(is_on_a_command_line);
      EXPECT_THAT(result.out + result.err,
                  AllOf(Not(HasSubstr("s3cret")), Not(HasSubstr("Ym9iO"))));
    }
    if (option.authorization.empty()) {  // The key's, which TLS needs.
      const ProgramResult tls = Compare(
          pair_.path(), "https" + pair_.registry.url().substr(4), words);
      EXPECT_EQ(tls.exit_code, 4) << tls.err;
      EXPECT_THAT(tls.out, HasSubstr("/none"));
      EXPECT_THAT(tls.out + tls.err, Not(HasSubstr("s3cret")));
    }
    if (!option.variable.empty()) unsetenv(option.variable.c_str());
  }
  pair_.registry.SetMisbehaviour(nullptr);
  std::ofstream(file) << "s3cret-token=\n";
  const ProgramResult pasted = Compare(pair_.path(), pair_.registry.url(),
                                       {"--registry-config=" + file});
  EXPECT_EQ(pasted.exit_code, 2);
  EXPECT_THAT(pasted.out + pasted.err,
              AllOf(HasSubstr("line 1: no property of a registry's client"),
                    Not(HasSubstr("s3cret"))));
  std::ofstream(file) << "basic.auth.user.info=s3cret-word\n";
  const ProgramResult bad = Compare(pair_.path(), pair_.registry.url(),
                                    {"--registry-config=" + file});
  EXPECT_EQ(bad.exit_code, 2);
  EXPECT_THAT(bad.out + bad.err, AllOf(HasSubstr("is not USER:PASSWORD"),
                                       Not(HasSubstr("s3cret"))));
}

TEST(CompareRegistryTest, ARegistryAloneIsNotEnough) {
  const ProgramResult result = RunProgram(
      {SR_VERIFIER, "compare", "http://127.0.0.1:1", "http://127.0.0.1:2"},
      absl::Minutes(1));
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, HasSubstr("no copy of the topic"));
}

}  // namespace
}  // namespace sr
