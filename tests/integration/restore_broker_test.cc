// `restore` on a real broker, judged by a reader that is not ours.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "core/base/stop_token.h"
#include "core/json/json.h"
#include "core/location/location.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "replicator/restore.h"
#include "tests/integration/mirror_fixture.h"
#include "tests/support/corpus_records.h"
#include "tests/support/registry/fake_registry.h"
#include "tests/support/written_archive.h"

namespace sr {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

class RestoreTest : public MirrorFixture {
 protected:
  // A topic with a history, in an archive; returns what was in it.
  std::vector<RawRecord> Mirrored(
      const std::vector<RawRecord>& records,
      const RawClient::Properties& config = {{"cleanup.policy", "compact"}}) {
    CreateSource(config);
    const absl::Status produced = raw_->Produce(topic_, records);
    EXPECT_TRUE(produced.ok()) << produced;
    const ProgramResult mirror =
        Replicator({"mirror", Source(), Archive(), "--until=end"});
    EXPECT_EQ(mirror.exit_code, 0) << mirror.err;
    return SourceRecords();
  }

  static std::vector<RawRecord> History(uint64_t seed, int64_t count) {
    CorpusShape shape;
    shape.seed = seed;
    shape.largest_schema_bytes = 300;
    std::vector<RawRecord> raw;
    for (const TestRecord& record : TestRecordsOf(Corpus(shape, count))) {
      raw.push_back(ToRaw(record));
    }
    return OfTheLastHour(std::move(raw));
  }

  std::string RestoredTopic() const { return topic_ + "_restored"; }
  std::string Restored() const { return Kafka(RestoredTopic()); }

  ProgramResult Restore(const std::vector<std::string>& more = {"--execute"}) {
    std::vector<std::string> words = {"restore", Archive(), Restored(),
                                      "--quiet"};
    words.insert(words.end(), more.begin(), more.end());
    return Replicator(words);
  }

  std::vector<RawRecord> RestoredRecords() {
    return raw_->Consume(RestoredTopic(), "read_uncommitted").value();
  }
  bool IsThere() {
    const auto topics = raw_->Topics().value();
    return std::find(topics.begin(), topics.end(), RestoredTopic()) !=
           topics.end();
  }

  // What `describe` says that a registry would serve from it.
  static std::string ContentHashOf(const std::string& location) {
    const ProgramResult described = Verifier({"describe", location});
    for (const absl::string_view line : absl::StrSplit(described.out, '\n')) {
      if (absl::StrContains(line, "content hash")) return std::string(line);
    }
    return "";
  }

  // `result` refused, for this reason, and nothing was made.
  void ExpectRefused(const ProgramResult& result, const std::string& why) {
    EXPECT_EQ(result.exit_code, 5) << result.out << result.err;
    EXPECT_THAT(result.err, AllOf(HasSubstr(why), HasSubstr("hint: ")));
    EXPECT_EQ(result.out, "");
  }

