// Real topics on a real broker, mirrored, judged by readers that are not ours.
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "core/json/json.h"
#include "tests/integration/mirror_fixture.h"

namespace sr {
namespace {

using testing::HasSubstr;
using testing::Not;

std::optional<std::string> Bytes64(const JsonValue& value) {
  if (value.is_null()) return std::nullopt;
  std::string bytes;
  EXPECT_TRUE(absl::Base64Unescape(value.string_value(), &bytes));
  return bytes;
}

// Records as `show --raw --output=ndjson` prints them.
std::vector<RawRecord> FromNdjson(const std::string& text) {
  std::vector<RawRecord> records;
  for (absl::string_view line : absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    const auto json = ParseJson(line);
    EXPECT_TRUE(json.ok()) << json.status();
    if (!json.ok()) return records;
    RawRecord record;
    record.offset = json->GetInt64("offset").value();
    record.timestamp = json->GetInt64("timestamp").value();
    record.timestamp_type =
        json->GetString("timestamp_type").value() == "LogAppendTime" ? 1 : 0;
    record.key = Bytes64(*json->Find("key"));
    record.value = Bytes64(*json->Find("value"));
    for (const JsonValue& header : json->Find("headers")->array()) {
      record.headers.push_back(
          {Bytes64(header.array()[0]).value(), Bytes64(header.array()[1])});
    }
    records.push_back(std::move(record));
  }
  return records;
}

std::vector<RawRecord> Golden(const std::string& name) {
  const ProgramResult xz =
      RunProgram({"xz", "-dc", "tests/data/golden/" + name + ".ndjson.xz"});
  EXPECT_EQ(xz.exit_code, 0) << xz.err;
  return FromNdjson(xz.out);
}

// The form of ../shared/golden, for the extra.
std::vector<RawRecord> SharedGolden(const std::string& path) {
  std::vector<RawRecord> records;
  const ProgramResult xz = RunProgram({"xz", "-dc", path});
  for (absl::string_view line : absl::StrSplit(xz.out, '\n', absl::SkipEmpty())) {
    const auto json = ParseJson(line);
    if (!json.ok()) break;
    RawRecord record;
    record.offset = json->GetInt64("offset").value();
    record.timestamp = json->GetInt64("timestamp").value();
    record.key = Bytes64(*json->Find("key_base64"));
    record.value = Bytes64(*json->Find("value_base64"));
    records.push_back(std::move(record));
  }
  return records;
}

class GoldenTopicTest : public MirrorFixture {
 protected:
  void MirrorAndProve(const std::vector<RawRecord>& golden) {
    ASSERT_GT(golden.size(), 50u);
    CreateSource({{"cleanup.policy", "compact"}, {"segment.ms", "604800000"}});
    ASSERT_TRUE(raw_->Produce(topic_, golden).ok());
    MirrorToTheEnd();
    CompareExits(0);
    ExpectSame(SourceRecords(), golden, "source and golden");
    ExpectSame(ArchiveRecords(), golden, "archive and golden");
    ExpectSame(WithoutOffsets(ShadowRecords()), WithoutOffsets(golden),
               "shadow and golden");
    ExpectKafkaReadsTheArchive();
    ExpectKcatAgreesWithShow();
  }

  // kafka-dump-log's exit code is 0 whatever it finds.
  void ExpectKafkaReadsTheArchive() {
    for (const std::string& path : SegmentFiles()) {
      const auto dump =
          broker_->DumpLogSegments({"--deep-iteration", "--files", path});
      ASSERT_TRUE(dump.ok()) << dump.status();
      EXPECT_EQ(dump->exit_code, 0);
      EXPECT_THAT(dump->text, HasSubstr("isvalid: true"));
      for (const char* complaint : {"isvalid: false", "invalid bytes",
                                    "Mismatches", "not found", "xception"}) {
        EXPECT_THAT(dump->text, Not(HasSubstr(complaint))) << path;
      }
    }
  }

