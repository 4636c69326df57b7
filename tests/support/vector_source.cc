#include "tests/support/vector_source.h"

#include <algorithm>

#include "core/base/check.h"

namespace sr {
namespace {

Bytes ViewOf(const std::optional<std::string>& text) {
  if (!text.has_value()) return std::nullopt;
  return absl::string_view(*text);
}

std::optional<std::string> OwnedOf(const Bytes& bytes) {
  if (!bytes.has_value()) return std::nullopt;
  return std::string(*bytes);
}

}  // namespace

Record TestRecord::View() const {
  Record record;
  record.offset = offset;
  record.timestamp = timestamp;
  record.timestamp_type = timestamp_type;
  record.key = ViewOf(key);
  record.value = ViewOf(value);
  for (const auto& header : headers) {
    record.headers.push_back(Header{header.first, ViewOf(header.second)});
  }
  return record;
}

TestRecord TestRecord::Of(const Record& record) {
  TestRecord owned;
  owned.offset = record.offset;
  owned.timestamp = record.timestamp;
  owned.timestamp_type = record.timestamp_type;
  owned.key = OwnedOf(record.key);
  owned.value = OwnedOf(record.value);
  for (const Header& header : record.headers) {
    owned.headers.emplace_back(std::string(header.name), OwnedOf(header.value));
  }
  return owned;
}

VectorSource::VectorSource(std::vector<TestRecord> records,
                           size_t batch_records)
    : batch_records_(batch_records) {
  SR_CHECK(batch_records > 0);
  for (TestRecord& record : records) Add(std::move(record));
}

void VectorSource::Add(TestRecord record) {
  SR_CHECK(records_.empty() || records_.back().offset < record.offset);
  records_.push_back(std::move(record));
}

void VectorSource::FailAt(int64_t offset, absl::Status error, int times) {
  troubles_[offset] = Trouble{std::move(error), times};
}

void VectorSource::StallAt(int64_t offset, int times) {
  troubles_[offset] = Trouble{absl::OkStatus(), times};
}

int64_t VectorSource::end_offset() const {
  const int64_t end = records_.empty() ? 0 : records_.back().offset + 1;
  return std::max(end, end_offset_.value_or(end));
}

absl::Status VectorSource::Seek(int64_t offset) {
  ++seeks_;
  if (!seek_error_.ok()) return seek_error_;
  const auto next = std::lower_bound(
      records_.begin(), records_.end(), offset,
      [](const TestRecord& record, int64_t o) { return record.offset < o; });
  next_ = static_cast<size_t>(next - records_.begin());
  position_ = offset;
  return absl::OkStatus();
}

absl::StatusOr<Fetched> VectorSource::Next(absl::Duration /*timeout*/,
                                           RecordBatch* batch) {
  batch->Clear();
  while (next_ < records_.size() && batch->size() < batch_records_) {
    const TestRecord& record = records_[next_];
    const auto trouble = troubles_.upper_bound(record.offset);
    if (trouble != troubles_.begin()) {
      Trouble& planted = std::prev(trouble)->second;
      if (planted.times > 0) {
        if (!batch->empty()) break;  // First what comes before the trouble.
        --planted.times;
        if (!planted.error.ok()) return planted.error;
        return Fetched::kNothing;
      }
    }
    batch->Add(record.View());
    position_ = record.offset + 1;
    ++next_;
  }
  if (!batch->empty()) return Fetched::kRecords;
  position_ = std::max(position_, end_offset());
  return Fetched::kCaughtUp;
}

}  // namespace sr
