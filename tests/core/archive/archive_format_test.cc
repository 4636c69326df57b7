// The parts of the format on their own: names, entries, manifest.
#include <limits>
#include <string>
#include <vector>

#include "core/archive/commit_entry.h"
#include "core/archive/layout.h"
#include "core/archive/manifest.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace sr {
namespace {

using testing::HasSubstr;

TEST(Layout, NamesAreExact) {
  const ArchiveLayout layout("/mnt/b", 3, "_schemas");
  EXPECT_EQ(layout.log_path(42),
            "/mnt/b/gen-3/_schemas-0/00000000000000000042.log");
  EXPECT_EQ(layout.commits_path(42),
            "/mnt/b/gen-3/commits/00000000000000000042.commits");
  EXPECT_EQ(layout.Relative(layout.manifest_path()), "gen-3/MANIFEST.json");
  EXPECT_EQ(GenerationOf("gen-12"), 12);
  for (const char* bad : {"gen-0", "gen-01", "gen-", "gen--1", "gen-1x", "g"}) {
    EXPECT_FALSE(GenerationOf(bad).has_value()) << bad;
  }
  EXPECT_EQ(BaseOffsetOf("00000000000000000042.log", ".log"), 42);
  for (const char* bad :
       {"42.log", "00000000000000000042.logx", "-0000000000000000042.log",
        "99999999999999999999.log", "00000000000000000042.commits"}) {
    EXPECT_FALSE(BaseOffsetOf(bad, ".log").has_value()) << bad;
  }
}

CommitEntry SomeEntry() {
  CommitEntry entry;
  entry.sequence = 7;
  entry.position = 1000;
  entry.last_offset = 55;
  entry.records = 50;
  entry.chain = Xxh3_128("x");
  return entry;
}

TEST(CommitEntryTest, EveryFlippedBitIsFound) {
  const uint64_t seed = CommitSeed("store", 1, 0);
  std::string bytes;
  EncodeCommitEntry(SomeEntry(), seed, &bytes);
  ASSERT_EQ(bytes.size(), static_cast<size_t>(kCommitEntryBytes));
  EXPECT_EQ(DecodeCommitEntry(bytes, seed), SomeEntry());
  for (size_t at = 0; at < bytes.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string bad = bytes;
      bad[at] = static_cast<char>(bad[at] ^ (1 << bit));
      EXPECT_FALSE(DecodeCommitEntry(bad, seed).has_value()) << at;
    }
  }
}

TEST(CommitEntryTest, OfAnotherStoreGenerationOrSegmentIsInvalid) {
  std::string bytes;
  EncodeCommitEntry(SomeEntry(), CommitSeed("store", 1, 0), &bytes);
  EXPECT_FALSE(DecodeCommitEntry(bytes, CommitSeed("other", 1, 0)).has_value());
  EXPECT_FALSE(DecodeCommitEntry(bytes, CommitSeed("store", 2, 0)).has_value());
  EXPECT_FALSE(DecodeCommitEntry(bytes, CommitSeed("store", 1, 9)).has_value());
}

TEST(CommitEntryTest, OutOfRangeIsInvalidThoughItsSelfCheckHolds) {
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
  const uint64_t seed = CommitSeed("store", 1, 0);
  std::vector<CommitEntry> bad(7, SomeEntry());
  bad[0].sequence = 0;
  bad[1].sequence = kMax;
  bad[2].position = 0;
  bad[3].last_offset = -1;
  bad[4].last_offset = kMax;
  bad[5].records = 0;
  bad[6].records = kMax;
  for (const CommitEntry& entry : bad) {
    std::string bytes;
    EncodeCommitEntry(entry, seed, &bytes);
    EXPECT_FALSE(DecodeCommitEntry(bytes, seed).has_value()) << &entry - &bad[0];
    Manifest manifest;
    manifest.last_commit = CommitPlace{0, entry};
    EXPECT_EQ(DecodeManifest(EncodeManifest(manifest)).status().code(),
              absl::StatusCode::kDataLoss)
        << &entry - &bad[0];
  }
}

Manifest SomeManifest() {
  Manifest manifest;
  manifest.store_id = std::string(32, 'b');
  manifest.cluster_id = "c\"1";
  manifest.topic = "_schemas";
  manifest.first_offset = 5;
  manifest.topic_config = {{{"cleanup.policy", "compact"}, {"x", ""}}};
  manifest.closed = true;
  manifest.last_commit = CommitPlace{5, SomeEntry()};
  return manifest;
}

TEST(ManifestTest, RoundTrips) {
  for (const bool full : {true, false}) {
    Manifest manifest = SomeManifest();
    if (!full) {
      manifest.topic_config.reset();
      manifest.last_commit.reset();
    }
    const std::string text = EncodeManifest(manifest);
    const absl::StatusOr<Manifest> decoded = DecodeManifest(text);
    ASSERT_TRUE(decoded.ok()) << decoded.status() << text;
    EXPECT_EQ(EncodeManifest(*decoded), text);
    EXPECT_EQ(decoded->topic_config, manifest.topic_config);
    EXPECT_EQ(decoded->last_commit.has_value(), full);
  }
}

TEST(ManifestTest, EveryFlippedBitAndEveryTruncationIsFound) {
  const std::string text = EncodeManifest(SomeManifest());
  for (size_t at = 0; at < text.size(); ++at) {
    EXPECT_FALSE(DecodeManifest(text.substr(0, at)).ok()) << at;
    for (int bit = 0; bit < 8; ++bit) {
      std::string bad = text;
      bad[at] = static_cast<char>(bad[at] ^ (1 << bit));
      EXPECT_FALSE(DecodeManifest(bad).ok()) << at;
    }
  }
  EXPECT_FALSE(DecodeManifest(text + " ").ok());
}

TEST(ManifestTest, OfANewerFormatIsRefusedAsSuch) {
  std::string text = EncodeManifest(SomeManifest());
  const std::string from = "\"format_version\": 1";
  text.replace(text.find(from), from.size(), "\"format_version\": 2");
  const std::string member = ",\n  \"xxh3_128\": \"";
  text.resize(text.rfind(member));
  const std::string digest = ToHex(Xxh3_128(text));
  text += member + digest + "\"\n}\n";
  const absl::Status status = DecodeManifest(text).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnimplemented);
  EXPECT_THAT(std::string(status.message()), HasSubstr("format version 2"));
}

}  // namespace
}  // namespace sr
