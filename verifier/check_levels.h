// The levels of `check`, put together over all copies and histories.
#ifndef VERIFIER_CHECK_LEVELS_H_
#define VERIFIER_CHECK_LEVELS_H_

#include <memory>
#include <string>
#include <vector>

#include "core/findings/report.h"
#include "verifier/checks/record_observer.h"
#include "verifier/checks/topic_records.h"
#include "verifier/options.h"

namespace sr {

// The level of that name in `report`, made if it is not there yet.
LevelResult* LevelOf(Report* report, const std::string& name);

// Runs the levels record, replay and schema over the histories of one copy, as far as
// they are asked for, and adds what comes out to the report.
class RecordLevels : public RecordObserver {
 public:
  // `report` outlives this.
  RecordLevels(std::string copy, const VerifierOptions& options,
               Report* report);

  void Begin() override;
  void Add(const RecordBatch& batch) override;
  void End() override;

 private:
  void AddLevel(const LevelResult& level);

  const std::string copy_;
  const VerifierOptions& options_;
  Report* const report_;
  std::unique_ptr<TopicRecords> records_;
};

}  // namespace sr

#endif  // VERIFIER_CHECK_LEVELS_H_
