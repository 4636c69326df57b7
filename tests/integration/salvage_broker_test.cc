// `salvage` on a real broker: every bad record that a real registry was tried with,
// among good ones.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "core/base/text.h"
#include "core/json/json.h"
#include "core/schemas/key.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/integration/mirror_fixture.h"
#include "tests/support/corpus_records.h"
#include "tests/support/recorded_topic.h"

namespace sr {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// The bad record of each recorded case: the seventh, behind six good ones.
std::vector<RawRecord> Poison() {
  std::vector<RawRecord> poison;
  for (const JsonValue& recorded :
       RecordedLines("tests/data/schemas/confluent_8.2.2_poison.jsonl.xz")) {
    poison.push_back(ToRaw(RecordedRecords(recorded).at(6)));
  }
  return OfTheLastHour(std::move(poison));
}

std::vector<RawRecord> Good(int64_t count) {
  CorpusShape shape;
  shape.seed = 11;
  shape.largest_schema_bytes = 300;
  std::vector<RawRecord> good;
  for (const TestRecord& record : TestRecordsOf(Corpus(shape, count))) {
    good.push_back(ToRaw(record));
  }
  return OfTheLastHour(std::move(good));
}

// The good records with those of the bad among them that no registry can read; the
// others, which may take ids away, at the end.
std::vector<RawRecord> Mixed(std::vector<RawRecord> records,
                             const std::vector<RawRecord>& poison) {
  std::mt19937 random(5);
  std::vector<RawRecord> last;
  for (const RawRecord& bad : poison) {
    DecodedKey key;
    DecodeKey(bad.key.has_value() ? Bytes(*bad.key) : std::nullopt, &key);
    if (key.problem == KeyProblem::kNone) {
      last.push_back(bad);
      continue;
    }
    records.insert(records.begin() + static_cast<std::ptrdiff_t>(
                                         random() % records.size()),
                   bad);
  }
  records.insert(records.end(), last.begin(), last.end());
  return records;
}

class SalvageTest : public MirrorFixture {
 protected:
  std::string Target() const { return topic_ + "_good"; }
  std::string Quarantine() const { return directory_.path() + "/bad.ndjson"; }

  ProgramResult Salvage(const std::vector<std::string>& more) {
    std::vector<std::string> words = {"salvage", Source(), Kafka(Target()),
                                      "--quiet"};
    words.insert(words.end(), more.begin(), more.end());
    return Replicator(words);
  }

  std::vector<JsonValue> QuarantineLines() const {
    std::ifstream file(Quarantine());
    std::vector<JsonValue> lines;
    std::string line;
    while (std::getline(file, line)) lines.push_back(ParseJson(line).value());
    return lines;
  }

