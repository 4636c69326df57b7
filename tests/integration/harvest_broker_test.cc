// `harvest` on a real broker, from a registry that holds what real ones held: the
// topic is gone, and a new one is made of what is answered.
#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "core/json/json.h"
#include "core/schemas/confluent_replay.h"
#include "core/schemas/karapace_replay.h"
#include "core/schemas/redpanda_replay.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/integration/mirror_fixture.h"
#include "tests/support/corpus_records.h"
#include "tests/support/recorded_topic.h"
#include "tests/support/registry/fake_registry.h"
#include "tests/support/written_archive.h"

namespace sr {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

FakeContent ContentFor(const std::vector<TestRecord>& records, Product product,
                       int major) {
  if (product == Product::kConfluent) {
    ConfluentReplayOptions options;
    options.version.major = major;
    options.content_md5 = true;
    ConfluentReplay replay(options);
    return ContentOf(records, &replay, product);
  }
  KarapaceReplayOptions options;
  options.major = major;
  KarapaceReplay replay(options);
  return ContentOf(records, &replay, product);
}

class HarvestTest : public MirrorFixture {
 protected:
  std::string Target() const { return topic_ + "_harvested"; }

  ProgramResult Harvest(const std::string& url,
                        const std::vector<std::string>& more = {"--execute"}) {
    std::vector<std::string> words = {"harvest", url, Kafka(Target()),
                                      "--quiet", "--timeout-seconds=5"};
    words.insert(words.end(), more.begin(), more.end());
    return Replicator(words);
  }

  bool TargetIsThere() {
    const auto topics = raw_->Topics().value();
    return std::find(topics.begin(), topics.end(), Target()) != topics.end();
  }
};

// Failure case 1 to its end: every recorded topic is lost, and what its registry
// answers is made a topic that means the same.
TEST_F(HarvestTest, EachRecordedRegistry) {
  int harvested = 0;
  for (const char* file : {"tests/data/schemas/confluent_topics.jsonl.xz",
                           "tests/data/schemas/karapace_topics.jsonl.xz"}) {
    const Product product = absl::StrContains(file, "confluent")
                                ? Product::kConfluent
                                : Product::kKarapace;
    for (const JsonValue& topic : RecordedLines(file)) {
      const std::string name = topic.Find("case")->string_value();
      if (absl::StrContains(name, "poison")) continue;
      SCOPED_TRACE(name);
      topic_ = absl::StrCat("_schemas", ++topics_);
      FakeRegistry registry(product, name.substr(0, name.find(' ')));
      registry.Hold(
          ContentFor(RecordedRecords(topic), product, name[0] - '0'));
      const ProgramResult result = Harvest(registry.url());
      EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
      const ProgramResult compared =
          Verifier({"compare", Kafka(Target()), registry.url(), "--confirm=0s",
                    "--quiet", "--all"});
      EXPECT_EQ(compared.exit_code, 0) << compared.out << compared.err;
      ++harvested;
    }
  }
  EXPECT_GE(harvested, 20);
}

TEST_F(HarvestTest, ARedpanda) {
  CorpusShape shape;
  shape.product = CorpusProduct::kRedpanda;
  shape.seed = 3;
  shape.largest_schema_bytes = 300;
  RedpandaReplay replay;
  FakeRegistry registry(Product::kRedpanda, "24.3");
  registry.Hold(ContentOf(TestRecordsOf(Corpus(shape, 400)), &replay,
                          Product::kRedpanda));
  const ProgramResult result = Harvest(registry.url());
  EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
  const ProgramResult compared =
      Verifier({"compare", Kafka(Target()), registry.url(), "--confirm=0s",
                "--quiet", "--all"});
  EXPECT_EQ(compared.exit_code, 0) << compared.out << compared.err;
}

TEST_F(HarvestTest, APlanChangesNothing) {
  FakeRegistry registry(Product::kConfluent, "8.2.2");
  const JsonValue topic =
      RecordedLines("tests/data/schemas/confluent_topics.jsonl.xz")[0];
  registry.Hold(ContentFor(RecordedRecords(topic), Product::kConfluent, 8));
  const ProgramResult plan = Harvest(registry.url(), {});
  EXPECT_EQ(plan.exit_code, 0) << plan.err;
  EXPECT_THAT(plan.out, AllOf(HasSubstr(": Confluent 8.2.2 holds "),
                              HasSubstr("what no registry tells"),
                              HasSubstr("run again with --execute")));
  EXPECT_FALSE(TargetIsThere());
}

// Half an answer must not look like all.
TEST_F(HarvestTest, ARegistryThatDoesNotTellEverything) {
  FakeRegistry registry(Product::kConfluent, "8.2.2");
  const JsonValue topic =
      RecordedLines("tests/data/schemas/confluent_topics.jsonl.xz")[0];
  registry.Hold(ContentFor(RecordedRecords(topic), Product::kConfluent, 8));
  registry.SetMisbehaviour(
      [](const HttpRequest& request) -> std::optional<HttpReply> {
        if (!absl::StartsWith(request.target, "/config/")) return std::nullopt;
        return HttpReply{500, R"({"error_code":50001,"message":"no"})"};
      });
  const ProgramResult half = Harvest(registry.url());
  EXPECT_EQ(half.exit_code, 4) << half.out;
  EXPECT_THAT(half.err, AllOf(HasSubstr("did not tell everything"),
                              HasSubstr("hint: run it again")));
  EXPECT_FALSE(TargetIsThere());
  registry.SetMisbehaviour([](const HttpRequest&) {
    HttpReply reply;
    reply.status = 401;
    return reply;
  });
  EXPECT_EQ(Harvest(registry.url()).exit_code, 4);
  EXPECT_FALSE(TargetIsThere());
}

std::vector<TestRecord> Records(uint64_t seed, int64_t count) {
  CorpusShape shape;
  shape.seed = seed;
  shape.largest_schema_bytes = 300;
  shape.start_ms = absl::ToUnixMillis(absl::Now() - absl::Hours(48));
  return TestRecordsOf(Corpus(shape, count));
}

TestRecord SchemaRecord(const std::string& subject, int version, int id,
                        const std::string& name, bool deleted = false) {
  TestRecord record;
  record.timestamp = 1'790'000'000'000;
  record.key = absl::StrCat(R"({"keytype":"SCHEMA","subject":")", subject,
                            R"(","version":)", version, R"(,"magic":1})");
  record.value = absl::StrCat(
      R"({"subject":")", subject, R"(","version":)", version, R"(,"id":)", id,
      R"(,"schemaType":"AVRO","schema":"{\"type\":\"fixed\",\"size\":4,\"name\":\")",
      name, R"(\"}","deleted":)", deleted ? "true" : "false", "}");
  return record;
}

