// The parts of the format on their own: names, entries, manifest.
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "core/archive/commit_entry.h"
#include "core/archive/layout.h"
#include "core/archive/manifest.h"
#include "core/base/digests.h"
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
    manifest.format_version = 1;
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

// Two sealed segments, from offset 20 on, the second behind the first.
Manifest SealedManifest() {
  Manifest manifest = SomeManifest();
  manifest.sealed_from = 20;
  manifest.segment_begun_ms = 1700000000000;
  SealedSegment sealed;
  sealed.segment = 20;
  sealed.first_offset = 22;
  sealed.min_timestamp = -1;
  sealed.max_timestamp = 1700000000001;
  sealed.last_commit = SomeEntry();
  sealed.last_commit.last_offset = 29;
  sealed.log_sha256 = Sha256("a");
  sealed.commits_bytes = 64;
  sealed.commits_sha256 = Sha256("b");
  manifest.sealed.push_back(sealed);
  sealed.segment = sealed.first_offset = 30;
  sealed.last_commit.sequence += 2;
  sealed.last_commit.last_offset = 39;
  sealed.last_commit.records += 3;
  sealed.commits_bytes = 128;
  manifest.sealed.push_back(sealed);
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

TEST(ManifestTest, SealsRoundTrip) {
  const Manifest manifest = SealedManifest();
  const std::string text = EncodeManifest(manifest);
  const absl::StatusOr<Manifest> decoded = DecodeManifest(text);
  ASSERT_TRUE(decoded.ok()) << decoded.status() << text;
  EXPECT_EQ(EncodeManifest(*decoded), text);
  EXPECT_EQ(decoded->sealed_from, 20);
  EXPECT_EQ(decoded->segment_begun_ms, 1700000000000);
  ASSERT_EQ(decoded->sealed.size(), 2u);
  EXPECT_EQ(FindSeal(*decoded, 30), &decoded->sealed[1]);
  EXPECT_EQ(decoded->sealed[1].commits_bytes, 128);
  for (const int64_t none : {0, 21, 29, 31, 40}) {
    EXPECT_EQ(FindSeal(*decoded, none), nullptr) << none;
  }
}

TEST(ManifestTest, SealsThatNoWriterWritesAreRefused) {
  std::vector<Manifest> bad(9, SealedManifest());
  bad[0].sealed[0].segment = 19;
  bad[1].sealed[0].first_offset = 19;
  bad[2].sealed[0].last_commit.last_offset = 21;
  bad[3].sealed[0].commits_bytes = 0;
  bad[4].sealed[0].commits_bytes = 65;
  bad[5].sealed[1].segment = 29;
  bad[6].sealed[1].last_commit.sequence -= 2;
  bad[7].sealed[1].last_commit.records -= 3;
  std::swap(bad[8].sealed[0], bad[8].sealed[1]);
  for (const Manifest& manifest : bad) {
    EXPECT_EQ(DecodeManifest(EncodeManifest(manifest)).status().code(),
              absl::StatusCode::kDataLoss)
        << &manifest - &bad[0];
  }
}

// ArchiveWriter counts on a seal's size when it bounds their number.
TEST(ManifestTest, ASealHasLessThan700Bytes) {
  Manifest manifest;
  const size_t empty = EncodeManifest(manifest).size();
  constexpr int64_t kMany = std::numeric_limits<int64_t>::max() - 63;
  SealedSegment sealed;
  sealed.segment = sealed.first_offset = kMany - 1;
  sealed.min_timestamp = sealed.max_timestamp =
      std::numeric_limits<int64_t>::min();
  sealed.last_commit = {kMany, kMany, kMany, kMany, {}};
  sealed.commits_bytes = kMany;
  manifest.sealed.push_back(sealed);
  EXPECT_LT(EncodeManifest(manifest).size() - empty, 700u);
}

TEST(ManifestTest, EveryFlippedBitAndEveryTruncationIsFound) {
  const std::string text = EncodeManifest(SealedManifest());
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
  const std::string from = "\"format_version\": 2";
  text.replace(text.find(from), from.size(), "\"format_version\": 3");
  const std::string member = ",\n  \"xxh3_128\": \"";
  text.resize(text.rfind(member));
  const std::string digest = ToHex(Xxh3_128(text));
  text += member + digest + "\"\n}\n";
  const absl::Status status = DecodeManifest(text).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnimplemented);
  EXPECT_THAT(std::string(status.message()), HasSubstr("format version 3"));
}

}  // namespace
}  // namespace sr