  bool TargetIsThere() {
    const auto topics = raw_->Topics().value();
    return std::find(topics.begin(), topics.end(), Target()) != topics.end();
  }
};

std::optional<std::string> OfBase64(const JsonValue& value) {
  if (value.is_null()) return std::nullopt;
  return FromBase64(value.string_value()).value();
}

TEST_F(SalvageTest, EveryGoodRecordAndNoBadOne) {
  const std::vector<RawRecord> good = Good(10'000);
  // A topic that takes records without a key, as no registry's should be.
  CreateSource({{"cleanup.policy", "delete"}, {"retention.ms", "-1"}});
  ASSERT_TRUE(raw_->Produce(topic_, Mixed(good, Poison())).ok());
  const std::vector<RawRecord> source = SourceRecords();
  ASSERT_EQ(source.size(), 10'080u);

  const ProgramResult plan = Salvage({"--product=confluent-8.2"});
  EXPECT_EQ(plan.exit_code, 0) << plan.err;
  EXPECT_THAT(plan.out,
              AllOf(HasSubstr("note: as Confluent 8.2 reads it, "),
                    HasSubstr("on the source such a registry does not start: "
                              "it stops at offset "),
                    HasSubstr("on the target it starts with "),
                    HasSubstr("note: the difference: "),
                    HasSubstr("run again with --execute")));
  EXPECT_FALSE(TargetIsThere());
  EXPECT_THAT(QuarantineLines(), IsEmpty());

  const std::vector<std::string> execute = {"--product=confluent-8.2",
                                            "--quarantine=" + Quarantine(),
                                            "--execute"};
  const ProgramResult result = Salvage(execute);
  EXPECT_EQ(result.exit_code, 0) << result.out << result.err;

  // What is not in quarantine is in the target, as it was and in order; what is
  // there is as it was too.
  std::map<int64_t, JsonValue> quarantine;
  for (JsonValue& line : QuarantineLines()) {
    const int64_t offset = line.Find("offset")->int64_value();
    quarantine.emplace(offset, std::move(line));
  }
  EXPECT_GE(quarantine.size(), 30u);
  std::vector<RawRecord> kept;
  for (const RawRecord& record : source) {
    const auto found = quarantine.find(record.offset);
    if (found == quarantine.end()) {
      kept.push_back(record);
      continue;
    }
    EXPECT_EQ(OfBase64(*found->second.Find("key")), record.key);
    EXPECT_EQ(OfBase64(*found->second.Find("value")), record.value);
    EXPECT_EQ(found->second.Find("timestamp")->int64_value(), record.timestamp);
    EXPECT_EQ(found->second.Find("decision")->string_value(), "drop");
    EXPECT_NE(found->second.Find("why")->string_value(), "");
  }
  EXPECT_EQ(kept.size() + quarantine.size(), source.size());
  const auto restored = raw_->Consume(Target(), "read_uncommitted").value();
  ExpectSame(WithoutOffsets(restored), WithoutOffsets(kept), "target and kept");

  // No good one is missing.
  size_t next = 0;
  for (const RawRecord& record : restored) {
    if (next < good.size() && record.key == good[next].key &&
        record.value == good[next].value &&
        record.timestamp == good[next].timestamp) {
      ++next;
    }
  }
  EXPECT_EQ(next, good.size());

  // And a registry reads all that is left.
  const auto effects = [this](const std::string& topic) {
    const ProgramResult check =
        Verifier({"check", Kafka(topic), "--levels=record,replay", "--all",
                  "--product=confluent-8.2", "--output=json", "--quiet"});
    std::set<std::string> effects;
    const absl::StatusOr<JsonValue> report = ParseJson(check.out);
    EXPECT_TRUE(report.ok()) << check.out << check.err;
    if (!report.ok()) return effects;
    for (const JsonValue& finding : report->Find("findings")->array()) {
      const std::vector<std::string> parts =
          absl::StrSplit(finding.Find("effect")->string_value(), ':');
      effects.insert(parts[0]);
    }
    return effects;
  };
  EXPECT_THAT(effects(topic_), testing::Contains("fatal"));
  for (const char* bad : {"fatal", "skipped", "rolled_back"}) {
    EXPECT_EQ(effects(Target()).count(bad), 0u) << bad;
  }

  const ProgramResult again = Salvage(execute);
  EXPECT_EQ(again.exit_code, 0) << again.out << again.err;
  EXPECT_THAT(again.out, HasSubstr("done: 0 records written"));
}

TEST_F(SalvageTest, Refusals) {
  CreateSource();
  ASSERT_TRUE(raw_->Produce(topic_, Good(100)).ok());
  const ProgramResult no_product = Salvage({});
  EXPECT_EQ(no_product.exit_code, 2);
  EXPECT_THAT(no_product.err, HasSubstr("hint: --product=confluent-8.1"));
  const ProgramResult no_file = Salvage({"--product=karapace", "--execute"});
  EXPECT_EQ(no_file.exit_code, 2);
  EXPECT_THAT(no_file.err, HasSubstr("hint: --quarantine=FILE"));
  EXPECT_EQ(Salvage({"--product=apicurio"}).exit_code, 2);
  // A file of somebody else.
  std::ofstream(Quarantine()) << "something\n";
  const ProgramResult foreign =
      Salvage({"--product=confluent-8.2", "--quarantine=" + Quarantine(),
               "--execute"});
  EXPECT_EQ(foreign.exit_code, 5) << foreign.out << foreign.err;
  EXPECT_THAT(foreign.err, HasSubstr("is not the quarantine of this salvage"));
  EXPECT_FALSE(TargetIsThere());
  std::ifstream file(Quarantine());
  std::stringstream text;
  text << file.rdbuf();
  EXPECT_EQ(text.str(), "something\n");
}

// A topic of which a disk has eaten a batch, and whose beginning somebody deleted.
TEST_F(SalvageTest, WhatTheTopicLacksAnArchiveHas) {
  CreateSource({{"cleanup.policy", "delete"}, {"retention.ms", "-1"}});
  const std::vector<RawRecord> good = Good(600);
  for (size_t i = 0; i < good.size(); i += 100) {
    ASSERT_TRUE(raw_->Produce(topic_, {good.begin() + static_cast<std::ptrdiff_t>(i),
                                       good.begin() + static_cast<std::ptrdiff_t>(i) + 100})
                    .ok());
  }
  const std::vector<RawRecord> source = SourceRecords();
  ASSERT_EQ(Replicator({"mirror", Source(), Archive(), "--until=end", "--quiet"})
                .exit_code,
            0);
  ASSERT_TRUE(raw_->DeleteRecords(topic_, 50).ok());
  // The broker checks nothing when it starts after a clean stop.
  ASSERT_TRUE(broker_->Stop().ok());
  const std::string log =
      broker_->LogDirectory(topic_) + "/00000000000000000000.log";
  {
    std::fstream file(log, std::ios::in | std::ios::out | std::ios::binary);
    ASSERT_TRUE(file.is_open());
    const auto size = static_cast<std::streamoff>(std::filesystem::file_size(log));
    file.seekg(size / 2);
    const int byte = file.get();
    file.seekp(size / 2);
    file.put(static_cast<char>(byte ^ 1));
  }
  ASSERT_TRUE(broker_->Restart().ok());

  const std::vector<std::string> execute = {"--product=confluent-8.2",
                                            "--quarantine=" + Quarantine(),
                                            "--execute"};
  const ProgramResult alone = Salvage(execute);
  EXPECT_EQ(alone.exit_code, 3) << alone.out << alone.err;
  EXPECT_FALSE(TargetIsThere());
  std::vector<std::string> patched = execute;
  patched.push_back("--from=" + Archive());
  const ProgramResult result = Salvage(patched);
  EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
  EXPECT_THAT(result.out,
              AllOf(HasSubstr("600 records are kept and 0 are not"),
                    HasSubstr("note: offsets 0 to 49 are from "),
                    HasSubstr("it begins at offset 50"),
                    HasSubstr("failed CRC32C check")));
  ExpectSame(raw_->Consume(Target(), "read_uncommitted").value(), source,
             "target and source");
}

TEST_F(SalvageTest, ADamagedArchiveAndAnother) {
  CreateSource();
  ASSERT_TRUE(raw_->Produce(topic_, Good(300)).ok());
  const std::vector<RawRecord> source = SourceRecords();
  const auto mirror = [this](const std::string& archive) {
    EXPECT_EQ(Replicator({"mirror", Source(), archive, "--until=end", "--quiet"})
                  .exit_code,
              0);
  };
  mirror(Archive());
  const std::string other = "archive:" + directory_.path() + "/other";
  mirror(other);
  const std::string log = SegmentFiles().at(0);
  std::fstream file(log, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(100);
  file.put('!');
  file.close();
  const auto salvage = [&](const std::vector<std::string>& more) {
    std::vector<std::string> words = {
        "salvage",   Archive(),
        Kafka(Target()), "--quiet",
        "--execute", "--product=confluent-8.2",
        "--quarantine=" + Quarantine()};
    words.insert(words.end(), more.begin(), more.end());
    return Replicator(words);
  };
  const ProgramResult alone = salvage({});
  EXPECT_NE(alone.exit_code, 0);
  const ProgramResult itself = salvage({"--from=" + Archive()});
  EXPECT_EQ(itself.exit_code, 5) << itself.err;
  EXPECT_FALSE(TargetIsThere());
  const ProgramResult result = salvage({"--from=" + other});
  EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
  ExpectSame(WithoutOffsets(raw_->Consume(Target(), "read_uncommitted").value()),
             WithoutOffsets(source), "target and source");
}

TEST_F(SalvageTest, AnArchiveOfAnotherHistory) {
  CreateSource();
  ASSERT_TRUE(raw_->Produce(topic_, Good(100)).ok());
  ASSERT_EQ(Replicator({"mirror", Source(), Archive(), "--until=end", "--quiet"})
                .exit_code,
            0);
  topic_ += "_other";
  CreateSource();
  std::vector<RawRecord> other = Good(100);
  other[57].value = "{}";
  ASSERT_TRUE(raw_->Produce(topic_, other).ok());
  const ProgramResult result =
      Salvage({"--product=confluent-8.2", "--from=" + Archive()});
  EXPECT_EQ(result.exit_code, 5) << result.out;
  EXPECT_THAT(result.err, AllOf(HasSubstr("has another record at offset 57"),
                                HasSubstr("hint: schemas-verifier compare")));
}

// Of a topic without a bad record all is kept, and the file is empty.
TEST_F(SalvageTest, NothingBad) {
  CreateSource();
  ASSERT_TRUE(raw_->Produce(topic_, Good(500)).ok());
  const ProgramResult result =
      Salvage({"--product=confluent-8.2", "--quarantine=" + Quarantine(),
               "--execute"});
  EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
  EXPECT_THAT(result.out,
              AllOf(HasSubstr("500 records are kept and 0 are not\n"),
                    HasSubstr("the difference: 0 versions more, 0 versions fewer, "
                              "0 versions otherwise\n")));
  EXPECT_THAT(QuarantineLines(), IsEmpty());
  ExpectSame(raw_->Consume(Target(), "read_uncommitted").value(),
             SourceRecords(), "target and source");
}

}  // namespace
}  // namespace sr
