#include "core/logdir/log_directory.h"

#include <algorithm>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/logdir/broker_facts.h"
#include "core/logdir/log_batch.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/kafka_log.h"
#include "tests/support/model_file_system.h"
#include "tests/support/vector_source.h"

namespace sr {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr char kRoot[] = "/kafka";
constexpr char kDirectory[] = "/kafka/_schemas-0";

TestRecord RecordAt(int64_t offset) {
  TestRecord record;
  record.offset = offset;
  record.timestamp += offset;
  record.key = absl::StrCat("{\"keytype\":\"SCHEMA\",\"n\":", offset, "}");
  if (offset % 5 != 4) {
    record.value = absl::StrCat("{\"id\":", offset, "}", std::string(60, 'v'));
  }
  if (offset % 3 == 0) record.headers = {{"h", "1"}, {"h", std::nullopt}};
  return record;
}

class LogDirectoryTest : public testing::Test {
 protected:
  LogDirectoryTest() {
    EXPECT_TRUE(fs_.CreateDirectory(kRoot).ok());
    EXPECT_TRUE(fs_.CreateDirectory(kDirectory).ok());
  }

  static std::string PathOf(int64_t base_offset, const std::string& suffix = ".log") {
    return absl::StrCat(kDirectory, "/", absl::Dec(base_offset, absl::kZeroPad20),
                        suffix);
  }

  void SetSegment(int64_t base_offset, const std::string& bytes) {
    fs_.SetContent(PathOf(base_offset), bytes);
  }

  void SetCheckpoint(const std::string& name, int64_t offset) {
    fs_.SetContent(absl::StrCat(kRoot, "/", name),
                   absl::StrCat("0\n2\nother 0 77\n_schemas 0 ", offset, "\n"));
  }

  // A batch of format 2 with the records at `offsets`, which are to be read.
  std::string Batch(const std::vector<int64_t>& offsets, BatchForm form = {}) {
    std::vector<TestRecord> records;
    for (const int64_t offset : offsets) records.push_back(RecordAt(offset));
    std::vector<Record> views;
    for (const TestRecord& record : records) views.push_back(record.View());
    std::string bytes = BatchBytes(views, form);
    written_.insert(written_.end(), records.begin(), records.end());
    // Which of two operands is made first is the compiler's choice.
    std::sort(written_.begin(), written_.end(),
              [](const TestRecord& a, const TestRecord& b) { return a.offset < b.offset; });
    return bytes;
  }

  absl::StatusOr<std::unique_ptr<LogDirectory>> Open(bool skip = false,
                                                     bool committed = false) {
    LogDirectoryOptions options;
    options.file_system = &fs_;
    options.directory = kDirectory;
    options.skip_damaged = skip;
    options.committed_only = committed;
    return LogDirectory::Open(options);
  }

  struct Read {
    absl::Status status;
    std::vector<TestRecord> records;
    std::vector<int64_t> uncommitted;  // Offsets of those that are marked.
    std::unique_ptr<LogDirectory> directory;
  };

  // Everything from `from` on, up to the end or the first error.
  Read ReadAll(bool skip = false, bool committed = false, int64_t from = 0) {
    Read read;
    auto opened = Open(skip, committed);
    read.status = opened.status();
    if (!opened.ok()) return read;
    read.directory = *std::move(opened);
    EXPECT_TRUE(read.directory->Seek(from).ok());
    RecordBatch batch;
    while (true) {
      const auto fetched = read.directory->Next(absl::ZeroDuration(), &batch);
      read.status = fetched.status();
      if (!fetched.ok() || *fetched != Fetched::kRecords) return read;
      for (const Record& record : batch) {
        read.records.push_back(TestRecord::Of(record));
        if (read.directory->IsUncommitted(record.offset)) {
          read.uncommitted.push_back(record.offset);
        }
      }
    }
  }

