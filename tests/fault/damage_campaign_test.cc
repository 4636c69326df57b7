// Pairs of damages to an archive that was closed cleanly, drawn by seed: always found,
// and never a crash. What one damage hides, another must not.
//
//   SR_DAMAGE_PAIRS=100000 SR_DAMAGE_SEED=1 damage_campaign_test
//
// runs the full form; docs/fault-campaign.md has what it gave.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "tests/fault/two_generations.h"

namespace sr {
namespace {

using testing::IsEmpty;

int64_t FromEnvironment(const char* name, int64_t otherwise) {
  const char* const text = std::getenv(name);
  return text != nullptr ? std::atoll(text) : otherwise;
}

class DamageCampaign : public TwoGenerations {
 protected:
  void SetUp() override {
    pairs_ = FromEnvironment("SR_DAMAGE_PAIRS", 3000);
    seed_ = FromEnvironment("SR_DAMAGE_SEED", 1);
    // More than 256 KiB in the full form, a tenth of that else.
    Build(pairs_ > 10000 ? 300 : 30);
  }

  // Puts the whole archive in place, as it was.
  void Restore() {
    for (const std::string& path : fs_.Files()) {
      if (good_.count(path) == 0) fs_.Delete(path);
    }
    for (const auto& [path, content] : good_) {
      if (!fs_.Has(path) || fs_.Content(path) != content) {
        fs_.SetContent(path, content);
      }
    }
  }

  // The files of the archive that are not as they were, or not there.
  std::vector<std::string> Changed() {
    std::vector<std::string> changed;
    for (const auto& [path, content] : good_) {
      if (!fs_.Has(path) || fs_.Content(path) != content) {
        changed.push_back(path);
      }
    }
    return changed;
  }

  // Every file that was changed is named by a finding of its generation, and no
  // file that was not; but a manifest speaks for its generation: if it is damaged
  // nothing else is read, and if it is another one the others contradict it.
  void Judge(const std::vector<std::string>& changed, const std::string& what) {
    for (const int64_t generation : {1, 2}) {
      std::set<std::string> here;
      bool with_manifest = false;
      for (const std::string& path : changed) {
        if (GenerationOfPath(path) != generation) continue;
        here.insert(path.substr(std::string(kDirectory).size() + 1));
        with_manifest = with_manifest || absl::EndsWith(path, kManifestName);
      }
      std::set<std::string> named;
      for (const StorageDamage& damage : ScanOf(generation)) {
        if (IsDamage(damage.kind)) named.insert(damage.file);
      }
      if (with_manifest) {
        ASSERT_THAT(named, testing::Not(IsEmpty())) << what;
      } else {
        ASSERT_EQ(named, here) << what;
      }
    }
  }

  size_t Below(size_t end) {
    return static_cast<size_t>(random_() % std::max<size_t>(end, 1));
  }

  // Does one thing to one file that is there, and says what.
  std::string DamageOnce() {
    const std::vector<std::string> files = fs_.Files();
    const std::string& path = files[Below(files.size())];
    std::string content = fs_.Content(path);
    const size_t at = Below(content.size());
    switch (Below(9)) {
      case 0:
        if (!content.empty()) {
          content[at] = static_cast<char>(content[at] ^ (1 << Below(8)));
          fs_.SetContent(path, content);
        }
        return absl::StrCat(path, " flip ", at);
      case 1:
        fs_.SetContent(path, content.substr(0, at));
        return absl::StrCat(path, " cut to ", at);
      case 2:
      case 3:
      case 4:
        return DamageBlock(path, content, Below(2) == 0 ? 512 : 4096);
      case 5:
        fs_.Delete(path);
        return absl::StrCat(path, " deleted");
      case 6: {
        const std::string to = names_[Below(names_.size())];
        fs_.Delete(path);
        fs_.SetContent(to, content);
        return absl::StrCat(path, " renamed to ", to);
      }
      case 7:
        if (other_.count(path) > 0) fs_.SetContent(path, other_.at(path));
        return absl::StrCat(path, " of another store");
      default:
        if (older_.count(path) > 0) fs_.SetContent(path, older_.at(path));
        return absl::StrCat(path, " in an older version");
    }
  }

  // Zeroes, doubles or swaps a block, shorter at the end of a file.
  std::string DamageBlock(const std::string& path, std::string content,
                          size_t size) {
    const size_t blocks = (content.size() + size - 1) / size;
    const size_t a = Below(blocks) * size;
    const size_t b = Below(blocks) * size;
    const std::string block = content.substr(a, size);
    const size_t what = Below(3);
    if (what == 0) {
      content.replace(a, size, std::string(block.size(), '\0'));
    } else if (what == 1) {
      content.insert(a, block);
    } else {
      const std::string another = content.substr(b, size);
      if (block.size() == another.size()) {
        content.replace(a, size, another);
        content.replace(b, size, block);
      }
    }
    fs_.SetContent(path, content);
    const char* const names[] = {"zeroed", "doubled", "swapped"};
    return absl::StrCat(path, " block ", a, " of ", size, " ", names[what]);
  }

  int64_t pairs_ = 0;
  int64_t seed_ = 0;
  std::mt19937_64 random_;
};

TEST_F(DamageCampaign, EveryPairIsFound) {
  int64_t found = 0;
  int64_t unchanged = 0;
  for (int64_t i = 0; i < pairs_; ++i) {
    random_.seed(static_cast<uint64_t>(seed_ * 1'000'000'007 + i));
    const std::string first = DamageOnce();
    const std::string second = fs_.Files().empty() ? "" : DamageOnce();
    const std::vector<std::string> changed = Changed();
    Judge(changed, absl::StrCat("pair ", i, " of seed ", seed_, ": ", first,
                                "; ", second,
                                "\nrun it again: SR_DAMAGE_SEED=", seed_,
                                " SR_DAMAGE_PAIRS=", pairs_));
    if (HasFatalFailure()) return;
    ++(changed.empty() ? unchanged : found);
    Restore();
  }
  std::printf("%lld pairs found, %lld changed nothing, seed %lld\n",
              static_cast<long long>(found), static_cast<long long>(unchanged),
              static_cast<long long>(seed_));
  EXPECT_GT(found, pairs_ / 2);
}

}  // namespace
}  // namespace sr
