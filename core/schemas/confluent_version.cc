#include "core/schemas/confluent_version.h"

#include <limits>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace sr {
namespace {

constexpr int kNewestPatch = std::numeric_limits<int>::max();

// Whether `version` has what came first in `firsts`, one release for each line
// that got it, oldest first; lines above the newest all have it.
bool Has(const ConfluentVersion& version,
         const std::vector<ConfluentVersion>& firsts) {
  for (const ConfluentVersion& first : firsts) {
    if (first.major == version.major && first.minor == version.minor) {
      return !(version < first);
    }
  }
  return !(version < firsts.back());
}

}  // namespace

std::optional<ConfluentVersion> ConfluentVersion::Parse(
    absl::string_view text) {
  const std::vector<absl::string_view> parts = absl::StrSplit(text, '.');
  if (parts.size() < 2 || parts.size() > 3) return std::nullopt;
  int numbers[3] = {0, 0, kNewestPatch};
  for (size_t i = 0; i < parts.size(); ++i) {
    if (!absl::SimpleAtoi(parts[i], &numbers[i]) || numbers[i] < 0) {
      return std::nullopt;
    }
  }
  return ConfluentVersion{numbers[0], numbers[1], numbers[2]};
}

std::string ConfluentVersion::ToString() const {
  const std::string line = absl::StrCat(major, ".", minor);
  return patch == kNewestPatch ? line : absl::StrCat(line, ".", patch);
}

bool ConfluentVersion::KnowsKeyType(KeyType type) const {
  switch (type) {
    case KeyType::kSchema:
    case KeyType::kConfig:
    case KeyType::kNoop:
      return true;
    case KeyType::kDeleteSubject:
      return Has(*this, {{3, 3, 0}});
    case KeyType::kMode:
    case KeyType::kClearSubject:
      return Has(*this, {{5, 2, 0}});
    case KeyType::kContext:
      return Has(*this, {{7, 0, 0}});
    case KeyType::kAssociation:
      return Has(*this, {{8, 0, 4}, {8, 1, 2}, {8, 2, 0}});
  }
  return false;
}

bool ConfluentVersion::IgnoresUnknownMembers() const {
  return Has(*this, {{6, 0, 3}, {6, 1, 2}, {6, 2, 0}});
}

bool ConfluentVersion::RefusesDuplicateIds() const {
  return Has(*this, {{4, 1, 3}, {5, 0, 2}, {5, 1, 1}});
}

}  // namespace sr
