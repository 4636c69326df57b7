// Canonical bytes: the one spelling of a record that digests are taken of.
//
// Integers are 64 bit little-endian; a byte string is its length followed by
// its bytes, null is length -1. In this order:
//
//   offset | timestamp | timestamp type (1 byte: 0 CreateTime, 1 LogAppendTime)
//   | key | value | number of headers | { name | value } of each header
//
// So two records have equal canonical bytes exactly if they are equal in every
// part, null and empty told apart. The bytes are not stored anywhere.
#ifndef CORE_RECORD_CANONICAL_H_
#define CORE_RECORD_CANONICAL_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "core/base/digests.h"
#include "core/record/record.h"

namespace sr {

// Appends the canonical bytes of `record` to `*out`.
void AppendCanonicalBytes(const Record& record, std::string* out);

// Digest of key, value and headers alone: what stays the same wherever a
// record is copied to. Offset, timestamp and its type are left out because a
// shadow topic changes them: other offsets, always CreateTime, and a timestamp
// of 0 becomes "now" (librdkafka takes 0 for "not set").
Digest128 ContentDigest(const Record& record);

// The chain: digest(n) = XXH3-128(digest(n-1), canonical bytes of record n),
// digest(0) = 16 zero bytes. It depends on the records only, not on how they
// were cut into batches, commits or files; two archives that began at the same
// record agree at every offset.
class Chain {
 public:
  Chain() = default;
  explicit Chain(const Digest128& digest) : digest_(digest) {}

  void Add(const Record& record);

  const Digest128& digest() const { return digest_; }

 private:
  Digest128 digest_;
  std::string buffer_;
};

}  // namespace sr

#endif  // CORE_RECORD_CANONICAL_H_
