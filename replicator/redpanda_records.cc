#include "replicator/redpanda_records.h"

#include <string>
#include <utility>

#include "core/base/status_macros.h"
#include "core/schemas/encode.h"
#include "core/schemas/key.h"

namespace sr {
namespace {

constexpr char kNoopKey[] = R"({"keytype":"NOOP","magic":0})";
constexpr size_t kBatchMax = 1000;

class Filled final : public RecordSource {
 public:
  explicit Filled(std::unique_ptr<RecordSource> source)
      : source_(std::move(source)) {}

  absl::Status Seek(int64_t offset) override {
    RETURN_IF_ERROR(source_->Seek(offset));
    next_ = offset;
    read_.Clear();
    done_ = 0;
    return absl::OkStatus();
  }

  absl::StatusOr<Fetched> Next(absl::Duration timeout,
                               RecordBatch* batch) override {
    batch->Clear();
    while (batch->empty()) {
      if (done_ == read_.size()) {
        done_ = 0;
        ASSIGN_OR_RETURN(const Fetched fetched, source_->Next(timeout, &read_));
        if (fetched != Fetched::kRecords) return fetched;
      }
      while (done_ < read_.size() && batch->size() < kBatchMax) {
        AddNext(read_[done_], batch);
      }
    }
    return Fetched::kRecords;
  }

  int64_t position() const override { return next_; }

 private:
  // The next one up to `record`, which is done with when it has been added.
  void AddNext(const Record& record, RecordBatch* batch) {
    if (!record.key.has_value()) {
      ++done_;
      return;
    }
    if (next_ < record.offset) {
      Record noop;
      noop.offset = next_++;
      noop.timestamp = record.timestamp;
      noop.key = kNoopKey;
      batch->Add(noop);
      return;
    }
    batch->Add(record);
    next_ = record.offset + 1;
    ++done_;
  }

  const std::unique_ptr<RecordSource> source_;
  int64_t next_ = 0;
  RecordBatch read_;
  size_t done_ = 0;  // Of read_.
};

// Without seq and node; `key` itself if it has none, or is of no form known.
std::string StrippedKey(absl::string_view key) {
  DecodedKey decoded;
  DecodeKey(Bytes(key), &decoded);
  if (decoded.problem != KeyProblem::kNone || !decoded.key.seq.has_value()) {
    return std::string(key);
  }
  RecordWriter writer;
  writer.product = Product::kRedpanda;
  if (EncodeKey(decoded.key, writer) != key) return std::string(key);
  writer.redpanda_seq = false;
  return EncodeKey(decoded.key, writer);
}

class Stripped final : public RecordSource {
 public:
  explicit Stripped(std::unique_ptr<RecordSource> source)
      : source_(std::move(source)) {}

  absl::Status Seek(int64_t offset) override { return source_->Seek(offset); }

  absl::StatusOr<Fetched> Next(absl::Duration timeout,
                               RecordBatch* batch) override {
    batch->Clear();
    ASSIGN_OR_RETURN(const Fetched fetched, source_->Next(timeout, &read_));
    if (fetched != Fetched::kRecords) return fetched;
    for (const Record& record : read_) {
      const std::optional<int64_t> seq = SeqOf(record);
      if (seq.has_value() && record.value.has_value() &&
          *seq != record.offset) {
        continue;
      }
      Record stripped = record;
      std::string key;
      if (seq.has_value()) {
        key = StrippedKey(*record.key);
        stripped.key = key;
      }
      batch->Add(stripped);
    }
    return batch->empty() ? Fetched::kNothing : Fetched::kRecords;
  }

  int64_t position() const override { return source_->position(); }

 private:
  const std::unique_ptr<RecordSource> source_;
  RecordBatch read_;
};

}  // namespace

std::optional<int64_t> SeqOf(const Record& record) {
  if (!record.key.has_value()) return std::nullopt;
  DecodedKey decoded;
  DecodeKey(record.key, &decoded);
  return decoded.problem == KeyProblem::kNone ? decoded.key.seq : std::nullopt;
}

std::unique_ptr<RecordSource> FilledSource(
    std::unique_ptr<RecordSource> source) {
  return std::make_unique<Filled>(std::move(source));
}

std::unique_ptr<RecordSource> StrippedSource(
    std::unique_ptr<RecordSource> source) {
  return std::make_unique<Stripped>(std::move(source));
}

}  // namespace sr
