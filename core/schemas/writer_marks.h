// Who wrote a topic, by what only one product writes.
#ifndef CORE_SCHEMAS_WRITER_MARKS_H_
#define CORE_SCHEMAS_WRITER_MARKS_H_

#include <cstdint>
#include <string>

#include "core/record/record.h"
#include "core/schemas/key.h"
#include "core/schemas/product.h"

namespace sr {

struct DetectedProduct {
  Product product = Product::kConfluent;
  std::string reason;  // For people: "412 of 415 keys have seq and node".
};

// Source: spec/schemas-topic-format.md §8.7, the table of evidence. One thread.
class WriterMarks {
 public:
  void Add(const Record& record, const DecodedKey& key);

  // The product that wrote most of the records with a mark; Confluent, which
  // leaves the fewest, if there is none.
  DetectedProduct Detect() const;

 private:
  int64_t records_ = 0;
  int64_t redpanda_ = 0;   // seq and node in the key.
  int64_t karapace_ = 0;   // Its header, or a zero-length value.
  int64_t confluent_ = 0;  // Keys that only it writes.
};

}  // namespace sr

#endif  // CORE_SCHEMAS_WRITER_MARKS_H_
