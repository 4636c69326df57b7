#include "core/record/record.h"

#include <string>
#include <utility>

#include "core/record/varint.h"
#include "gtest/gtest.h"
#include "tests/support/record_generator.h"
#include "tests/support/vector_source.h"

namespace sr {
namespace {

TEST(RecordBatch, KeepsBytesAfterTheirOwnerIsGone) {
  RecordBatch batch;
  {
    const TestRecord record{.offset = 3, .key = std::string(300000, 'k'),
                            .value = "v", .headers = {{"h", std::nullopt}}};
    batch.Add(record.View());
  }
  RecordBatch moved = std::move(batch);
  ASSERT_EQ(moved.size(), 1u);
  EXPECT_EQ(moved[0].key->size(), 300000u);
  EXPECT_EQ(moved[0].headers[0].name, "h");
  EXPECT_FALSE(moved[0].headers[0].value.has_value());
  EXPECT_EQ(moved.payload_bytes(), 300000u + 2);
}

TEST(RecordBatch, TellsNullFromEmpty) {
  RecordBatch batch;
  batch.Add(TestRecord{.offset = 0, .key = "", .value = std::nullopt}.View());
  ASSERT_TRUE(batch[0].key.has_value());
  EXPECT_TRUE(batch[0].key->empty());
  EXPECT_TRUE(batch[0].IsTombstone());
}

TEST(RecordBatch, DropBeforeRemovesLowerOffsetsOnly) {
  RecordBatch batch = BatchOf({TestRecord{.offset = 1, .value = "a"},
                               TestRecord{.offset = 4, .value = "bb"}});
  batch.DropBefore(4);
  ASSERT_EQ(batch.size(), 1u);
  EXPECT_EQ(batch[0].offset, 4);
  EXPECT_EQ(batch.payload_bytes(), 2u);
  batch.DropBefore(5);
  EXPECT_TRUE(batch.empty());
}

TEST(RecordBatchDeathTest, RefusesOffsetsThatDoNotRise) {
  RecordBatch batch = BatchOf({TestRecord{.offset = 1}});
  EXPECT_DEATH(batch.Add(TestRecord{.offset = 1}.View()), "broken invariant");
}

TEST(Varint, RoundTripsBorders) {
  for (const int64_t value :
       {int64_t{0}, int64_t{-1}, int64_t{63}, int64_t{-64}, int64_t{64},
        int64_t{2147483647}, int64_t{-2147483648}, INT64_MAX, INT64_MIN}) {
    std::string bytes;
    AppendVarint(value, &bytes);
    EXPECT_EQ(static_cast<int>(bytes.size()), VarintBytes(value));
    absl::string_view rest = bytes;
    int64_t read = 0;
    ASSERT_TRUE(ReadVarint64(&rest, &read)) << value;
    EXPECT_EQ(read, value);
    EXPECT_TRUE(rest.empty());
  }
}

TEST(Varint, RefusesWhatDoesNotFit) {
  const auto reads32 = [](std::string bytes) {
    absl::string_view rest = bytes;
    int32_t value;
    return ReadVarint32(&rest, &value);
  };
  EXPECT_TRUE(reads32("\xff\xff\xff\xff\x0f"));
  EXPECT_FALSE(reads32("\xff\xff\xff\xff\x1f"));
  EXPECT_FALSE(reads32("\xff\xff\xff\xff\xff\x01"));
  EXPECT_FALSE(reads32("\x80"));
  EXPECT_FALSE(reads32(""));
}

}  // namespace
}  // namespace sr
