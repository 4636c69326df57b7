#include "core/record/batch_codec.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "core/base/digests.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/reference/reference_decoder.h"
#include "tests/support/record_generator.h"
#include "tests/support/vector_source.h"

namespace sr {
namespace {

constexpr size_t kCrcAt = 17;
constexpr size_t kAttributesAt = 21;

std::vector<TestRecord> Owned(const RecordBatch& batch) {
  std::vector<TestRecord> records;
  for (const Record& record : batch) records.push_back(TestRecord::Of(record));
  return records;
}

// Encodes `records` into as many batches as they need.
std::string EncodeAll(const std::vector<TestRecord>& records,
                      Compression compression) {
  std::vector<Record> views;
  for (const TestRecord& record : records) views.push_back(record.View());
  std::string out;
  size_t begin = 0;
  while (begin < views.size()) {
    size_t end = begin + 1;
    while (end < views.size() && CanShareBatch(views[begin], views[end])) ++end;
    EXPECT_TRUE(EncodeBatch(absl::MakeConstSpan(views).subspan(
                                begin, end - begin),
                            compression, &out)
                    .ok());
    begin = end;
  }
  return out;
}

absl::StatusOr<std::vector<TestRecord>> DecodeAll(const std::string& bytes) {
  RecordBatch batch;
  absl::string_view rest = bytes;
  while (!rest.empty()) {
    absl::StatusOr<BatchHeader> header = DecodeBatch(rest, {}, &batch);
    if (!header.ok()) return header.status();
    rest.remove_prefix(static_cast<size_t>(header->size_bytes()));
  }
  return Owned(batch);
}

std::string OneBatch(Compression compression = Compression::kNone) {
  return EncodeAll({TestRecord{.offset = 7, .key = "k", .value = "v",
                               .headers = {{"h", "x"}}},
                    TestRecord{.offset = 9, .value = ""}},
                   compression);
}

// Rewrites the CRC so that what lies behind it is looked at.
void FixCrc(std::string* batch) {
  const uint32_t crc = Crc32c(absl::string_view(*batch).substr(kAttributesAt));
  for (int i = 0; i < 4; ++i) {
    (*batch)[kCrcAt + static_cast<size_t>(i)] =
        static_cast<char>(crc >> (24 - 8 * i));
  }
}

absl::Status DecodeOne(const std::string& batch) {
  RecordBatch records;
  return DecodeBatch(batch, {}, &records).status();
}

TEST(BatchCodec, HoldsWhatWasEncoded) {
  for (const Compression compression :
       {Compression::kNone, Compression::kZstd}) {
    const uint64_t seed = TestSeed(1);
    const std::vector<TestRecord> records =
        RecordGenerator(seed, {.offset_gap_max = 1000}).Take(2000);
    const absl::StatusOr<std::vector<TestRecord>> decoded =
        DecodeAll(EncodeAll(records, compression));
    ASSERT_TRUE(decoded.ok()) << decoded.status() << ReplayHint(seed);
    EXPECT_EQ(*decoded, records) << ReplayHint(seed);
  }
}

TEST(BatchCodec, AgreesWithTheReferenceOnGeneratedRecords) {
  const uint64_t seed = TestSeed(2);
  const std::vector<TestRecord> records =
      RecordGenerator(seed, {.offset_gap_max = 50}).Take(2000);
  const std::string log = EncodeAll(records, Compression::kNone);
  const auto reference = ReferenceDecode(log);
  ASSERT_TRUE(reference.has_value()) << ReplayHint(seed);
  EXPECT_EQ(*reference, records) << ReplayHint(seed);
}

TEST(BatchCodec, AgreesWithTheReferenceOnEveryChangedByte) {
  const std::string good = OneBatch();
  for (size_t at = 0; at < good.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string bad = good;
      bad[at] = static_cast<char>(bad[at] ^ (1 << bit));
      if (at >= kAttributesAt) FixCrc(&bad);
      const auto reference = ReferenceDecode(bad);
      const auto decoded = DecodeAll(bad);
      // The production code refuses more (rising offsets, reserved bits); what
      // it accepts must be what the reference reads.
      if (decoded.ok()) {
        ASSERT_TRUE(reference.has_value()) << "byte " << at << " bit " << bit;
        EXPECT_EQ(*decoded, *reference) << "byte " << at << " bit " << bit;
      }
    }
  }
}

TEST(BatchCodec, EveryChangedByteUnderTheCrcIsFound) {
  const std::string good = OneBatch();
  for (size_t at = kCrcAt; at < good.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string bad = good;
      bad[at] = static_cast<char>(bad[at] ^ (1 << bit));
      EXPECT_EQ(DecodeOne(bad).code(), absl::StatusCode::kDataLoss)
          << "byte " << at << " bit " << bit;
    }
  }
}

TEST(BatchCodec, EveryTruncationIsFound) {
  for (const Compression compression :
       {Compression::kNone, Compression::kZstd}) {
    const std::string good = OneBatch(compression);
    for (size_t size = 0; size < good.size(); ++size) {
      EXPECT_EQ(DecodeOne(good.substr(0, size)).code(),
                absl::StatusCode::kOutOfRange)
          << size;
    }
  }
}

