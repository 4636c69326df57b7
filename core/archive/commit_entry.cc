#include "core/archive/commit_entry.h"

#include <cstring>
#include <limits>

#include "absl/strings/str_cat.h"

namespace sr {
namespace {

constexpr char kMagic[8] = {'S', 'R', 'C', 1, 0, 0, 0, 0};
constexpr size_t kSelfCheckAt = 56;

void AppendLittleEndian(uint64_t value, std::string* out) {
  for (int i = 0; i < 8; ++i) {
    out->push_back(static_cast<char>(value >> (8 * i)));
  }
}

uint64_t ReadLittleEndian(absl::string_view bytes, size_t at) {
  uint64_t value = 0;
  for (size_t i = 0; i < 8; ++i) {
    value |= uint64_t{static_cast<uint8_t>(bytes[at + i])} << (8 * i);
  }
  return value;
}

}  // namespace

uint64_t CommitSeed(absl::string_view store_id, int64_t generation,
                    int64_t base_offset) {
  return Xxh3_64(absl::StrCat(store_id, "/", generation, "/", base_offset));
}

bool IsOneThatAWriterWrites(const CommitEntry& entry) {
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
  return entry.sequence >= 1 && entry.sequence < kMax && entry.position >= 1 &&
         entry.last_offset >= 0 && entry.last_offset < kMax &&
         entry.records >= 1 && entry.records < kMax;
}

void EncodeCommitEntry(const CommitEntry& entry, uint64_t seed,
                       std::string* out) {
  const size_t start = out->size();
  out->append(kMagic, sizeof(kMagic));
  AppendLittleEndian(static_cast<uint64_t>(entry.sequence), out);
  AppendLittleEndian(static_cast<uint64_t>(entry.position), out);
  AppendLittleEndian(static_cast<uint64_t>(entry.last_offset), out);
  AppendLittleEndian(static_cast<uint64_t>(entry.records), out);
  out->append(entry.chain.view().data(), entry.chain.view().size());
  AppendLittleEndian(
      Xxh3_64(absl::string_view(*out).substr(start, kSelfCheckAt), seed), out);
}

std::optional<CommitEntry> DecodeCommitEntry(absl::string_view bytes,
                                             uint64_t seed) {
  if (bytes.size() != static_cast<size_t>(kCommitEntryBytes) ||
      std::memcmp(bytes.data(), kMagic, sizeof(kMagic)) != 0 ||
      ReadLittleEndian(bytes, kSelfCheckAt) !=
          Xxh3_64(bytes.substr(0, kSelfCheckAt), seed)) {
    return std::nullopt;
  }
  CommitEntry entry;
  entry.sequence = static_cast<int64_t>(ReadLittleEndian(bytes, 8));
  entry.position = static_cast<int64_t>(ReadLittleEndian(bytes, 16));
  entry.last_offset = static_cast<int64_t>(ReadLittleEndian(bytes, 24));
  entry.records = static_cast<int64_t>(ReadLittleEndian(bytes, 32));
  std::memcpy(entry.chain.bytes.data(), bytes.data() + 40,
              entry.chain.bytes.size());
  if (!IsOneThatAWriterWrites(entry)) return std::nullopt;
  return entry;
}

const char* WhyNotSuccessor(const CommitEntry& previous,
                            const CommitEntry& next, bool same_segment) {
  if (next.sequence != previous.sequence + 1) {
    return "sequence numbers do not follow each other";
  }
  if (next.position <= (same_segment ? previous.position : 0)) {
    return "the position does not grow";
  }
  if (next.last_offset <= previous.last_offset) {
    return "the last offset does not grow";
  }
  if (next.records <= previous.records) return "the record count does not grow";
  return nullptr;
}

}  // namespace sr
