// A topic on a real broker and a registry that answers for it, while both move,
// and when the topic goes away.
#include <atomic>
#include <cstdlib>
#include <future>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "core/findings/report_json.h"
#include "core/schemas/confluent_replay.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/integration/mirror_fixture.h"
#include "tests/support/corpus_records.h"
#include "tests/support/registry/fake_registry.h"
#include "verifier/registry_comparison.h"

namespace sr {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

FakeContent ContentOf(const std::vector<TestRecord>& records) {
  ConfluentReplayOptions options;
  options.content_md5 = true;
  ConfluentReplay replay(options);
  return sr::ContentOf(records, &replay, Product::kConfluent);
}

class CompareRegistryBrokerTest : public MirrorFixture {
 protected:
  // Records as a registry would write them now.
  static std::vector<TestRecord> Records(uint64_t seed, int64_t count) {
    CorpusShape shape;
    shape.seed = seed;
    shape.largest_schema_bytes = 300;
    shape.start_ms = absl::ToUnixMillis(absl::Now() - absl::Hours(1));
    return TestRecordsOf(Corpus(shape, count));
  }

  void Append(const std::vector<TestRecord>& records) {
    std::vector<RawRecord> raw;
    for (const TestRecord& record : records) raw.push_back(ToRaw(record));
    ASSERT_TRUE(raw_->Produce(topic_, raw).ok());
  }

  FakeRegistry registry_{Product::kConfluent, "8.2.2"};
};

TEST_F(CompareRegistryBrokerTest, ATopicAndItsRegistry) {
  CreateSource();
  const std::vector<TestRecord> records = Records(1, 500);
  Append(records);
  registry_.Hold(ContentOf(records));
  const ProgramResult same = Verifier(
      {"compare", Source(), registry_.url(), "--confirm=0s", "--quiet"});
  EXPECT_EQ(same.exit_code, 0) << same.out << same.err;
  EXPECT_THAT(same.out,
              AllOf(HasSubstr("Confluent 8.2.2) answers as this says"),
                    HasSubstr("clean: 500 records")));
  // With an archive, which is behind; the registry is behind as well.
  MirrorToTheEnd();
  const ProgramResult three =
      Verifier({"compare", Source(), Archive(), registry_.url(),
                "--confirm=0s", "--quiet"});
  EXPECT_EQ(three.exit_code, 0) << three.out << three.err;
}

// The bad day: the registry's memory is the last copy.
TEST_F(CompareRegistryBrokerTest, ATopicThatIsGone) {
  CreateSource();
  const std::vector<TestRecord> records = Records(2, 300);
  Append(records);
  registry_.Hold(ContentOf(records));
  MirrorToTheEnd();
  ASSERT_TRUE(raw_->DeleteTopic(topic_).ok());
  const ProgramResult with_archive =
      Verifier({"compare", Source(), Archive(), registry_.url(),
                "--confirm=0s", "--quiet"});
  EXPECT_EQ(with_archive.exit_code, 3) << with_archive.out << with_archive.err;
  EXPECT_THAT(with_archive.out,
              AllOf(HasSubstr("TOPIC_MISSING"),
                    HasSubstr("/archive: http://"),
                    HasSubstr("answers as this says")));
  const ProgramResult gone = Verifier(
      {"compare", Source(), registry_.url(), "--confirm=0s", "--quiet"});
  EXPECT_EQ(gone.exit_code, 3) << gone.out << gone.err;
  EXPECT_THAT(gone.out,
              AllOf(HasSubstr("TOPIC_MISSING"),
                    HasSubstr("schemas that the topic has lost: harvest now, "
                              "do not restart")));
  const ProgramResult preflight = Verifier(
      {"preflight", Source(), registry_.url(), "--confirm=0s", "--quiet"});
  EXPECT_EQ(preflight.exit_code, 3) << preflight.out << preflight.err;
  EXPECT_THAT(preflight.out,
              HasSubstr("a restart: do not restart: the topic is gone; harvest "
                        "the registry's memory"));
  // Made anew, and empty.
  CreateSource();
  const ProgramResult empty = Verifier(
      {"compare", Source(), registry_.url(), "--confirm=0s", "--quiet"});
  EXPECT_EQ(empty.exit_code, 3) << empty.out << empty.err;
  EXPECT_THAT(empty.out, AllOf(HasSubstr("TOPIC_LOST_SCHEMA"),
                               HasSubstr("that the topic has lost: harvest")));
}

// The keys of encrypted metadata are in a topic of their own.
TEST_F(CompareRegistryBrokerTest, TheTopicWithTheKeys) {
  CreateSource();
  TestRecord record;
  record.offset = 0;
  record.timestamp = absl::ToUnixMillis(absl::Now());
  record.key = R"({"keytype":"SCHEMA","subject":"s","version":1,"magic":1})";
  record.value =
      R"({"subject":"s","version":1,"id":1,"md5":"DObhTHKat+hnAXXcGwZoOw==",)"
      R"("schemaType":"AVRO","metadata":{"properties":{"__enc__":"true",)"
      R"("p":"x"},"sensitive":["p"]},"schema":"\"string\"","deleted":false})";
  Append({record});
  registry_.Hold(ContentOf({record}));
  const std::vector<std::string> words = {"preflight", Source(),
                                          registry_.url(), "--confirm=0s",
                                          "--quiet"};
  EXPECT_THAT(Verifier(words).out,
              AllOf(HasSubstr("ENC_TOPIC_MISSING"),
                    HasSubstr("do not restart: the keys of encrypted metadata "
                              "are gone")));
  ASSERT_TRUE(raw_->CreateTopic("_schema_encoders").ok());
  EXPECT_THAT(
      Verifier(words).out,
      AllOf(HasSubstr("the metadata of 1 schema is encrypted"),
            HasSubstr("a restart: loses nothing"),
            testing::Not(HasSubstr("ENC_TOPIC_MISSING"))));
}

