#include "tests/support/sample/sample_registry.h"

#include <cstdio>
#include <cstdlib>

namespace sr {
namespace {

// `text` as a JSON string. Schema texts hold nothing else that JSON escapes.
std::string Quoted(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    if (c == '\n') {
      quoted += "\\n";
    } else {
      quoted += c;
    }
  }
  return quoted + "\"";
}

// `,"subject":"..."`, or nothing for the global entry: version 6.0.3 and newer
// leave the member out.
std::string SubjectMember(const std::string& subject) {
  return subject.empty() ? "" : ",\"subject\":" + Quoted(subject);
}

std::string SchemaKey(const std::string& subject, int version) {
  return "{\"keytype\":\"SCHEMA\",\"subject\":" + Quoted(subject) +
         ",\"version\":" + std::to_string(version) + ",\"magic\":1}";
}

// Key of CONFIG, MODE, DELETE_SUBJECT, CLEAR_SUBJECT.
std::string SubjectKey(const std::string& keytype, const std::string& subject) {
  return "{\"keytype\":\"" + keytype + "\"" + SubjectMember(subject) +
         ",\"magic\":0}";
}

// A value that begins with the subject, if there is one.
std::string SubjectValue(const std::string& subject,
                         const std::string& members) {
  if (subject.empty()) return "{" + members + "}";
  return "{\"subject\":" + Quoted(subject) + "," + members + "}";
}

std::string ContextKey(const std::string& context) {
  return "{\"keytype\":\"CONTEXT\",\"tenant\":\"default\",\"context\":" +
         Quoted(context) + ",\"magic\":0}";
}

// "." for a plain subject, ".emea" for ":.emea:orders".
std::string ContextOf(const std::string& subject) {
  if (!subject.starts_with(":")) return ".";
  return subject.substr(1, subject.find(':', 1) - 1);
}

std::string ReferencesMember(const std::vector<SampleReference>& references) {
  std::string member;
  for (const SampleReference& reference : references) {
    member += (member.empty() ? ",\"references\":[" : ",");
    member += "{\"name\":" + Quoted(reference.name) +
              ",\"subject\":" + Quoted(reference.subject) +
              ",\"version\":" + std::to_string(reference.version) + "}";
  }
  return member.empty() ? "" : member + "]";
}

std::string MetadataMember(const std::string& owner) {
  if (owner.empty()) return "";
  return ",\"metadata\":{\"properties\":{\"owner\":" + Quoted(owner) + "}}";
}

}  // namespace

void SampleRegistry::Append(std::string key, std::optional<std::string> value) {
  records_.push_back({std::move(key), std::move(value), now_ms_});
  now_ms_ += step_ms_;
}

void SampleRegistry::AppendVersion(const std::string& subject, int number,
                                   const Version& version) {
  const SampleSchema& schema = version.schema;
  Append(SchemaKey(subject, number),
         "{\"subject\":" + Quoted(subject) +
             ",\"version\":" + std::to_string(number) +
             ",\"id\":" + std::to_string(version.id) + ",\"schemaType\":\"" +
             schema.type + "\"" + ReferencesMember(schema.references) +
             MetadataMember(schema.owner) +
             ",\"schema\":" + Quoted(schema.text) +
             ",\"deleted\":" + (version.deleted ? "true" : "false") + "}");
}

int SampleRegistry::IdFor(const std::string& context,
                          const SampleSchema& schema) {
  std::map<std::string, int>& ids = ids_[context];
  const int next = static_cast<int>(ids.size()) + 1;
  return ids.emplace(schema.text + "\n" + schema.owner, next).first->second;
}

void SampleRegistry::Noop() {
  Append("{\"keytype\":\"NOOP\",\"magic\":0}", std::nullopt);
}

void SampleRegistry::SetCompatibility(const std::string& subject,
                                      const std::string& level) {
  Append(SubjectKey("CONFIG", subject),
         SubjectValue(subject, "\"compatibilityLevel\":\"" + level + "\""));
}

