// The levels above storage: what the records of one copy say, and what a
// registry does with each.
#ifndef VERIFIER_CHECKS_TOPIC_RECORDS_H_
#define VERIFIER_CHECKS_TOPIC_RECORDS_H_

#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include "core/findings/finding.h"
#include "core/findings/report.h"
#include "core/record/record.h"
#include "core/schemas/product.h"
#include "core/schemas/writer_marks.h"
#include "verifier/checks/envelope_checks.h"
#include "verifier/checks/finding_sink.h"
#include "verifier/checks/key_history.h"
#include "verifier/checks/modelled_topic.h"
#include "verifier/checks/outlook.h"
#include "verifier/checks/parsed_texts.h"
#include "verifier/checks/replay_checks.h"

namespace sr {

struct TopicRecordsResult {
  DetectedProduct product;
  FindingList record_findings;
  FindingList replay_findings;
  FindingList schema_findings;
  LevelResult record;
  LevelResult replay;
  LevelResult schema;
  // A sentence for people on what happens at the next start; "" if nothing is
  // known of it.
  std::string outlook;

  // The gravest of those kept, of the levels record and replay, that are at
  // `offset`; null if there is none.
  const Finding* FindingAt(int64_t offset) const;
};

// How far the records are looked at; each needs those before it.
enum class RecordDepth {
  kRecord,  // What each says. No effects: nothing is replayed.
  kReplay,
  kSchema,
};

struct TopicRecordsOptions {
  ProductChoice choice;
  RecordDepth depth = RecordDepth::kSchema;
  // Later than a day after it is no time of a record.
  int64_t now_ms = std::numeric_limits<int64_t>::max();
  int64_t findings_kept_per_code = FindingList::kKeptPerCode;
};

// Takes the records of one history in order. Which registry reads them is decided
// by the first thousand, unless the user said so; findings that depend on who
// wrote them by all. One thread.
class TopicRecords {
 public:
  explicit TopicRecords(std::string copy, TopicRecordsOptions options = {});

  // For someone who follows a topic: instead of options.now_ms from here on.
  void SetNow(int64_t now_ms) { envelope_.SetNow(now_ms); }

  void Add(const RecordBatch& batch);

  // What was found in the records so far, of the levels record and replay, and has
  // not been taken yet, as the registry that is known now reads them. For someone
  // who follows a topic; Finish does not tell of it again. What hangs on the
  // whole history (ids, references, keys) is not in it. Nothing before the first
  // record.
  FindingList TakeFound();

  // Everything is known. To be called once.
  TopicRecordsResult Finish();

 private:
  void Look(const Record& record, const DecodedKey& key);
  void Check(const CheckedRecord& checked, const SchemaValue& schema);
  void ReportWriters();
  int64_t FindingCount() const;

  const TopicRecordsOptions options_;
  FindingSink record_findings_;
  FindingSink replay_findings_;
  FindingSink schema_findings_;
  EnvelopeChecks envelope_;
  ModelledTopic topic_;
  ReplayChecks replay_checks_;
  KeyHistory keys_;
  std::optional<ParsedTexts> texts_;
  int64_t records_ = 0;
  ReplayTotals totals_;
  // Of the record that is looked at; here for the sake of its memory.
  SchemaValue schema_;
};

}  // namespace sr

#endif  // VERIFIER_CHECKS_TOPIC_RECORDS_H_
