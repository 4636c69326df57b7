// Which records of a history a registry applies, and why it does not apply the
// others: what `salvage` keeps and what it puts into quarantine.
#ifndef REPLICATOR_SALVAGE_CHOICE_H_
#define REPLICATOR_SALVAGE_CHOICE_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

#include "core/record/record.h"
#include "core/record/record_source.h"
#include "core/schemas/record_effect.h"
#include "core/schemas/registry_model.h"

namespace sr {

// A record that is not kept.
struct QuarantinedRecord {
  int64_t offset = 0;
  Effect effect = Effect::kFatal;
  std::string why;
};

// Takes the records of one history in order. A record that would stop the reader is
// taken out, and what follows is judged as if it had never been there; so is one
// that the reader skips or rolls back. All others are kept, deletions among them.
// One thread.
class SalvageChoice {
 public:
  SalvageChoice(Product product, const ProductChoice& choice);

  // Returns whether `record` is kept.
  bool Add(const Record& record);

  bool Keeps(int64_t offset) const { return dropped_.count(offset) == 0; }
  // In the order of offsets.
  const std::vector<QuarantinedRecord>& quarantine() const {
    return quarantine_;
  }
  int64_t kept() const { return kept_; }
  // Of those not kept, by what the registry does with them.
  const std::map<Effect, int64_t>& counts() const { return counts_; }

  // "Confluent 8.2".
  const std::string& registry() const { return salvaged_.name; }
  // What such a registry would come to, as a sentence: on the history as it is, and
  // on what is kept of it.
  std::string Before() const;
  std::string After() const;
  // What the latter has more, less or otherwise than the former, as a sentence, the
  // first ten versions by name; escaped.
  std::string Difference() const;

 private:
  RegistryModel as_it_is_;
  RegistryModel salvaged_;
  std::vector<QuarantinedRecord> quarantine_;
  std::unordered_set<int64_t> dropped_;
  std::map<Effect, int64_t> counts_;
  int64_t kept_ = 0;
  std::string stop_reason_;  // Of as_it_is_.
};

// `source` without what `choice` does not keep; both must outlive this, but for
// `source`, which is taken over.
std::unique_ptr<RecordSource> SalvagedSource(
    std::unique_ptr<RecordSource> source, const SalvageChoice* choice);

// One line of the quarantine file, for one record with what became of it:
// {"decision":"drop","effect","why","offset","timestamp","timestamp_type","key",
// "value","headers"} with keys, values and headers in base64, null where there is
// none, as `show --raw --output=ndjson` has them. With its newline.
std::string QuarantineLine(const Record& record,
                           const QuarantinedRecord& quarantined);

}  // namespace sr

#endif  // REPLICATOR_SALVAGE_CHOICE_H_