void Number(std::vector<TestRecord>* records) {
  for (size_t i = 0; i < records->size(); ++i) {
    (*records)[i].offset = static_cast<int64_t>(i);
  }
}

// Two instances of one registry, of which one lags, or has been restarted on a topic
// that had lost something.
TEST_F(HarvestTest, WhatOneInstanceLacksAnotherHas) {
  std::vector<TestRecord> all = {SchemaRecord("a", 1, 1, "x"),
                                 SchemaRecord("b", 1, 2, "y"),
                                 SchemaRecord("c", 1, 3, "z"),
                                 SchemaRecord("c", 1, 3, "z", true)};
  Number(&all);
  FakeRegistry first(Product::kConfluent, "8.2.2");
  first.Hold(ContentFor({all[0], all[2]}, Product::kConfluent, 8));
  FakeRegistry second(Product::kConfluent, "8.2.2");
  second.Hold(ContentFor({all[1], all[2], all[3]}, Product::kConfluent, 8));
  const ProgramResult result = Replicator(
      {"harvest", first.url(), second.url(), Kafka(Target()), "--quiet",
       "--execute"});
  EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
  EXPECT_THAT(result.out,
              AllOf(HasSubstr("1 records made of it"),
                    HasSubstr("1 versions or contexts that came before are not in"),
                    HasSubstr("says otherwise, and is not followed: c version 1 "
                              "(deleted there)")));
  FakeRegistry both(Product::kConfluent, "8.2.2");
  both.Hold(ContentFor({all[0], all[1], all[2]}, Product::kConfluent, 8));
  const ProgramResult compared =
      Verifier({"compare", Kafka(Target()), both.url(), "--confirm=0s",
                "--quiet", "--all"});
  EXPECT_EQ(compared.exit_code, 0) << compared.out;
}

TEST_F(HarvestTest, InstancesThatContradictEachOther) {
  const auto refused = [this](const std::vector<TestRecord>& first,
                              const std::vector<TestRecord>& second) {
    FakeRegistry a(Product::kConfluent, "8.2.2");
    a.Hold(ContentFor(first, Product::kConfluent, 8));
    FakeRegistry b(Product::kConfluent, "8.2.2");
    b.Hold(ContentFor(second, Product::kConfluent, 8));
    const ProgramResult result =
        Replicator({"harvest", a.url(), b.url(), Kafka(Target()), "--quiet",
                    "--execute"});
    EXPECT_EQ(result.exit_code, 5) << result.out << result.err;
    EXPECT_THAT(result.err, HasSubstr("hint: find out which is right"));
    EXPECT_FALSE(TargetIsThere());
    return result.err;
  };
  EXPECT_THAT(refused({SchemaRecord("a", 1, 1, "x")},
                      {SchemaRecord("a", 1, 2, "x")}),
              HasSubstr("a version 1 has "));
  EXPECT_THAT(refused({SchemaRecord("a", 1, 1, "x")},
                      {SchemaRecord("a", 1, 1, "y")}),
              HasSubstr("a version 1 has "));
  EXPECT_THAT(refused({SchemaRecord("a", 1, 1, "x")},
                      {SchemaRecord("b", 1, 1, "y")}),
              HasSubstr("id 1 is that of a version 1 before, and of another "
                        "schema, b version 1, there"));
  FakeRegistry karapace(Product::kKarapace, "6.2.0");
  FakeRegistry confluent(Product::kConfluent, "8.2.2");
  const ProgramResult result =
      Replicator({"harvest", confluent.url(), karapace.url(), Kafka(Target()),
                  "--quiet", "--execute"});
  EXPECT_EQ(result.exit_code, 5) << result.err;
  EXPECT_THAT(result.err, HasSubstr("of another product"));
}

