#include "core/archive/block_reader.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"
#include "core/record/batch_codec.h"
#include "core/record/canonical.h"

namespace sr {
namespace {

constexpr int64_t kReadAheadBytes = 1 << 20;

// A block of this size or more is read alone: what is read ahead is read again when
// the block that it begins goes on behind it.
constexpr int64_t kLargeBlockBytes = 128 << 10;

int64_t BytesToRead(int64_t block_bytes) {
  return block_bytes >= kLargeBlockBytes ? block_bytes : kReadAheadBytes;
}

// Decodes one batch and holds it against the rules for archives, which are
// stricter than Kafka's: what no digest covers must have one value only.
absl::StatusOr<BatchHeader> DecodeArchiveBatch(absl::string_view bytes,
                                               RecordBatch* records) {
  ASSIGN_OR_RETURN(const BatchHeader header,
                   DecodeBatch(bytes, BatchLimits{}, records));
  if (header.partition_leader_epoch != 0) {
    return absl::DataLossError(absl::StrCat(
        "record batch with base offset ", header.base_offset,
        ": leader epoch is ", header.partition_leader_epoch, ", not 0"));
  }
  return header;
}

// Whether the batch at the start of `bytes` is good by itself.
bool IsWholeAlone(absl::string_view bytes) {
  RecordBatch alone;
  return DecodeArchiveBatch(bytes, &alone).ok();
}

// The end of the batch at `at`, if its header can be believed; else the end of
// the block. Only to say how far damage reaches.
int64_t EndOfDamagedBatch(absl::string_view block, int64_t at) {
  const absl::StatusOr<BatchHeader> header =
      DecodeBatchHeader(block.substr(static_cast<size_t>(at)));
  const int64_t end = static_cast<int64_t>(block.size());
  if (!header.ok() || header->batch_length < 0) return end;
  return std::min(end, at + header->size_bytes());
}

}  // namespace

BlockReader::BlockReader(std::unique_ptr<ReadableFile> log,
                         std::string file_name)
    : log_(std::move(log)),
      file_name_(std::move(file_name)),
      window_(std::make_shared<std::string>()) {}

absl::StatusOr<std::shared_ptr<const std::string>> BlockReader::Fill(
    int64_t begin, int64_t end) {
  const int64_t window_end =
      window_begin_ + static_cast<int64_t>(window_->size());
  if (begin < window_begin_ || end > window_end) {
    // Records of an earlier block may still borrow from the window; if not,
    // its memory is there already.
    if (window_.use_count() > 1) window_ = std::make_shared<std::string>();
    // What is in the window is not cleared, only written over: a string that grows is
    // filled with zeros first.
    window_begin_ = begin;
    const absl::Status read = ReadWindow(BytesToRead(end - begin));
    if (!read.ok()) {
      window_->clear();
      return read;
    }
  }
  return window_;
}

absl::Status BlockReader::ReadWindow(int64_t length) {
  // No more than there is, whatever a commit claims.
  ASSIGN_OR_RETURN(const int64_t size, log_->Size());
  const int64_t rest = std::max<int64_t>(size - window_begin_, 0);
  return log_->Read(window_begin_, std::min(length, rest), window_.get());
}

void BlockReader::ReadAnew() {
  // Records may still borrow from the old bytes: leave those to them.
  window_ = std::make_shared<std::string>();
  window_begin_ = 0;
  log_->DropCache();
}

absl::StatusOr<std::optional<StorageDamage>> BlockReader::Read(
    const CommitEntry& before, bool before_in_this_segment,
    const CommitEntry& entry, RecordBatch* records) {
  records->Clear();
  const int64_t begin = before_in_this_segment ? before.position : 0;
  ASSIGN_OR_RETURN(std::shared_ptr<const std::string> window,
                   Fill(begin, entry.position));
  const absl::string_view block =
      absl::string_view(*window).substr(
          static_cast<size_t>(begin - window_begin_),
          static_cast<size_t>(entry.position - begin));
  records->KeepAlive(window);

  StorageDamage damage;
  damage.file = file_name_;
  damage.begin = begin;
  damage.end = entry.position;
  damage.first_offset = before.last_offset + 1;
  damage.last_offset = entry.last_offset;

  if (static_cast<int64_t>(block.size()) < entry.position - begin) {
    damage.kind = DamageKind::kFileTruncated;
    damage.begin = begin + static_cast<int64_t>(block.size());
    damage.detail = absl::StrCat("the file ends at byte ", damage.begin,
                                 ", committed are ", entry.position);
    return damage;
  }
  int64_t at = 0;
  while (at < static_cast<int64_t>(block.size())) {
    if (!records->empty()) damage.first_offset = records->back().offset + 1;
    const absl::StatusOr<BatchHeader> header = DecodeArchiveBatch(
        block.substr(static_cast<size_t>(at)), records);
    if (!header.ok() && IsWholeAlone(block.substr(static_cast<size_t>(at)))) {
      // Its offsets and those before contradict each other, and no CRC covers
      // either: nobody can say which of them changed.
      damage.kind = DamageKind::kChainMismatch;
      damage.first_offset = before.last_offset + 1;
      damage.detail = std::string(header.status().message());
      return damage;
    }
    if (!header.ok()) {
      damage.kind = DamageKind::kBatchCorrupt;
      damage.begin = begin + at;
      damage.end = begin + EndOfDamagedBatch(block, at);
      damage.detail = std::string(header.status().message());
      return damage;
    }
    at += header->size_bytes();
    if (!records->empty() &&
        (records->front().offset <= before.last_offset ||
         records->back().offset > entry.last_offset)) {
      // A whole batch, from elsewhere: what follows it is no better known.
      damage.kind = DamageKind::kChainMismatch;
      damage.first_offset = before.last_offset + 1;
      damage.detail = absl::StrCat(
          "offsets ", records->front().offset, " to ", records->back().offset,
          " are not those that were committed here");
      return damage;
    }
  }
  damage.first_offset = before.last_offset + 1;

  Chain chain(before.chain);
  for (const Record& record : *records) chain.Add(record);
  if (!(chain.digest() == entry.chain) ||
      static_cast<int64_t>(records->size()) != entry.records - before.records ||
      records->empty() || records->back().offset != entry.last_offset) {
    damage.kind = DamageKind::kChainMismatch;
    damage.detail = absl::StrCat(
        "the records are not those that were committed: chain digest is ",
        ToHex(chain.digest()), ", committed was ", ToHex(entry.chain));
    return damage;
  }
  return std::nullopt;
}

}  // namespace sr
