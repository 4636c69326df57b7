#include "core/foreign/foreign_copy.h"

#include <algorithm>

namespace sr {
namespace {

class ForeignSource final : public RecordSource {
 public:
  explicit ForeignSource(std::shared_ptr<const ForeignCopy> copy)
      : copy_(std::move(copy)) {}

  absl::Status Seek(int64_t offset) override {
    const auto found = std::lower_bound(
        copy_->records.begin(), copy_->records.end(), offset,
        [](const ForeignRecord& record, int64_t at) {
          return record.offset < at;
        });
    next_ = static_cast<size_t>(found - copy_->records.begin());
    position_ = offset;
    return absl::OkStatus();
  }

  absl::StatusOr<Fetched> Next(absl::Duration /*timeout*/,
                               RecordBatch* batch) override {
    batch->Clear();
    while (next_ < copy_->records.size() && batch->size() < kBatchMax) {
      batch->AddBorrowed(copy_->records[next_++].View());
    }
    if (batch->empty()) return Fetched::kCaughtUp;
    batch->KeepAlive(copy_);
    position_ = batch->back().offset + 1;
    return Fetched::kRecords;
  }

  int64_t position() const override { return position_; }

 private:
  static constexpr size_t kBatchMax = 1000;

  const std::shared_ptr<const ForeignCopy> copy_;
  size_t next_ = 0;
  int64_t position_ = 0;
};

}  // namespace

Record ForeignRecord::View() const {
  Record record;
  record.offset = offset;
  record.timestamp = timestamp;
  record.timestamp_type = timestamp_type;
  if (key.has_value()) record.key = *key;
  if (value.has_value()) record.value = *value;
  for (const auto& [name, content] : headers) {
    record.headers.push_back(
        {name, content.has_value() ? Bytes(*content) : std::nullopt});
  }
  return record;
}

std::unique_ptr<RecordSource> SourceOf(
    std::shared_ptr<const ForeignCopy> copy) {
  return std::make_unique<ForeignSource>(std::move(copy));
}

}  // namespace sr
