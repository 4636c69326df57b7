// The checkpoint record: what was written is read back, anything else is
// refused.
#include "core/kafka/checkpoint.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace sr {
namespace {

using ::testing::HasSubstr;

Checkpoint Sample() {
  Checkpoint checkpoint;
  checkpoint.source = {"0f3c", 2, "5L6g3nShT-eMCtK--X86sw", "_schemas"};
  checkpoint.position.next_offset = 9223372036854775807;
  checkpoint.position.records = 17;
  checkpoint.position.chain = Xxh3_128("chain");
  checkpoint.position.anchors = {{3, -1, Xxh3_128("a")},
                                 {900, 1700000000000, Xxh3_128("b")}};
  checkpoint.transaction_records = 2;
  checkpoint.prev_shadow_end = 21;
  return checkpoint;
}

TEST(Checkpoint, IsReadBackAsWritten) {
  const auto read = DecodeCheckpoint(EncodeCheckpoint(Sample()));
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_TRUE(read->source == Sample().source);
  EXPECT_EQ(read->position.next_offset, 9223372036854775807);
  EXPECT_EQ(read->position.records, 17);
  EXPECT_TRUE(read->position.chain == Xxh3_128("chain"));
  ASSERT_EQ(read->position.anchors.size(), 2);
  EXPECT_EQ(read->position.anchors[0].timestamp, -1);
  EXPECT_EQ(read->position.anchors[1].offset, 900);
  EXPECT_TRUE(read->position.anchors[1].content == Xxh3_128("b"));
  EXPECT_EQ(read->transaction_records, 2);
  EXPECT_EQ(read->prev_shadow_end, 21);
}

TEST(Checkpoint, OfAnEmptyShadowHasNoAnchors) {
  const auto read = DecodeCheckpoint(EncodeCheckpoint(Checkpoint()));
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_TRUE(read->position.anchors.empty());
}

TEST(Checkpoint, IgnoresMembersItDoesNotKnow) {
  const std::string text = absl::StrReplaceAll(
      EncodeCheckpoint(Sample()), {{"\"version\"", "\"x\":{},\"version\""}});
  EXPECT_TRUE(DecodeCheckpoint(text).ok());
}

TEST(Checkpoint, SaysThatANewerVersionIsNewer) {
  const std::string text = absl::StrReplaceAll(
      EncodeCheckpoint(Sample()), {{"\"version\":1", "\"version\":2"}});
  EXPECT_TRUE(absl::IsUnimplemented(DecodeCheckpoint(text).status()));
}

TEST(Checkpoint, CutAnywhereIsDamage) {
  const std::string text = EncodeCheckpoint(Sample());
  for (size_t size = 0; size < text.size(); ++size) {
    EXPECT_TRUE(absl::IsDataLoss(DecodeCheckpoint(text.substr(0, size)).status()))
        << size;
  }
}

TEST(Checkpoint, LackingAnyMemberIsDamage) {
  for (const char* name :
       {"version", "store_id", "generation", "source_cluster_id",
        "source_topic", "next_offset", "records", "chain", "anchors",
        "transaction_records", "prev_shadow_end", "offset", "timestamp",
        "content"}) {
    const std::string text = absl::StrReplaceAll(
        EncodeCheckpoint(Sample()),
        {{absl::StrCat("\"", name, "\""), "\"other\""}});
    EXPECT_TRUE(absl::IsDataLoss(DecodeCheckpoint(text).status())) << name;
  }
}

struct Damage {
  const char* from;
  const char* to;
};

class CheckpointDamage : public ::testing::TestWithParam<Damage> {};

TEST_P(CheckpointDamage, IsRefused) {
  const std::string good = EncodeCheckpoint(Sample());
  ASSERT_THAT(good, HasSubstr(GetParam().from));
  const std::string bad =
      absl::StrReplaceAll(good, {{GetParam().from, GetParam().to}});
  EXPECT_TRUE(absl::IsDataLoss(DecodeCheckpoint(bad).status())) << bad;
}

INSTANTIATE_TEST_SUITE_P(
    All, CheckpointDamage,
    ::testing::Values(
        Damage{"\"version\":1", "\"version\":0"},
        Damage{"\"version\":1", "\"version\":\"1\""},
        Damage{"\"generation\":2", "\"generation\":-2"},
        Damage{"\"records\":17", "\"records\":-17"},
        Damage{"\"records\":17", "\"records\":0"},   // But has anchors.
        Damage{"\"records\":17", "\"records\":1"},   // Fewer than the last 2.
        Damage{"\"records\":17", "\"records\":1.7"},
        Damage{"9223372036854775807", "9223372036854775808"},
        Damage{"9223372036854775807", "900"},        // At the last anchor.
        Damage{"\"offset\":3", "\"offset\":901"},    // Out of order.
        Damage{"\"offset\":3", "\"offset\":-3"},
        Damage{"\"chain\":\"", "\"chain\":\"0"},
        Damage{"\"content\":\"", "\"content\":\"x"},
        Damage{"\"prev_shadow_end\":21", "\"prev_shadow_end\":-1"},
        Damage{"}", "}}"}));

}  // namespace
}  // namespace sr
