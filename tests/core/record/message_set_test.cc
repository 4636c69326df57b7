#include "core/record/message_set.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/support/kafka_log.h"
#include "tests/support/vector_source.h"

namespace sr {
namespace {

constexpr BatchLimits kLimits = {1 << 20};

std::vector<TestRecord> Samples(int64_t first_offset) {
  std::vector<TestRecord> samples;
  const auto add = [&](std::optional<std::string> key,
                       std::optional<std::string> value) {
    TestRecord record;
    record.offset = first_offset + 2 * static_cast<int64_t>(samples.size());
    record.timestamp += record.offset;
    record.key = std::move(key);
    record.value = std::move(value);
    samples.push_back(std::move(record));
  };
  add("{\"keytype\":\"NOOP\",\"magic\":0}", "");
  add("{\"keytype\":\"SCHEMA\"}", "{\"id\":1}");
  add("{\"keytype\":\"SCHEMA\"}", std::nullopt);
  add(std::nullopt, "no key");
  add("", std::string(3000, 'v'));
  return samples;
}

std::vector<Record> Views(const std::vector<TestRecord>& records) {
  std::vector<Record> views;
  for (const TestRecord& record : records) views.push_back(record.View());
  return views;
}

// What a reader of format `magic` sees of them.
std::vector<TestRecord> AsRead(std::vector<TestRecord> records, int8_t magic) {
  for (TestRecord& record : records) {
    if (magic == 0) record.timestamp = -1;
  }
  return records;
}

struct Decoded {
  absl::Status status;
  std::vector<TestRecord> records;
  MessageHeader last;
};

// All of `bytes`, one message after the other.
Decoded DecodeAll(absl::string_view bytes) {
  Decoded decoded;
  RecordBatch records;
  while (!bytes.empty()) {
    const auto header = DecodeMessage(bytes, kLimits, &records);
    if (!header.ok()) {
      decoded.status = header.status();
      return decoded;
    }
    decoded.last = *header;
    bytes.remove_prefix(static_cast<size_t>(header->size_bytes()));
  }
  for (const Record& record : records) {
    decoded.records.push_back(TestRecord::Of(record));
  }
  return decoded;
}

// Format 0, as Kafka 0.7 to 0.9 wrote it: every byte by hand.
TEST(MessageSet, ReadsTheBytesOfFormat0) {
  const std::string bytes(
      "\x00\x00\x00\x00\x00\x00\x00\x05"  // Offset 5.
      "\x00\x00\x00\x10"                  // 16 bytes follow.
      "\x1f\xec\xd7\x0a"                  // CRC-32 of the rest, by Python's zlib.
      "\x00\x00"                          // Format 0, no codec.
      "\x00\x00\x00\x01k"
      "\x00\x00\x00\x01v",
      28);
  const Decoded decoded = DecodeAll(bytes);
  ASSERT_TRUE(decoded.status.ok()) << decoded.status;
  ASSERT_EQ(decoded.records.size(), 1U);
  EXPECT_EQ(decoded.records[0].offset, 5);
  EXPECT_EQ(decoded.records[0].timestamp, -1);
  EXPECT_EQ(decoded.records[0].key, "k");
  EXPECT_EQ(decoded.records[0].value, "v");
}

TEST(MessageSet, ReadsPlainMessages) {
  const std::vector<TestRecord> samples = Samples(40);
  for (const int8_t magic : {0, 1}) {
    std::string bytes;
    for (const TestRecord& record : samples) {
      bytes += MessageBytes(magic, record.View());
    }
    const Decoded decoded = DecodeAll(bytes);
    ASSERT_TRUE(decoded.status.ok()) << decoded.status;
    EXPECT_EQ(decoded.records, AsRead(samples, magic));
    EXPECT_EQ(decoded.last.magic, magic);
  }
}

TEST(MessageSet, ReadsCompressedMessagesOfEachCodec) {
  const std::vector<TestRecord> samples = Samples(40);
  for (const int8_t magic : {0, 1}) {
    for (const Compression codec :
         {Compression::kGzip, Compression::kSnappy, Compression::kLz4}) {
      const Framing framing = codec == Compression::kLz4 && magic == 0
                                  ? Framing::kBrokenLz4
                                  : Framing::kUsual;
      const Decoded decoded =
          DecodeAll(CompressedMessageBytes(magic, Views(samples), codec, framing));
      ASSERT_TRUE(decoded.status.ok()) << decoded.status;
      EXPECT_EQ(decoded.records, AsRead(samples, magic)) << NameOf(codec);
      EXPECT_EQ(decoded.last.compression(), codec);
      EXPECT_EQ(decoded.last.offset, samples.back().offset);
    }
  }
}

TEST(MessageSet, TheBrokersClockIsToldOutside) {
  std::vector<TestRecord> samples = Samples(40);
  const Decoded decoded = DecodeAll(CompressedMessageBytes(
      1, Views(samples), Compression::kGzip, Framing::kUsual, 8));
  ASSERT_TRUE(decoded.status.ok()) << decoded.status;
  for (TestRecord& record : samples) {
    record.timestamp = samples.back().timestamp;
    record.timestamp_type = TimestampType::kLogAppendTime;
  }
  EXPECT_EQ(decoded.records, samples);
  const Decoded plain = DecodeAll(MessageBytes(1, samples[0].View(), 8));
  ASSERT_TRUE(plain.status.ok()) << plain.status;
  EXPECT_EQ(plain.records[0].timestamp_type, TimestampType::kLogAppendTime);
}

// The CRC covers all but offset, size and itself; a size that is another one is
// found by what then stands there.
TEST(MessageSet, EveryChangedBitIsFound) {
  const std::vector<TestRecord> samples = Samples(40);
  const std::string plain = MessageBytes(1, samples[1].View());
  const std::string packed = CompressedMessageBytes(
      1, Views(samples), Compression::kGzip, Framing::kUsual);
  for (const std::string& good : {plain, packed}) {
    for (size_t at = 8; at < good.size(); ++at) {
      for (int bit = 0; bit < 8; ++bit) {
        std::string bad = good;
        bad[at] = static_cast<char>(bad[at] ^ (1 << bit));
        EXPECT_FALSE(DecodeAll(bad).status.ok()) << "byte " << at << " bit " << bit;
      }
    }
  }
}

TEST(MessageSet, EveryTruncationIsTold) {
  const std::vector<TestRecord> samples = Samples(40);
  const std::string good = CompressedMessageBytes(
      1, Views(samples), Compression::kSnappy, Framing::kUsual);
  for (size_t size = 1; size < good.size(); ++size) {
    EXPECT_EQ(DecodeAll(good.substr(0, size)).status.code(),
              absl::StatusCode::kOutOfRange)
        << size;
  }
}

std::string Wrap(const std::string& inner, int64_t offset, int8_t magic,
                 int8_t attributes) {
  const std::string value = CompressWith(Compression::kGzip, Framing::kUsual, inner);
  Record outer;
  outer.offset = offset;
  outer.value = value;
  return MessageBytes(magic, outer, attributes);
}

TEST(MessageSet, RefusesWhatNoBrokerWrites) {
  const std::vector<TestRecord> samples = Samples(0);
  const std::string one = MessageBytes(1, samples[0].View());
  struct Case {
    const char* why;
    std::string bytes;
    const char* says;
  };
  TestRecord far = samples[1];
  far.offset = 50;
  Record without_value = samples[2].View();
  const std::vector<Case> cases = {
      {"another format inside", Wrap(MessageBytes(0, samples[0].View()), 9, 1, 1),
       "another message format"},
      {"compressed twice", Wrap(Wrap(one, 0, 1, 1), 9, 1, 1), "compressed again"},
      {"nothing inside", Wrap("", 9, 1, 1), "nothing is compressed"},
      {"cut off inside", Wrap(one.substr(0, 30), 9, 1, 1), "compressed in it"},
      {"compressed null", MessageBytes(1, without_value, 1), "no value"},
      {"inner offsets above the outer", Wrap(MessageBytes(0, far.View()), 9, 0, 1),
       "out of range"},
      {"inner offsets that reach below 0",
       Wrap(MessageBytes(1, far.View()), 9, 1, 1), "out of range"},
      {"inner offsets that fall",
       Wrap(MessageBytes(0, samples[1].View()) + MessageBytes(0, samples[0].View()), 9,
            0, 1),
       "do not rise"},
      {"the same offset twice", one + one, "do not rise"},
      {"no gzip", MessageBytes(1, samples[1].View(), 1), "gzip"},
  };
  for (const Case& each : cases) {
    const Decoded decoded = DecodeAll(each.bytes);
    EXPECT_EQ(decoded.status.code(), absl::StatusCode::kDataLoss) << each.why;
    EXPECT_TRUE(absl::StrContains(decoded.status.message(), each.says))
        << each.why << ": " << decoded.status;
  }
  EXPECT_EQ(DecodeAll(MessageBytes(2, samples[0].View())).status.code(),
            absl::StatusCode::kUnimplemented);
  EXPECT_EQ(DecodeAll(MessageBytes(1, samples[0].View(), 5)).status.code(),
            absl::StatusCode::kUnimplemented);
}

}  // namespace
}  // namespace sr