// An archive that ends before the registry does keeps its records, to the byte.
TEST_F(HarvestTest, BehindACopy) {
  int clean = 0;
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    topic_ = absl::StrCat("_schemas", ++topics_);
    const std::vector<TestRecord> all = Records(seed, 300);
    const std::vector<TestRecord> base(all.begin(), all.begin() + 200);
    const TemporaryDirectory directory;
    WriteArchive(directory.path() + "/archive", base);
    FakeRegistry registry(Product::kConfluent, "8.2.2");
    registry.Hold(ContentFor(all, Product::kConfluent, 8));
    const ProgramResult result = Harvest(
        registry.url(),
        {"--execute", "--base=archive:" + directory.path() + "/archive"});
    ASSERT_EQ(result.exit_code, 0) << result.out << result.err;
    std::vector<RawRecord> written =
        raw_->Consume(Target(), "read_uncommitted").value();
    ASSERT_GT(written.size(), base.size());
    written.resize(base.size());
    std::vector<RawRecord> expected;
    for (const TestRecord& record : base) expected.push_back(ToRaw(record));
    ExpectSame(written, expected, "base and what was written");

    // But for what was deleted for good since, which is kept.
    const ProgramResult compared =
        Verifier({"compare", Kafka(Target()), registry.url(), "--confirm=0s",
                  "--quiet", "--all", "--output=json"});
    const JsonValue report = ParseJson(compared.out).value();
    for (const JsonValue& finding : report.Find("findings")->array()) {
      const std::string code = finding.Find("code")->string_value();
      if (code == "REGISTRY_CONTEXT_DIFFERS") {
        EXPECT_TRUE(absl::EndsWith(finding.Find("found")->string_value(),
                                   ": not there"));
      } else {
        EXPECT_EQ(code, "REGISTRY_LACKS_SCHEMA");
      }
    }
    clean += compared.exit_code == 0 ? 1 : 0;
    EXPECT_EQ(compared.exit_code == 0,
              !absl::StrContains(result.out, "versions or contexts that came before"));
  }
  EXPECT_GT(clean, 0);
}

TEST_F(HarvestTest, CopiesThatAreNotBuiltUpon) {
  std::vector<TestRecord> records = Records(1, 50);
  FakeRegistry registry(Product::kConfluent, "8.2.2");
  registry.Hold(ContentFor(records, Product::kConfluent, 8));
  const auto refused = [&](const std::string& base, const std::string& why) {
    const ProgramResult result =
        Harvest(registry.url(), {"--execute", "--base=" + base});
    EXPECT_EQ(result.exit_code, 5) << result.out << result.err;
    EXPECT_THAT(result.err, AllOf(HasSubstr(why), HasSubstr("hint: ")));
    EXPECT_FALSE(TargetIsThere());
  };
  TestRecord poison;
  poison.offset = records.back().offset + 1;
  poison.timestamp = 1'790'000'000'000;
  poison.key = R"({"keytype":"WHAT"})";
  poison.value = "{}";
  records.push_back(poison);
  WriteArchive(directory_.path() + "/poisoned", records);
  refused("archive:" + directory_.path() + "/poisoned", "that stops a Confluent");
  WriteArchive(directory_.path() + "/damaged", Records(1, 50));
  const std::string log = directory_.path() +
                          "/damaged/gen-1/_schemas-0/00000000000000000000.log";
  std::fstream file(log, std::ios::in | std::ios::out | std::ios::binary);
  ASSERT_TRUE(file.is_open());
  file.seekp(80);
  file.put('!');
  file.close();
  refused("archive:" + directory_.path() + "/damaged", "is damaged");
}

TEST_F(HarvestTest, Refusals) {
  EXPECT_EQ(Harvest(Kafka(topic_)).exit_code, 2);
  FakeRegistry registry(Product::kConfluent, "8.2.2");
  const JsonValue topic =
      RecordedLines("tests/data/schemas/confluent_topics.jsonl.xz")[0];
  registry.Hold(ContentFor(RecordedRecords(topic), Product::kConfluent, 8));
  ASSERT_TRUE(raw_->CreateTopic(Target(), {{"cleanup.policy", "compact"}}).ok());
  RawRecord record;
  record.key = "k";
  ASSERT_TRUE(raw_->Produce(Target(), {record}).ok());
  const ProgramResult foreign = Harvest(registry.url());
  EXPECT_EQ(foreign.exit_code, 5) << foreign.err;
}

}  // namespace
}  // namespace sr
