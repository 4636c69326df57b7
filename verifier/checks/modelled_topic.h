// A topic and the registry that reads it: which one is decided by the marks of
// those who wrote the first records.
#ifndef VERIFIER_CHECKS_MODELLED_TOPIC_H_
#define VERIFIER_CHECKS_MODELLED_TOPIC_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/functional/function_ref.h"
#include "core/record/record.h"
#include "core/schemas/content_hash.h"
#include "core/schemas/registry_model.h"
#include "core/schemas/writer_marks.h"

namespace sr {

// One thread.
class ModelledTopic {
 public:
  // Told each record in order, with its key, when the model is known; it has not
  // read the record yet.
  using Look = absl::FunctionRef<void(const Record&, const DecodedKey&)>;

  // `with_hash`: what HashOf needs is computed, where the product has a level of
  // text for it.
  explicit ModelledTopic(ProductChoice choice, bool with_hash = false);

  void Add(const RecordBatch& batch, Look look);

  // Decides by what has come so far, which what comes later does not change. To be
  // called before what follows.
  void Finish(Look look);

  bool has_records() const { return model_.replay != nullptr || kept_records_ > 0; }

  // Valid within Look as well.
  RegistryModel& model() { return model_; }
  const RegistryModel& model() const { return model_; }

  const WriterMarks& marks() const { return marks_; }

  // Whose topic it is, now that all of it has been seen; with the user's word for
  // it, or the marks.
  DetectedProduct Writer() const;

 private:
  void Keep(const Record& record, Look look);
  void Decide(Look look);

  const ProductChoice choice_;
  const bool with_hash_;
  WriterMarks marks_;
  RegistryModel model_;  // Nothing in it until it is decided.
  // The first records, until it is decided.
  std::vector<RecordBatch> kept_;
  int64_t kept_records_ = 0;
  size_t kept_bytes_ = 0;
  DecodedKey key_;  // Here for the sake of its memory.
};

}  // namespace sr

#endif  // VERIFIER_CHECKS_MODELLED_TOPIC_H_
