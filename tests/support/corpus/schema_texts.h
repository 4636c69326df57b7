// Schema texts for a corpus: as large as real ones, each parsing as what it
// claims to be, no two equal.
#ifndef TESTS_SUPPORT_CORPUS_SCHEMA_TEXTS_H_
#define TESTS_SUPPORT_CORPUS_SCHEMA_TEXTS_H_

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace sr {

enum class SchemaType { kAvro, kProtobuf, kJson };

// "AVRO", "PROTOBUF", "JSON".
const char* NameOf(SchemaType type);

// What makes one text of a template.
struct SchemaTextParts {
  std::string name;       // Of the record, message or object: an identifier.
  int64_t revision = 0;   // Another one, another text.
  std::string reference;  // Name of the one reference; empty: none.
};

// A few hundred templates, made once by seed; texts are then put together by
// copying. Types and sizes are spread as in 534 schemas of public repositories
// that a registry accepted (54 % Avro, 20 % Protobuf, 26 % JSON; medians 732,
// 731 and 5,884 bytes, largest 410 KB).
class SchemaTexts {
 public:
  // `sorted`: members of JSON objects in the order of their names, as Karapace
  // writes them; otherwise as Confluent's canonical form has them. Templates
  // whose size would be above `largest_bytes` have that size.
  SchemaTexts(uint64_t seed, bool sorted, int64_t largest_bytes);

  size_t size() const { return templates_.size(); }
  SchemaType type(size_t n) const { return templates_[n].type; }

  // The text of template `n` as the inside of a JSON string.
  std::string Escaped(size_t n, const SchemaTextParts& parts) const;

  // The name by which others refer to the schema `name`: the full name of an
  // Avro record, a file name for Protobuf and JSON.
  static std::string ReferenceName(SchemaType type, const std::string& name);

 private:
  enum class Slot { kNone, kName, kRevision, kReference, kReferencedMessage };
  // Text, then what fills the slot. Left out as a whole if it is there for a
  // reference and there is none.
  struct Piece {
    std::string text;
    Slot slot = Slot::kNone;
    bool only_with_reference = false;
  };
  struct Template {
    SchemaType type = SchemaType::kAvro;
    std::vector<Piece> pieces;
  };

  Template AvroTemplate(int64_t bytes);
  Template ProtobufTemplate(int64_t bytes);
  Template JsonTemplate(int64_t bytes);
  std::string FieldName(int64_t n);

  const bool sorted_;
  std::mt19937_64 random_;
  std::vector<Template> templates_;
};

}  // namespace sr

#endif  // TESTS_SUPPORT_CORPUS_SCHEMA_TEXTS_H_
