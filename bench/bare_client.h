// What librdkafka takes for the same work without any of ours: the limits that
// mirror is held against.
#ifndef BENCH_BARE_CLIENT_H_
#define BENCH_BARE_CLIENT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "core/record/record.h"

struct rd_kafka_s;

namespace sr {

// Reads `records` records of partition 0 from the start with the fetch sizes of
// core/kafka, and touches none of them. Returns the bytes of keys and values.
// Stops the program on any error.
int64_t BareConsume(const std::string& bootstrap, const std::string& topic,
                    int64_t records);

// Writes `records` to partition 0 in transactions of `transaction_bytes` bytes
// of payload with the producer settings of core/kafka, and commits each.
// Returns the number of transactions. Stops the program on any error.
int64_t BareProduceInTransactions(const std::string& bootstrap,
                                  const std::string& topic,
                                  const std::vector<Record>& records,
                                  int64_t transaction_bytes);

// Appends one record after the other.
class BareProducer {
 public:
  explicit BareProducer(const std::string& bootstrap);
  ~BareProducer();
  BareProducer(const BareProducer&) = delete;
  BareProducer& operator=(const BareProducer&) = delete;

  // Returns when the broker has acknowledged `record`. Stops the program on any
  // error.
  void ProduceAndWait(const std::string& topic, const Record& record);

 private:
  rd_kafka_s* const client_;
};

// Follows partition 0 of a topic, committed records only.
class BareFollower {
 public:
  BareFollower(const std::string& bootstrap, const std::string& topic);
  ~BareFollower();
  BareFollower(const BareFollower&) = delete;
  BareFollower& operator=(const BareFollower&) = delete;

  // Waits for the next record. Stops the program after a minute.
  void WaitForNext();

 private:
  rd_kafka_s* const client_;
};

}  // namespace sr

#endif  // BENCH_BARE_CLIENT_H_
