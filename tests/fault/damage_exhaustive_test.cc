// Every single damage of a kind, to every file of an archive: found, in the right
// file, at the right bytes, for the right offsets, as what it is.
//
//   SR_EXHAUSTIVE=400 damage_exhaustive_test
//
// does it to more than 256 KiB in two generations; without, to 6. Shards share the work
// (GTEST_TOTAL_SHARDS). docs/fault-campaign.md has what it gave.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <set>
#include <string>
#include <vector>

#include "tests/fault/two_generations.h"

namespace sr {
namespace {

using testing::IsEmpty;

constexpr size_t kSlices = 8;

using Kinds = std::set<DamageKind>;

class DamageExhaustiveTest : public TwoGenerations {
 protected:
  void SetUp() override {
    const char* const kib = std::getenv("SR_EXHAUSTIVE");
    Build(kib != nullptr ? std::max(std::atoi(kib), 6) : 6);
  }
  void TearDown() override {
    std::printf("%lld damages\n", static_cast<long long>(count_));
  }

  // What damage to the content of this file may be called.
  static Kinds ContentKinds(const std::string& path) {
    if (absl::EndsWith(path, ".log")) {
      return {DamageKind::kBatchCorrupt, DamageKind::kChainMismatch};
    }
    if (absl::EndsWith(path, ".commits")) return {DamageKind::kCommitCorrupt};
    if (absl::EndsWith(path, "SHA256SUMS")) return {DamageKind::kSumsCorrupt};
    return {DamageKind::kManifestCorrupt};
  }

  // Puts `content` into `path`, looks, and puts everything back. A finding of
  // one of `kinds` must name the file, cover the first byte that is another, and
  // the offsets that are there; nothing may be called by any other kind or in any
  // other file.
  void Expect(const std::string& path, const std::string& content,
              const Kinds& kinds, const std::string& what) {
    const std::string& good = good_.at(path);
    if (content == good) return;
    const size_t at = static_cast<size_t>(
        std::mismatch(good.begin(), good.end(), content.begin(), content.end())
            .first -
        good.begin());
    ++count_;
    fs_.SetContent(path, content);
    const std::vector<StorageDamage> damage = ScanOf(GenerationOfPath(path));
    fs_.SetContent(path, good);
    bool found = false;
    for (const StorageDamage& d : damage) {
      ASSERT_TRUE(absl::EndsWith(path, d.file) && kinds.count(d.kind) > 0)
          << what << ": " << d.file << " " << d.begin << ".." << d.end << " "
          << d.detail;
      found = found || Covers(d, path, at);
    }
    ASSERT_TRUE(found) << what << ": "
                       << (damage.empty() ? "nothing found"
                                          : damage[0].detail);
  }

  // The manifest and the sums are judged as a whole, a .log and a .commits by the
  // commit. Behind the last one there are no offsets.
  bool Covers(const StorageDamage& damage, const std::string& path,
              size_t at) const {
    if (!HasBlocks(path)) return damage.begin == 0;
    const bool bytes = damage.begin <= static_cast<int64_t>(at) &&
                       static_cast<int64_t>(at) <
                           std::max(damage.end, damage.begin + 1);
    if (!bytes || at >= good_.at(path).size()) return bytes;
    const Block& block = BlockAt(path, at);
    return damage.first_offset.has_value() &&
           *damage.first_offset <= block.last_offset &&
           damage.last_offset.value_or(block.last_offset) >= block.first_offset;
  }

  // Some finding of the generation of `path` is of this kind and names it.
  void ExpectNamed(const std::string& path, DamageKind kind,
                   const std::string& what) {
    ++count_;
    const std::vector<StorageDamage> damage = ScanOf(GenerationOfPath(path));
    const bool named = std::any_of(
        damage.begin(), damage.end(), [&](const StorageDamage& d) {
          return d.kind == kind && absl::EndsWith(path, d.file);
        });
    EXPECT_TRUE(named) << what << ": " << damage.size() << " findings";
    for (const StorageDamage& d : damage) {
      EXPECT_TRUE(IsDamage(d.kind)) << what << ": " << d.detail;
    }
  }

