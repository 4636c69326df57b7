// What is read of a registry over REST is what the topic says that it wrote:
// topics of real registries, served by the fake one.
#include "core/registry/registry_reader.h"

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/schemas/confluent_replay.h"
#include "core/schemas/content_hash.h"
#include "core/schemas/karapace_replay.h"
#include "core/schemas/redpanda_replay.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/recorded_topic.h"
#include "tests/support/registry/fake_registry.h"

namespace sr {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::unique_ptr<RegistryReplay> NewReplay(Product product, int major) {
  switch (product) {
    case Product::kConfluent: {
      ConfluentReplayOptions options;
      options.version.major = major;
      options.content_md5 = true;
      options.content_hash = TextLevel::kExact;
      return std::make_unique<ConfluentReplay>(options);
    }
    case Product::kKarapace: {
      KarapaceReplayOptions options;
      options.major = major;
      options.content_hash = TextLevel::kStructural;
      return std::make_unique<KarapaceReplay>(options);
    }
    case Product::kRedpanda:
      return std::make_unique<RedpandaReplay>();
  }
  return nullptr;
}

std::unique_ptr<HttpClient> ClientOf(const FakeRegistry& registry,
                                     int connections = 4) {
  HttpOptions options;
  options.base_url = registry.url();
  options.connections = connections;
  options.backoff_min = absl::Milliseconds(1);
  options.backoff_max = absl::Milliseconds(2);
  options.idle_timeout = absl::Seconds(1);
  options.answer_timeout = absl::Seconds(3);
  return HttpClient::Open(options).value();
}

RegistryReading Read(const FakeRegistry& registry,
                     const RegistryQuestions& questions = {}) {
  const auto client = ClientOf(registry);
  const auto identity = IdentifyRegistry(client.get());
  EXPECT_TRUE(identity.ok()) << identity.status();
  absl::StatusOr<RegistryReading> reading =
      ReadRegistry(client.get(), *identity, questions);
  EXPECT_TRUE(reading.ok()) << reading.status();
  EXPECT_THAT(registry.counts().methods,
              ElementsAre(testing::Key("GET")));
  return *std::move(reading);
}

std::vector<std::string> UnreadLines(const RegistryReading& reading) {
  std::vector<std::string> lines;
  for (const RegistryUnread& unread : reading.unread) {
    lines.push_back(absl::StrCat(unread.what, ": ", unread.why));
  }
  return lines;
}

// "s version 1: id 3 AVRO live DIGEST REFERENCES" of each.
std::vector<std::string> Lines(const RegistryState& state) {
  std::vector<std::string> lines;
  for (const std::string& subject : state.SortedSubjects()) {
    for (const auto& [number, version] : state.subjects.at(subject)) {
      lines.push_back(absl::StrCat(
          subject, " version ", number, ": id ", version.id, " ",
          version.type(), version.deleted ? " deleted " : " live ",
          ToHex(version.text), " ", version.references().size()));
    }
  }
  return lines;
}

RegistryQuestions QuestionsOf(Product product) {
  RegistryQuestions questions;
  questions.text_level = product == Product::kKarapace ? TextLevel::kStructural
                                                       : TextLevel::kExact;
  return questions;
}

int CompareRecorded(const std::string& file, Product product) {
  int topics = 0;
  for (const JsonValue& topic : RecordedLines(file)) {
    const std::string name = topic.Find("case")->string_value();
    if (absl::StrContains(name, "poison")) continue;
    SCOPED_TRACE(name);
    const std::string version = name.substr(0, name.find(' '));
    const auto replay = NewReplay(product, version[0] - '0');
    FakeRegistry registry(product, version);
    registry.Hold(ContentOf(RecordedRecords(topic), replay.get(), product));
    const RegistryReading reading = Read(registry, QuestionsOf(product));
    EXPECT_EQ(Lines(reading.state), Lines(replay->state()));
    EXPECT_THAT(UnreadLines(reading), IsEmpty());
    const ContentHash hash = HashOf(reading.state);
    EXPECT_EQ(hash.versions, HashOf(replay->state()).versions);
    EXPECT_EQ(hash.contexts, HashOf(replay->state()).contexts);
    EXPECT_TRUE(reading.told.Config(""));
    ++topics;
  }
  return topics;
}

TEST(RegistryReaderTest, ReadsWhatConfluentHolds) {
  EXPECT_GE(CompareRecorded("tests/data/schemas/confluent_topics.jsonl.xz",
                            Product::kConfluent),
            10);
}

TEST(RegistryReaderTest, ReadsWhatKarapaceHolds) {
  EXPECT_GE(CompareRecorded("tests/data/schemas/karapace_topics.jsonl.xz",
                            Product::kKarapace),
            8);
}

// Of any version and product, by whichever way it can be asked.
class ByProduct
    : public testing::TestWithParam<std::pair<Product, std::string>> {};

TEST_P(ByProduct, HoldsTheSame) {
  const auto& [product, version] = GetParam();
  const JsonValue topic =
      RecordedLines("tests/data/schemas/confluent_topics.jsonl.xz").front();
  // What Confluent wrote, whoever answers.
  const auto replay = NewReplay(Product::kConfluent, 8);
  FakeRegistry registry(product, version);
  FakeContent content =
      ContentOf(RecordedRecords(topic), replay.get(), Product::kConfluent);
  if (product != Product::kConfluent) {
    content.contexts.clear();
  }
  registry.Hold(content);
  RegistryQuestions questions;
  // What is deleted an old one does not list, and is asked for by name.
  if (version == "5.5.3") {
    for (const auto& [name, schema] : content.schemas) {
      questions.versions.insert(name);
    }
  }
  EXPECT_EQ(Lines(Read(registry, questions).state), Lines(replay->state()));
}

INSTANTIATE_TEST_SUITE_P(
    RegistryReaderTest, ByProduct,
    testing::Values(std::pair(Product::kConfluent, "8.2.2"),
                    std::pair(Product::kConfluent, "7.6.13"),
                    std::pair(Product::kConfluent, "7.0.1"),
                    std::pair(Product::kConfluent, "6.2.0"),
                    std::pair(Product::kConfluent, "6.0.4"),
                    std::pair(Product::kConfluent, "5.5.3"),
                    std::pair(Product::kKarapace, "6.2.0"),
                    std::pair(Product::kRedpanda, "24.3")));

class SmallRegistry : public testing::Test {
 protected:
  SmallRegistry() : registry_(Product::kConfluent, "8.2.2") {
    FakeContent content;
    for (int id = 1; id <= 40; ++id) {
      FakeSchema schema;
      schema.members =
          absl::StrCat(R"("id":)", id, R"(,"schema":"\"string\"")");
      schema.type = "AVRO";
      content.schemas[{absl::StrCat("s", id % 10), 1 + id / 10}] = schema;
    }
    content.configs["s1"] = R"({"compatibilityLevel":"FULL"})";
    content.modes["s2"] = "READONLY";
    registry_.Hold(content);
  }

