// `harvest` on a real broker, from a registry that holds what real ones held: the
// topic is gone, and a new one is made of what is answered.
#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
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
  EXPECT_THAT(plan.out, AllOf(HasSubstr("note: Confluent 8.2.2 holds "),
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
