// One Kafka record, and a batch of them that owns their bytes.
//
// A record is what a Kafka client can see of it: offset, timestamp and its
// type, key, value, headers. Null is not empty: an absent optional is null, an
// empty view is zero bytes. Producer ids, batch borders, compression and
// control records belong to the log, not to the record.
#ifndef CORE_RECORD_RECORD_H_
#define CORE_RECORD_RECORD_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "absl/strings/string_view.h"

namespace sr {

// Stored in archives and shown to users; never renumber (bit 3 of the batch
// attributes, DefaultRecordBatch.java).
enum class TimestampType : uint8_t {
  kCreateTime = 0,     // Set by the producer.
  kLogAppendTime = 1,  // Set by the broker when it appended the record.
};

using Bytes = std::optional<absl::string_view>;

// Order and duplicates of headers matter; a name is never null.
struct Header {
  absl::string_view name;
  Bytes value;

  friend bool operator==(const Header& a, const Header& b) {
    return a.name == b.name && a.value == b.value;
  }
};

// Borrows all its bytes, from the RecordBatch that holds it or from whatever
// the maker says.
struct Record {
  // Position in the topic, >= 0.
  int64_t offset = 0;
  // Milliseconds since the epoch, kept as found: negative values are legal,
  // -1 means none. A record without a timestamp (message format 0) is given as
  // CreateTime -1, the way a record batch v2 states the same.
  int64_t timestamp = -1;
  TimestampType timestamp_type = TimestampType::kCreateTime;
  Bytes key;
  Bytes value;
  std::vector<Header> headers;

  // A tombstone deletes its key at compaction. An empty value is no tombstone.
  bool IsTombstone() const { return !value.has_value(); }

  friend bool operator==(const Record& a, const Record& b) {
    return a.offset == b.offset && a.timestamp == b.timestamp &&
           a.timestamp_type == b.timestamp_type && a.key == b.key &&
           a.value == b.value && a.headers == b.headers;
  }
};

// Bytes of keys, values, names and headers in `record`: what its copy needs.
size_t PayloadBytes(const Record& record);

// Records with rising offsets, and the bytes they borrow. Movable; views stay
// valid through a move. Not thread-safe.
class RecordBatch {
 public:
  RecordBatch() = default;
  RecordBatch(RecordBatch&&) = default;
  RecordBatch& operator=(RecordBatch&&) = default;
  RecordBatch(const RecordBatch&) = delete;
  RecordBatch& operator=(const RecordBatch&) = delete;

  // Appends a copy of `record`, bytes and all. Its offset must be greater
  // than that of the last one (checked: a broken invariant stops the program).
  void Add(const Record& record);

  // Appends `record` without copying its bytes, which `owner` keeps alive.
  void AddBorrowed(Record record);
  void KeepAlive(std::shared_ptr<const void> owner);

  // Removes the records below `offset`.
  void DropBefore(int64_t offset);

  // Empties the batch and keeps its memory for the next records.
  void Clear();

  bool empty() const { return records_.empty(); }
  size_t size() const { return records_.size(); }
  const Record& operator[](size_t i) const { return records_[i]; }
  const Record& front() const { return records_.front(); }
  const Record& back() const { return records_.back(); }
  std::vector<Record>::const_iterator begin() const { return records_.begin(); }
  std::vector<Record>::const_iterator end() const { return records_.end(); }

  // Sum of `PayloadBytes` over the records.
  size_t payload_bytes() const { return payload_bytes_; }

 private:
  Bytes Copy(const Bytes& bytes);
  absl::string_view Copy(absl::string_view bytes);
  char* Allocate(size_t size);

  struct Block {
    std::unique_ptr<char[]> memory;
    size_t size = 0;
  };

  std::vector<Record> records_;
  std::vector<Block> blocks_;
  size_t block_used_ = 0;  // Bytes taken of the last block.
  std::vector<std::shared_ptr<const void>> owners_;
  size_t payload_bytes_ = 0;
};

}  // namespace sr

#endif  // CORE_RECORD_RECORD_H_