// Writes a topic, with a registry that follows it some way behind and answers
// badly at times.
class MovingPair {
 public:
  MovingPair(RawClient* raw, std::string topic, FakeRegistry* registry,
             std::vector<TestRecord> records, size_t written, unsigned seed)
      : raw_(raw),
        topic_(std::move(topic)),
        registry_(registry),
        records_(std::move(records)),
        written_(written),
        random_(seed) {
    const FakeContent last = ContentOf(records_);
    const std::vector<TestRecord> first(
        records_.begin(),
        records_.begin() + static_cast<std::ptrdiff_t>(written));
    for (const auto& [name, schema] : ContentOf(first).schemas) {
      const auto found = last.schemas.find(name);
      if (schema.deleted || found == last.schemas.end()) continue;
      if (found->second.members == schema.members && !found->second.deleted) {
        lasting_ = name;
        break;
      }
    }
    Follow(written_);
    registry_->SetMisbehaviour(
        [this](const HttpRequest& request) { return Misbehave(request); });
    thread_ = std::thread([this] { Run(); });
  }
  ~MovingPair() { Stop(); }

  void Stop() {
    stop_ = true;
    if (thread_.joinable()) thread_.join();
  }

  // From when this returns on one schema of the registry is another: always the
  // same one, which is there from the first record of the history to the last.
  void Plant() {
    planted_ = true;
    in_effect_.get_future().wait();
  }
  bool is_done() const { return written_ >= records_.size(); }

 private:
  void Run() {
    while (!stop_) {
      const size_t count = 1 + random_() % 10;
      std::vector<RawRecord> raw;
      for (size_t i = 0; i < count && written_ < records_.size(); ++i) {
        TestRecord& record = records_[written_++];
        record.timestamp = absl::ToUnixMillis(absl::Now());
        raw.push_back(ToRaw(record));
      }
      if (!raw.empty() && !raw_->Produce(topic_, raw).ok()) std::abort();
      // Behind by some records; there in the end.
      const size_t behind = is_done() ? 0 : random_() % 15;
      Follow(written_ - std::min<size_t>(written_, behind));
    }
  }