  static RawRecord Make(std::string key, std::string value, int64_t timestamp) {
    RawRecord record;
    record.key = std::move(key);
    record.value = std::move(value);
    record.timestamp = timestamp;
    return record;
  }
};

// Every kind of record there is.
std::vector<RawRecord> Odd() {
  std::vector<RawRecord> records(6);
  records[0].key = "k";
  records[0].value = "v";
  records[0].timestamp = 1700000000000;
  records[1].key = "null value";
  records[2].key = "";
  records[2].value = "";
  records[3].key = "headers";
  records[3].value = std::string("\0x\xff", 3);
  records[3].headers = {{"a", "1"}, {"a", std::nullopt}, {"", ""}};
  records[4].key = "large";
  records[4].value = std::string(900'000, 'x');
  records[5].key = "before the epoch";
  records[5].value = "v";
  records[5].timestamp = -9000000000000;
  return records;
}

TEST_F(RestoreTest, APlanChangesNothing) {
  Mirrored(History(1, 300), {{"cleanup.policy", "compact"},
                             {"max.message.bytes", "3000000"},
                             {"delete.retention.ms", "777777"}});
  const ProgramResult plan = Restore({});
  EXPECT_EQ(plan.exit_code, 0) << plan.err;
  EXPECT_THAT(plan.out,
              AllOf(HasSubstr("  300 records ("), HasSubstr("; verified\n"),
                    HasSubstr("creates the topic"),
                    HasSubstr("    cleanup.policy=compact\n"),
                    HasSubstr("    max.message.bytes=3000000\n"),
                    HasSubstr("    delete.retention.ms=777777\n"),
                    HasSubstr("300 records to write\n"),
                    HasSubstr("run again with --execute")));
  EXPECT_FALSE(IsThere());
}

TEST_F(RestoreTest, AllOfIt) {
  const std::vector<RawRecord> source = Mirrored(
      History(2, 2'000), {{"cleanup.policy", "compact"},
                          {"max.message.bytes", "3000000"}});
  ASSERT_TRUE(raw_->DeleteTopic(topic_).ok());
  const ProgramResult result = Restore();
  EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
  EXPECT_THAT(result.out,
              AllOf(HasSubstr("done: 2,000 records written"),
                    HasSubstr("2,000 read back and equal"),
                    HasSubstr("schemas-verifier compare " + Restored())));
  ExpectSame(RestoredRecords(), source, "restored and source");
  const auto config = raw_->Config(RestoredTopic()).value();
  EXPECT_EQ(config.at("cleanup.policy"), "compact");
  EXPECT_EQ(config.at("max.message.bytes"), "3000000");
  // By our own other hand.
  EXPECT_EQ(Verifier({"compare", Archive(), Restored()}).exit_code, 0);
}

TEST_F(RestoreTest, RecordsOfAllKinds) {
  const std::vector<RawRecord> source = Mirrored(Odd());
  const ProgramResult result = Restore({"--execute", "--output=json"});
  EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
  ExpectSame(RestoredRecords(), source, "restored and source");
  const absl::StatusOr<JsonValue> json = ParseJson(result.out);
  ASSERT_TRUE(json.ok()) << result.out;
  EXPECT_EQ(json->Find("written")->int64_value(), 6);
  EXPECT_EQ(json->Find("compared")->int64_value(), 6);
  EXPECT_TRUE(json->Find("executed")->bool_value());
  EXPECT_EQ(json->Find("exit_code")->int64_value(), 0);
  EXPECT_EQ(json->Find("plan")->Find("records")->int64_value(), 6);
}

// What a compacted topic cannot take is left out and counted.
TEST_F(RestoreTest, WhatATopicCannotTake) {
  std::vector<RawRecord> records(3);
  records[0].value = "no key";
  records[1] = Make("zero", "v", 0);
  records[2] = Make("k", "v", 5);
  // Written by a client that does set 0: librdkafka would set "now".
  records[1].timestamp = 1;
  Mirrored(records, {{"cleanup.policy", "delete"}, {"retention.ms", "-1"}});
  const ProgramResult result = Restore();
  EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
  EXPECT_THAT(result.out, HasSubstr("exception null_key: 1 records"));
  EXPECT_EQ(RestoredRecords().size(), 2u);
}

TEST_F(RestoreTest, APrefix) {
  std::vector<RawRecord> records;
  for (int i = 0; i < 10; ++i) {
    records.push_back(Make(absl::StrCat("k", i), "v", 1'700'000'000'000 + i * 1'000));
  }
  const std::vector<RawRecord> source = Mirrored(records);
  const std::vector<std::pair<std::string, size_t>> ends = {
      {"--to-offset=3", 4},
      {"--to-offset=0", 1},
      {"--before-event=3", 3},
      {"--to-offset=100", 10},
      // 22:13:20 is the first.
      {"--to-time=2023-11-14T22:13:22Z", 3},
      {"--to-time=2023-11-14T22:13:22.999Z", 3},
      {"--to-time=2023-11-14T23:13:22+01:00", 3},
      {"--to-time=2030-01-01T00:00:00Z", 10}};
  int number = 0;
  for (const auto& [end, count] : ends) {
    SCOPED_TRACE(end);
    const std::string topic = absl::StrCat(RestoredTopic(), ++number);
    const ProgramResult result = Replicator(
        {"restore", Archive(), Kafka(topic), "--quiet", "--execute", end});
    EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
    const auto restored = raw_->Consume(topic, "read_uncommitted").value();
    ExpectSame(restored, {source.begin(), source.begin() + static_cast<std::ptrdiff_t>(count)},
               "restored and source");
  }
  for (const char* end : {"--before-event=0", "--to-time=2001-01-01T00:00:00Z"}) {
    const ProgramResult nothing = Restore({"--execute", end});
    EXPECT_EQ(nothing.exit_code, 2) << nothing.out << nothing.err;
    EXPECT_THAT(nothing.err, HasSubstr("no record of"));
    EXPECT_FALSE(IsThere());
  }
  for (const char* end : {"--to-time=yesterday", "--to-offset=-5"}) {
    EXPECT_EQ(Restore({end}).exit_code, 2);
  }
  EXPECT_EQ(Restore({"--to-offset=3", "--before-event=3"}).exit_code, 2);
}

// From a topic as well.
TEST_F(RestoreTest, FromATopic) {
  CreateSource();
  ASSERT_TRUE(raw_->Produce(topic_, History(3, 500)).ok());
  const ProgramResult result = Replicator(
      {"restore", Source(), Restored(), "--quiet", "--execute"});
  EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
  ExpectSame(RestoredRecords(), SourceRecords(), "restored and source");
  const ProgramResult same =
      Replicator({"restore", Source(), Source(), "--quiet", "--execute"});
  EXPECT_EQ(same.exit_code, 2) << same.err;
  EXPECT_THAT(same.err, HasSubstr("the same topic"));
}

TEST_F(RestoreTest, Refusals) {
  Mirrored(History(4, 200));
  // Somebody else's records.
  ASSERT_TRUE(raw_->CreateTopic(RestoredTopic(), {{"cleanup.policy", "compact"}})
                  .ok());
  ASSERT_TRUE(raw_->Produce(RestoredTopic(), {Make("k", "v", 5)}).ok());
  ExpectRefused(Restore(), "is not empty, and the 1 records written to it are not the first");
  EXPECT_EQ(RestoredRecords().size(), 1u);
  // What would be deleted after a week.
  topic_ += "b";
  ASSERT_TRUE(raw_->CreateTopic(RestoredTopic(), {{"cleanup.policy", "delete"}})
                  .ok());
  ExpectRefused(Restore(), "has cleanup.policy=delete, not compact");
  topic_ += "c";
  ASSERT_TRUE(raw_->CreateTopic(RestoredTopic(),
                                {{"cleanup.policy", "compact"},
                                 {"message.timestamp.type", "LogAppendTime"}})
                  .ok());
  ExpectRefused(Restore(), "has message.timestamp.type=LogAppendTime");
  topic_ += "d";
  ASSERT_TRUE(
      raw_->CreateTopic(RestoredTopic(), {{"cleanup.policy", "compact"}}, 2)
          .ok());
  ExpectRefused(Restore(), "2 partitions");
  topic_ += "e";
  ASSERT_TRUE(raw_->CreateTopic(RestoredTopic(), {{"cleanup.policy", "compact"},
                                                  {"max.message.bytes", "1200"}})
                  .ok());
  ExpectRefused(Restore(), "the largest record has ");
  // An archive as a target, and what is no topic.
  const ProgramResult archive =
      Replicator({"restore", Archive(), "archive:/nowhere", "--execute"});
  EXPECT_EQ(archive.exit_code, 2);
  EXPECT_THAT(archive.err, HasSubstr("no topic that a registry can read"));
}

// For a schedule: passes or fails, and leaves nothing.
TEST_F(RestoreTest, ARehearsal) {
  Mirrored(History(8, 500));
  const RawGroupMember registry(broker_->bootstrap(), "schema-registry", topic_);
  const ProgramResult result = Restore({"--rehearse"});
  EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
  EXPECT_THAT(result.out, HasSubstr("rehearsal passed: 500 records written"));
  EXPECT_FALSE(IsThere());
  EXPECT_EQ(Restore({"--rehearse", "--execute"}).exit_code, 2);
  // Nothing that somebody else made is deleted.
  ASSERT_TRUE(raw_->CreateTopic(RestoredTopic(), {{"cleanup.policy", "compact"}})
                  .ok());
  ExpectRefused(Restore({"--rehearse"}), "a rehearsal deletes its topic");
  EXPECT_TRUE(IsThere());
}

TEST_F(RestoreTest, EncryptedMetadata) {
  Mirrored({Make("k", R"({"metadata":{"properties":{"__enc__":"true"}}})", 5)});
  EXPECT_THAT(Restore({}).out,
              HasSubstr("note: 1 records have encrypted metadata: restore "
                        "_schema_encoders as well"));
}

// One that runs would write between the records.
TEST_F(RestoreTest, ARegistryThatRuns) {
  Mirrored(History(5, 200));
  {
    const RawGroupMember registry(broker_->bootstrap(), "schema-registry",
                                  topic_);
    ASSERT_TRUE(registry.status().ok()) << registry.status();
    ExpectRefused(Restore(), "the group schema-registry has 1 member");
    EXPECT_FALSE(IsThere());
    EXPECT_EQ(Restore({"--registry-group=other"}).exit_code, 0);
    EXPECT_EQ(Restore({"--registry-is-elsewhere"}).exit_code, 0);
  }
  EXPECT_EQ(Restore().exit_code, 0);
}

// Before the first write.
TEST_F(RestoreTest, ARegistryThatAnswers) {
  Mirrored(History(9, 20));
  FakeRegistry registry(Product::kConfluent, "8.2.2");
  const std::string flag = "--registry=" + registry.url();
  const ProgramResult result = Restore({"--execute", flag});
  ExpectRefused(result, "answers, a Confluent 8.2.2: it may be reading");
  EXPECT_THAT(result.err, HasSubstr("hint: stop every instance of it"));
  EXPECT_EQ(Restore({flag, "--registry-is-elsewhere"}).exit_code, 0);
  // Whoever answers there, something runs.
  registry.SetMisbehaviour([](const HttpRequest&) {
    HttpReply reply;
    reply.status = 401;
    return reply;
  });
  ExpectRefused(Restore({"--execute", flag}), "answers: it may be reading");
  const ProgramResult nobody =
      Restore({"--execute", "--registry=http://127.0.0.1:1"});
  EXPECT_EQ(nobody.exit_code, 0) << nobody.err;
  EXPECT_THAT(nobody.out,
              AllOf(HasSubstr("note: http://127.0.0.1:1 does not answer"),
                    HasSubstr("Confluent: kafkastore.topic=" + RestoredTopic()),
                    HasSubstr("Karapace: \"topic_name\": \"" + RestoredTopic()),
                    HasSubstr("Redpanda: it reads _schemas only")));
  EXPECT_EQ(Restore({"--registry=archive:/x"}).exit_code, 2);
}

TEST_F(RestoreTest, SeveralGenerationsAndNoneNamed) {
  const std::vector<RawRecord> source = Mirrored(History(9, 20));
  std::filesystem::copy(ArchiveDirectory() + "/gen-1",
                        ArchiveDirectory() + "/gen-2",
                        std::filesystem::copy_options::recursive);
  const ProgramResult result = Restore();
  ExpectRefused(result, "holds 2 generations");
  EXPECT_THAT(result.err, HasSubstr("hint: choose one with ?gen=N"));
  const ProgramResult one =
      Replicator({"restore", Archive() + "?gen=1", Restored(), "--quiet",
                  "--execute"});
  EXPECT_EQ(one.exit_code, 0) << one.err;
  ExpectSame(RestoredRecords(), source, "restored and source");
}

// What others kept of it.
TEST_F(RestoreTest, ABackupOfKarapace) {
  std::filesystem::copy("tests/data/foreign/karapace_5.0.3.v3.metadata",
                        directory_.path() + "/_schemas.metadata");
  const std::string data = directory_.path() + "/_schemas:0.data";
  std::filesystem::copy("tests/data/foreign/karapace_5.0.3.v3.data", data);
  const std::vector<std::string> words = {
      "restore", "karapace:" + directory_.path(), Restored(), "--quiet",
      "--execute"};
  const ProgramResult result = Replicator(words);
  EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
  EXPECT_THAT(result.out, HasSubstr("has lost: the metadata has no checksum"));
  EXPECT_EQ(Verifier({"compare", "karapace:" + directory_.path(), Restored(),
                      "--quiet"})
                .exit_code,
            0);
  const auto restored = RestoredRecords();
  ASSERT_EQ(restored.size(), 81u);
  EXPECT_EQ(restored[0].timestamp, 1795571841871);
  EXPECT_EQ(restored[0].headers.size(), 2u);

  // A flipped bit, and nothing is made.
  ASSERT_TRUE(raw_->DeleteTopic(RestoredTopic()).ok());
  std::fstream file(data, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(9000);
  file.put('!');
  file.close();
  const ProgramResult damaged = Replicator(words);
  EXPECT_EQ(damaged.exit_code, 3) << damaged.err;
  EXPECT_THAT(damaged.err, HasSubstr("_schemas:0.data, byte "));
  EXPECT_FALSE(IsThere());
}

// By kcat itself, in both forms that people use.
TEST_F(RestoreTest, ADumpOfKcat) {
  CreateSource();
  ASSERT_TRUE(raw_->Produce(topic_, History(12, 200)).ok());
  const std::vector<RawRecord> source = SourceRecords();
  const auto kcat = [this](const std::vector<std::string>& format,
                           const std::string& file) {
    std::vector<std::string> words = {"kcat", "-C", "-q", "-e", "-b",
                                      broker_->bootstrap(), "-t", topic_};
    words.insert(words.end(), format.begin(), format.end());
    const ProgramResult result = RunProgram(words, absl::Seconds(30));
    EXPECT_EQ(result.exit_code, 0) << result.err;
    std::ofstream(file, std::ios::binary) << result.out;
  };
  const std::string dump = directory_.path() + "/dump";
  kcat({"-J"}, dump);
  const auto restore = [&] {
    return Replicator(
        {"restore", "dump:" + dump, Restored(), "--quiet", "--execute"});
  };
  const ProgramResult json = restore();
  EXPECT_EQ(json.exit_code, 0) << json.out << json.err;
  ExpectSame(RestoredRecords(), source, "restored and source");
  ASSERT_TRUE(raw_->DeleteTopic(RestoredTopic()).ok());

  topic_ += "_lines";
  kcat({"-t", topic_.substr(0, topic_.rfind('_')), "-K", "\t"}, dump);
  const ProgramResult lines = restore();
  EXPECT_EQ(lines.exit_code, 0) << lines.out << lines.err;
  EXPECT_THAT(lines.out,
              AllOf(HasSubstr("has lost: the times of records"),
                    HasSubstr("has lost: offsets: they count the lines"),
                    HasSubstr("exception timestamp_zero")));
  const std::vector<RawRecord> restored = RestoredRecords();
  ASSERT_EQ(restored.size(), source.size());
  for (size_t i = 0; i < source.size(); ++i) {
    EXPECT_EQ(restored[i].key, source[i].key);
    EXPECT_EQ(restored[i].value, source[i].value);
  }

  std::ofstream(dump, std::ios::app) << "orders\n";
  topic_ += "_bad";
  const ProgramResult bad = restore();
  EXPECT_EQ(bad.exit_code, 3) << bad.err;
  EXPECT_THAT(bad.err, HasSubstr("line 201: no JSON object as key"));
  EXPECT_FALSE(IsThere());
}

// Made by a run that was killed, or by somebody else, between our look and our going.
TEST_F(RestoreTest, ATopicThatIsMadeMeanwhile) {
  const std::vector<RawRecord> source = Mirrored(History(9, 20));
  RestoreOptions options;
  options.source = ParseLocation(Archive()).value();
  options.execute = true;
  options.quiet = true;
  const auto restore = [&](const RawClient::Properties& config, bool written) {
    topic_ += "_again";
    options.target = ParseLocation(Restored()).value();
    RestoreHooks hooks;
    hooks.before_write = [&] {
      EXPECT_TRUE(raw_->CreateTopic(RestoredTopic(), config).ok());
      if (written) {
        EXPECT_TRUE(raw_->Produce(RestoredTopic(), {source[0]}).ok());
      }
      return absl::OkStatus();
    };
    const StopToken stop;
    std::string result;
    return RunRestore(options, &stop, &result, hooks);
  };
  EXPECT_TRUE(restore({{"cleanup.policy", "compact"}}, false).ok());
  ExpectSame(RestoredRecords(), source, "restored and source");
  const absl::Status deletes = restore({{"cleanup.policy", "delete"}}, false);
  EXPECT_TRUE(absl::IsFailedPrecondition(deletes)) << deletes;
  const absl::Status written = restore({{"cleanup.policy", "compact"}}, true);
  EXPECT_TRUE(absl::IsFailedPrecondition(written)) << written;
  EXPECT_THAT(std::string(written.message()), HasSubstr("somebody writes to it"));
  options.execute = false;
  options.rehearse = true;
  EXPECT_FALSE(restore({{"cleanup.policy", "compact"}}, false).ok());
  EXPECT_TRUE(IsThere()) << "a rehearsal deletes what it has made itself";
}

TEST_F(RestoreTest, ADamagedArchive) {
  Mirrored(History(6, 500));
  const std::string path = SegmentFiles().front();
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(static_cast<std::streamoff>(std::filesystem::file_size(path)) - 40);
  file.put('\xff');
  file.close();
  ExpectRefused(Restore(), "is damaged");
  ExpectRefused(Restore({"--execute", "--to-offset=3"}), "is damaged");
  EXPECT_FALSE(IsThere());
}

// Killed whenever, and run again: nothing twice, nothing missing.
TEST_F(RestoreTest, GoesOnAfterAKill) {
  const char* const wanted = std::getenv("SR_KILLS");
  const int kills = wanted != nullptr ? std::atoi(wanted) : 6;
  constexpr int64_t kRecords = 40'000;
  const std::vector<RawRecord> source = Mirrored(History(7, kRecords));
  int64_t in_the_middle = 0;
  for (int kill = 0; kill < kills; ++kill) {
    Program program({SR_REPLICATOR, "restore", Archive(), Restored(),
                     "--execute", "--quiet"},
                    directory_.path() + "/log");
    // A little further each time.
    const int64_t threshold = kRecords * kill / kills;
    int64_t written = -1;
    while (written < threshold && !program.HasEnded()) {
      written = raw_->Watermarks(RestoredTopic())
                    .value_or(std::pair<int64_t, int64_t>(0, -1))
                    .second;
    }
    program.Signal(SIGKILL);
    program.Wait(absl::Seconds(20));
    written = raw_->Watermarks(RestoredTopic()).value().second;
    if (written > 0 && written < kRecords) ++in_the_middle;
  }
  EXPECT_GT(in_the_middle, 0);
  const ProgramResult last = Restore();
  EXPECT_EQ(last.exit_code, 0) << last.out << last.err;
  ExpectSame(RestoredRecords(), source, "restored and source");
  std::printf("%d kills, %d of them in the middle of writing\n", kills,
              static_cast<int>(in_the_middle));
  // And once more there is nothing to do.
  const ProgramResult again = Restore();
  EXPECT_EQ(again.exit_code, 0) << again.out << again.err;
  EXPECT_THAT(again.out, HasSubstr("done: 0 records written"));
}

// A Redpanda's records stand where their keys say, or say nothing of it.
TEST_F(RestoreTest, RecordsOfARedpanda) {
  CorpusShape shape;
  shape.product = CorpusProduct::kRedpanda;
  shape.seed = 4;
  shape.largest_schema_bytes = 300;
  shape.start_ms = absl::ToUnixMillis(absl::Now() - absl::Hours(48));
  const std::vector<TestRecord> records =
      TestRecordsOf(Compacted(Corpus(shape, 300), 200, 100));
  WriteArchive(ArchiveDirectory(), records);
  const auto restore = [this](const std::string& flag) {
    return Replicator({"restore", Archive(), Restored(), "--quiet", "--execute",
                       flag});
  };
  const ProgramResult plain = restore("--registry-group=schema-registry");
  ExpectRefused(plain, "would stand at other offsets than the seq");
  EXPECT_THAT(plain.err, HasSubstr("hint: --redpanda=fill"));

  const ProgramResult none = restore("--redpanda=none");
  EXPECT_EQ(none.exit_code, 0) << none.err;
  ASSERT_TRUE(raw_->DeleteTopic(RestoredTopic()).ok());

  topic_ += "_filled";
  const ProgramResult filled = restore("--redpanda=fill");
  ASSERT_EQ(filled.exit_code, 0) << filled.out << filled.err;
  // NOOP records with one key are soon but one.
  std::map<int64_t, RawRecord> by_offset;
  for (const RawRecord& record : RestoredRecords()) {
    by_offset[record.offset] = record;
  }
  for (const TestRecord& record : records) {
    const auto found = by_offset.find(record.offset);
    ASSERT_TRUE(found != by_offset.end()) << record.offset;
    EXPECT_TRUE(found->second == ToRaw(record));
  }
  ASSERT_TRUE(raw_->DeleteTopic(RestoredTopic()).ok());

  topic_ += "_stripped";
  const ProgramResult stripped = restore("--redpanda=strip");
  ASSERT_EQ(stripped.exit_code, 0) << stripped.out << stripped.err;
  EXPECT_THAT(stripped.out, HasSubstr("keys lose seq and node"));
  for (const RawRecord& record : RestoredRecords()) {
    EXPECT_FALSE(absl::StrContains(*record.key, "\"seq\"")) << *record.key;
  }
}

// SR_HISTORIES random histories, ten unless set: each is mirrored, its topic deleted,
// and restored to a random offset; every other restore is killed at random moments
// first. The records and what they mean are those of the prefix.
TEST_F(RestoreTest, RandomHistories) {
  const char* const wanted = std::getenv("SR_HISTORIES");
  const int histories = wanted != nullptr ? std::atoi(wanted) : 10;
  int killed_at_work = 0;
  for (int seed = 1; seed <= histories; ++seed) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    std::mt19937 random(static_cast<unsigned>(seed));
    topic_ = absl::StrCat("_schemas_random", ++topics_);
    const TemporaryDirectory directory;
    const std::string archive = "archive:" + directory.path() + "/archive";
    CorpusShape shape;
    shape.seed = static_cast<uint64_t>(seed);
    shape.largest_schema_bytes = 300;
    // Younger than a segment: nothing is cleaned meanwhile.
    shape.start_ms = absl::ToUnixMillis(absl::Now() - absl::Hours(48));
    const std::vector<TestRecord> all =
        TestRecordsOf(Corpus(shape, 1 + random() % 400));
    std::vector<RawRecord> raw;
    for (const TestRecord& record : all) raw.push_back(ToRaw(record));
    CreateSource();
    ASSERT_TRUE(raw_->Produce(topic_, raw).ok());
    const ProgramResult mirror =
        Replicator({"mirror", Source(), archive, "--until=end", "--quiet"});
    ASSERT_EQ(mirror.exit_code, 0) << mirror.err;
    ASSERT_TRUE(raw_->DeleteTopic(topic_).ok());

    const size_t end = random() % all.size();
    const std::vector<std::string> words = {
        "restore",  archive,  Restored(),
        "--quiet",  "--execute", absl::StrCat("--to-offset=", all[end].offset)};
    for (int kills = seed % 2 == 0 ? 3 : 0; kills > 0; --kills) {
      std::vector<std::string> program = words;
      program.insert(program.begin(), SR_REPLICATOR);
      Program restore(program, directory.path() + "/log");
      absl::SleepFor(absl::Milliseconds(random() % 120));
      restore.Signal(SIGKILL);
      restore.Wait(absl::Seconds(10));
      const auto there = raw_->Watermarks(RestoredTopic());
      killed_at_work += there.ok() && there->second > 0 ? 1 : 0;
    }
    const ProgramResult result = Replicator(words);
    ASSERT_EQ(result.exit_code, 0) << result.out << result.err;
    const std::vector<TestRecord> prefix(
        all.begin(), all.begin() + static_cast<std::ptrdiff_t>(end) + 1);
    raw.resize(prefix.size());
    ExpectSame(WithoutOffsets(RestoredRecords()), WithoutOffsets(raw),
               "restored and prefix");
    WriteArchive(directory.path() + "/prefix", prefix);
    const std::string hash =
        ContentHashOf("archive:" + directory.path() + "/prefix");
    EXPECT_NE(hash, "");
    EXPECT_EQ(ContentHashOf(Restored()), hash);
    ASSERT_TRUE(raw_->DeleteTopic(RestoredTopic()).ok());
  }
  std::printf("%d histories; %d restores killed behind their first record\n",
              histories, killed_at_work);
}

}  // namespace
}  // namespace sr
