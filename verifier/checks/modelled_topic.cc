#include "verifier/checks/modelled_topic.h"

#include <utility>

namespace sr {
namespace {

// How much is read before it is decided whose topic it is, unless the user said
// so.
constexpr int64_t kRecordsToDecide = 1000;
constexpr size_t kBytesToDecide = size_t{16} << 20;

}  // namespace

ModelledTopic::ModelledTopic(ProductChoice choice, bool with_hash)
    : choice_(choice), with_hash_(with_hash) {
  if (choice_.product.has_value()) {
    model_ = MakeRegistryModel(*choice_.product, choice_, with_hash_);
  }
}

void ModelledTopic::Add(const RecordBatch& batch, Look look) {
  if (model_.replay == nullptr) kept_.emplace_back();
  for (const Record& record : batch) {
    DecodeKey(record.key, &key_);
    marks_.Add(record, key_);
    if (model_.replay != nullptr) {
      look(record, key_);
    } else {
      Keep(record, look);
    }
  }
}

void ModelledTopic::Keep(const Record& record, Look look) {
  kept_.back().Add(record);
  kept_bytes_ += PayloadBytes(record);
  if (++kept_records_ >= kRecordsToDecide || kept_bytes_ >= kBytesToDecide) {
    Decide(look);
  }
}

void ModelledTopic::Decide(Look look) {
  model_ = MakeRegistryModel(marks_.Detect().product, choice_, with_hash_);
  for (const RecordBatch& batch : kept_) {
    for (const Record& record : batch) {
      DecodeKey(record.key, &key_);
      look(record, key_);
    }
  }
  kept_.clear();
}

void ModelledTopic::Finish(Look look) {
  if (model_.replay == nullptr) Decide(look);
}

DetectedProduct ModelledTopic::Writer() const {
  if (choice_.product.has_value()) {
    return {*choice_.product, "as --product says"};
  }
  return marks_.Detect();
}

}  // namespace sr