  ModelFileSystem fs_;
  std::vector<TestRecord> written_;  // In the order of the log.
};

TEST_F(LogDirectoryTest, ReadsEveryFormThatABrokerMayHaveKept) {
  std::string first;
  for (int64_t offset : {3, 5}) {
    TestRecord old = RecordAt(offset);
    old.headers.clear();
    first += MessageBytes(offset == 3 ? 0 : 1, old.View());
    if (offset == 3) old.timestamp = -1;
    written_.push_back(old);
  }
  std::vector<TestRecord> inside = {RecordAt(10), RecordAt(11)};
  for (TestRecord& record : inside) record.headers.clear();
  first += CompressedMessageBytes(1, {inside[0].View(), inside[1].View()},
                                  Compression::kLz4, Framing::kUsual);
  written_.insert(written_.end(), inside.begin(), inside.end());
  SetSegment(0, first);

  std::string second = Batch({100, 101, 105}, {.base_offset = 98, .last_offset = 110});
  second += Batch({111}, {.codec = Compression::kGzip});
  second += Batch({112, 120}, {.codec = Compression::kSnappy});
  second += Batch({121}, {.codec = Compression::kSnappy, .framing = Framing::kRawSnappy});
  second += Batch({122, 123, 124}, {.codec = Compression::kLz4});
  second += Batch({125}, {.codec = Compression::kZstd});
  // Compaction keeps an empty one at the end, so that offsets do not fall back.
  second += BatchBytes({}, {.base_offset = 126, .last_offset = 140});
  SetSegment(90, second);

  const Read read = ReadAll();
  ASSERT_TRUE(read.status.ok()) << read.status;
  EXPECT_EQ(read.records, written_);
  EXPECT_EQ(read.directory->start_offset(), 0);
  EXPECT_EQ(read.directory->end_offset(), 141);
  EXPECT_EQ(read.directory->position(), 141);
  EXPECT_THAT(read.directory->Remarks(), IsEmpty());
  const LogSummary& summary = read.directory->summary();
  EXPECT_EQ(summary.records, static_cast<int64_t>(written_.size()));
  EXPECT_EQ(summary.batches, 10);
  EXPECT_EQ(summary.forms.at({2, "snappy"}), 2);
  EXPECT_EQ(summary.forms.at({1, "lz4"}), 1);
  EXPECT_EQ(summary.forms.at({0, "none"}), 1);
}

TEST_F(LogDirectoryTest, SeeksToEachOffset) {
  SetSegment(0, Batch({0, 2}) + Batch({5, 6, 9}, {.codec = Compression::kGzip}));
  SetSegment(10, Batch({12}) + Batch({13, 20}));
  for (int64_t from = 0; from <= 22; ++from) {
    std::vector<TestRecord> expected;
    for (const TestRecord& record : written_) {
      if (record.offset >= from) expected.push_back(record);
    }
    const Read read = ReadAll(false, false, from);
    ASSERT_TRUE(read.status.ok()) << read.status;
    EXPECT_EQ(read.records, expected) << from;
  }
}

TEST_F(LogDirectoryTest, TransactionsAreReadAsEachConsumerReadsThem) {
  const BatchForm of_1 = {.producer_id = 1, .transactional = true};
  const BatchForm of_2 = {.producer_id = 2, .transactional = true};
  std::string log = Batch({0});
  log += Batch({1}, of_1) + Batch({2}, of_2) + Batch({3}, of_1);
  log += MarkerBytes(4, 1, /*commit=*/true) + Batch({5}, of_2);
  log += MarkerBytes(6, 2, /*commit=*/false);
  log += Batch({7}, of_2) + MarkerBytes(8, 2, true);
  log += Batch({9}, of_1) + Batch({10}) + MarkerBytes(11, 1, false);
  log += Batch({12}, of_1) + Batch({13}, of_2) + MarkerBytes(14, 2, true);
  SetSegment(0, log);

  const Read all = ReadAll();
  ASSERT_TRUE(all.status.ok()) << all.status;
  EXPECT_EQ(all.records, written_);
  EXPECT_THAT(all.uncommitted, ElementsAre(2, 5, 9, 12));
  EXPECT_THAT(all.directory->Remarks(),
              ElementsAre(HasSubstr("2 aborted transactions, the first from offset 2 "),
                          HasSubstr("producer 1 from offset 12 on was never ended")));

  const Read committed = ReadAll(false, /*committed=*/true);
  std::vector<int64_t> offsets;
  for (const TestRecord& record : committed.records) offsets.push_back(record.offset);
  EXPECT_THAT(offsets, ElementsAre(0, 1, 3, 7, 10, 13));
  EXPECT_THAT(committed.uncommitted, IsEmpty());
}

TEST_F(LogDirectoryTest, BeginsAtTheBrokersLogStart) {
  SetSegment(0, Batch({0, 1}) + Batch({2, 3, 4}));
  SetCheckpoint("log-start-offset-checkpoint", 3);
  const Read read = ReadAll();
  EXPECT_EQ(read.directory->start_offset(), 3);
  EXPECT_THAT(read.records, ElementsAre(RecordAt(3), RecordAt(4)));
  // Behind the end: a topic whose records were all deleted.
  SetCheckpoint("log-start-offset-checkpoint", 9);
  const Read none = ReadAll();
  ASSERT_TRUE(none.status.ok()) << none.status;
  EXPECT_THAT(none.records, IsEmpty());
  EXPECT_EQ(none.directory->end_offset(), 9);
}

TEST_F(LogDirectoryTest, TellsWhatIsAboveTheHighWatermark) {
  SetSegment(0, Batch({0, 1}) + Batch({2, 3}));
  SetCheckpoint("replication-offset-checkpoint", 2);
  const Read read = ReadAll();
  EXPECT_EQ(read.records, written_);
  EXPECT_THAT(read.directory->Remarks(),
              ElementsAre(HasSubstr("from offset 2 on are not known")));
}

TEST_F(LogDirectoryTest, EveryTornTailIsOne) {
  const std::string whole = Batch({0, 1}) + Batch({2});
  const std::string last = Batch({3, 4}, {.codec = Compression::kGzip});
  for (size_t size = 1; size < last.size(); ++size) {
    SetSegment(0, whole + last.substr(0, size));
    const Read read = ReadAll();
    ASSERT_TRUE(read.status.ok()) << size << ": " << read.status;
    EXPECT_THAT(read.records, SizeIs(3));
    EXPECT_EQ(read.directory->end_offset(), 3);
    EXPECT_THAT(read.directory->damage(), IsEmpty());
    ASSERT_TRUE(read.directory->torn_tail().has_value());
    EXPECT_EQ(read.directory->torn_tail()->begin, static_cast<int64_t>(whole.size()));
    EXPECT_EQ(read.directory->torn_tail()->first_offset, 3);
  }
  // Of a log.preallocate, or a disk that had not written all.
  SetSegment(0, whole + std::string(3 << 20, '\0'));
  EXPECT_TRUE(ReadAll().directory->torn_tail().has_value());
}

// The same bytes are damage where the broker says that it had got further.
TEST_F(LogDirectoryTest, AnEndThatWasAcknowledgedIsDamage) {
  const std::string whole = Batch({0, 1}) + Batch({2});
  const std::string torn = Batch({3, 4}).substr(0, 50);
  struct Case {
    const char* what;
    std::string log;
    int64_t high_watermark;  // -1: not known.
    bool clean;
    int64_t last_offset;  // Of the damage.
  };
  constexpr int64_t kOpen = std::numeric_limits<int64_t>::max();
  for (const Case& each : std::vector<Case>{
           {"high watermark", whole + torn, 5, false, 4},
           {"clean stop", whole + torn, -1, true, kOpen},
           {"cut between batches", whole, 5, false, 4}}) {
    SetSegment(0, each.log);
    fs_.Delete("/kafka/.kafka_cleanshutdown");
    fs_.Delete("/kafka/replication-offset-checkpoint");
    if (each.clean) fs_.SetContent("/kafka/.kafka_cleanshutdown", "{}");
    if (each.high_watermark >= 0) {
      SetCheckpoint("replication-offset-checkpoint", each.high_watermark);
    }
    const Read read = ReadAll();
    EXPECT_EQ(read.status.code(), absl::StatusCode::kDataLoss) << each.what;
    EXPECT_THAT(read.records, SizeIs(3)) << each.what;
    EXPECT_GT(read.directory->end_offset(), 3) << each.what;
    ASSERT_THAT(read.directory->damage(), SizeIs(1)) << each.what;
    EXPECT_EQ(read.directory->damage()[0].first_offset, 3);
    EXPECT_EQ(read.directory->damage()[0].last_offset, each.last_offset);
    EXPECT_FALSE(read.directory->torn_tail().has_value());
    const Read on = ReadAll(/*skip=*/true);
    EXPECT_TRUE(on.status.ok()) << each.what << ": " << on.status;
    EXPECT_THAT(on.records, SizeIs(3));
  }
}

TEST_F(LogDirectoryTest, StopsAtDamageAndGoesOnIfAsked) {
  const std::string a = Batch({0, 1});
  std::string b = Batch({2, 3});
  const std::string c = Batch({7});
  b[80] = static_cast<char>(b[80] ^ 1);
  SetSegment(0, a + b + c);
  SetSegment(10, Batch({12}));

  const Read read = ReadAll();
  EXPECT_EQ(read.status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(read.status.message()),
              HasSubstr(absl::StrCat("00000000000000000000.log, bytes ", a.size(),
                                     " to ", a.size() + b.size(), " (record batch")));
  EXPECT_THAT(std::string(read.status.message()), HasSubstr("offsets 2 to 6"));
  EXPECT_THAT(read.records, ElementsAre(RecordAt(0), RecordAt(1)));
  // It does not go on by itself the second time either.
  RecordBatch batch;
  EXPECT_EQ(read.directory->Next(absl::ZeroDuration(), &batch).status().code(),
            absl::StatusCode::kDataLoss);

  const Read on = ReadAll(/*skip=*/true);
  ASSERT_TRUE(on.status.ok()) << on.status;
  EXPECT_THAT(on.records,
              ElementsAre(RecordAt(0), RecordAt(1), RecordAt(7), RecordAt(12)));
  EXPECT_THAT(on.directory->Remarks(), ElementsAre(HasSubstr("are damaged")));
  // What lies behind it is not concerned.
  EXPECT_TRUE(ReadAll(false, false, 7).status.ok());
}

// Damage of a length leads nowhere: the next batch is looked for byte by byte.
TEST_F(LogDirectoryTest, FindsTheNextBatchWhereALengthIsDamaged) {
  const std::string a = Batch({0, 1});
  std::string b = Batch({2, 3});
  b[9] = 0x7f;
  SetSegment(0, a + b + Batch({7}) + Batch({8}));
  const Read on = ReadAll(/*skip=*/true);
  ASSERT_TRUE(on.status.ok()) << on.status;
  EXPECT_THAT(on.records,
              ElementsAre(RecordAt(0), RecordAt(1), RecordAt(7), RecordAt(8)));
  ASSERT_THAT(on.directory->damage(), SizeIs(1));
  EXPECT_EQ(on.directory->damage()[0].end, static_cast<int64_t>(a.size() + b.size()));
}

// A producer may put what looks like a batch into a value: while the length of the
// batch around it is right, nobody looks for one in there.
TEST_F(LogDirectoryTest, ABatchWithinADamagedOneIsNotTaken) {
  TestRecord forged = RecordAt(5);
  forged.value = "forged";
  TestRecord around = RecordAt(4);
  around.value = BatchBytes({forged.View()}, {});
  std::string damaged = BatchBytes({around.View()}, {});
  damaged[62] = static_cast<char>(damaged[62] ^ 1);
  SetSegment(0, Batch({0, 1}) + damaged + Batch({7}));
  const Read on = ReadAll(/*skip=*/true);
  ASSERT_TRUE(on.status.ok()) << on.status;
  EXPECT_THAT(on.records, ElementsAre(RecordAt(0), RecordAt(1), RecordAt(7)));
}

TEST_F(LogDirectoryTest, DamageAtTheEndOfAnOlderSegmentIsNoTail) {
  const std::string a = Batch({0, 1});
  SetSegment(0, a + Batch({2, 3}).substr(0, 40));
  SetSegment(10, Batch({12}));
  const Read read = ReadAll();
  EXPECT_EQ(read.status.code(), absl::StatusCode::kDataLoss);
  ASSERT_THAT(read.directory->damage(), SizeIs(1));
  EXPECT_EQ(read.directory->damage()[0].first_offset, 2);
  EXPECT_EQ(read.directory->damage()[0].last_offset, 9);
}

// What no CRC covers: a batch's offset and its leader epoch. A changed offset is
// found only where the order of the batches contradicts it.
bool IsCoveredByNoCrc(size_t at_in_batch) {
  return at_in_batch < 8 || (at_in_batch >= 12 && at_in_batch < 16);
}

TEST_F(LogDirectoryTest, EveryChangedBitIsFoundOrChangesNoRecord) {
  const std::vector<std::string> batches = {
      Batch({0, 1}), Batch({2, 3}, {.codec = Compression::kSnappy}), Batch({4})};
  std::string good;
  std::vector<size_t> starts;
  for (const std::string& batch : batches) {
    starts.push_back(good.size());
    good += batch;
  }
  SetSegment(10, Batch({12}));
  const std::vector<TestRecord> written = written_;
  for (size_t at = 0; at < good.size(); ++at) {
    const size_t start =
        *std::prev(std::upper_bound(starts.begin(), starts.end(), at));
    for (int bit = 0; bit < 8; ++bit) {
      std::string bad = good;
      bad[at] = static_cast<char>(bad[at] ^ (1 << bit));
      SetSegment(0, bad);
      const Read read = ReadAll(/*skip=*/true);
      ASSERT_TRUE(read.status.ok()) << read.status;
      if (IsCoveredByNoCrc(at - start)) continue;
      ASSERT_THAT(read.directory->damage(), SizeIs(1)) << at << " bit " << bit;
      EXPECT_EQ(read.directory->damage()[0].begin, static_cast<int64_t>(start));
      for (const TestRecord& record : read.records) {
        EXPECT_THAT(written, Contains(record)) << at << " bit " << bit;
      }
      // All that stands in the other batches.
      EXPECT_GE(read.records.size(), written.size() - 2) << at << " bit " << bit;
    }
  }
}

TEST_F(LogDirectoryTest, BatchesOutOfOrderAreDamage) {
  const std::string a = Batch({4, 5});
  SetSegment(0, a + Batch({2, 3}) + Batch({6}));
  const Read behind = ReadAll(/*skip=*/true);
  EXPECT_THAT(behind.records, ElementsAre(RecordAt(4), RecordAt(5), RecordAt(6)));
  ASSERT_THAT(behind.directory->damage(), SizeIs(1));
  // A file whose batches belong into the next.
  SetSegment(0, Batch({4}) + Batch({10}));
  SetSegment(8, Batch({12}));
  const Read beyond = ReadAll(/*skip=*/true);
  EXPECT_THAT(beyond.records, ElementsAre(RecordAt(4), RecordAt(12)));
  EXPECT_THAT(beyond.directory->damage(), SizeIs(1));
}

TEST_F(LogDirectoryTest, ASegmentThatIsGoneIsTold) {
  SetSegment(0, Batch({0}));
  SetSegment(20, Batch({20}));
  fs_.SetContent(PathOf(10, ".index"), "");
  EXPECT_THAT(ReadAll().directory->Remarks(),
              ElementsAre(HasSubstr("00000000000000000010.log is gone")));
}

TEST_F(LogDirectoryTest, AFileThatChangesWhileItIsReadIsTold) {
  const std::string log = Batch({0}) + Batch({1});
  SetSegment(0, log);
  auto directory = Open();
  ASSERT_TRUE(directory.ok());
  std::string changed = log;
  changed[log.size() - 1] = static_cast<char>(changed[log.size() - 1] ^ 1);
  SetSegment(0, changed);
  RecordBatch batch;
  EXPECT_EQ(*(*directory)->Next(absl::ZeroDuration(), &batch), Fetched::kRecords);
  const auto next = (*directory)->Next(absl::ZeroDuration(), &batch);
  EXPECT_EQ(next.status().code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(next.status().message()), HasSubstr("has changed"));
}

TEST_F(LogDirectoryTest, ARunningBrokerIsRefused) {
  SetSegment(0, Batch({0}));
  auto lock = fs_.Lock("/kafka/.lock");
  ASSERT_TRUE(lock.ok()) << lock.status();
  EXPECT_EQ(Open().status().code(), absl::StatusCode::kFailedPrecondition);
  lock->reset();
  EXPECT_TRUE(Open().ok());
}

TEST_F(LogDirectoryTest, ADirectoryWithoutALogIsToldWithWhatToGive) {
  const auto opened = Open();
  EXPECT_EQ(opened.status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(opened.status().message()), HasSubstr("no log file"));
}

TEST_F(LogDirectoryTest, KnowsTheClusterAndTheTopic) {
  SetSegment(0, Batch({0}));
  fs_.SetContent("/kafka/meta.properties",
                 "#Thu\nversion=1\ncluster.id=5L6g3nShT-eMCtK--X86sw\nnode.id=1\n");
  const Read read = ReadAll();
  EXPECT_EQ(read.directory->facts().cluster_id, "5L6g3nShT-eMCtK--X86sw");
  EXPECT_EQ(read.directory->facts().topic, "_schemas");
}

TEST_F(LogDirectoryTest, ACheckpointThatIsNoneIsTold) {
  SetSegment(0, Batch({0}));
  for (const char* text : {"", "1\n0\n", "0\n2\n_schemas 0 1\n", "0\nx\n",
                           "0\n1\n_schemas 0 -1\n", "0\n1\n_schemas 0\n"}) {
    fs_.SetContent("/kafka/replication-offset-checkpoint", text);
    EXPECT_THAT(ReadAll().directory->Remarks(),
                ElementsAre(HasSubstr("replication-offset-checkpoint")))
        << text;
  }
}

TEST(PartitionName, IsThatOfTopicAndPartition) {
  struct Case {
    const char* name;
    const char* topic;
    int partition;
  };
  const std::string mark(32, 'a');
  for (const Case& each : std::vector<Case>{{"_schemas-0", "_schemas", 0},
                                            {"a-b-12", "a-b", 12},
                                            {"a.b-stray-3", "a.b-stray", 3},
                                            {"backup", "", -1},
                                            {"-0", "", -1},
                                            {"x-", "", -1},
                                            {"x-y", "", -1}}) {
    std::string topic = "before";
    int partition = 5;
    ParsePartitionName(each.name, &topic, &partition);
    EXPECT_EQ(topic, each.topic) << each.name;
    EXPECT_EQ(partition, each.partition) << each.name;
    for (const char* kind : {"-stray", "-delete", "-future"}) {
      ParsePartitionName(absl::StrCat(each.name, ".", mark, kind), &topic, &partition);
      EXPECT_EQ(topic, each.topic) << each.name << kind;
    }
  }
}

// Each of a thousand headers claims a quarter of the file, and none is one: the work
// is bounded, and what was read before is there.
TEST_F(LogDirectoryTest, HeadersThatClaimMuchCostABoundedTime) {
  std::string claims;
  for (int i = 0; i < 2000; ++i) {
    std::string header(kBatchHeaderBytes, '\0');
    header[6] = 1;             // An offset that could come.
    header[9] = 0x01;          // 64 KiB and more.
    header[16] = 2;
    claims += header;
  }
  SetSegment(0, Batch({0, 1}) + claims + std::string(70 << 10, 'x'));
  const Read read = ReadAll(/*skip=*/true);
  ASSERT_TRUE(read.status.ok()) << read.status;
  EXPECT_EQ(read.records, written_);
  ASSERT_TRUE(read.directory->torn_tail().has_value());
}

TEST(LogBatch, ASearchEndsWithItsBudget) {
  ModelFileSystem fs;
  ASSERT_TRUE(fs.CreateDirectory("/d").ok());
  std::string header(kBatchHeaderBytes, '\0');
  header[7] = 3;
  header[11] = 100;
  header[16] = 2;
  TestRecord record = RecordAt(5);
  const std::string bytes =
      "x" + header + std::string(51, 'x') + BatchBytes({record.View()}, {});
  fs.SetContent("/d/f", bytes);
  const auto file = fs.OpenForRead("/d/f");
  const auto size = static_cast<int64_t>(bytes.size());
  const Resync resync = {.from = 0, .after_offset = 0, .offset_limit = 1000};
  int64_t enough = SearchBudget(size);
  EXPECT_EQ(FindNextLogBatch(**file, size, resync, &enough).value(),
            1 + kBatchHeaderBytes + 51);
  EXPECT_EQ(enough, SearchBudget(size) - 112);
  int64_t too_little = 100;
  EXPECT_EQ(FindNextLogBatch(**file, size, resync, &too_little).value(), std::nullopt);
}

// Whatever the bytes are: no crash, no record that was not there, and an end.
TEST_F(LogDirectoryTest, HostileBytesAreReadToTheirEnd) {
  std::mt19937_64 random(17);
  const std::string good = Batch({0, 1}) + Batch({2}, {.codec = Compression::kLz4}) +
                           Batch({3, 4}, {.codec = Compression::kZstd}) + Batch({5});
  for (int i = 0; i < 2000; ++i) {
    std::string bad = good;
    for (uint64_t changes = 1 + random() % 6; changes > 0; --changes) {
      bad[random() % bad.size()] = static_cast<char>(random());
    }
    if (random() % 4 == 0) bad.resize(random() % bad.size() + 1);
    SetSegment(0, bad);
    const Read read = ReadAll(/*skip=*/true);
    EXPECT_TRUE(read.status.ok()) << i << ": " << read.status;
    int64_t last = -1;
    for (const TestRecord& record : read.records) {
      EXPECT_GT(record.offset, last);
      last = record.offset;
    }
  }
}

}  // namespace
}  // namespace sr
