// One record of a corpus.
#ifndef TESTS_SUPPORT_CORPUS_CORPUS_RECORD_H_
#define TESTS_SUPPORT_CORPUS_CORPUS_RECORD_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sr {

// The registry that wrote the topic: its record forms and its habits.
enum class CorpusProduct {
  kConfluent8,  // 8.2: `schemaType` always, associations.
  kConfluent7,  // 7.6: `schemaType` not for Avro.
  kKarapace,    // 6.2: zero-length values where others write null, headers.
  kRedpanda,    // `seq` and `node` in each key: another key for each update.
};

struct CorpusRecord {
  int64_t offset = 0;
  int64_t timestamp_ms = 0;  // CreateTime; never falls.
  std::string key;
  std::optional<std::string> value;  // nullopt: a tombstone, or a NOOP.
  std::vector<std::pair<std::string, std::string>> headers;
};

}  // namespace sr

#endif  // TESTS_SUPPORT_CORPUS_CORPUS_RECORD_H_
