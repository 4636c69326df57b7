#include "core/archive/commit_file.h"

#include <algorithm>
#include <memory>

#include "core/base/status_macros.h"

namespace sr {

size_t CommitFile::slots_to_last_valid() const {
  size_t count = slots.size();
  while (count > 0 && !slots[count - 1].has_value()) --count;
  return count;
}

bool CommitFile::IsInOrder() const {
  int64_t last = 0;
  for (const std::optional<CommitEntry>& slot : slots) {
    if (!slot.has_value()) continue;
    if (slot->sequence <= last) return false;
    last = slot->sequence;
  }
  return true;
}

void CommitFile::PutInOrder() {
  slots.erase(std::remove(slots.begin(), slots.end(), std::nullopt),
              slots.end());
  const auto by_sequence = [](const auto& a, const auto& b) {
    return a->sequence < b->sequence;
  };
  std::stable_sort(slots.begin(), slots.end(), by_sequence);
  const auto same = [](const auto& a, const auto& b) {
    return a->sequence == b->sequence;
  };
  slots.erase(std::unique(slots.begin(), slots.end(), same), slots.end());
}

absl::StatusOr<CommitFile> ReadCommitFile(FileSystem* file_system,
                                          const std::string& path,
                                          uint64_t seed, int64_t from) {
  ASSIGN_OR_RETURN(std::unique_ptr<ReadableFile> file,
                   file_system->OpenForRead(path));
  ASSIGN_OR_RETURN(const int64_t size, file->Size());
  CommitFile commits;
  if (size <= from) return commits;
  std::string bytes;
  RETURN_IF_ERROR(file->Read(from, size - from, &bytes));
  constexpr size_t kSlot = kCommitEntryBytes;
  for (size_t at = 0; at + kSlot <= bytes.size(); at += kSlot) {
    commits.slots.push_back(
        DecodeCommitEntry(absl::string_view(bytes).substr(at, kSlot), seed));
  }
  commits.partial_bytes = static_cast<int64_t>(bytes.size() % kSlot);
  return commits;
}

}  // namespace sr