  int64_t count_ = 0;
};

// A slice of the places, so that processes can share the work.
class DamageSliceTest : public DamageExhaustiveTest,
                        public testing::WithParamInterface<size_t> {
 protected:
  bool IsOurs(size_t i) const { return i % kSlices == GetParam(); }
};

TEST_P(DamageSliceTest, FlippedBits) {
  for (const auto& [path, good] : good_) {
    std::string content = good;
    for (size_t at = GetParam(); at < good.size(); at += kSlices) {
      for (int bit = 0; bit < 8; ++bit) {
        content[at] = static_cast<char>(good[at] ^ (1 << bit));
        Expect(path, content, ContentKinds(path),
               absl::StrCat(path, " byte ", at, " bit ", bit));
        if (HasFatalFailure()) return;
      }
      content[at] = good[at];
    }
  }
}

TEST_P(DamageSliceTest, Truncations) {
  for (const auto& [path, good] : good_) {
    Kinds kinds = ContentKinds(path);
    kinds.insert(DamageKind::kFileTruncated);
    kinds.insert(DamageKind::kFileMissing);  // All of it.
    for (size_t size = GetParam(); size < good.size(); size += kSlices) {
      Expect(path, good.substr(0, size), kinds,
             absl::StrCat(path, " cut to ", size));
      if (HasFatalFailure()) return;
    }
  }
}

TEST_P(DamageSliceTest, Blocks) {
  for (const size_t size : {size_t{512}, size_t{4096}}) {
    for (const auto& [path, good] : good_) {
      Kinds kinds = ContentKinds(path);
      kinds.insert(DamageKind::kExtraBytes);
      for (size_t i = 0; i * size < good.size(); ++i) {
        if (!IsOurs(i)) continue;
        const size_t at = i * size;
        const std::string block = good.substr(at, size);
        std::string content = good;
        content.replace(at, size, std::string(block.size(), '\0'));
        const std::string what = absl::StrCat(path, " block ", at, " of ", size);
        Expect(path, content, kinds, what + " zeroed");
        content = good;
        content.insert(at, block);
        Expect(path, content, kinds, what + " doubled");
        for (size_t j = i + 1; (j + 1) * size <= good.size(); ++j) {
          content = good;
          content.replace(at, size, good, j * size, size);
          content.replace(j * size, size, block);
          Expect(path, content, kinds,
                 absl::StrCat(what, " swapped with ", j * size));
          if (HasFatalFailure()) return;
        }
        if (HasFatalFailure()) return;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Slices, DamageSliceTest,
                         testing::Range(size_t{0}, kSlices));

TEST_F(DamageExhaustiveTest, EachFileDeletedOrRenamed) {
  for (const auto& [path, good] : good_) {
    fs_.Delete(path);
    ExpectNamed(path, DamageKind::kFileMissing, path + " deleted");
    const std::string directory = path.substr(0, path.rfind('/') + 1);
    for (const char* name : {"notes", "00000000000000000007.log.bak"}) {
      fs_.SetContent(directory + name, good);
      const std::string what = absl::StrCat(path, " renamed to ", name);
      ExpectNamed(path, DamageKind::kFileMissing, what);
      // Without a manifest nobody knows what belongs there.
      if (!absl::EndsWith(path, kManifestName)) {
        ExpectNamed(directory + name, DamageKind::kUnknownFile, what);
      }
      fs_.Delete(directory + name);
    }
    fs_.SetContent(path, good);
  }
}

// What is in a file's place is another file: of this archive, of another store
// with the same records, or of this one as it was before.
TEST_F(DamageExhaustiveTest, EachFileInThePlaceOfEachOther) {
  for (const auto& file : good_) {
    const std::string& path = file.first;  // clang 14 captures no bindings.
    const std::string& good = file.second;
    std::vector<std::pair<std::string, std::string>> others;
    for (const auto& [from, content] : good_) others.emplace_back(from, content);
    others.emplace_back("another store", other_.at(path));
    if (older_.count(path) > 0) {
      others.emplace_back("an older version", older_.at(path));
    }
    for (const auto& [from, content] : others) {
      if (content == good) continue;
      ++count_;
      fs_.SetContent(path, content);
      const auto damage = ScanOf(GenerationOfPath(path));
      const std::string what = absl::StrCat(path, " replaced by ", from);
      EXPECT_THAT(damage, testing::Not(IsEmpty())) << what;
      // A manifest of another store is whole; to it all the commits are wrong.
      const bool other_manifest =
          from == "another store" && absl::EndsWith(path, kManifestName);
      const bool named = std::any_of(
          damage.begin(), damage.end(), [&](const StorageDamage& d) {
            return IsDamage(d.kind) &&
                   (other_manifest ? absl::EndsWith(d.file, kCommitsSuffix)
                                   : absl::EndsWith(path, d.file));
          });
      EXPECT_TRUE(named) << what << ": found only "
                         << (damage.empty() ? "" : damage[0].file) << " "
                         << (damage.empty() ? "" : damage[0].detail);
      fs_.SetContent(path, good);
    }
  }
}

}  // namespace
}  // namespace sr
