// Any bytes as a .commits file: each slot is an entry, byte for byte what a
// writer writes, or none.
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "core/archive/commit_file.h"
#include "core/base/check.h"
#include "core/base/digests.h"
#include "tests/support/model_file_system.h"

namespace sr {
namespace {

constexpr char kPath[] = "/b/00000000000000000000.commits";
constexpr size_t kSlot = kCommitEntryBytes;
constexpr size_t kSelfCheckAt = 56;

uint64_t Seed() { return CommitSeed("0123456789abcdef0123456789abcdef", 1, 0); }

// `bytes` with the self-check that a writer would have given each slot.
std::string WithSelfChecks(absl::string_view bytes) {
  std::string file(bytes);
  for (size_t at = 0; at + kSlot <= file.size(); at += kSlot) {
    const uint64_t digest =
        Xxh3_64(absl::string_view(file).substr(at, kSelfCheckAt), Seed());
    for (size_t i = 0; i < 8; ++i) {
      file[at + kSelfCheckAt + i] = static_cast<char>(digest >> (8 * i));
    }
  }
  return file;
}

void CheckSlots(const std::string& bytes, const CommitFile& commits) {
  SR_CHECK(commits.slots.size() == bytes.size() / kSlot);
  SR_CHECK(commits.size_bytes() == static_cast<int64_t>(bytes.size()));
  SR_CHECK(commits.slots_to_last_valid() <= commits.slots.size());
  const CommitEntry* previous = nullptr;
  for (size_t i = 0; i < commits.slots.size(); ++i) {
    if (!commits.slots[i].has_value()) continue;
    SR_CHECK(i < commits.slots_to_last_valid());
    std::string encoded;
    EncodeCommitEntry(*commits.slots[i], Seed(), &encoded);
    SR_CHECK(encoded == bytes.substr(i * kSlot, kSlot));
    if (previous != nullptr &&
        WhyNotSuccessor(*previous, *commits.slots[i], true) == nullptr) {
      // Whoever follows cannot be followed by what it follows.
      SR_CHECK(WhyNotSuccessor(*commits.slots[i], *previous, true) != nullptr);
    }
    previous = &*commits.slots[i];
  }
}

void CheckFile(const std::string& bytes) {
  ModelFileSystem file_system;
  file_system.SetContent(kPath, bytes);
  const absl::StatusOr<CommitFile> commits =
      ReadCommitFile(&file_system, kPath, Seed());
  SR_CHECK(commits.ok());
  CheckSlots(bytes, *commits);
  if (bytes.size() < kSlot) return;
  const absl::StatusOr<CommitFile> rest =
      ReadCommitFile(&file_system, kPath, Seed(), kCommitEntryBytes);
  SR_CHECK(rest.ok());
  CheckSlots(bytes.substr(kSlot), *rest);
}

}  // namespace
}  // namespace sr

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  sr::CheckFile(bytes);
  sr::CheckFile(sr::WithSelfChecks(bytes));
  return 0;
}