void SampleRegistry::DeleteCompatibility(const std::string& subject) {
  Append(SubjectKey("CONFIG", subject), std::nullopt);
}

void SampleRegistry::SetMode(const std::string& subject,
                             const std::string& mode) {
  Append(SubjectKey("MODE", subject),
         SubjectValue(subject, "\"mode\":\"" + mode + "\""));
}

void SampleRegistry::DeleteMode(const std::string& subject) {
  Append(SubjectKey("MODE", subject), std::nullopt);
}

void SampleRegistry::Register(const std::string& subject,
                              const SampleSchema& schema) {
  const std::string context = ContextOf(subject);
  if (context != "." && !ids_.contains(context)) {
    Append(ContextKey(context),
           "{\"tenant\":\"default\",\"context\":" + Quoted(context) + "}");
  }
  const int number = ++last_version_[subject];
  const Version& version = subjects_[subject][number] =
      Version{IdFor(context, schema), schema};
  AppendVersion(subject, number, version);
}

void SampleRegistry::SoftDeleteVersion(const std::string& subject,
                                       int version) {
  Version& deleted = subjects_.at(subject).at(version);
  deleted.deleted = true;
  AppendVersion(subject, version, deleted);
}

void SampleRegistry::HardDeleteVersion(const std::string& subject,
                                       int version) {
  if (!subjects_.at(subject).at(version).deleted) {
    std::fprintf(stderr, "%s version %d is not deleted softly\n",
                 subject.c_str(), version);
    std::abort();
  }
  subjects_.at(subject).erase(version);
  Append(SchemaKey(subject, version), std::nullopt);
}

void SampleRegistry::SoftDeleteSubject(const std::string& subject) {
  for (auto& [number, version] : subjects_.at(subject)) version.deleted = true;
  Append(SubjectKey("DELETE_SUBJECT", subject),
         SubjectValue(subject, "\"version\":" +
                                   std::to_string(last_version_.at(subject))));
}

void SampleRegistry::HardDeleteSubject(const std::string& subject) {
  // Newest first, as the registry does.
  while (!subjects_.at(subject).empty()) {
    HardDeleteVersion(subject, subjects_.at(subject).rbegin()->first);
  }
}

void SampleRegistry::EnterImport(const std::string& subject) {
  HardDeleteSubject(subject);
  Append(SubjectKey("CLEAR_SUBJECT", subject),
         "{\"subject\":" + Quoted(subject) + "}");
  SetMode(subject, "IMPORT");
}

void SampleRegistry::DeleteContext(const std::string& context) {
  Append(ContextKey(context), std::nullopt);
}

std::string SampleRegistry::AssociationKey(const std::string& resource,
                                           const std::string& subject) const {
  return "{\"keytype\":\"ASSOC\",\"tenant\":\"default\",\"resourceName\":" +
         Quoted(resource) +
         ",\"resourceNamespace\":\"lkc-sample\",\"resourceType\":\"topic\","
         "\"associationType\":\"value\",\"subject\":" +
         Quoted(subject) + ",\"magic\":0}";
}

void SampleRegistry::Associate(const std::string& resource,
                               const std::string& subject) {
  char guid[40];
  std::snprintf(guid, sizeof guid, "5a3e51ed-0000-4000-8000-%012d",
                ++associations_);
  Append(AssociationKey(resource, subject),
         "{\"guid\":\"" + std::string(guid) +
             "\",\"tenant\":\"default\",\"resourceName\":" + Quoted(resource) +
             ",\"resourceNamespace\":\"lkc-sample\",\"resourceId\":" +
             Quoted("lkc-sample:" + resource) +
             ",\"resourceType\":\"topic\",\"associationType\":\"value\","
             "\"subject\":" +
             Quoted(subject) + ",\"lifecycle\":\"WEAK\",\"frozen\":false}");
}

void SampleRegistry::Dissociate(const std::string& resource,
                                const std::string& subject) {
  Append(AssociationKey(resource, subject), std::nullopt);
}

}  // namespace sr