  // The first `times` requests of targets that contain `part` are answered so.
  void Fault(const std::string& part, const HttpReply& reply,
             int times = 1 << 30) {
    auto left = std::make_shared<std::atomic<int>>(times);
    registry_.SetMisbehaviour(
        [part, reply,
         left](const HttpRequest& request) -> std::optional<HttpReply> {
          if (!absl::StrContains(request.target, part)) return std::nullopt;
          if ((*left)-- <= 0) return std::nullopt;
          return reply;
        });
  }

  FakeRegistry registry_;
};

TEST_F(SmallRegistry, Everything) {
  const RegistryReading reading = Read(registry_);
  EXPECT_EQ(reading.state.version_count(), 40);
  EXPECT_EQ(reading.state.configs.at("s1").level, "FULL");
  EXPECT_EQ(reading.state.configs.size(), 2u);
  EXPECT_EQ(reading.state.modes.at("s2").mode, "READONLY");
  EXPECT_TRUE(reading.told.Config("s3"));
  EXPECT_TRUE(reading.told.contexts);
  // As many as the server was quick enough to see, each kept open.
  EXPECT_LE(registry_.counts().connections, 4);
  EXPECT_GT(registry_.counts().requests, 20);
}

// Subjects that Confluent 8 takes in no path stand in its listing.
TEST_F(SmallRegistry, SubjectsThatCannotBeAskedFor) {
  FakeContent content = registry_.content();
  content.schemas[{"a\"b", 1}] = content.schemas.begin()->second;
  registry_.Hold(content);
  const RegistryReading reading = Read(registry_);
  EXPECT_EQ(reading.state.version_count(), 41);
  EXPECT_THAT(UnreadLines(reading), IsEmpty());
  EXPECT_EQ(reading.not_addressable, 2) << "its config and its mode";
  EXPECT_FALSE(reading.told.Config("a\"b"));
}

// Passing trouble is asked again for, and nothing is missing in the end.
TEST_F(SmallRegistry, GetsOverPassingTrouble) {
  using F = HttpReply::Fault;
  for (const HttpReply& reply :
       {HttpReply{503, "busy"}, HttpReply{429, "", {{"Retry-After", "0"}}},
        HttpReply{502, ""}, HttpReply{200, "", {}, F::kCloseAtOnce},
        HttpReply{200, "[1,2,3,4,5,6]", {}, F::kCloseMidBody}}) {
    SCOPED_TRACE(absl::StrCat(reply.status, " ", static_cast<int>(reply.fault)));
    Fault("/", reply, 3);
    const RegistryReading reading = Read(registry_);
    EXPECT_EQ(reading.state.version_count(), 40);
    EXPECT_THAT(UnreadLines(reading), IsEmpty());
  }
}

// Every list in parts, in the bulk and one by one.
TEST_F(SmallRegistry, PagesOfAnySize) {
  FakeContent content = registry_.content();
  content.contexts = {".a", ".b", ".c", ".d", ".e"};
  registry_.Hold(content);
  for (const size_t page_max : {1, 2, 3, 4, 7, 40}) {
    SCOPED_TRACE(page_max);
    registry_.SetPageMax(page_max);
    for (const bool is_bulk : {true, false}) {
      if (is_bulk) {
        registry_.SetMisbehaviour(nullptr);
      } else {
        Fault("/schemas", {500, R"({"error_code":50001,"message":"no"})"});
      }
      const RegistryReading reading = Read(registry_);
      EXPECT_EQ(reading.state.version_count(), 40);
      EXPECT_EQ(reading.state.contexts.size(), 5);
      EXPECT_THAT(UnreadLines(reading), IsEmpty());
    }
  }
}

// A page that cannot be told: each version is asked for, and the bad one alone is
// missing.
TEST_F(SmallRegistry, OneVersionThatCannotBeTold) {
  registry_.SetMisbehaviour(
      [](const HttpRequest& request) -> std::optional<HttpReply> {
        if (absl::StartsWith(request.target, "/schemas") ||
            request.target == "/subjects/s3/versions/2?deleted=true") {
          return HttpReply{500, R"({"error_code":50001,"message":"bad md5"})"};
        }
        return std::nullopt;
      });
  const RegistryReading reading = Read(registry_);
  EXPECT_EQ(reading.state.version_count(), 39);
  ASSERT_EQ(reading.unread.size(), 1u);
  EXPECT_EQ(reading.unread[0].what, "s3 version 2");
  EXPECT_THAT(reading.unread[0].why, HasSubstr("HTTP 500 50001 bad md5"));
  EXPECT_FALSE(reading.told.Version("s3", 2));
  EXPECT_TRUE(reading.told.Version("s3", 1));
}

TEST_F(SmallRegistry, SettingsThatCannotBeTold) {
  Fault("/config/s1", {500, "no JSON at all"});
  const RegistryReading reading = Read(registry_);
  ASSERT_EQ(reading.unread.size(), 1u);
  EXPECT_EQ(reading.unread[0].what, "config of s1");
  EXPECT_FALSE(reading.told.Config("s1"));
  EXPECT_TRUE(reading.told.Config("s2"));
}

// A gateway without a route, or with a firewall, is not a registry that says no.
TEST_F(SmallRegistry, RefusalsOfOthers) {
  for (const HttpReply& reply :
       {HttpReply{404, "<html>404 Not Found</html>"}, HttpReply{404, ""},
        HttpReply{400, "<html>Bad Request</html>"}}) {
    SCOPED_TRACE(absl::StrCat(reply.status, " ", reply.body));
    Fault("/config/s7", reply);
    const RegistryReading reading = Read(registry_);
    ASSERT_EQ(reading.unread.size(), 1u);
    EXPECT_EQ(reading.unread[0].what, "config of s7");
    EXPECT_EQ(reading.not_addressable, 0);
  }
}

// One that has gone silent is not asked for each of the rest.
TEST_F(SmallRegistry, GivesUpWhenNothingComes) {
  FakeContent content = registry_.content();
  for (int i = 0; i < 2000; ++i) {
    content.schemas[{absl::StrCat("more-", i), 1}] =
        content.schemas.begin()->second;
  }
  registry_.Hold(content);
  Fault("/more-", {200, "", {}, HttpReply::Fault::kCloseAtOnce});
  const RegistryReading reading = Read(registry_);
  EXPECT_GE(reading.unread.size(), 4000u);
  EXPECT_TRUE(reading.told.Config(""));
  EXPECT_LT(registry_.counts().requests, 400);
}

TEST_F(SmallRegistry, AnswersThatAreNoAnswers) {
  using F = HttpReply::Fault;
  for (const HttpReply& reply :
       {HttpReply{200, "{"}, HttpReply{200, "{}"}, HttpReply{200, "[1]"},
        HttpReply{200, "[{\"subject\":1}]"}, HttpReply{200, ""},
        HttpReply{200, std::string(100'000, '[')},
        HttpReply{200, "[]", {}, F::kHang},
        HttpReply{200, "[\"s\"]", {}, F::kEndlessHeader}}) {
    SCOPED_TRACE(reply.body.substr(0, 20));
    Fault("/config/s7", reply);
    const RegistryReading reading = Read(registry_);
    EXPECT_EQ(reading.state.version_count(), 40);
    if (reply.body == "{}") continue;  // A config without members.
    ASSERT_EQ(reading.unread.size(), 1u);
    EXPECT_EQ(reading.unread[0].what, "config of s7");
  }
}

absl::Status StatusOfReading(const FakeRegistry& registry) {
  const auto client = ClientOf(registry);
  const auto identity = IdentifyRegistry(client.get());
  if (!identity.ok()) return identity.status();
  return ReadRegistry(client.get(), *identity, {}).status();
}

TEST_F(SmallRegistry, NothingAtAll) {
  Fault("/s", {503, ""});  // /schemas and /subjects.
  EXPECT_EQ(StatusOfReading(registry_).code(), absl::StatusCode::kUnavailable);
  Fault("/", {401, R"({"error_code":401,"message":"Unauthorized"})"});
  EXPECT_EQ(StatusOfReading(registry_).code(),
            absl::StatusCode::kUnauthenticated);
  Fault("/", {403, ""});
  EXPECT_EQ(StatusOfReading(registry_).code(),
            absl::StatusCode::kPermissionDenied);
  Fault("/", {404, ""});
  EXPECT_EQ(StatusOfReading(registry_).code(),
            absl::StatusCode::kFailedPrecondition);
  Fault("/", {302, "", {{"Location", "http://elsewhere/subjects"}}});
  EXPECT_THAT(StatusOfReading(registry_).message(),
              HasSubstr("redirects to http://elsewhere/subjects"));
  Fault("/v1", {200, "", {}, HttpReply::Fault::kHang});
  EXPECT_EQ(StatusOfReading(registry_).code(),
            absl::StatusCode::kDeadlineExceeded);
}

TEST(PercentEncodedTest, EachCharacterThatMeansSomething) {
  EXPECT_EQ(PercentEncoded(":.ctx:a/b c\xC3\xA9%"),
            "%3A.ctx%3Aa%2Fb%20c%C3%A9%25");
  EXPECT_EQ(PercentEncoded("a-b_c~d.E9"), "a-b_c~d.E9");
  EXPECT_EQ(PercentEncoded("."), "%2E");
  EXPECT_EQ(PercentEncoded(".."), "%2E%2E");
}

TEST(IdentityTest, OfEachRegistry) {
  const auto name = [](Product product, const std::string& version) {
    const FakeRegistry registry(product, version);
    const auto client = ClientOf(registry);
    return IdentifyRegistry(client.get()).value().Name();
  };
  EXPECT_EQ(name(Product::kConfluent, "8.2.2"), "Confluent 8.2.2");
  EXPECT_EQ(name(Product::kConfluent, "7.9.1-ce"), "Confluent 7.9.1-ce");
  EXPECT_EQ(name(Product::kConfluent, "7.0.1"), "Confluent 7.0.0 or later");
  EXPECT_EQ(name(Product::kConfluent, "6.2.0"), "Confluent 6.1.0 or later");
  EXPECT_EQ(name(Product::kConfluent, "5.5.3"), "Confluent 5.5.0 or later");
  EXPECT_EQ(name(Product::kKarapace, "6.2.0"), "Karapace 6.2.0");
  EXPECT_EQ(name(Product::kRedpanda, ""), "Redpanda");
}

}  // namespace
}  // namespace sr