  void Follow(size_t read) {
    // What it has read it does not forget.
    read_ = std::max(read_, read);
    FakeContent content = ContentOf({records_.begin(),
                                     records_.begin() +
                                         static_cast<std::ptrdiff_t>(read_)});
    const bool is_planted = planted_;
    if (is_planted) {
      std::string& members = content.schemas.at(lasting_).members;
      members.replace(members.find("\"id\":"), 5, "\"id\":9");
    }
    registry_->Hold(std::move(content));
    if (is_planted && !std::exchange(is_in_effect_, true)) {
      in_effect_.set_value();
    }
  }

  std::optional<HttpReply> Misbehave(const HttpRequest& request) {
    MutexLock lock(&mutex_);
    switch (faults_() % 100) {
      case 0:
        return HttpReply{503, "busy"};
      case 1:
        return HttpReply{429, "", {{"Retry-After", "0"}}};
      case 2:
        return HttpReply{200, "", {}, HttpReply::Fault::kCloseAtOnce};
      case 3:
        return HttpReply{200, "[{\"subject\"", {},
                         HttpReply::Fault::kCloseMidBody};
      case 4:  // Half a page, with all the signs of a whole one.
        if (absl::StartsWith(request.target, "/schemas")) {
          return HttpReply{200, "[]"};
        }
        return std::nullopt;
      case 5:  // A follower that has heard of nothing.
        if (absl::StartsWith(request.target, "/config/")) {
          return HttpReply{404, R"({"error_code":40408,"message":""})"};
        }
        return std::nullopt;
      default:
        return std::nullopt;
    }
  }

  RawClient* const raw_;
  const std::string topic_;
  FakeRegistry* const registry_;
  std::vector<TestRecord> records_;
  std::atomic<size_t> written_;
  size_t read_ = 0;
  std::mt19937 random_;
  Mutex mutex_;
  std::mt19937 faults_ ABSL_GUARDED_BY(mutex_){7};
  std::atomic<bool> stop_ = false;
  std::atomic<bool> planted_ = false;
  std::pair<std::string, int32_t> lasting_;
  bool is_in_effect_ = false;  // Of the thread.
  std::promise<void> in_effect_;
  std::thread thread_;
};

// SR_COMPARISONS entries, 20,000 unless set: no false alarm; then a lasting
// difference, which is found at the next look or the one after.
TEST_F(CompareRegistryBrokerTest, NoFalseAlarmWhileBothMove) {
  const char* const wanted = std::getenv("SR_COMPARISONS");
  const int64_t comparisons = wanted != nullptr ? std::atoll(wanted) : 20'000;
  CreateSource();
  std::vector<TestRecord> records = Records(3, 2'000 + comparisons / 20);
  constexpr size_t kFirst = 1'000;
  Append({records.begin(), records.begin() + kFirst});
  MovingPair pair(raw_.get(), topic_, &registry_, records, kFirst, 11);
  VerifierOptions options;
  options.quiet = true;
  options.registry.confirm = absl::Seconds(1);
  // Half of how long is looked again: a record that touches more than it names
  // leaves the window in time.
  options.registry.lag = absl::Seconds(5);
  const Location topic = ParseLocation(Source()).value();
  const Location registry = ParseLocation(registry_.url()).value();
  int64_t compared = 0;
  int looks = 0;
  while (compared < comparisons) {
    Report report;
    CompareWithRegistry(registry, {topic}, options, &report);
    EXPECT_TRUE(report.findings.empty())
        << report.findings.kept()[0].code << " "
        << report.findings.kept()[0].key << " "
        << report.findings.kept()[0].expected << " "
        << report.findings.kept()[0].found;
    for (const LevelResult& level : report.levels) compared += level.items;
    ++looks;
  }
  std::cout << compared << " entries compared in " << looks << " looks\n";
  pair.Plant();
  // At the second comparison at the latest: during the first, records that touch
  // more than they name may keep coming, and it stays unresolved.
  Report report;
  for (int comparison = 0;
       comparison < 2 && report.findings.count("REGISTRY_ID_DIFFERS") == 0;
       ++comparison) {
    report = Report();
    CompareWithRegistry(registry, {topic}, options, &report);
    EXPECT_EQ(report.findings.kept().size(), 1) << RenderJson(report);
  }
  EXPECT_EQ(report.findings.count("REGISTRY_ID_DIFFERS"), 1)
      << RenderJson(report);
}

}  // namespace
}  // namespace sr