  void ExpectKcatAgreesWithShow() {
    const ProgramResult show =
        Verifier({"show", Archive(), "--raw", "--output=ndjson"});
    ASSERT_EQ(show.exit_code, 0) << show.err;
    const std::vector<RawRecord> shown = FromNdjson(show.out);
    // Lengths first, so that no byte of key or value is taken for a border.
    const ProgramResult kcat = RunProgram(
        {"kcat", "-C", "-q", "-e", "-b", broker_->bootstrap(), "-t", topic_,
         "-p", "0", "-o", "beginning", "-f", "%o %T %K %S %h\n%k%s\n"});
    ASSERT_EQ(kcat.exit_code, 0) << kcat.err;
    absl::string_view rest = kcat.out;
    for (const RawRecord& record : shown) {
      const std::string expected = absl::StrCat(
          record.offset, " ", record.timestamp, " ",
          record.key.has_value() ? static_cast<int64_t>(record.key->size()) : -1,
          " ",
          record.value.has_value() ? static_cast<int64_t>(record.value->size())
                                   : -1,
          " ",
          absl::StrJoin(record.headers, ",",
                        [](std::string* out, const RawHeader& header) {
                          absl::StrAppend(out, header.name, "=",
                                          header.value.value_or("NULL"));
                        }),
          "\n", record.key.value_or(""), record.value.value_or(""), "\n");
      ASSERT_TRUE(absl::StartsWith(rest, expected))
          << "kcat and show differ at offset " << record.offset << ": "
          << rest.substr(0, 200);
      rest.remove_prefix(expected.size());
    }
    EXPECT_TRUE(rest.empty()) << rest.substr(0, 200);
  }
};

TEST_F(GoldenTopicTest, ConfluentBasic) {
  MirrorAndProve(Golden("confluent-8.2.2-basic"));
}

TEST_F(GoldenTopicTest, ConfluentLarger) {
  MirrorAndProve(Golden("confluent-8.2.2-larger"));
}

TEST_F(GoldenTopicTest, KarapaceBasic) {
  MirrorAndProve(Golden("karapace-6.2.0-basic"));
}

TEST_F(GoldenTopicTest, RealSchemasOfRealProjects) {
  const std::string path =
      "../shared/golden/confluent/8.2.2/s10-real-schemas/records.jsonl.xz";
  if (!std::filesystem::exists(path)) {
    GTEST_SKIP() << path << " is not there; this test is an extra";
  }
  MirrorAndProve(SharedGolden(path));
}

class OldBrokerTest : public MirrorFixture {
 protected:
  static void SetUpTestSuite() {
    KafkaBrokerOptions options;
    options.version = KafkaVersion::k39;
    StartBroker(options);
  }
};

TEST_F(OldBrokerTest, MirrorsOnKafka39) {
  const std::vector<RawRecord> golden = Golden("confluent-8.2.2-basic");
  CreateSource();
  ASSERT_TRUE(raw_->Produce(topic_, golden).ok());
  MirrorToTheEnd();
  CompareExits(0);
  ExpectSame(ArchiveRecords(), golden, "archive and golden");
}

class MirrorTest : public MirrorFixture {};

RawRecord Make(const std::string& key, const std::string& value,
               int64_t timestamp) {
  RawRecord record;
  record.key = key;
  record.value = value;
  record.timestamp = timestamp;
  return record;
}

// Everything a topic can hold, compacted, with aborted transactions.
TEST_F(MirrorTest, ACompactedTopicWithEverythingInIt) {
  CreateSource({{"cleanup.policy", "delete"}, {"max.message.bytes", "8000000"},
                {"retention.ms", "-1"}});
  constexpr int64_t kTime = 1'700'000'000'000;
  std::vector<RawRecord> records = {
      Make("a", "1", kTime), Make("b", "2", kTime), Make("", "", kTime + 1)};
  records.push_back(Make("tombstone", "", kTime + 2));
  records.back().value.reset();
  records.push_back(Make("", "keyless", kTime + 3));
  records.back().key.reset();
  records.push_back(Make("headers", "h", kTime + 4));
  records.back().headers = {
      {"x", "1"}, {"x", "2"}, {"y", std::nullopt}, {"", ""}};
  records.push_back(Make("none", "no timestamp", -1));
  records.push_back(Make("old", "before the epoch", -9'000'000'000'000));
  records.push_back(Make("large", std::string(5'000'000, 'L'), kTime + 5));
  ASSERT_TRUE(raw_->Produce(topic_, records).ok());
  ASSERT_TRUE(raw_->Produce(topic_, {Make("aborted", "x", kTime)},
                            RawProducer::kAbort)
                  .ok());
  ASSERT_TRUE(raw_->Produce(topic_, {Make("committed", "y", kTime)},
                            RawProducer::kCommit)
                  .ok());
  MirrorToTheEnd();
  CompareExits(0);
  const std::vector<RawRecord> source = SourceRecords();
  ASSERT_EQ(source.size(), records.size() + 2) << "aborted ones included";
  ExpectSame(ArchiveRecords(), source, "archive and source");
  ExpectSame(WithoutOffsets(ShadowRecords()), WithoutOffsets(source),
             "shadow and source");
}

TEST_F(MirrorTest, LogAppendTimeIsExactInTheArchiveAndANumberInTheShadow) {
  CreateSource({{"cleanup.policy", "compact"},
                {"message.timestamp.type", "LogAppendTime"}});
  ASSERT_TRUE(raw_->Produce(topic_, {Make("a", "1", 5), Make("b", "2", 6)}).ok());
  MirrorToTheEnd();
  const std::vector<RawRecord> source = SourceRecords();
  ASSERT_EQ(source.front().timestamp_type, 1);
  ExpectSame(ArchiveRecords(), source, "archive and source");
  std::vector<RawRecord> expected = WithoutOffsets(source);
  for (RawRecord& record : expected) record.timestamp_type = 0;
  ExpectSame(WithoutOffsets(ShadowRecords()), expected, "shadow and source");
  const ProgramResult compare =
      Verifier({"compare", Source(), Archive(), Shadow(), "--output=json"});
  EXPECT_EQ(compare.exit_code, 0) << compare.out;
  EXPECT_THAT(compare.out, HasSubstr("\"timestamp_type\": 2"));
}

// Compaction after mirroring is not a difference; before it leaves gaps.
TEST_F(MirrorTest, GapsOfCompactionAreNoDifferences) {
  CreateSource({{"cleanup.policy", "compact"}, {"segment.ms", "100"},
                {"min.cleanable.dirty.ratio", "0"},
                {"delete.retention.ms", "0"}});
  const int64_t now = absl::ToUnixMillis(absl::Now()) - 600'000;
  const auto produce = [&](int begin, int end) {
    for (int i = begin; i < end; ++i) {
      ASSERT_TRUE(raw_->Produce(topic_, {Make(absl::StrCat("k", i % 3),
                                              absl::StrCat("v", i),
                                              now + i * 1000)})
                      .ok());
    }
  };
  produce(0, 12);
  MirrorToTheEnd();
  const std::vector<RawRecord> mirrored = ArchiveRecords();
  ASSERT_FALSE(mirrored.empty());
  const auto source_lacks_one = [&] {
    std::set<int64_t> offsets;
    for (const RawRecord& record : SourceRecords()) offsets.insert(record.offset);
    return std::any_of(mirrored.begin(), mirrored.end(), [&](const auto& r) {
      return offsets.count(r.offset) == 0;
    });
  };
  // The cleaner works on its own time: wait for what it did, not for it.
  const absl::Time deadline = absl::Now() + absl::Seconds(60);
  for (int next = 12; !source_lacks_one() && absl::Now() < deadline; ++next) {
    produce(next, next + 1);
  }
  ASSERT_TRUE(source_lacks_one()) << "the cleaner did nothing";
  MirrorToTheEnd();
  CompareExits(0);
  EXPECT_GT(ArchiveRecords().size(), SourceRecords().size());
}

TEST_F(MirrorTest, AChangedByteIsNamedByCheckAndByCompare) {
  CreateSource();
  ASSERT_TRUE(raw_->Produce(topic_, Golden("confluent-8.2.2-basic")).ok());
  MirrorToTheEnd();
  const std::string path = SegmentFiles().front();
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(5000);
  file.put('\xff');
  file.close();
  const ProgramResult check = Verifier({"check", Archive(), "--levels=storage"});
  EXPECT_EQ(check.exit_code, 3) << check.out;
  EXPECT_THAT(check.out, HasSubstr("STORAGE_BATCH_CORRUPT"));
  EXPECT_THAT(check.out, HasSubstr("00000000000000000000.log bytes "));
  EXPECT_THAT(check.out, HasSubstr("offsets "));
  EXPECT_EQ(Verifier({"compare", Source(), Archive()}).exit_code, 3);
  EXPECT_EQ(Verifier({"show", Archive()}).exit_code, 3);
}

// A broker serves what its disk holds; only its readers look at the checksum.
TEST_F(MirrorTest, ARottenByteOfTheTopicIsNamedAndNotCopied) {
  CreateSource();
  for (int i = 0; i < 3; ++i) {  // A batch each.
    ASSERT_TRUE(raw_->Produce(topic_, {Make(absl::StrCat("key", i),
                                            std::string(100, 'v'), 5)})
                    .ok());
  }
  ASSERT_TRUE(broker_->Stop().ok());
  const std::string path =
      broker_->LogDirectory(topic_) + "/00000000000000000000.log";
  const auto third = static_cast<std::streamoff>(
      std::filesystem::file_size(path) / 3);
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(third + 100);  // Among the v's of the second.
  file.put('w');
  file.close();
  ASSERT_TRUE(broker_->Restart().ok());

  const ProgramResult check = Verifier({"check", Source(), "--levels=storage"});
  EXPECT_EQ(check.exit_code, 3) << check.out << check.err;
  EXPECT_THAT(check.out, HasSubstr("TOPIC_BATCH_CORRUPT"));
  EXPECT_THAT(check.out, HasSubstr("offset 1\n"));
  EXPECT_THAT(check.out, HasSubstr("Do not restart a registry"));
  const ProgramResult mirror =
      Replicator({"mirror", Source(), Archive(), "--until=end"});
  EXPECT_EQ(mirror.exit_code, 3) << mirror.err;
  EXPECT_EQ(ArchiveRecords().size(), 1u);  // What came before it is safe.
  EXPECT_EQ(Verifier({"check", Archive(), "--levels=storage"}).exit_code, 0);
}

TEST_F(MirrorTest, ARecordMoreInTheShadowIsADifference) {
  CreateSource();
  ASSERT_TRUE(raw_->Produce(topic_, {Make("a", "1", 5)}).ok());
  MirrorToTheEnd();
  ASSERT_TRUE(raw_->Produce(ShadowTopic(), {Make("b", "2", 6)}).ok());
  const ProgramResult compare = Verifier({"compare", Source(), Shadow()});
  EXPECT_EQ(compare.exit_code, 3) << compare.out;
  EXPECT_THAT(compare.out, HasSubstr("RECORD_EXTRA"));
  // And the mirror refuses to go on over it.
  ASSERT_TRUE(raw_->Produce(topic_, {Make("c", "3", 7)}).ok());
  EXPECT_EQ(Replicator({"mirror", Source(), Archive(), Shadow(), "--until=end"})
                .exit_code,
            5);
}

TEST_F(MirrorTest, ARecreatedSourceStopsTheMirror) {
  CreateSource();
  ASSERT_TRUE(raw_->Produce(topic_, {Make("a", "1", 5), Make("b", "2", 6)}).ok());
  MirrorToTheEnd();
  const std::vector<RawRecord> before = ArchiveRecords();
  ASSERT_TRUE(raw_->DeleteTopic(topic_).ok());
  CreateSource();
  ASSERT_TRUE(raw_->Produce(topic_, {Make("a", "other", 5), Make("b", "2", 6),
                                     Make("c", "3", 7)})
                  .ok());
  const ProgramResult again =
      Replicator({"mirror", Source(), Archive(), "--until=end"});
  EXPECT_EQ(again.exit_code, 3) << again.err;
  EXPECT_THAT(again.err, HasSubstr("do not restart"));
  ExpectSame(ArchiveRecords(), before, "archive before and after");
}

TEST_F(MirrorTest, ARecreatedSourceIsAcceptedAsANewGeneration) {
  CreateSource();
  ASSERT_TRUE(raw_->Produce(topic_, {Make("a", "1", 5), Make("b", "2", 6)}).ok());
  MirrorToTheEnd();
  const std::vector<RawRecord> before = ArchiveRecords();
  // Of the same source the flag begins nothing.
  ProgramResult accepted = Replicator(
      {"mirror", Source(), Archive(), "--until=end", "--accept-new-source"});
  EXPECT_EQ(accepted.exit_code, 0) << accepted.err;
  ExpectSame(ArchiveRecords(), before, "archive after the flag");

  ASSERT_TRUE(raw_->DeleteTopic(topic_).ok());
  CreateSource();
  const std::vector<RawRecord> fresh = {Make("a", "other", 5), Make("c", "3", 7)};
  ASSERT_TRUE(raw_->Produce(topic_, fresh).ok());
  accepted = Replicator(
      {"mirror", Source(), Archive(), "--until=end", "--accept-new-source"});
  EXPECT_EQ(accepted.exit_code, 0) << accepted.err;
  EXPECT_THAT(accepted.err, HasSubstr("what follows is generation 2"));

  const auto records_of = [this](const std::string& generation) {
    return FromNdjson(Verifier({"show", Archive() + "?gen=" + generation, "--raw",
                                "--output=ndjson"})
                          .out);
  };
  ExpectSame(records_of("1"), before, "the old generation");
  ExpectSame(WithoutOffsets(records_of("2")), WithoutOffsets(fresh),
             "the new generation");
  EXPECT_EQ(Verifier({"check", Archive(), "--levels=storage"}).exit_code, 0);
  EXPECT_EQ(
      Verifier({"compare", Source(), Archive() + "?gen=2"}).exit_code, 0);
  const ProgramResult both = Verifier({"compare", Source(), Archive()});
  EXPECT_EQ(both.exit_code, 2);
  EXPECT_THAT(both.err, HasSubstr("generations there: 1: "));

  // The next run needs no flag, and a shadow of the old history is refused.
  ASSERT_TRUE(raw_->Produce(topic_, {Make("d", "4", 8)}).ok());
  EXPECT_EQ(Replicator({"mirror", Source(), Archive(), "--until=end"}).exit_code,
            0);
  EXPECT_EQ(records_of("2").size(), 3u);
  const ProgramResult shadow =
      Replicator({"mirror", Source(), Archive(), Shadow(), "--until=end"});
  EXPECT_EQ(shadow.exit_code, 5) << shadow.err;
  EXPECT_THAT(shadow.err, HasSubstr("name a new, empty topic"));

  // A topic of another name is refused, and with the flag the next generation.
  const std::string renamed = topic_ + "-renamed";
  // The records are of 1970, which a broker would clean at once.
  ASSERT_TRUE(raw_->CreateTopic(renamed, {{"retention.ms", "-1"}}).ok());
  ASSERT_TRUE(raw_->Produce(renamed, fresh).ok());
  const std::string source =
      absl::StrCat("kafka://", broker_->bootstrap(), "/", renamed);
  EXPECT_EQ(Replicator({"mirror", source, Archive(), "--until=end"}).exit_code,
            5);
  accepted = Replicator(
      {"mirror", source, Archive(), "--until=end", "--accept-new-source"});
  EXPECT_EQ(accepted.exit_code, 0) << accepted.err;
  EXPECT_THAT(accepted.err, HasSubstr("what follows is generation 3"));
  EXPECT_EQ(records_of("3").size(), 2u) << accepted.err;
  EXPECT_EQ(records_of("2").size(), 3u);
}

TEST_F(MirrorTest, SigtermFinishesAndLeavesAClosedArchive) {
  CreateSource();
  ASSERT_TRUE(raw_->Produce(topic_, Golden("confluent-8.2.2-basic")).ok());
  Program mirror({SR_REPLICATOR, "mirror", Source(), Archive(), Shadow()},
                 directory_.path() + "/log");
  const absl::Time deadline = absl::Now() + absl::Seconds(30);
  while (Verifier({"compare", Source(), Archive(), "--settle-seconds=0"})
                 .exit_code != 0 &&
         absl::Now() < deadline) {
  }
  mirror.Signal(15);
  const absl::Time asked = absl::Now();
  EXPECT_EQ(mirror.Wait(absl::Seconds(20)), 143);
  EXPECT_LT(absl::Now() - asked, absl::Seconds(5));
  const ProgramResult describe =
      Verifier({"describe", Archive(), "--output=json"});
  EXPECT_THAT(describe.out, HasSubstr("\"closed\": true"));
}

}  // namespace
}  // namespace sr
