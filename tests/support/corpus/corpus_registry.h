// Just enough of a schema registry to write a true topic: it gives out ids and
// versions and turns each request into the records that the product appends
// for it.
#ifndef TESTS_SUPPORT_CORPUS_CORPUS_REGISTRY_H_
#define TESTS_SUPPORT_CORPUS_CORPUS_REGISTRY_H_

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "tests/support/corpus/record_format.h"

namespace sr {

// What is registered; the text is made again whenever it is written, so that a
// registry of a million versions fits into memory.
struct CorpusContent {
  size_t text = 0;  // Number of the template.
  SchemaTextParts parts;
  std::optional<CorpusReference> reference;
  std::string owner;
  // Instead of a template's text: one that several subjects share ("string").
  std::string shared_text;
};

// Subjects are plain or, of Confluent, ":.context:name". Requests that a
// registry would refuse abort the program.
class CorpusRegistry {
 public:
  // `texts` must outlive this.
  CorpusRegistry(CorpusProduct product, const SchemaTexts* texts,
                 int64_t start_ms)
      : format_(product), texts_(texts), now_ms_(start_ms) {}

  void Wait(int64_t ms) { now_ms_ += ms; }

  // What an elected leader writes first. Confluent only.
  void StartLeader();

  // `subject` empty: global.
  void SetCompatibility(const std::string& subject, const std::string& level);
  void DeleteCompatibility(const std::string& subject);
  // Not of Karapace.
  void SetMode(const std::string& subject, const std::string& mode);
  void DeleteMode(const std::string& subject);

  // Adds a version, and the CONTEXT record of a context not seen before.
  // Returns its number.
  int Register(const std::string& subject, const CorpusContent& content);

  void SoftDeleteVersion(const std::string& subject, int version);
  // Only what was deleted softly before.
  void HardDeleteVersion(const std::string& subject, int version);
  void SoftDeleteSubject(const std::string& subject);
  void HardDeleteSubject(const std::string& subject);

  // As PUT /mode/{subject} IMPORT, of a subject that is deleted softly: its
  // versions go for good. Confluent only.
  void EnterImport(const std::string& subject);

  // Of a context whose subjects are all gone. Confluent only.
  void DeleteContext(const std::string& context);

  // Ties `subject` to the topic `resource`. kConfluent8 only.
  void Associate(const std::string& resource, const std::string& subject);
  void Dissociate(const std::string& resource, const std::string& subject);

  // Versions that are not deleted, in order; empty for an unknown subject.
  std::vector<int> LiveVersions(const std::string& subject) const;
  // Every version there is, deleted softly or not.
  std::vector<int> Versions(const std::string& subject) const;

  // What was appended since the last call, by offset.
  std::deque<CorpusRecord> TakeRecords();

  const RecordFormat& format() const { return format_; }

 private:
  struct Version {
    int id = 0;
    CorpusContent content;
    bool deleted = false;
  };
  struct Subject {
    std::map<int, Version> versions;
    bool has_config = false;
    bool has_mode = false;
  };

  void Append(std::string key, std::optional<std::string> value);
  // Appends a record of `logical`, which is what the keys that one tombstone
  // has to take away have in common.
  void AppendUpdate(const std::string& logical, std::string key,
                    std::string value);
  // Tombstones for every key of `logical`; `key` is the one of the others.
  void AppendTombstones(const std::string& logical, std::string key);
  void AppendVersion(const std::string& subject, int number,
                     const Version& version);
  void DeleteSettings(const std::string& subject);
  int IdFor(const std::string& context, const std::string& shared_text);

  const RecordFormat format_;
  const SchemaTexts* const texts_;
  int64_t now_ms_;
  int64_t next_offset_ = 0;
  std::deque<CorpusRecord> records_;
  std::unordered_map<std::string, Subject> subjects_;
  struct Ids {
    int last = 0;
    std::map<std::string, int> of_shared_texts;
  };
  std::map<std::string, Ids> ids_;  // By context; those of others are in ".".
  // Of Redpanda, whose every update has its own key.
  std::unordered_map<std::string, std::vector<std::string>> keys_written_;
  int associations_ = 0;
};

}  // namespace sr

#endif  // TESTS_SUPPORT_CORPUS_CORPUS_REGISTRY_H_
