// Histories of `_schemas` as a registry writes them: seeded, as long as wanted,
// realistic in sizes and habits, and true: the product that wrote them replays
// them without a complaint, compacted or not.
//
// They hold every key type of the product, with and without tombstones; Avro,
// Protobuf and JSON, with references; versions and subjects deleted softly and
// for good, subjects that came back; of Confluent also contexts, imports,
// metadata and, of 8, associations.
#ifndef TESTS_SUPPORT_CORPUS_CORPUS_H_
#define TESTS_SUPPORT_CORPUS_CORPUS_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <random>
#include <string>
#include <vector>

#include "tests/support/corpus/corpus_record.h"
#include "tests/support/corpus/corpus_registry.h"
#include "tests/support/corpus/schema_texts.h"

namespace sr {

struct CorpusShape {
  CorpusProduct product = CorpusProduct::kConfluent8;
  uint64_t seed = 1;
  // Larger schemas are cut down to about this; the least that makes sense is
  // 300. Mean size with 500,000: about 8 KB; with 2,000: about 1 KB.
  int64_t largest_schema_bytes = 500'000;
  int64_t start_ms = 1'735'689'600'000;  // 2025-01-01T00:00:00Z
};

// One thread. The same shape gives the same records.
class CorpusGenerator {
 public:
  explicit CorpusGenerator(const CorpusShape& shape);

  // The next record; offsets are 0, 1, 2, ...
  CorpusRecord Next();

 private:
  struct Subject {
    std::string name;
    std::string context;
    std::string record_name;
    size_t text = 0;
    bool has_config = false;
    bool has_mode = false;
    bool read_only = false;  // Nothing but its mode can be changed.
    bool associated = false;
  };
  // What others refer to; never deleted.
  struct Common {
    std::string subject;
    std::string context;
    SchemaType type = SchemaType::kAvro;
    std::string name;
    int versions = 0;
  };

  uint64_t Below(uint64_t bound) { return random_() % bound; }
  bool OneIn(uint64_t n) { return Below(n) == 0; }

  void Begin();
  void DoSomething();
  void ChangeSubject(uint64_t request, Subject* subject);
  std::string NewSubjectName(const std::string& context);
  std::string RandomContext();
  CorpusContent NewContent(const Subject& subject);
  void RegisterCommon(const std::string& context, SchemaType type);
  void RegisterNewSubject();
  void RegisterSharedKey();
  void ChangeConfig(Subject* subject);
  void ChangeMode(Subject* subject);
  void ChangeAssociation(Subject* subject);
  void DeleteSomeVersion(Subject* subject);
  void DeleteSubject(size_t n);
  void TryAContext();

  const SchemaTexts texts_;
  CorpusRegistry registry_;
  std::mt19937_64 random_;
  std::deque<CorpusRecord> ready_;
  std::vector<Subject> subjects_;  // Those with a live version.
  std::vector<Common> common_;
  int64_t subjects_made_ = 0;
  int64_t revisions_ = 0;
  int contexts_tried_ = 0;
};

// The first `count` records of `shape`.
std::vector<CorpusRecord> Corpus(const CorpusShape& shape, int64_t count);

// What log compaction leaves of `records` when it has cleaned everything below
// offset `cleaned_end`: of each key only the last record of the cleaned part,
// and of its null values only those at or above `tombstones_from`
// (delete.retention.ms is over for the others). Records from `cleaned_end` on
// are all there. Offsets stay as they are.
std::vector<CorpusRecord> Compacted(const std::vector<CorpusRecord>& records,
                                    int64_t cleaned_end,
                                    int64_t tombstones_from);

}  // namespace sr

#endif  // TESTS_SUPPORT_CORPUS_CORPUS_H_
