#include "tests/support/corpus/record_format.h"

#include <cstdio>

namespace sr {
namespace {

std::string Quoted(const std::string& text) { return "\"" + text + "\""; }

std::string References(const CorpusReference& reference) {
  return "\"references\":[{\"name\":" + Quoted(reference.name) +
         ",\"subject\":" + Quoted(reference.subject) +
         ",\"version\":" + std::to_string(reference.version) + "}]";
}

}  // namespace

std::string RecordFormat::End(int magic, int64_t offset) const {
  std::string end = ",\"magic\":" + std::to_string(magic);
  if (is_redpanda()) {
    end += ",\"seq\":" + std::to_string(offset) + ",\"node\":0";
  }
  return end + "}";
}

std::string RecordFormat::SchemaKey(const std::string& subject, int version,
                                    int64_t offset) const {
  return "{\"keytype\":\"SCHEMA\",\"subject\":" + Quoted(subject) +
         ",\"version\":" + std::to_string(version) + End(1, offset);
}

std::string RecordFormat::SubjectKey(const std::string& keytype,
                                     const std::string& subject,
                                     int64_t offset) const {
  std::string key = "{\"keytype\":" + Quoted(keytype);
  if (!subject.empty()) {
    key += ",\"subject\":" + Quoted(subject);
  } else if (!is_confluent()) {
    key += ",\"subject\":null";
  }
  return key + End(0, offset);
}

std::string RecordFormat::NoopKey(int64_t offset) const {
  return "{\"keytype\":\"NOOP\"" + End(0, offset);
}

std::string RecordFormat::ContextKey(const std::string& context) {
  return "{\"keytype\":\"CONTEXT\",\"tenant\":\"default\",\"context\":" +
         Quoted(context) + ",\"magic\":0}";
}

std::string RecordFormat::AssociationKey(const std::string& resource,
                                         const std::string& subject) {
  return "{\"keytype\":\"ASSOC\",\"tenant\":\"default\",\"resourceName\":" +
         Quoted(resource) +
         ",\"resourceNamespace\":\"lkc-corpus\",\"resourceType\":\"topic\","
         "\"associationType\":\"value\",\"subject\":" +
         Quoted(subject) + ",\"magic\":0}";
}

std::string RecordFormat::SchemaValue(const CorpusSchema& schema) const {
  std::string value = "{\"subject\":" + Quoted(schema.subject) +
                      ",\"version\":" + std::to_string(schema.version) +
                      ",\"id\":" + std::to_string(schema.id);
  const std::string type =
      product_ == CorpusProduct::kConfluent8 || schema.type != SchemaType::kAvro
          ? ",\"schemaType\":" + Quoted(NameOf(schema.type))
          : "";
  const std::string references =
      schema.reference.has_value() ? "," + References(*schema.reference) : "";
  const std::string text = ",\"schema\":" + Quoted(schema.escaped_text);
  const std::string deleted =
      std::string(",\"deleted\":") + (schema.deleted ? "true" : "false");
  if (is_karapace()) {
    return value + text + deleted + references + type + "}";
  }
  value += type + references;
  if (!schema.owner.empty()) {
    value +=
        ",\"metadata\":{\"properties\":{\"owner\":" + Quoted(schema.owner) +
        "}}";
  }
  return value + text + deleted + "}";
}

std::string RecordFormat::ValueWithSubject(const std::string& subject,
                                           const std::string& members) const {
  if (subject.empty() || !is_confluent()) return "{" + members + "}";
  return "{\"subject\":" + Quoted(subject) + "," + members + "}";
}

std::string RecordFormat::ConfigValue(const std::string& subject,
                                      const std::string& level) const {
  return ValueWithSubject(subject, "\"compatibilityLevel\":" + Quoted(level));
}

std::string RecordFormat::ModeValue(const std::string& subject,
                                    const std::string& mode) const {
  return ValueWithSubject(subject, "\"mode\":" + Quoted(mode));
}

std::string RecordFormat::DeleteSubjectValue(const std::string& subject,
                                             int version) const {
  const std::string value = "{\"subject\":" + Quoted(subject);
  if (is_redpanda()) return value + "}";
  return value + ",\"version\":" + std::to_string(version) + "}";
}

std::string RecordFormat::ClearSubjectValue(const std::string& subject) {
  return "{\"subject\":" + Quoted(subject) + "}";
}

std::string RecordFormat::ContextValue(const std::string& context) {
  return "{\"tenant\":\"default\",\"context\":" + Quoted(context) + "}";
}

std::string RecordFormat::AssociationValue(const std::string& resource,
                                           const std::string& subject,
                                           int number) {
  char guid[40];
  std::snprintf(guid, sizeof guid, "5a3e51ed-0000-4000-8000-%012d", number);
  return "{\"guid\":" + Quoted(guid) +
         ",\"tenant\":\"default\",\"resourceName\":" + Quoted(resource) +
         ",\"resourceNamespace\":\"lkc-corpus\",\"resourceId\":" +
         Quoted("lkc-corpus:" + resource) +
         ",\"resourceType\":\"topic\",\"associationType\":\"value\","
         "\"subject\":" +
         Quoted(subject) + ",\"lifecycle\":\"WEAK\",\"frozen\":false}";
}

std::optional<std::string> RecordFormat::Tombstone() const {
  if (is_karapace()) return "";
  return std::nullopt;
}

std::vector<std::pair<std::string, std::string>> RecordFormat::Headers() const {
  if (!is_karapace()) return {};
  return {{"X-Registry-Version", "karapace-6.2.0"},
          {"X-Origin-Host", "registry.example.com"}};
}

}  // namespace sr
