// Takes the findings of checks that look at one record after the other.
#ifndef VERIFIER_CHECKS_FINDING_SINK_H_
#define VERIFIER_CHECKS_FINDING_SINK_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "core/findings/finding.h"
#include "core/record/record.h"
#include "core/schemas/key.h"
#include "core/schemas/product.h"
#include "core/schemas/record_effect.h"

namespace sr {

// A record and what is known of it.
struct CheckedRecord {
  const Record& record;
  const DecodedKey& key;
  const RecordEffect& effect;  // What the registry does with it.
};

// Who wrote a topic is known only when it has been read; until then what would
// be wrong in one product's topic only is kept apart.
class FindingSink {
 public:
  explicit FindingSink(std::string copy,
                       int64_t kept_per_code = FindingList::kKeptPerCode)
      : copy_(std::move(copy)), kept_per_code_(kept_per_code) {}

  // A finding of `code` at `checked`, whoever wrote it. `expected` and `found`
  // are for people; what came from the topic in them is escaped by the caller.
  void Add(absl::string_view code, const CheckedRecord& checked,
           absl::string_view expected, absl::string_view found);

  // The same, in the topics of these products only.
  void AddFor(const std::vector<Product>& products, absl::string_view code,
              const CheckedRecord& checked, absl::string_view expected,
              absl::string_view found);

  // A finding without a record at hand.
  void Add(Finding finding) {
    ++any_count_;
    any_.Add(std::move(finding));
  }

  const std::string& copy() const { return copy_; }

  // Findings so far that apply to the topic of `product`.
  int64_t CountFor(Product product) const {
    return any_count_ + product_counts_[static_cast<size_t>(product)];
  }

  // All that applies to the topic of `product`. Without effects: those that were
  // known are another registry's, or none were.
  FindingList TakeFor(Product product, bool with_effects);

 private:
  void AddTo(FindingList* list, absl::string_view code,
             const CheckedRecord& checked, absl::string_view expected,
             absl::string_view found) const;

  FindingList* ListOf(Product product);

  const std::string copy_;
  const int64_t kept_per_code_;
  FindingList any_ = FindingList(kept_per_code_);
  int64_t any_count_ = 0;
  std::array<int64_t, 3> product_counts_ = {};
  std::map<Product, FindingList> of_product_;
};

}  // namespace sr

#endif  // VERIFIER_CHECKS_FINDING_SINK_H_
