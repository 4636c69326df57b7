// A bare Kafka client for tests. It shares no code with core/kafka and reads by
// librdkafka's other, older consumer calls, so that a test's judgement does not
// hang on what it judges.
#ifndef TESTS_SUPPORT_RAW_CLIENT_H_
#define TESTS_SUPPORT_RAW_CLIENT_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace sr {

struct RawHeader {
  std::string name;
  std::optional<std::string> value;

  friend bool operator==(const RawHeader& a, const RawHeader& b) {
    return a.name == b.name && a.value == b.value;
  }
};

// Owns its bytes. Absent is null.
struct RawRecord {
  int64_t offset = -1;  // Ignored by Produce.
  int64_t timestamp = 1;
  // As Kafka numbers them: 0 CreateTime, 1 LogAppendTime; -1 none.
  int timestamp_type = 0;
  std::optional<std::string> key;
  std::optional<std::string> value;
  std::vector<RawHeader> headers;

  friend bool operator==(const RawRecord& a, const RawRecord& b) {
    return a.offset == b.offset && a.timestamp == b.timestamp &&
           a.timestamp_type == b.timestamp_type && a.key == b.key &&
           a.value == b.value && a.headers == b.headers;
  }
};

// For failure messages: long values by length and beginning.
std::ostream& operator<<(std::ostream& out, const RawRecord& record);

enum class RawProducer {
  kPlain,
  kIdempotent,
  kCommit,  // In one transaction.
  kAbort,   // In one transaction, which is aborted.
};

class RawClient {
 public:
  using Properties = std::map<std::string, std::string>;

  // `properties` go to every client made.
  explicit RawClient(std::string bootstrap, Properties properties = {});

  // Each call makes a client of its own and waits until the cluster answered.
  absl::StatusOr<std::vector<std::string>> Topics() const;
  absl::Status CreateTopic(const std::string& topic,
                           const Properties& config = {},
                           int partitions = 1) const;
  absl::Status DeleteTopic(const std::string& topic) const;
  // Deletes everything below `offset`.
  absl::Status DeleteRecords(const std::string& topic, int64_t offset) const;
  absl::StatusOr<Properties> Config(const std::string& topic) const;
  // {low, high} of partition 0.
  absl::StatusOr<std::pair<int64_t, int64_t>> Watermarks(
      const std::string& topic) const;

  // Writes `records` in order to partition 0 and waits for every delivery
  // report. `properties` may set compression.codec and the like.
  absl::Status Produce(const std::string& topic,
                       const std::vector<RawRecord>& records,
                       RawProducer kind = RawProducer::kPlain,
                       const Properties& properties = {}) const;

  // Reads partition 0 from `from` to its end.
  absl::StatusOr<std::vector<RawRecord>> Consume(
      const std::string& topic, const std::string& isolation_level,
      int64_t from = 0) const;

 private:
  const std::string bootstrap_;
  const Properties properties_;
};

// A transaction that stays open, with one record of key `key` in it.
class RawOpenTransaction {
 public:
  RawOpenTransaction(const std::string& bootstrap, const std::string& topic,
                     const std::string& key);
  ~RawOpenTransaction();

  RawOpenTransaction(const RawOpenTransaction&) = delete;
  RawOpenTransaction& operator=(const RawOpenTransaction&) = delete;

  // Of the steps that opened it, and of Abort.
  const absl::Status& status() const { return status_; }
  void Abort();

 private:
  absl::Status Begin(const std::string& bootstrap, const std::string& topic,
                     const std::string& key);

  struct Impl;
  std::unique_ptr<Impl> impl_;
  absl::Status status_;
};

// A member of a consumer group, as a running registry is of its own.
class RawGroupMember {
 public:
  // Joins `group` by subscribing to `topic`, and returns when it is in.
  RawGroupMember(const std::string& bootstrap, const std::string& group,
                 const std::string& topic);
  ~RawGroupMember();  // Leaves.

  RawGroupMember(const RawGroupMember&) = delete;
  RawGroupMember& operator=(const RawGroupMember&) = delete;

  const absl::Status& status() const { return status_; }

 private:
  absl::Status Join(const std::string& bootstrap, const std::string& group,
                    const std::string& topic);

  struct Impl;
  std::unique_ptr<Impl> impl_;
  absl::Status status_;
};

}  // namespace sr

#endif  // TESTS_SUPPORT_RAW_CLIENT_H_
