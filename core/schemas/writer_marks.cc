#include "core/schemas/writer_marks.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace sr {
namespace {

bool HasKarapaceHeader(const Record& record) {
  return std::any_of(record.headers.begin(), record.headers.end(),
                     [](const Header& header) {
                       return header.name == "X-Registry-Version" &&
                              header.value.has_value() &&
                              header.value->substr(0, 8) == "karapace";
                     });
}

bool OnlyConfluentWrites(const RegistryKey& key) {
  switch (key.type) {
    case KeyType::kNoop:
    case KeyType::kClearSubject:
    case KeyType::kContext:
    case KeyType::kAssociation:
      return true;
    default:
      return false;
  }
}

}  // namespace

void WriterMarks::Add(const Record& record, const DecodedKey& key) {
  ++records_;
  if (key.problem != KeyProblem::kNone) return;
  Product writer = Product::kConfluent;
  if (key.key.seq.has_value() && key.key.node.has_value()) {
    ++redpanda_;
    writer = Product::kRedpanda;
  } else if (HasKarapaceHeader(record) ||
             (record.value.has_value() && record.value->empty())) {
    ++karapace_;
    writer = Product::kKarapace;
  } else if (OnlyConfluentWrites(key.key)) {
    ++confluent_;
  } else {
    return;
  }
  if (last_.has_value() && *last_ != writer && ++changes_ == 2) {
    alternates_at_ = record.offset;
  }
  last_ = writer;
}

DetectedProduct WriterMarks::Detect() const {
  const auto of_all = [this](int64_t count, absl::string_view what) {
    return absl::StrCat(count, " of ", records_, " records ", what);
  };
  if (redpanda_ > std::max(karapace_, confluent_)) {
    return {Product::kRedpanda,
            of_all(redpanda_, "have seq and node in the key")};
  }
  if (karapace_ > std::max(redpanda_, confluent_)) {
    return {Product::kKarapace,
            of_all(karapace_, "have Karapace's header or an empty value")};
  }
  if (confluent_ > 0) {
    return {Product::kConfluent,
            of_all(confluent_, "have keys that only Confluent writes")};
  }
  return {Product::kConfluent, "nothing that only another product writes"};
}

}  // namespace sr
