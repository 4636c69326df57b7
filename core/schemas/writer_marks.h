// Who wrote a topic, by what only one product writes.
#ifndef CORE_SCHEMAS_WRITER_MARKS_H_
#define CORE_SCHEMAS_WRITER_MARKS_H_

#include <cstdint>
#include <optional>
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

  // Where the records of one product were followed by those of another, and
  // those again by the first's: more than one wrote at a time. nullopt: once at
  // most, as after a migration. The offset is of the second change.
  std::optional<int64_t> AlternatesAt() const { return alternates_at_; }

  // The product that wrote most of the records with a mark; Confluent, which
  // leaves the fewest, if there is none.
  DetectedProduct Detect() const;

 private:
  int64_t records_ = 0;
  int64_t redpanda_ = 0;   // seq and node in the key.
  int64_t karapace_ = 0;   // Its header, or a zero-length value.
  int64_t confluent_ = 0;  // Keys that only it writes.
  std::optional<Product> last_;
  int changes_ = 0;
  std::optional<int64_t> alternates_at_;
};

}  // namespace sr

#endif  // CORE_SCHEMAS_WRITER_MARKS_H_
