// The bytes that each product writes for one key or value, members in its
// order. Written after the products' own code and topics, and apart from
// core/schemas, which tests hold against it.
#ifndef TESTS_SUPPORT_CORPUS_RECORD_FORMAT_H_
#define TESTS_SUPPORT_CORPUS_RECORD_FORMAT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/corpus/corpus_record.h"
#include "tests/support/corpus/schema_texts.h"

namespace sr {

struct CorpusReference {
  std::string name;
  std::string subject;
  int version = 1;
};

// One SCHEMA value. No string in it holds what JSON escapes, but for
// `escaped_text`, the schema as the inside of a JSON string.
struct CorpusSchema {
  std::string subject;
  int version = 1;
  int id = 1;
  SchemaType type = SchemaType::kAvro;
  std::optional<CorpusReference> reference;
  std::string owner;  // A metadata property; empty: no metadata. Confluent's.
  std::string escaped_text;
  bool deleted = false;
};

class RecordFormat {
 public:
  explicit RecordFormat(CorpusProduct product) : product_(product) {}

  // Keys. `offset` is where the record will stand; Redpanda writes it.
  std::string SchemaKey(const std::string& subject, int version,
                        int64_t offset) const;
  // CONFIG, MODE, DELETE_SUBJECT, CLEAR_SUBJECT. `subject` empty: global.
  std::string SubjectKey(const std::string& keytype, const std::string& subject,
                         int64_t offset) const;
  std::string NoopKey(int64_t offset) const;
  static std::string ContextKey(const std::string& context);
  static std::string AssociationKey(const std::string& resource,
                                    const std::string& subject);

  // Values.
  std::string SchemaValue(const CorpusSchema& schema) const;
  std::string ConfigValue(const std::string& subject,
                          const std::string& level) const;
  std::string ModeValue(const std::string& subject,
                        const std::string& mode) const;
  std::string DeleteSubjectValue(const std::string& subject, int version) const;
  static std::string ClearSubjectValue(const std::string& subject);
  static std::string ContextValue(const std::string& context);
  static std::string AssociationValue(const std::string& resource,
                                      const std::string& subject, int number);

  // The value that takes a key away: null, but "" of Karapace.
  std::optional<std::string> Tombstone() const;

  std::vector<std::pair<std::string, std::string>> Headers() const;

  bool is_confluent() const {
    return product_ == CorpusProduct::kConfluent8 ||
           product_ == CorpusProduct::kConfluent7;
  }
  bool is_karapace() const { return product_ == CorpusProduct::kKarapace; }
  bool is_redpanda() const { return product_ == CorpusProduct::kRedpanda; }
  // 3.3 to 7.9.2: CONFIG and MODE of a subject go with its last live version;
  // later versions wait until it is gone for good.
  bool deletes_settings_softly() const {
    return product_ == CorpusProduct::kConfluent7;
  }
  bool has_associations() const {
    return product_ == CorpusProduct::kConfluent8;
  }

 private:
  std::string End(int magic, int64_t offset) const;
  std::string ValueWithSubject(const std::string& subject,
                               const std::string& members) const;

  const CorpusProduct product_;
};

}  // namespace sr

#endif  // TESTS_SUPPORT_CORPUS_RECORD_FORMAT_H_
