// The damage injector: one good history, and each thing that can be wrong with
// it, one at a time.
#ifndef TESTS_SUPPORT_DAMAGE_DAMAGE_H_
#define TESTS_SUPPORT_DAMAGE_DAMAGE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/corpus/corpus.h"
#include "tests/support/vector_source.h"

namespace sr {

// Records of a good history, which end at this offset (exclusive).
inline constexpr int64_t kGoodHistory = 200;
// A time later than any of a history, and past.
inline constexpr int64_t kAfterHistory = 1'750'000'000'000;
// No history of this length reaches this id; ids below are counted from it.
inline constexpr int kFreeId = 900'000;

// The same records each time. Clean: `check` finds nothing above info, and nothing
// at all but what Damage::found says.
std::vector<TestRecord> GoodHistory(CorpusProduct product);

struct AppendedRecord {
  std::optional<std::string> key;
  std::optional<std::string> value;
  int64_t timestamp = kAfterHistory;
  std::vector<std::pair<std::string, std::optional<std::string>>> headers = {};
};

struct Damage {
  // What is appended to the history.
  std::vector<AppendedRecord> records;
  // All that is found then: "error CODE@N", N counted from the first record that
  // was appended; in any order.
  std::vector<std::string> found;
  CorpusProduct product = CorpusProduct::kConfluent8;
  // As for --product; "" for the one that the marks tell.
  std::string reader = "";
};

// The history with the damage.
std::vector<TestRecord> Damaged(const Damage& damage);

// One at least for each code that the levels record, replay and schema have; the
// first of `found` is what it was made for.
std::vector<Damage> AllDamages();
// Its parts: damages of one record, and those that take several.
std::vector<Damage> RecordDamages();
std::vector<Damage> HistoryDamages();

// Records of an undamaged form. `more` are members behind the good ones, with
// their comma; ids are kFreeId + `id`; the text is "string".
std::string GoodKey(const std::string& subject, int version);
std::string GoodValue(const std::string& subject, int version, int id,
                        const std::string& more = "",
                        const std::string& deleted = "false");
AppendedRecord SchemaRecord(const std::string& subject, int version, int id,
                            const std::string& more = "",
                            const std::string& deleted = "false");
// CONFIG, MODE, DELETE_SUBJECT or CLEAR_SUBJECT.
AppendedRecord SubjectRecord(const std::string& keytype,
                             const std::string& subject,
                             std::optional<std::string> value);
AppendedRecord NoopRecord(int64_t timestamp = kAfterHistory);
AppendedRecord ContextRecord(const std::string& tenant);  // ".planted"
// STRONG, of the subject "planted".
AppendedRecord AssociationRecord(const std::string& resource,
                                 const std::string& guid);
// Of subject "a", with a version and an id of `number`.
AppendedRecord RedpandaRecord(int64_t seq, int node, int number);

}  // namespace sr

#endif  // TESTS_SUPPORT_DAMAGE_DAMAGE_H_