TEST(BatchCodec, HostileContentNeverCrashes) {
  const uint64_t seed = TestSeed(3);
  std::mt19937_64 random(seed);
  const std::string plain =
      EncodeAll(RecordGenerator(seed).Take(40), Compression::kNone);
  const std::string packed = OneBatch(Compression::kZstd);
  for (int i = 0; i < 20000; ++i) {
    std::string bad = i % 2 == 0 ? plain : packed;
    for (int changes = 0; changes < 3; ++changes) {
      bad[random() % bad.size()] = static_cast<char>(random());
    }
    FixCrc(&bad);
    RecordBatch records;
    (void)DecodeBatch(bad, {.size_bytes_max = 1 << 20}, &records);
  }
}

TEST(BatchCodec, RefusesAFrameThatDecompressesBeyondTheLimit) {
  const std::string bomb = EncodeAll(
      {TestRecord{.offset = 0, .value = std::string(10 << 20, 'a')}},
      Compression::kZstd);
  ASSERT_LT(bomb.size(), 100000u);
  RecordBatch records;
  const absl::Status status =
      DecodeBatch(bomb, {.size_bytes_max = 1 << 20}, &records).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(status.message()),
              testing::HasSubstr("decompresses to more than"));
}

TEST(BatchCodec, RefusesARecordCountThatCannotFit) {
  std::string bad = OneBatch();
  bad[57] = 0x7F;  // The count's highest byte.
  FixCrc(&bad);
  EXPECT_EQ(DecodeOne(bad).code(), absl::StatusCode::kDataLoss);
}

TEST(BatchCodec, SaysWhatItCannotRead) {
  std::string control = OneBatch();
  control[kAttributesAt + 1] = 0x30;
  FixCrc(&control);
  EXPECT_EQ(DecodeOne(control).code(), absl::StatusCode::kUnimplemented);
  std::string unknown = OneBatch();
  unknown[kAttributesAt + 1] = 0x05;
  FixCrc(&unknown);
  EXPECT_EQ(DecodeOne(unknown).code(), absl::StatusCode::kUnimplemented);
  std::string old = OneBatch();
  old[16] = 1;
  EXPECT_EQ(DecodeOne(old).code(), absl::StatusCode::kUnimplemented);
}

TEST(BatchCodec, RefusesOffsetsThatFallBackBelowTheBatchBefore) {
  const std::string batch = OneBatch();
  RecordBatch records;
  ASSERT_TRUE(DecodeBatch(batch, {}, &records).ok());
  EXPECT_EQ(DecodeBatch(batch, {}, &records).status().code(),
            absl::StatusCode::kDataLoss);
}

// The CRC and the header's layout by an example small enough to check by hand.
TEST(BatchCodec, WritesTheBytesOfTheFormat) {
  const std::string batch = EncodeAll(
      {TestRecord{.offset = 5, .timestamp = 1, .key = "k"}}, Compression::kNone);
  const std::string expected_tail(
      "\x12"      // Length 9.
      "\x00"      // Attributes.
      "\x00\x00"  // Timestamp and offset deltas.
      "\x02k"     // Key of 1 byte.
      "\x01"      // Null value.
      "\x00",     // No headers.
      8);
  ASSERT_EQ(batch.size(), 61 + 8u);
  EXPECT_EQ(batch.substr(61, 1), std::string("\x0e", 1));
  EXPECT_EQ(batch.substr(62), expected_tail.substr(1));
  EXPECT_EQ(batch.substr(0, 8), std::string("\0\0\0\0\0\0\0\5", 8));
  EXPECT_EQ(batch.substr(8, 4), std::string("\0\0\0\x39", 4));
  EXPECT_EQ(batch[16], 2);
  EXPECT_EQ(batch.substr(43, 14), std::string(14, '\xff'));
  EXPECT_EQ(Crc32c("123456789"), 0xE3069283u);
  EXPECT_EQ(ReferenceCrc32c("123456789"), 0xE3069283u);
}

// Extra: logs that real brokers wrote for real registries.
TEST(BatchCodec, AgreesWithTheReferenceOnRealLogs) {
  const std::filesystem::path shared = "../shared/golden";
  if (!std::filesystem::exists(shared)) {
    GTEST_SKIP() << "../shared/golden is not there; this test is an extra";
  }
  int logs = 0;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(shared)) {
    if (entry.path().extension() != ".log") continue;
    std::ifstream file(entry.path(), std::ios::binary);
    std::stringstream content;
    content << file.rdbuf();
    const auto decoded = DecodeAll(content.str());
    // A log with control batches: tests/core/logdir.
    if (decoded.status().code() == absl::StatusCode::kUnimplemented) continue;
    ASSERT_TRUE(decoded.ok()) << entry.path() << ": " << decoded.status();
    const auto reference = ReferenceDecode(content.str());
    if (!reference.has_value()) continue;  // Compressed.
    EXPECT_EQ(*decoded, *reference) << entry.path();
    ++logs;
  }
  EXPECT_GT(logs, 50);
}

}  // namespace
}  // namespace sr
