// The fields of Avro's binary encoding that Karapace's backups are made of.
#ifndef CORE_FOREIGN_AVRO_FIELDS_H_
#define CORE_FOREIGN_AVRO_FIELDS_H_

#include <cstdint>
#include <optional>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"

namespace sr {

// Reads one field after the other. What does not fit makes it bad for good, and every
// further field 0 or empty: to be looked at once, at the end. Source: Avro 1.11
// specification, "Binary Encoding". One thread.
class AvroFields {
 public:
  // Borrows.
  explicit AvroFields(absl::string_view bytes) : left_(bytes) {}

  bool ok() const { return ok_; }
  // All has been read, and well.
  bool AtEnd() const { return ok_ && left_.empty(); }

  // A zigzag varint of at most 64 bits, written in as few bytes as it takes.
  int64_t Long();
  // A string or bytes.
  absl::string_view Bytes();
  // The union ["bytes", "null"], in that order: nullopt is null.
  std::optional<absl::string_view> OptionalBytes();
  // The items of an array or map; `item` reads one from this. More than are left
  // bytes are bad.
  void Items(absl::FunctionRef<void()> item);

 private:
  void Fail() {
    ok_ = false;
    left_ = absl::string_view();
  }

  absl::string_view left_;
  bool ok_ = true;
};

}  // namespace sr

#endif  // CORE_FOREIGN_AVRO_FIELDS_H_
