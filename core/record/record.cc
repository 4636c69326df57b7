#include "core/record/record.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "core/base/check.h"

namespace sr {
namespace {

constexpr size_t kBlockBytes = 256 << 10;

}  // namespace

size_t PayloadBytes(const Record& record) {
  size_t bytes = record.key.value_or("").size() +
                 record.value.value_or("").size();
  for (const Header& header : record.headers) {
    bytes += header.name.size() + header.value.value_or("").size();
  }
  return bytes;
}

void RecordBatch::Add(const Record& record) {
  Record copy;
  copy.offset = record.offset;
  copy.timestamp = record.timestamp;
  copy.timestamp_type = record.timestamp_type;
  copy.key = Copy(record.key);
  copy.value = Copy(record.value);
  copy.headers.reserve(record.headers.size());
  for (const Header& header : record.headers) {
    copy.headers.push_back({Copy(header.name), Copy(header.value)});
  }
  AddBorrowed(std::move(copy));
}

void RecordBatch::AddBorrowed(Record record) {
  SR_CHECK(records_.empty() || record.offset > records_.back().offset);
  payload_bytes_ += PayloadBytes(record);
  records_.push_back(std::move(record));
}

void RecordBatch::KeepAlive(std::shared_ptr<const void> owner) {
  owners_.push_back(std::move(owner));
}

void RecordBatch::DropBefore(int64_t offset) {
  auto first = records_.begin();
  while (first != records_.end() && first->offset < offset) {
    payload_bytes_ -= PayloadBytes(*first);
    ++first;
  }
  records_.erase(records_.begin(), first);
}

void RecordBatch::Clear() {
  records_.clear();
  owners_.clear();
  payload_bytes_ = 0;
  block_used_ = 0;
  // One block of the usual size is kept; more would let a single large batch
  // hold its memory for ever.
  if (!blocks_.empty() && blocks_.front().size == kBlockBytes) {
    blocks_.resize(1);
  } else {
    blocks_.clear();
  }
}

Bytes RecordBatch::Copy(const Bytes& bytes) {
  if (!bytes.has_value()) return std::nullopt;
  return Copy(*bytes);
}

absl::string_view RecordBatch::Copy(absl::string_view bytes) {
  if (bytes.empty()) return absl::string_view("", 0);
  char* memory = Allocate(bytes.size());
  std::memcpy(memory, bytes.data(), bytes.size());
  return absl::string_view(memory, bytes.size());
}

char* RecordBatch::Allocate(size_t size) {
  if (blocks_.empty() || block_used_ + size > blocks_.back().size) {
    const size_t block_size = std::max(size, kBlockBytes);
    blocks_.push_back({std::make_unique<char[]>(block_size), block_size});
    block_used_ = 0;
  }
  char* memory = blocks_.back().memory.get() + block_used_;
  block_used_ += size;
  return memory;
}

}  // namespace sr
